from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.stories import Parameters, find_duplicates
from tests.stories.story_texts import paragraphs, story

SEEDS = Path(__file__).parent.parent / "fixtures" / "seeds"


def row(name: str, text: str, **more: object) -> dict[str, object]:
    return {"id": name, "title": "Mayor rejects the barrier", "text": text, "published": "2024-05-06", **more}


def test_rows_come_out_in_input_order_and_look_back_only() -> None:
    text = story(1)
    rows = [
        row("a", paragraphs(text, 0, 4)),
        row("b", story(2), title="Quarry sold"),
        row("c", text),
        row("d", text),
    ]
    found = list(find_duplicates(rows))
    assert [(one.id, one.story_id, one.duplicate_of, one.relation) for one in found] == [
        ("a", "a", None, None),
        ("b", "b", None, None),
        ("c", "a", "a", "excerpt"),
        ("d", "a", "c", "exact"),
    ]
    assert found[3].similarity == 1.0
    assert found[0].similarity is None


def test_a_row_comes_out_before_the_next_is_read() -> None:
    def rows() -> Iterator[dict[str, object]]:
        yield row("a", story(1))
        raise AssertionError("read ahead")

    stream = find_duplicates(rows())
    assert isinstance(stream, Iterator)
    assert next(stream).id == "a"


def test_what_was_printed_stays_when_stories_meet() -> None:
    text = story(1, 24)
    head, tail = paragraphs(text, 0, 6), paragraphs(text, 6, 12)
    found = list(find_duplicates([row("a", tail), row("b", head), row("c", text), row("d", head + "\nEnd.")]))
    assert [one.story_id for one in found] == ["a", "b", "a", "a"]


def test_rows_of_one_url_are_one_article() -> None:
    url = "https://paper.example/mayor"
    text = story(1)
    rows = [
        row("a", text, url=url),
        row("b", text + "\n" + story(2, 2), url=url),
        row("c", text, url=url + "-2"),
    ]
    found = list(find_duplicates(rows))
    assert [one.story_id for one in found] == ["a", "a", "a"]
    assert [one.duplicate_of for one in found] == [None, None, "a"]


def test_another_text_under_the_same_url_stays_in_the_story() -> None:
    url = "https://paper.example/live"
    found = list(find_duplicates([row("a", story(1), url=url), row("b", story(2), title="Other", url=url)]))
    assert [(one.story_id, one.duplicate_of) for one in found] == [("a", None), ("a", None)]


@pytest.mark.parametrize(
    "published", [None, "", "last Tuesday", 17, "2024-05-06T08:00:00Z", "2024-05-06T23:00:00-11:00"]
)
def test_rows_without_a_readable_date_stand_at_the_latest_before(published: object) -> None:
    text = story(1)
    rows = [row("a", text), row("b", text + "\n" + story(2, 2), published=published)]
    assert [one.story_id for one in find_duplicates(rows)] == ["a", "a"]


def test_dates_out_of_the_window_keep_near_copies_apart() -> None:
    text = story(1)
    rows = [row("a", text), row("b", text + "\n" + story(2, 2), published="2024-06-06")]
    assert [one.story_id for one in find_duplicates(rows)] == ["a", "b"]


def test_missing_and_odd_fields_are_no_error() -> None:
    rows: list[dict[str, object]] = [
        {"id": 1},
        {"id": 2, "text": None, "title": 5},
        {"id": 3, "text": story(1), "url": 4, "publisher": {}},
    ]
    assert [(one.id, one.story_id, one.duplicate_of) for one in find_duplicates(rows)] == [
        ("1", "1", None),
        ("2", "2", None),
        ("3", "3", None),
    ]


def test_a_long_stream_forgets_only_what_is_out_of_the_window() -> None:
    rows = [row(f"n{day}", story(10 + day), published=f"2024-05-{day:02}") for day in range(1, 25)]
    rows[20] = row("near", story(10 + 18) + "\n" + story(2, 2), published="2024-05-21")
    rows[22] = row("equal", story(10 + 1), published="2024-05-23")
    found = {one.id: one.duplicate_of for one in find_duplicates(rows, Parameters(held=4))}
    assert found["near"] == "n18"
    assert found["equal"] == "n1"


def test_the_seed_articles_are_two_stories() -> None:
    paths = sorted(SEEDS.glob("*.txt"))
    rows = [{"id": path.name, "title": None, "text": path.read_text(), "published": None} for path in paths]
    found = list(find_duplicates(rows))
    assert len(found) == 2
    assert len({one.story_id for one in found}) == 2
    assert all(one.duplicate_of is None for one in found)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.fixed_dictionaries(
            {"id": st.integers(0, 9), "text": st.one_of(st.none(), st.text(max_size=120))},
            optional={
                "title": st.text(max_size=20),
                "published": st.one_of(
                    st.text(max_size=12), st.datetimes(), st.just("0001-01-01T00:00:00+14:00")
                ),
                "url": st.sampled_from(["u", "v", ""]),
                "publisher": st.sampled_from(["p.example", None]),
            },
        ),
        max_size=12,
    )
)
def test_any_rows_get_one_answer_each(rows: list[dict[str, object]]) -> None:
    found = list(find_duplicates(rows))
    names = [str(given_row["id"]) for given_row in rows]
    assert [one.id for one in found] == names
    for place, one in enumerate(found):
        assert one.story_id in names[: place + 1]
        assert one.duplicate_of is None or one.duplicate_of in names[:place]
