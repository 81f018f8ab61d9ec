"""The house's rules, held by reading the code: who may import whom, how large things get, what is not done.

Each rule is a function from modules to offences; test_architecture.py tries it on the code and on bad code.
"""

import ast
import re
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent

# Which units (modules and rooms of `pipeline`) each one may import, apart from itself.
WORDS = {"dispositions", "errors", "records", "settings"}
MAY_IMPORT = {
    "__init__": set(),
    "dispositions": set(),
    "errors": set(),
    "settings": set(),
    "store": {"errors", "settings"},
    "records": {"dispositions"},
    "clean": {"dispositions", "records"},
    "quotes": {"dispositions", "records"},
    "stories": {"dispositions", "records"},
    "archive": WORDS | {"store"},
    "acquire": WORDS | {"store", "archive", "clean"},
    "work": WORDS | {"clean", "quotes", "stories", "acquire"},
    "preload": {"clean", "quotes", "stories", "acquire"},
    "warehouse": WORDS | {"store", "clean", "quotes", "stories", "archive", "acquire", "work"},
    "portions": WORDS | {"archive"},
    "batch": WORDS | {"archive", "portions", "work", "warehouse"},
    "backfill": WORDS | {"archive", "portions", "work", "warehouse", "batch"},
    "replay": WORDS | {"stories", "archive", "work", "warehouse", "batch"},
    "gauges": WORDS | {"acquire"},
    "notes": WORDS | {"archive", "acquire", "work", "warehouse"},
    "microbatch": WORDS | {"archive", "acquire", "work", "warehouse", "batch", "notes"},
    "upkeep": WORDS | {"acquire", "warehouse", "batch"},
    "books": WORDS | {"acquire", "warehouse", "batch", "microbatch", "notes", "upkeep"},
    "stream": WORDS | {"archive", "acquire", "work", "batch", "books", "gauges", "microbatch"},
    "rounds": WORDS
    | {"store", "clean", "archive", "acquire", "work", "warehouse", "batch", "gauges", "notes", "microbatch"}
    | {"upkeep", "stream"},
    "cli": WORDS
    | {"__init__", "store", "clean", "quotes", "stories", "archive", "acquire", "work", "warehouse", "batch"}
    | {"backfill", "replay", "gauges", "stream", "rounds"},
    "__main__": {"cli"},
    "connections": {"errors"},
    "tasks": {"errors", "connections"},
    "airflow": {"errors", "store", "tasks"},
}
PURE = {"dispositions", "records", "clean", "quotes", "stories"}
# What a pure stage has no use for: the network, tables, processes, the terminal, clock and chance.
IMPURE_IMPORTS = {
    *("httpx", "requests", "urllib3", "socket", "urllib.request", "duckdb", "pyarrow", "sqlite3", "psycopg"),
    *("airflow", "pebble", "multiprocessing", "subprocess", "typer", "rich", "time", "random", "os", "sys"),
}
CLOCK = {"now", "utcnow", "today"}
BROAD_EXCEPT_ALLOWED = {"pipeline/work.py": 1}  # the one boundary where a failing item costs itself only
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base", "core"}
MAX_FUNCTION_LINES, MAX_MEDIAN_LINES, MAX_MODULE_LINES, MAX_DAG_LINES = 45, 17, 350, 80
# Read before what they import: what an item is, then where it can end; the whole of a batch, then its load.
READ_FIRST = {("records.py", "dispositions.py"), ("batch.py", "warehouse/load.py")}
DAG_TOP_IMPORTS = {"airflow", "datetime", "typing", "collections"}


