"""Marks and spans: what opens, what closes, what only looks like it, and what a missing mark leaves."""

import pytest

from pipeline.quotes.marks import find_marks
from tests.quotes.extracted import marked


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ('He said "yes" twice.', ["yes"]),
        ("“Yes,” he said, “and no.”", ["Yes,", "and no."]),
        ("‘Yes,’ he said.", ["Yes,"]),
        ("''Yes,'' he said.", ["Yes,"]),
        ("``Yes,'' he said.", ["Yes,"]),
        ("«Oui», dit-il.", ["Oui"]),
        ("« Oui », dit-il.", ["Oui"]),
        ("«\u00a0Oui\u00a0», dit-il.", ["Oui"]),
        ("»Ja«, sagte er.", ["Ja"]),
        ("„Ja“, sagte er.", ["Ja"]),
        ("„Ja”, mondta.", ["Ja"]),
        ("‚Ja‘, sagte er.", ["Ja"]),
        ("‹Ja›, sagte er.", ["Ja"]),
        ("‹Ja›, sagte er. ›Nein‹, sagte sie.", ["Ja", "Nein"]),
        ("首相は「協議を続ける」と述べた。", ["協議を続ける"]),
        ("”Nej”, sade hon.", ["Nej"]),
        ("»Nej», sade hon.", ["Nej"]),
        ('“Yes," he said.', ["Yes,"]),
        ('"Yes,” he said.', ["Yes,"]),
        ("“Yes,“ he said.", ["Yes,"]),
    ],
)
def test_every_style_of_mark(text: str, spans: list[str]) -> None:
    assert marked(text) == spans


@pytest.mark.parametrize(
    "text",
    [
        "They don't know, it's the states’ plan and James’ too.",
        "Back in the ’90s they told 'em so, rock ‘n’ roll.",
        "He is 5'11\" tall and she is 6'2\".",
        "The dogs' owner and the cats' owner met at ten o’clock.",
        "═══ '''''''''' \"\"\"\"\"\"\"\" ═══",
        'Two marks "" with nothing between, and “ ” with a space.',
    ],
)
def test_what_only_looks_like_a_mark(text: str) -> None:
    assert marked(text) == []


def test_an_apostrophe_inside_does_not_close() -> None:
    assert marked("‘The states’ plan isn’t ours,’ she said.") == ["The states’ plan isn’t ours,"]
    assert marked("the ‘root causes’ of it, and the boys’ club") == ["root causes"]


def test_nested_marks_stay_inside() -> None:
    assert marked("“He told me ‘never’ twice,” she said.") == ["He told me ‘never’ twice,"]
    assert marked('"The sign said “stop” to us," he said.') == ["The sign said “stop” to us,"]
    assert marked("„Er hat „nie“ gesagt“, sagte sie.") == ["Er hat „nie“ gesagt"]
    assert marked("''He said 'no''' was the headline.")[0].startswith("He said 'no")


def test_a_quote_reopened_at_each_paragraph_is_one() -> None:
    text = "“We began here.\n“We went on there.\n“We ended,” she said.\n“New words,” he said."
    assert marked(text) == ["We began here.\n“We went on there.\n“We ended,", "New words,"]


def test_a_missing_mark_takes_only_its_own_quote() -> None:
    text = "“We tried, he said.\nNothing came of it.\n“We failed,” she said."
    assert marked(text)[-1] == "We failed,"
    assert all("Nothing came" not in span for span in marked(text))


def test_a_missing_opener_spoils_nothing_behind_it() -> None:
    assert marked("We tried,” he said. “We failed,” she said.") == ["We failed,"]


def test_marks_report_their_place() -> None:
    (first, second) = find_marks("a “b” c")
    assert (first.start, first.role, second.end, second.role) == (2, "open", 5, "close")


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("「『無理だ』と言われた」と述べた。", ["『無理だ』と言われた"]),
        ("“Jack ‹the lad› left,” she said.", ["Jack ‹the lad› left,"]),
        ("It was the workers' plan and the Joneses' house, she said: \"No.\"", ["No."]),
        ("'The workers' plan isn't ours,' she said.", ["The workers' plan isn't ours,"]),
        ("\"It was a '90s thing, we told 'em so,\" she said.", ["It was a '90s thing, we told 'em so,"]),
        ("‘It was a ’90s thing,’ he said.", ["It was a ’90s thing,"]),
        ('"He is 5\'11" tall and light," she said.', ["He is 5'11\" tall and light,"]),
        ("“We waited … and waited ...” he said.", ["We waited … and waited ..."]),
        ("“[The crew] will not leave […] the yard,” he said.", ["[The crew] will not leave […] the yard,"]),
        ("“It was ‘never again’ and ‘not now’,” he said.", ["It was ‘never again’ and ‘not now’,"]),
    ],
)
def test_marks_and_lookalikes_inside_a_quote(text: str, spans: list[str]) -> None:
    assert marked(text) == spans


@pytest.mark.parametrize("pair", ["“”", '""', "«»", "‘’"])
def test_every_style_may_reopen_at_a_paragraph(pair: str) -> None:
    left, right = pair[0], pair[1]
    assert marked(f"{left}We began here.\n{left}We ended,{right} she said.") == [
        f"We began here.\n{left}We ended,"
    ]


def test_a_cue_shows_where_a_missing_mark_stood() -> None:
    text = "“We tried, he said.\nThe yard closed.\nIt rained.\n“We failed,” she said."
    assert marked(text) == ["We tried,", "We failed,"]
