"""Two texts side by side: what was kept, removed and added, and that nothing is lost in between."""

import time

from hypothesis import given
from hypothesis import strategies as st

from pipeline.stories import changes, kept_share
from tests.house_rules import ROOT
from tests.stories.story_texts import strange
from tests.test_docs import generator

texts = st.lists(
    st.sampled_from(["the", "mayor", "4,100", ",", ".", "\n", "“", "東", "d’or", "  "]), max_size=30
).map(" ".join)


def test_what_differs_between_two_sentences() -> None:
    found = changes("The mayor resigned on Monday.", "The mayor of Arlen resigned.")
    assert [(one.kind, one.text) for one in found] == [
        ("equal", "The mayor "),
        ("added", "of Arlen "),
        ("equal", "resigned"),
        ("removed", "on Monday"),
        ("equal", "."),
    ]
    assert kept_share(found) == 3 / 5


@given(texts, texts)
def test_both_texts_can_be_put_together_again(before: str, after: str) -> None:
    found = changes(before, after)
    left = "".join(one.text for one in found if one.kind != "added")
    right = "".join(one.text for one in found if one.kind != "removed")
    assert "".join(left.split()) == "".join(before.split())
    assert "".join(right.split()) == "".join(after.split())
    assert left.count("\n") == before.count("\n")


@given(texts)
def test_a_text_has_no_changes_to_itself(text: str) -> None:
    assert {one.kind for one in changes(text, text)} <= {"equal"}
    assert kept_share(changes(text, text)) == 1


def test_texts_without_anything_in_common_end_soon() -> None:
    began = time.process_time()
    found = changes(strange(1, 2000).replace("\n", " "), strange(2, 2000).replace("\n", " "))
    assert [one.kind for one in found] == ["removed", "added"]
    assert time.process_time() - began < 5


def test_the_page_on_stories_is_fresh() -> None:
    page = (ROOT / "docs/stories.md").read_text(encoding="utf-8")
    assert generator("generate_stories").render(page) == page, "run `python docs/generate_stories.py`"
    assert page.count("<!-- end -->") == 4