@dataclass(frozen=True)
class Module:
    """One Python file: its path from the root, and its syntax tree."""

    path: str
    source: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @property
    def name(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def unit(self) -> str:
        """The room of `pipeline` it stands in, or its own name at the top."""
        parts = self.path.removesuffix(".py").split("/")
        return parts[1]

    def imports(self) -> set[str]:
        """Everything imported, also within functions: `from a import b` is both `a` and `a.b`."""
        return {name for pair in self.import_pairs() for name in pair}

    def import_pairs(self) -> Iterator[tuple[str, str]]:
        """What each import names: `import a` as (a, a), `from a import b` as (a, a.b)."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.path}: relative import"
                yield from ((str(node.module), f"{node.module}.{alias.name}") for alias in node.names)

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield node


def read_modules(folder: str) -> list[Module]:
    paths = sorted((ROOT / folder).rglob("*.py"))
    assert paths, folder
    return [Module(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths]


CODE = read_modules("pipeline")
DAGS = read_modules("dags")
REST = [module for folder in ("tests", "benchmarks", "docs") for module in read_modules(folder)]


def wrong_direction(modules: list[Module]) -> list[str]:
    """Imports between rooms that MAY_IMPORT does not list."""
    offences = []
    for module in modules:
        units = {name.split(".")[1] for name in module.imports() if name.startswith("pipeline.")}
        units = {"__init__" if unit not in MAY_IMPORT else unit for unit in units} - {module.unit, "__init__"}
        offences += [f"{module.path}: {unit}" for unit in sorted(units - MAY_IMPORT.get(module.unit, set()))]
        offences += (
            [] if module.unit in MAY_IMPORT else [f"{module.path}: a new room; say what it may import"]
        )
    return offences


def impurity(modules: list[Module]) -> list[str]:
    """Pure modules that could reach the world, or that ask what time it is."""
    offences = []
    for module in (one for one in modules if one.unit in PURE):
        reached = {
            name
            for name in module.imports()
            if {name, name.split(".")[0]} & IMPURE_IMPORTS and name != "os.path"
        }
        offences += [f"{module.path}: {name}" for name in sorted(reached)]
        offences += [
            f"{module.path}:{node.lineno}: {node.attr}"
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Attribute) and node.attr in CLOCK
        ]
    return offences


def borrowed_privates(modules: list[Module]) -> list[str]:
    """Names with an underscore that are taken from another module: they are its own."""
    return [
        f"{module.path}: {name}"
        for module in modules
        for outer, name in module.import_pairs()
        if re.match(r"_[^_]", name.removeprefix(f"{outer}."))
    ]


def cycles(modules: list[Module]) -> list[str]:
    """Modules that import each other in a ring. `from room import file` is an import of the file."""
    names = {module.name for module in modules}
    graph = {
        module.name: {inner if inner in names else outer for outer, inner in module.import_pairs()} & names
        for module in modules
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [" -> ".join(error.args[1])]
    return []


def oversized(modules: list[Module]) -> list[str]:
    """Modules and functions that are too long to hold in the head."""
    lengths = {f"{m.path}:{f.name}": _lines(f) for m in modules for f in m.functions()}
    offences = [f"{name}: {lines} lines" for name, lines in lengths.items() if lines > MAX_FUNCTION_LINES]
    for module in modules:
        lines = module.source.count("\n")
        offences += [f"{module.path}: {lines} lines"] if lines > MAX_MODULE_LINES else []
    median = statistics.median(lengths.values() or [0])
    return offences + ([f"median function: {median} lines"] if median > MAX_MEDIAN_LINES else [])


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def untyped(modules: list[Module]) -> list[str]:
    """Functions that do not say what they return."""
    return [f"{m.path}:{f.lineno}: {f.name}" for m in modules for f in m.functions() if f.returns is None]


def broad_excepts(modules: list[Module]) -> list[str]:
    """`except:`, `except Exception` and `except BaseException` that do not raise again."""
    offences = []
    for module in modules:
        caught = [
            node.lineno
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ExceptHandler) and _is_broad(node.type) and not _raises(node)
        ]
        if len(caught) > BROAD_EXCEPT_ALLOWED.get(module.path, 0):
            offences += [f"{module.path}:{line}" for line in caught]
    return offences


def _is_broad(caught: ast.expr | None) -> bool:
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(
        name is None or (isinstance(name, ast.Name) and name.id in {"Exception", "BaseException"})
        for name in names
    )


def _raises(handler: ast.ExceptHandler) -> bool:
    return isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None


def prints(modules: list[Module]) -> list[str]:
    """Calls of `print` outside the command line."""
    return [
        f"{module.path}:{node.lineno}"
        for module in modules
        if module.unit != "cli"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]


def vague_names(modules: list[Module]) -> list[str]:
    """Files named for no topic, and files named like their folder (`x/x.py`)."""
    offences = []
    for module in modules:
        folder, _, stem = module.path.removesuffix(".py").rpartition("/")
        if stem in VAGUE_NAMES or stem == folder.rpartition("/")[2]:
            offences.append(module.path)
    return offences


SQL_START = re.compile(
    r"\s*(?:select|insert|update|delete|create|drop|alter|attach|detach|copy|with|comment on|use|load|set)\s",
    re.I,
)
VALUE_PLACE = re.compile(
    r"(?:[=<>]|\bin\s*\(|\bvalues\s*\(|\blike|\blimit|\boffset|\bbetween|\bis)\s*$|'$", re.I
)


def glued_values(modules: list[Module]) -> list[str]:
    """SQL with a value formatted into it. Names of tables and columns may be, and literals by `quote`."""
    return [
        f"{module.path}:{node.lineno}"
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.expr) and (_formats_value(node) or _joins_sql(node))
    ]


def _formats_value(text: ast.expr) -> bool:
    """`f"... where x = {x}"`: a placeholder where SQL expects a value."""
    first = text.values[0] if isinstance(text, ast.JoinedStr) and text.values else None
    if not isinstance(text, ast.JoinedStr) or not isinstance(first, ast.Constant):
        return False
    if not SQL_START.match(str(first.value)):
        return False
    pairs = zip(text.values, text.values[1:], strict=False)
    return any(
        isinstance(after, ast.FormattedValue)
        and not _is_quoted(after.value)
        and isinstance(before, ast.Constant)
        and VALUE_PLACE.search(str(before.value)) is not None
        for before, after in pairs
    )


def _is_quoted(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "quote"


def _joins_sql(node: ast.expr) -> bool:
    """`"select ..." + x`, `"select ..." % x` and `"select ...".format(x)`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod)):
        text: ast.expr | None = node.left
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        text = node.func.value
    else:
        text = None
    return (
        isinstance(text, ast.Constant)
        and isinstance(text.value, str)
        and SQL_START.match(text.value) is not None
    )


