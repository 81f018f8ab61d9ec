import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.stories import DEFAULT, verify
from pipeline.stories.evidence import informative, share, weigh
from tests.stories.story_texts import paragraphs, signed, story, strange

TITLE = "Mayor rejects the flood barrier"


def test_equal_texts_are_exact_whatever_their_titles() -> None:
    text = story(1)
    match = verify(signed("b", text, "Other words", hours=900), signed("a", text.upper(), TITLE))
    assert match is not None
    assert (match.duplicate_of, match.article_id, match.relation) == ("a", "b", "exact")
    assert (match.similarity, match.containment, match.links) == (1.0, 1.0, True)


def test_a_copy_with_an_outlets_own_ending() -> None:
    text = story(1)
    match = verify(signed("a", text, TITLE), signed("b", text + "\n" + story(2, 2), TITLE, hours=1))
    assert match is not None
    assert match.relation == "copy"
    assert match.links
    assert match.containment == 1.0
    assert 0.8 < match.similarity < 1.0


def test_a_truncated_copy_is_an_excerpt_of_the_same_story() -> None:
    text = story(1)
    match = verify(signed("a", text, TITLE), signed("b", paragraphs(text, 0, 3), TITLE, hours=1))
    assert match is not None
    assert match.relation == "excerpt"
    assert match.links
    assert match.containment == 1.0


def test_a_retitled_truncated_copy_links_by_its_opening() -> None:
    text = story(1)
    excerpt = signed("b", paragraphs(text, 0, 3), "Flood barrier: what the mayor rejected", hours=1)
    match = verify(signed("a", text, TITLE), excerpt)
    assert match is not None
    assert match.links


@pytest.mark.parametrize("titled", [True, False])
def test_a_roundup_quotes_a_story_without_joining_it(titled: bool) -> None:
    quoted, others = strange(1, 8), [strange(seed, 8) for seed in (2, 3, 4)]
    roundup = "\n".join((others[0], quoted, *others[1:]))
    title, title_of_all = (TITLE, "The week in Arlen") if titled else (None, None)
    match = verify(signed("a", quoted, title), signed("r", roundup, title_of_all, 3))
    assert match is not None
    assert match.relation == "excerpt"
    assert match.containment > 0.9
    assert not match.links


def test_a_new_lead_makes_an_update() -> None:
    text = story(1)
    later = signed("b", story(2, 8) + "\n" + paragraphs(text, 0, 5), TITLE, hours=3)
    match = verify(signed("a", text, TITLE), later)
    assert match is not None
    assert match.relation == "update"
    assert match.links


def test_a_changed_number_among_other_changes_makes_an_update() -> None:
    text = story(1) + "\nThe storm hurt 12 people in the town of Gant and its harbour."
    changed = text.replace("12", "15") + "\n" + story(2, 4)
    match = verify(signed("a", text, TITLE), signed("b", changed, TITLE, hours=3))
    assert match is not None
    assert match.relation == "update"


@pytest.mark.parametrize(
    ("publishers", "wires", "relation"),
    [
        (("a.example", "a.example"), (None, None), "update"),
        (("a.example", "b.example"), ("AP", "AP"), "update"),
        (("a.example", None), (None, None), "update"),
        (("a.example", "b.example"), (None, None), "copy"),
        (("a.example", "b.example"), ("AP", "dpa"), "copy"),
        (("a.example", "b.example"), ("AP", None), "copy"),
    ],
)
def test_an_update_is_of_one_outlet_or_wire(
    publishers: tuple[str | None, str | None], wires: tuple[str | None, str | None], relation: str
) -> None:
    text = story(1) + "\nThe storm hurt 12 people in the town of Gant and its harbour."
    new_lead = story(2, 8) + "\n" + paragraphs(text, 0, 5)
    new_number = text.replace("12", "15") + "\n" + story(2, 4)
    first = signed("a", text, TITLE, 0, publishers[0], wire=wires[0])
    for changed in (new_lead, new_number):
        match = verify(first, signed("b", changed, TITLE, 3, publishers[1], wire=wires[1]))
        assert match is not None
        assert (match.relation, match.links) == (relation, True)


def test_the_same_words_with_another_number_are_other_news() -> None:
    text = story(1) + "\nThe index closed at {} points on the exchange in Gant.\n" + story(2)
    assert verify(signed("a", text.format(4120)), signed("b", text.format(3987), hours=24)) is None


