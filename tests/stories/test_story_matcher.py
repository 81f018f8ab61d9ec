"""The matcher and the groups it makes: independent of the order of arrival and of how a load is split."""

import random
from collections import defaultdict
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.stories import Holder, Match, Matcher, Parameters, Signed, group
from tests.stories.story_texts import paragraphs, signed, story, strange

TITLES = ("Mayor rejects the barrier", "Quarry sold at night", "Pupils repair a roof", "Opera lease signed")


def made_articles(rng: random.Random, count: int) -> list[Signed]:
    """Reprints of four stories over ten days: equal, cut at either end, extended, mixed, retitled."""
    articles = []
    for number in range(count):
        seed = rng.randrange(4)
        text = story(seed)
        first, last = rng.choice(((0, 8), (0, 8), (0, 4), (0, 3), (3, 8), (2, 7)))
        text = paragraphs(text, first, last)
        if rng.random() < 0.3:
            text += "\n" + story(100 + rng.randrange(6), rng.choice((2, 6, 10)))
        title = rng.choice((TITLES[seed], TITLES[seed], None, "Arlen in brief"))
        articles.append(signed(f"n{number:03}", text, title, hours=rng.randrange(240)))
    return articles


def load(articles: list[Signed]) -> dict[str, str]:
    matcher = Matcher()
    for article in articles:
        matcher.add(article)
    return matcher.stories.ids()


SEEDS = st.integers(0, 10_000)


@settings(deadline=None, max_examples=40)
@given(SEEDS)
def test_any_order_of_arrival_gives_the_same_stories(seed: int) -> None:
    rng = random.Random(seed)
    articles = made_articles(rng, 20)
    expected = load(sorted(articles, key=lambda article: article.order))
    rng.shuffle(articles)
    assert load(articles) == expected


def noticed_articles(rng: random.Random, count: int) -> list[Signed]:
    """Reprints of twelve stories by four outlets, each of which prints its notice under all of its texts."""
    articles = []
    for number in range(count):
        outlet, seed, paragraph_count = rng.randrange(4), rng.randrange(12), rng.choice((4, 4, 3, 1))
        text = (
            paragraphs(story(seed, 8), 0, paragraph_count) + "\n" + story(900 + outlet, rng.choice((8, 8, 2)))
        )
        publisher, hours = rng.choice((None, f"paper{outlet}.example")), number * 6 + rng.random()
        articles.append(
            signed(f"n{number:03}", text, f"Title {seed} {strange(seed, 1)[:6]}", hours, publisher)
        )
    return articles


def holder(article: Signed) -> Holder:
    return Holder(article.id, article.at, article.publisher, article.fingerprint.hashes)


def load_parts(articles: list[Signed], ends: list[int]) -> tuple[set[Match], dict[int, datetime]]:
    """The pairs and the boilerplate, each part by a matcher that recalls what the parts before it left."""
    pairs: set[Match] = set()
    since: dict[int, datetime] = {}
    for first, end in pairwise([0, *ends, len(articles)]):
        matcher = Matcher()
        story_ids = group((article.order for article in articles[:first]), pairs)
        matcher.holders.since.update(since)
        matcher.texts.update((article.id, article) for article in articles[:end])
        for article in articles[:first]:
            matcher.recall(holder(article), story_ids[article.id])
        for article in articles[first:end]:
            pairs.update(matcher.take(holder(article)))
        since = dict(matcher.holders.since)
    return pairs, since


@settings(deadline=None, max_examples=60)
@given(SEEDS)
def test_a_cut_in_order_of_time_changes_neither_pairs_nor_boilerplate(seed: int) -> None:
    rng = random.Random(seed)
    articles = noticed_articles(rng, 40)
    ends = sorted(rng.sample(range(1, 40), rng.randrange(1, 12)))
    pairs, since = load_parts(articles, [])
    assume(since)  # a few seeds in a hundred have no notice often enough
    assert load_parts(articles, ends) == (pairs, since)