def heavy_dags(modules: list[Module]) -> list[str]:
    """DAG files that are long, or that import more than Airflow when they are parsed."""
    offences = []
    for module in modules:
        lines = module.source.count("\n")
        offences += [f"{module.path}: {lines} lines"] if lines >= MAX_DAG_LINES else []
        for node in module.tree.body:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            heavy = [name for name in names if name.split(".")[0] not in DAG_TOP_IMPORTS]
            offences += [f"{module.path}:{node.lineno}: {name}" for name in heavy]
    return offences


def headless_sql(files: dict[str, str]) -> list[str]:
    """SQL files that do not begin by saying what they are for."""
    return [
        name for name, text in files.items() if not re.match(r"-- \w.*\.", text.partition("\n\n")[0], re.S)
    ]


def out_of_order(listed: list[str], modules: list[Module]) -> list[str]:
    """Files of the reading list that come before something they import, apart from READ_FIRST."""
    known = {module.path.removeprefix("pipeline/"): module for module in modules}
    offences = [f"{name} does not exist" for name in listed if name not in known]
    present = [name for name in listed if name in known]
    for place, name in enumerate(present):
        imported = known[name].imports()
        offences += [
            f"{name} stands before {later}"
            for later in present[place + 1 :]
            if known[later].name in imported and (name, later) not in READ_FIRST
        ]
    return offences


def reading_list(docstring: str) -> list[str]:
    """The files of the numbered list in `pipeline/__init__.py`."""
    return re.findall(r"^ *\d+\. +(\S+\.py)", docstring, re.M)
