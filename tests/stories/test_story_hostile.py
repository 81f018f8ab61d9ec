"""Input made to break the stage: right groups, in bounded time."""

import random
import time
from collections import Counter
from collections.abc import Iterable

import pytest

from pipeline.stories import Parameters, find_duplicates
from tests.stories.story_texts import story

pytestmark = pytest.mark.alone
COUNT = 10_000


def timed_stories(rows: Iterable[dict[str, object]], seconds: float) -> Counter[str]:
    """The sizes of the stories; fails if it took longer than so many CPU seconds."""
    start = time.process_time()
    sizes = Counter(found.story_id for found in find_duplicates(rows))
    assert time.process_time() - start < seconds
    return sizes


def row(number: int, text: str, title: str | None = "Results") -> dict[str, object]:
    return {"id": str(number), "title": title, "text": text, "published": f"2024-05-{1 + number % 28:02}"}


def test_ten_thousand_copies_of_one_text_are_one_story() -> None:
    text = story(1)
    assert timed_stories((row(number, text) for number in range(COUNT)), 12) == {"0": COUNT}


@pytest.mark.parametrize("place", ["first", "middle", "last", "only short"])
def test_ten_thousand_texts_that_differ_in_one_number_are_no_duplicates(place: str) -> None:
    before, after = story(1, 8), story(2, 8)
    template = {
        "first": "{} is the figure. " + before,
        "middle": before + "\nThe index closed at {} points in Gant.\n" + after,
        "last": before + "\nThe turnover of the year was {}",
        "only short": "The lottery in Holm drew the number {} on Saturday.",
    }[place]
    sizes = timed_stories((row(number, template.format(number)) for number in range(COUNT)), 20)
    assert len(sizes) == COUNT


def test_many_near_copies_of_one_text_are_one_story() -> None:
    words = story(1).split()
    rng = random.Random(4)

    def copy() -> str:
        changed = list(words)
        for place in rng.sample(range(len(words)), 4):
            changed[place] = "".join(rng.choices("abdegiklmnoprstu", k=7))
        return " ".join(changed)

    sizes = timed_stories([row(number % 7, copy()) | {"id": str(number)} for number in range(1500)], 20)
    assert sizes == {"0": 1500}


def test_many_stubs_with_one_notice_are_no_duplicates() -> None:
    notice = story(77, 12)
    rng = random.Random(6)
    titles = ["".join(rng.choices("bcdfgpqvwxyz", k=7)) for _ in range(1000)]
    rows = [row(number, story(number, 3) + "\n" + notice, title) for number, title in enumerate(titles)]
    assert len(timed_stories(rows, 10)) == 1000


def test_one_word_a_million_times() -> None:
    rows = [row(number, "word " * (1_000_000 - number // 2)) for number in range(3)]
    assert timed_stories(rows, 15) == {"0": 2, "2": 1}


def test_a_million_different_words_and_one_endless_word() -> None:
    texts = [
        " ".join(map(str, range(1_000_000))),
        "a" * 5_000_000,
        "東" * 300_000,
        "1" * 300_000,
        "1," * 300_000,
    ]
    assert len(timed_stories((row(number, text) for number, text in enumerate(texts)), 15)) == 5


def test_empty_texts_are_nothing_to_each_other() -> None:
    assert len(timed_stories((row(number, " \n", "Gone") for number in range(COUNT)), 5)) == COUNT


def test_a_candidate_limit_bounds_the_work() -> None:
    parameters = Parameters(candidates=1, holders=4)
    rows = [row(0, story(1) + "\n" + story(number + 2, 2)) | {"id": str(number)} for number in range(40)]
    assert {found.story_id for found in find_duplicates(rows, parameters)} == {"0"}
