"""`newsflow stories` and `newsflow diff`: which stories are shown, and what two copies differ in."""

import json
from pathlib import Path

import pytest

from tests.conftest import Newsflow
from tests.stories.story_texts import story

FERRY, BRIDGE = story(1), story(2)
ROWS = [
    ("https://agency.example/1", "Ferry returns", f"CORROW, March 2 (AP) - {FERRY}", "2026-03-02T08:00:00Z"),
    ("https://harbour.example/2", "Ferry is back", FERRY, "2026-03-02T10:00:00Z"),
    ("https://valley.example/3", "Ferry returns", "\n".join(FERRY.split("\n")[:-1]), "2026-03-03T08:00:00Z"),
    ("https://harbour.example/4", "Bridge opens", BRIDGE, "2026-03-09T08:00:00Z"),
    ("https://valley.example/5", "Bridge opens", BRIDGE + "\nIt cost 41 million.", "2026-03-09T09:30:00Z"),
    ("https://valley.example/6", "Alone", story(3), "2026-03-09T09:30:00Z"),
]


@pytest.fixture(scope="module")
def archive(newsflow: Newsflow, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two stories of three and two articles, and an article alone. Tests read it and leave it as it is."""
    folder = tmp_path_factory.mktemp("stories")
    names = ("url", "title", "text", "published_at")
    rows = (json.dumps(dict(zip(names, row, strict=True))) for row in ROWS)
    (folder / "rows.jsonl").write_text("\n".join(rows))
    ran = newsflow("ingest", folder / "rows.jsonl", "--data", folder / "data")
    assert ran.code == 0, ran.stderr
    return folder / "data"


@pytest.mark.parametrize(
    ("options", "counts"),
    [
        ([], [3, 2]),
        (["--limit", "1"], [3]),
        (["--least", "1"], [3, 2, 1]),
        (["--since", "2026-03-03", "--until", "2026-03-03"], [3]),
        (["--since", "2026-03-09"], [2]),
        (["--publisher", "www.Harbour.example"], [3, 2]),
        (["--publisher", "agency.example"], [3]),
        (["--about", "bridge OPENS"], [2]),
        (["--about", "nothing like it"], []),
    ],
)
def test_stories_asked_for(newsflow: Newsflow, archive: Path, options: list[str], counts: list[int]) -> None:
    ran = newsflow("stories", *options, "--json", "--data", archive)
    assert ran.code == 0, ran.stderr
    assert [row["article_count"] for row in json.loads(ran.stdout)] == counts


def test_a_story_says_who_had_it_first_and_from_which_agency(newsflow: Newsflow, archive: Path) -> None:
    ran = newsflow("stories", "--limit", "1", "--data", archive)
    assert all(word in ran.stdout for word in ("agency.example", "AP", "Ferry returns"))
    assert "the biggest 1 of 2 stories" in ran.stderr
    ran = newsflow("stories", "--about", "zebra", "--data", archive)
    assert (ran.code, ran.stdout) == (0, "")
    assert "no story matches" in ran.stderr


def test_two_copies_are_compared_word_by_word(newsflow: Newsflow, archive: Path) -> None:
    ran = newsflow("diff", ROWS[0][0], ROWS[1][0], "--data", archive)
    assert ran.code == 0, ran.stderr
    assert "[-CORROW, March 2 (AP) --]" in ran.stdout
    assert "Ferry [-returns-]{+is back+}" in ran.stdout
    assert "printed 2 h 0 min later" in ran.stderr


def test_a_copy_alone_is_compared_with_the_lead_of_its_story(newsflow: Newsflow, archive: Path) -> None:
    ran = newsflow("diff", ROWS[4][0], "--json", "--data", archive)
    found = json.loads(ran.stdout)
    assert found["a"]["url"] == ROWS[3][0]
    assert found["words_kept"] == 1
    assert found["is_one_story"] is True
    added = [one["text"] for one in found["changes"] if one["kind"] == "added"]
    assert added == ["\nIt cost 41 million."]
    again = newsflow(
        "diff", found["a"]["article_id"][:8], found["b"]["article_id"][:8], "--json", "--data", archive
    )
    assert json.loads(again.stdout) == found


@pytest.mark.parametrize(
    ("named", "problem"),
    [
        (["https://agency.example/none"], "no article has this id or URL"),
        (["zzzz"], "neither an address nor"),
        (["abc"], "neither an address nor"),
        (["https://agency.example/1"], "it leads its story"),
        (["https://agency.example/1", "https://agency.example/1"], "one article twice"),
    ],
)
def test_wrong_names_are_told_in_one_line(
    newsflow: Newsflow, archive: Path, named: list[str], problem: str
) -> None:
    ran = newsflow("diff", *named, "--data", archive)
    assert ran.code == 2
    assert problem in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


def test_the_view_of_copies_says_what_was_changed(newsflow: Newsflow, archive: Path) -> None:
    ran = newsflow(
        "sql",
        "select url, wire, relation, is_lead, words_kept, words_added > 0 as added, numbers_added, "
        "is_retitled, epoch(delay)::integer as delay from story_copies order by url",
        "--format",
        "json",
        "--data",
        archive,
    )
    rows = {row["url"][-1]: row for row in json.loads(ran.stdout)}
    assert [rows["1"][name] for name in ("wire", "relation", "is_lead", "words_kept", "delay")] == [
        "AP", None, True, 1.0, 0
    ]  # fmt: skip
    names = ("relation", "is_retitled", "added", "delay")
    assert [rows["2"][name] for name in names] == ["copy", True, False, 7200]
    assert rows["3"]["is_retitled"] is False
    assert 0.8 < rows["3"]["words_kept"] < 0.95
    assert (rows["5"]["words_kept"], rows["5"]["numbers_added"]) == (1.0, ["41"])


def test_syndication_counts_stories_from_publisher_to_publisher(newsflow: Newsflow, archive: Path) -> None:
    ran = newsflow(
        "sql",
        "select publisher, printed_by, story_count, wire_count, epoch(median_delay)::integer as seconds "
        "from syndication order by all",
        "--format",
        "csv",
        "--data",
        archive,
    )
    assert ran.stdout.splitlines()[1:] == [
        "agency.example,harbour.example,1,1,7200",
        "agency.example,valley.example,1,1,86400",
        "harbour.example,valley.example,1,0,5400",
    ]
