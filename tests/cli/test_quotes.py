"""`newsflow quotes`: which quotes are shown for what is asked, and how."""

import json
import os
import pty
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

import pipeline.quotes
from pipeline.cli.options import parse_day
from pipeline.errors import UsageError
from tests.conftest import COMMAND, ROOT, Newsflow, environment
from tests.test_docs import generator

PLACE = (
    "The committee met in the old town hall for most of the day and heard eleven people, some of them twice. "
)
ROWS = [
    {
        "url": "https://harbour.example/1",
        "title": "A bridge for the harbour",
        "published_at": "2026-02-01T08:00:00Z",
        "text": PLACE
        + "“We are ready to build the bridge,” said Sergey Lavrov, a mayor. Lavrov said that it will "
        "take two years.",
    },
    {
        "url": "https://valley.example/2",
        "title": "Frost in the Orchards",
        "published_at": "2026-02-02T23:30:00Z",
        "text": PLACE
        + "“A frost now would cost us the harvest,” said Sergei Lavrov. The grower called it “a "
        "nightmare” for José Díaz.",
    },
    {
        "url": "https://harbour.example/3",
        "title": "Ferries tied up",
        "published_at": "2026-02-03T09:00:00Z",
        "text": PLACE + "“Nobody asked the crews before the bridge was drawn,” José Díaz said on Tuesday.",
    },
]