@settings(deadline=None, max_examples=25)
@given(SEEDS)
def test_the_groups_are_a_function_of_the_pairs(seed: int) -> None:
    articles = made_articles(random.Random(seed), 16)
    matcher = Matcher()
    pairs = [pair for article in articles for pair in matcher.add(article)]
    assert group((article.order for article in articles), pairs) == matcher.stories.ids()


@settings(deadline=None, max_examples=25)
@given(SEEDS)
def test_an_older_article_never_splits_a_story(seed: int) -> None:
    articles = sorted(made_articles(random.Random(seed), 16), key=lambda article: article.order)
    before, after = load(articles[1:]), load([*articles[1:], articles[0]])
    stories = defaultdict(set)
    for name, story_id in before.items():
        stories[story_id].add(after[name])
    assert all(len(names) == 1 for names in stories.values())


def test_a_backfilled_original_takes_the_lead() -> None:
    text = story(1)
    late = [
        signed("b", paragraphs(text, 0, 6), TITLES[0], 5),
        signed("c", paragraphs(text, 1, 8), TITLES[0], 9),
    ]
    assert set(load(late).values()) == {"b"}
    assert set(load([*late, signed("a", text, TITLES[0], 1)]).values()) == {"a"}


def test_near_copies_match_within_the_window_and_equal_texts_for_all_time() -> None:
    text = story(1)
    near = text + "\n" + story(2, 2)
    day = 24
    assert load([signed("a", text, hours=0), signed("b", near, hours=7 * day)])["b"] == "a"
    assert load([signed("a", text, hours=0), signed("b", near, hours=7 * day + 1)])["b"] == "b"
    assert load([signed("a", text, hours=0), signed("b", text, hours=3650 * day)])["b"] == "a"


def test_a_near_copy_finds_a_reprint_of_an_old_text() -> None:
    text, day = story(1), 24
    near = text + "\n" + story(2, 2)
    articles = [signed("a", text), signed("b", text, hours=30 * day), signed("c", near, hours=33 * day)]
    assert set(load(articles).values()) == {"a"}
    matcher = Matcher()
    pairs = [matcher.add(article) for article in articles]
    assert pairs[2][0].duplicate_of == "b"


@pytest.mark.parametrize("titled", [True, False])
@pytest.mark.parametrize("lengths", [(8, 8), (6, 10), (10, 6), (5, 11), (8, 8, 8, 8)])
def test_a_roundup_does_not_chain_its_parts(titled: bool, lengths: tuple[int, ...]) -> None:
    parts = [strange(seed, length) for seed, length in enumerate(lengths)]
    articles = [
        signed(f"p{seed}", text, TITLES[seed] if titled else None, hours=seed)
        for seed, text in enumerate(parts)
    ]
    roundup = signed("r", "\n".join(parts), "What else happened this week" if titled else None, hours=8)
    matcher = Matcher()
    for article in articles:
        matcher.add(article)
    pairs = matcher.add(roundup)
    assert len(pairs) == len(parts)
    stories = matcher.stories.ids()
    assert len({stories[article.id] for article in articles}) == len(parts)


def test_a_live_blog_does_not_glue_the_reports_of_its_entries() -> None:
    reports = [strange(seed, 8) for seed in range(4)]
    matcher = Matcher()
    for number, text in enumerate(reports):
        matcher.add(signed(f"p{number}", text, TITLES[number], hours=number, publisher=f"p{number}.example"))
    for entries in (2, 3, 4):
        blog = "\n".join([strange(50, 2), *reversed(reports[:entries])])
        matcher.add(signed(f"blog{entries}", blog, "Live: all that happens today", 5 + entries, "b.example"))
    assert {name: story_id for name, story_id in matcher.stories.ids().items() if name[0] == "p"} == {
        f"p{number}": f"p{number}" for number in range(4)
    }


