"""The XPath expressions that trafilatura selects by, read once and run as Python: the same elements, sooner.

An expression such as `.//*[self::div or self::p][re:test(@class, 'nav') or @role='menu']` is asked of nearly
every element of every page. In lxml each `re:test` is a call from C into Python with its arguments wrapped:
that took a third of the time of cleaning. Here the answer for an attribute is remembered: class names recur.

    text of an expression ── xpath.py ──> Path ── selector ──> a function from a tree to elements

What is in no known form stays the expression that it was: another version of trafilatura is slower at worst.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, groupby

from pipeline.clean.tree import HtmlElement
from pipeline.clean.xpath import (
    AnyOf,
    Below,
    Condition,
    First,
    Not,
    Path,
    Tag,
    Test,
    UnreadableError,
    read_paths,
)

REMEMBERED = 20_000  # answers kept for one attribute of one condition: 4 MB at the most ...
REMEMBERED_CHARS = 200  # ... as longer values do not recur

Select = Callable[[HtmlElement], Iterable[HtmlElement]]
Check = Callable[[HtmlElement], bool]


@cache
def quicken() -> None:
    """Put functions in the place of the expressions that trafilatura's extraction of the main text uses."""
    from trafilatura import xpaths

    for expressions in (
        xpaths.BODY_XPATH,
        xpaths.RAW_TREE_PRUNE_XPATH,
        xpaths.REMOVE_COMMENTS_AND_LISTS_XPATH,
        xpaths.REMOVE_COMMENTS_XPATH,
        xpaths.OVERALL_DISCARD_XPATH,
        xpaths.DISCARD_IMAGE_ELEMENTS,
        xpaths.TEASER_DISCARD_XPATH,
        xpaths.PRECISION_DISCARD_XPATH,
    ):
        expressions[:] = map(quickened, expressions)


def quickened(expression: Select) -> Select:
    """A function in the place of an expression; the expression itself where it is in no known form."""
    try:
        return selector(str(getattr(expression, "path", "")))
    except UnreadableError:
        return expression


def selector(expression: str) -> Select:
    """What gives the elements below a tree that an expression selects, in their order.

    Raises UnreadableError where it uses more of XPath than is known.
    """
    selects = [_path_selector(path) for path in read_paths(expression)]
    return selects[0] if len(selects) == 1 else _union(selects)


def _path_selector(path: Path) -> Select:
    checks = [_check(condition) for condition in path.conditions]

    def select(tree: HtmlElement) -> Iterable[HtmlElement]:
        elements: Iterator[HtmlElement] = tree.iterdescendants(*path.tags)
        for check in checks:
            elements = filter(check, elements)
        if path.first is First.OF_ALL:
            return [element for element, _ in zip(elements, "1", strict=False)]
        if path.first is First.OF_PARENT:
            return _first_of_each_parent(elements)
        return list(elements)

    return select


def _first_of_each_parent(elements: Iterable[HtmlElement]) -> Iterator[HtmlElement]:
    parents = set()
    for element in elements:
        parent = element.getparent()
        if parent not in parents:
            parents.add(parent)
            yield element


def _union(selects: Sequence[Select]) -> Select:
    def select(tree: HtmlElement) -> list[HtmlElement]:
        found = set(chain.from_iterable(one(tree) for one in selects))
        return [element for element in tree.iterdescendants() if element in found] if found else []

    return select


def _check(condition: Condition) -> Check:
    """The condition as asked of an element."""
    match condition:
        case Tag(name):
            return lambda element: element.tag == name
        case Below(name):
            return lambda element: next(element.iterdescendants(name), None) is not None
        case Not(inner):
            contrary = _check(inner)
            return lambda element: not contrary(element)
        case Test():
            return _check_attributes([condition])
        case AnyOf(parts):
            tests = [part for part in parts if isinstance(part, Test)]
            others = [_check(part) for part in parts if not isinstance(part, Test)]
            checks = [*([_check_attributes(tests)] if tests else []), *others]
            return checks[0] if len(checks) == 1 else lambda element: any(check(element) for check in checks)


def _check_attributes(tests: Sequence[Test]) -> Check:
    """Whether an element passes one of the tests. Of most elements one attribute counts: one look tells."""
    firsts = {name: _Answers([test for test in tests if name in test.names]) for name in _named(tests)}
    alone = {name: _Answers([test for test in tests if test.names == {name}]) for name in firsts}
    groups = [(names, _Answers(list(many))) for names, many in _grouped(tests)]

    def check(element: HtmlElement) -> bool:
        seen: list[str] = []
        for name, text in element.items():
            if name not in firsts:
                continue
            if firsts[name][text] if not seen else is_passed(name, text, seen):
                return True
            seen.append(name)
        return False

    def is_passed(name: str, text: str, seen: Sequence[str]) -> bool:
        waiting = (answers for names, answers in groups if name in names and names.isdisjoint(seen))
        return alone[name][text] or any(answers[text] for answers in waiting)

    return check


def _named(tests: Iterable[Test]) -> set[str]:
    return {name for test in tests for name in test.names}


def _grouped(tests: Iterable[Test]) -> Iterator[tuple[frozenset[str], Iterable[Test]]]:
    """The tests of the first one of several attributes, by those attributes."""
    many = sorted((test for test in tests if len(test.names) > 1), key=lambda test: sorted(test.names))
    return groupby(many, key=lambda test: test.names)


class _Answers(dict[str, bool]):
    """What is known of texts: whether one of the tests passes them."""

    def __init__(self, tests: Sequence[Test]) -> None:
        super().__init__()
        self._passes = [test.passes for test in tests]

    def __missing__(self, text: str) -> bool:
        answer = False
        for passes in self._passes:
            if answer := passes(text):
                break
        if len(self) >= REMEMBERED:
            self.clear()
        if len(text) <= REMEMBERED_CHARS:
            self[text] = answer
        return answer
