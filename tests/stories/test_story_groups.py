import random
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.stories import Lead, Match, Stories, group
from tests.stories.story_texts import START

NAMES = "abcdefgh"
ARTICLES = [Lead(START + timedelta(hours=place), name) for place, name in enumerate(NAMES)]


def pair(later: str, earlier: str, links: bool = True) -> Match:
    return Match(later, earlier, "copy", 0.9, 0.9, links)


def test_a_story_is_named_by_its_earliest_article() -> None:
    assert group(ARTICLES[:4], [pair("d", "c"), pair("c", "b")]) == {"a": "a", "b": "b", "c": "b", "d": "b"}


def test_pairs_that_do_not_link_do_not_group() -> None:
    assert group(ARTICLES[:2], [pair("b", "a", links=False)]) == {"a": "a", "b": "b"}


def test_at_one_time_the_id_decides() -> None:
    assert group([Lead(START, "z"), Lead(START, "y")], [pair("z", "y")]) == {"z": "y", "y": "y"}


PAIRS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.booleans()), max_size=10)


@given(PAIRS, st.randoms())
def test_the_order_of_articles_and_pairs_does_not_matter(
    found: list[tuple[str, str, bool]], rng: random.Random
) -> None:
    matches = [pair(*parts) for parts in found]
    expected = group(ARTICLES, matches)
    articles = list(ARTICLES)
    rng.shuffle(articles)
    rng.shuffle(matches)
    assert group(articles, matches) == expected


@given(PAIRS, st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_a_further_pair_never_splits_a_story(
    found: list[tuple[str, str, bool]], one: str, other: str
) -> None:
    matches = [pair(*parts) for parts in found]
    before, after = group(ARTICLES, matches), group(ARTICLES, [*matches, pair(one, other)])
    for a in NAMES:
        for b in NAMES:
            assert before[a] != before[b] or after[a] == after[b]


def test_an_older_article_takes_the_lead() -> None:
    stories = Stories()
    for article in (ARTICLES[5], ARTICLES[4], ARTICLES[7], ARTICLES[0]):
        stories.add(article)
    stories.join("f", "e")
    assert stories.story_id("f") == "e"
    stories.join("f", "a")
    assert stories.ids() == {"a": "a", "e": "a", "f": "a", "h": "h"}


def test_the_root_is_the_member_that_came_first() -> None:
    stories = Stories()
    for article in (ARTICLES[3], ARTICLES[1], ARTICLES[2]):
        stories.add(article)
    stories.join("c", "b")
    stories.join("c", "d")
    assert {stories.root(name) for name in "bcd"} == {"d"}
    assert stories.story_id("d") == "b"