def test_a_weak_link_does_not_chain_two_stories() -> None:
    """Each end has copies of its own; the text between has a passage of both, under a third title."""
    one, other = strange(1, 10), strange(2, 10)
    between = "\n".join((strange(3, 6), paragraphs(one, 2, 4), paragraphs(other, 2, 4)))
    articles = [
        signed("a1", one, TITLES[0], 0),
        signed("a2", one + "\n" + strange(4, 1), TITLES[0], 1),
        signed("b1", other, TITLES[1], 2),
        signed("b2", other + "\n" + strange(5, 1), TITLES[1], 3),
        signed("m", between, "What Arlen talks about", 4),
    ]
    assert load(articles) == {"a1": "a1", "a2": "a1", "b1": "b1", "b2": "b1", "m": "m"}


@settings(deadline=None, max_examples=25)
@given(SEEDS)
def test_short_texts_of_the_same_phrases_never_meet_by_chance(seed: int) -> None:
    texts = {story(seed * 300 + number, 1) for number in range(150)}
    articles = [
        signed(text, text, "In brief", hours=number / 10) for number, text in enumerate(sorted(texts))
    ]
    stories = load(articles)
    assert len(set(stories.values())) == len(texts)


def test_an_article_is_no_duplicate_of_its_own_revision() -> None:
    matcher = Matcher()
    matcher.add(signed("a", story(1), TITLES[0]))
    assert matcher.add(signed("a", story(1), TITLES[0], hours=2)) == ()
    assert matcher.add(signed("a", story(1) + "\n" + story(2, 2), TITLES[0], hours=4)) == ()


def test_what_recurs_in_many_stories_leads_to_no_match() -> None:
    notice = story(77, 14)
    matcher = Matcher(Parameters(stories=3))
    names = ("Otters", "Glaciers", "Violins", "Turbines", "Lanterns", "Orchards")
    for number, name in enumerate(names):
        own = story(number, 4)
        matcher.add(signed(f"n{number}", own + "\n" + notice, f"{name} {name[::-1]}", hours=number))
    assert len(set(matcher.stories.ids().values())) == len(names)
    untitled = signed("x", story(90, 8) + "\n" + notice, hours=12)
    assert matcher.match(untitled) == ()


def test_a_publishers_own_paragraphs_become_boilerplate_sooner() -> None:
    notice = story(77, 8)
    names = ("Otters", "Glaciers", "Violins", "Turbines")
    late = story(60, 8) + "\n" + notice

    def match(publishers: tuple[str, ...]) -> int:
        matcher = Matcher()
        for number, (name, publisher) in enumerate(zip(names, publishers, strict=True)):
            text = story(number, 4) + "\n" + notice
            matcher.add(signed(f"n{number}", text, f"{name} {name[::-1]}", number, publisher))
        return len(matcher.match(signed("x", late, None, 9)))

    assert match(("a.example",) * 4) == 0
    assert match(("a.example", "b.example", "c.example", "d.example")) > 0


def test_forgetting_keeps_the_window_and_the_exact_hashes() -> None:
    day = 24
    matcher = Matcher(Parameters(held=1))
    matcher.add(signed("old", story(1), hours=0))
    matcher.add(signed("new", story(2), hours=20 * day))
    now = signed("x", "", hours=20 * day).at
    matcher.forget(now)
    assert [pair.duplicate_of for pair in matcher.match(signed("y", story(1), hours=21 * day))] == ["old"]
    near = story(2) + "\n" + story(3, 2)
    assert [pair.duplicate_of for pair in matcher.match(signed("z", near, hours=21 * day))] == ["new"]
    backfill = signed("w", story(1) + "\n" + story(3, 2), hours=1)
    assert matcher.match(backfill) == ()


def test_forgetting_keeps_the_latest_of_too_many() -> None:
    matcher = Matcher(Parameters(held=3))
    for number in range(4):
        matcher.add(signed(f"n{number}", story(number)))
    matcher.forget(signed("x", "").at)
    found = [matcher.match(signed("y", story(number) + "\n" + story(9, 2))) for number in range(4)]
    assert [len(pairs) for pairs in found] == [0, 0, 1, 1]