@pytest.fixture(scope="module")
def archive(newsflow: Newsflow, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three articles of two publishers on three days. Tests read it and leave it as it is."""
    folder = tmp_path_factory.mktemp("quotes")
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, ROWS)))
    ran = newsflow("ingest", folder / "rows.jsonl", "--data", folder / "data")
    assert ran.code == 0, ran.stderr
    return folder / "data"


def shown(newsflow: Newsflow, archive: Path, *options: str) -> list[dict[str, str]]:
    ran = newsflow("quotes", *options, "--json", "--data", archive)
    assert ran.code == 0, ran.stderr
    rows: list[dict[str, str]] = json.loads(ran.stdout)
    return rows


@pytest.mark.parametrize(
    ("options", "starts"),
    [
        (["--kind", "direct"], ["Nobody asked", "A frost now", "We are ready"]),
        (["--speaker", "lavrov", "--kind", "direct"], ["A frost now", "We are ready"]),
        (["--speaker", "SERGEI LAVROV", "--kind", "direct"], ["A frost now", "We are ready"]),
        (["--speaker", "diaz"], ["Nobody asked"]),
        (["--speaker", "lav"], []),
        (["--about", "Bridge", "--kind", "direct"], ["Nobody asked", "We are ready"]),
        (["--about", "orchards frost", "--kind", "direct"], ["A frost now"]),
        (["--about", "bridge frost"], []),
        (["--since", "2026-02-02", "--until", "2026-02-02", "--kind", "direct"], ["A frost now"]),
        (["--since", "2026-02-03T09:00:00+01:00", "--kind", "direct"], ["Nobody asked"]),
        (["--publisher", "Harbour.example", "--kind", "direct"], ["Nobody asked", "We are ready"]),
        (["--kind", "direct", "--kind", "mixed", "--limit", "1"], ["Nobody asked"]),
        (["--speaker", "'; drop table quotes; --"], []),
    ],
)
def test_what_is_asked_for_is_shown_newest_first(
    newsflow: Newsflow, archive: Path, options: list[str], starts: list[str]
) -> None:
    rows = shown(newsflow, archive, *options)
    assert [" ".join(row["text"].split()[:2]) for row in rows if row["kind"] == "direct"] == [
        " ".join(start.split()[:2]) for start in starts
    ]


def test_a_row_says_who_where_and_when(newsflow: Newsflow, archive: Path) -> None:
    (row,) = shown(newsflow, archive, "--about", "crews")
    assert (row["speaker"], row["publisher"], row["published_at"], row["title"], row["url"]) == (
        "José Díaz",
        "harbour.example",
        "2026-02-03T09:00:00Z",
        "Ferries tied up",
        "https://harbour.example/3",
    )


def test_an_utterance_that_its_cue_interrupts_is_shown_as_one(newsflow: Newsflow, tmp_path: Path) -> None:
    row = {"url": "https://pier.example/1", "title": "Pier", "text": PLACE + INTERRUPTED}
    (tmp_path / "rows.jsonl").write_text(json.dumps(row))
    assert newsflow("ingest", tmp_path / "rows.jsonl", "--data", tmp_path / "data").code == 0
    found = shown(newsflow, tmp_path / "data", "--about", "slept paid")
    assert [row["text"] for row in found] == ["None of us slept, … and none of us was paid."]
    parts = newsflow("sql", PARTS, "--format", "json", "--data", tmp_path / "data")
    assert json.loads(parts.stdout) == [{"parts": ["None of us slept,", "and none of us was paid."]}]


INTERRUPTED = "“None of us slept,” José Díaz said on Tuesday, “and none of us was paid.” It is shut."
PARTS = """
select list(text order by ordinal) as parts from quotes
group by article_id, coalesce(continues, ordinal) having count(*) > 1
"""


def test_in_a_pipe_a_line_a_quote_and_how_many_more(newsflow: Newsflow, archive: Path) -> None:
    ran = newsflow("quotes", "--kind", "direct", "--limit", 2, "--data", archive)
    head, first, second = ran.stdout.splitlines()
    assert head.split() == ["published_at", "publisher", "speaker", "speaker_role", "kind", "text"]
    assert first.startswith("2026-02-03 09:00:00  harbour.example  José Díaz")
    assert second.endswith("A frost now would cost us the harvest,")
    assert ran.stderr == "newsflow: the newest 2 of 3 quotes; --limit N shows more\n"


def test_on_a_terminal_the_words_are_wrapped_below_their_speaker(archive: Path) -> None:
    ours, theirs = pty.openpty()
    command = [*COMMAND, "quotes", "--about", "crews", "--data", str(archive)]
    subprocess.run(command, stdout=theirs, env=environment() | {"COLUMNS": "44"}, check=True)
    os.close(theirs)
    assert os.read(ours, 10_000).decode().replace("\r\n", "\n") == (
        "2026-02-03  harbour.example  José Díaz\n"
        "  “Nobody asked the crews before the bridge\n"
        "  was drawn,”\n"
        "  in: Ferries tied up\n\n"
    )
    os.close(ours)


def test_nothing_found_is_said_and_is_no_error(newsflow: Newsflow, archive: Path) -> None:
    ran = newsflow("quotes", "--about", "zeppelin", "--data", archive)
    assert (ran.code, ran.stdout) == (0, "")
    assert ran.stderr.startswith("newsflow: no quote matches")
    assert shown(newsflow, archive, "--about", "zeppelin") == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--since", "yesterday"], "newsflow: --since: `yesterday` is no date; write 2026-02-28"),
        (["--until", "2026-02-30"], "newsflow: --until: `2026-02-30` is no date"),
        (["--speaker", " … "], "newsflow: --speaker: there is no word in ` … `"),
    ],
)
def test_wrong_use_is_one_line(newsflow: Newsflow, archive: Path, options: list[str], message: str) -> None:
    ran = newsflow("quotes", *options, "--data", archive)
    assert (ran.code, ran.stdout) == (2, "")
    (line,) = ran.stderr.splitlines()
    assert line.startswith(message)


def test_before_any_ingest(newsflow: Newsflow, data: Path) -> None:
    ran = newsflow("quotes", "--data", data)
    assert ran.code == 2
    assert "run `newsflow ingest SOURCE` or" in ran.stderr


def test_help_has_examples(newsflow: Newsflow) -> None:
    ran = newsflow("quotes", "--help")
    assert ran.code == 0
    assert len([line for line in ran.stdout.splitlines() if " newsflow quotes --" in line]) == 3


def test_days_and_times() -> None:
    midnight = datetime(2026, 2, 28, tzinfo=UTC)
    assert parse_day("2026-02-28", "--since") == (midnight, datetime(2026, 3, 1, tzinfo=UTC))
    assert parse_day("2026-02-28T01:00+01:00", "--until") == (midnight, midnight)
    assert parse_day("2026-02-28T00:00", "--until") == (midnight, midnight)
    for wrong in ("", "28.2.2026", "2026", "9999-12-31", "0001-01-01T00:00+14:00"):
        with pytest.raises(UsageError):
            parse_day(wrong, "--since")


def test_the_tables_in_the_page_on_quotes_are_what_the_code_gives() -> None:
    page = (ROOT / "docs/quotes.md").read_text(encoding="utf-8")
    assert page.count("| indirect |") > 0
    assert generator("generate_quotes").render(page) == page, "run `python docs/generate_quotes.py`"


def test_a_stale_table_is_noticed() -> None:
    page = "<!-- rows -->\n| old |\n<!-- end -->\n"
    fresh = generator("generate_quotes").render(page)
    assert "| old |" not in fresh
    assert (
        "| direct | These efforts are not taken seriously by Russia, | he | Sergei Lavrov | stated |" in fresh
    )


def test_the_page_on_quotes_names_every_step_in_its_order() -> None:
    page = (ROOT / "docs/quotes.md").read_text(encoding="utf-8")
    steps = re.findall(r"^ *\d+\. (\w+\.py)", pipeline.quotes.__doc__ or "", re.M)
    places = [page.find(f"`{step}`") for step in steps]
    assert len(steps) >= 19
    assert [step for step, place in zip(steps, places, strict=True) if place < 0] == []