def test_a_table_of_figures_in_the_same_words_is_other_news() -> None:
    def report(start: int) -> str:
        rows = (
            f"Shares of {name} were at {start + place * 7} crowns" for place, name in enumerate("abcdefgh")
        )
        return story(9, 4) + "\n" + ". ".join(rows)

    assert verify(signed("a", report(100)), signed("b", report(203), hours=24)) is None


def test_texts_days_apart_must_share_more() -> None:
    text = story(1)
    other = story(2, 10) + "\n" + paragraphs(text, 0, 3)
    soon, late = (signed("b", other, TITLE, hours=hours) for hours in (5, 70))
    first = signed("a", text, TITLE)
    assert verify(first, soon) is not None
    assert verify(first, late) is None


def test_short_texts_need_the_same_title() -> None:
    text = "The union of dock workers at Corrow will strike from Monday over unpaid night shifts."
    longer = text + " Talks broke down."
    first = signed("a", text, "Dock strike at Corrow")
    assert verify(first, signed("b", longer, "Strike at Corrow docks")) is not None
    assert verify(first, signed("b", longer, "In brief")) is None
    assert verify(first, signed("b", longer)) is None


def test_stubs_of_different_articles_are_not_duplicates() -> None:
    notice = story(50, 10)
    one = signed("a", story(1, 3) + "\n" + notice, "Orchestra loses its cellist")
    other = signed("b", story(2, 3) + "\n" + notice, "Beavers return to the Lenne")
    assert verify(one, other) is None


def test_boilerplate_counts_for_nothing() -> None:
    notice = story(50, 12)
    one = signed("a", story(1, 8) + "\n" + notice, TITLE)
    other = signed("b", story(2, 8) + "\n" + notice, TITLE)
    assert verify(one, other) is not None
    common = frozenset(one.fingerprint.hashes) & frozenset(other.fingerprint.hashes)
    assert verify(one, other, common) is None
    assert share(informative(one, common), signed("n", notice).shingles.distinct) < 0.2


def test_a_text_that_is_all_boilerplate_has_nothing_informative() -> None:
    article = signed("a", story(1))
    assert not len(informative(article, frozenset(article.fingerprint.hashes)))
    evidence = weigh(article, signed("b", story(2)), frozenset(article.fingerprint.hashes))
    assert (evidence.shared, evidence.containment, evidence.coverage) == (0, 0.0, 0.0)


def test_texts_without_words_match_nothing() -> None:
    assert verify(signed("a", "", TITLE), signed("b", "", TITLE)) is None
    assert verify(signed("a", "..."), signed("b", story(1))) is None


TEXTS = st.builds(
    lambda seeds, cut: "\n".join(story(seed, 4) for seed in seeds)[cut:],
    st.lists(st.integers(0, 5), max_size=6),
    st.integers(0, 200),
)


@settings(deadline=None)
@given(TEXTS, TEXTS, st.floats(0, 200), st.floats(0, 200))
def test_verification_does_not_know_which_came_first(one: str, other: str, when: float, then: float) -> None:
    a, b = signed("a", one, TITLE, when), signed("b", other, None, then)
    match = verify(a, b)
    assert match == verify(b, a)
    if match:
        assert 0 <= match.similarity <= match.containment <= 1
        assert {match.article_id, match.duplicate_of} == {"a", "b"}
        earlier = min((a, b), key=lambda article: article.order)
        assert match.duplicate_of == earlier.id


@settings(deadline=None)
@given(TEXTS, TEXTS, st.sets(st.integers(0, 40)))
def test_boilerplate_takes_away_alike_from_both_sides(one: str, other: str, chosen: set[int]) -> None:
    a, b = signed("a", one), signed("b", other)
    hashes = sorted({*a.fingerprint.hashes, *b.fingerprint.hashes})
    common = frozenset(found for place, found in enumerate(hashes) if place in chosen)
    evidence, turned = weigh(a, b, common), weigh(b, a, common)
    assert (evidence.short.id, evidence.shared) == (turned.short.id, turned.shared)
    assert evidence.shared <= evidence.of_short <= evidence.of_long
    assert evidence.shared <= weigh(a, b, frozenset()).shared
    assert evidence.of_long <= max(len(a.shingles.distinct), len(b.shingles.distinct))


def test_every_threshold_can_be_set() -> None:
    text = story(1)
    a, b = signed("a", text, TITLE), signed("b", paragraphs(text, 0, 4), TITLE)
    strict = dataclasses.replace(DEFAULT, shared=10_000, contained=1.1)
    assert verify(a, b) is not None
    assert verify(a, b, parameters=strict) is None
