"""`newsflow sql` and `newsflow status`: every format, nothing cut, nothing written."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.conftest import COMMAND, Newsflow, environment

TYPES = (
    "select article_id, [article_id] as ids, authors, fetched_at, is_paywalled, null as nothing, "
    "(select sum(word_count) from articles) as words, 'nan'::double as nan, date '2026-01-02' as day "
    "from articles where title = 'Rain at last'"
)


def test_a_table_in_a_pipe_is_whole(newsflow: Newsflow, held: Path) -> None:
    ran = newsflow("sql", "select article_id, text, title from articles order by title", "--data", held)
    header, *rows, last = ran.stdout.splitlines()
    assert header.split() == ["article_id", "text", "title"]
    assert (len(rows), last) == (5, "5 rows")
    assert rows[0].endswith("A bridge for the harbour")
    assert "until the last bolt is tight." in rows[0]
    assert "…" not in ran.stdout
    assert len(newsflow("sql", "from range(1234)", "--data", held).stdout.splitlines()) == 1236


def test_csv(newsflow: Newsflow, held: Path) -> None:
    (row,) = csv.DictReader(io.StringIO(newsflow("sql", TYPES, "--data", held, "--format", "csv").stdout))
    assert len(row["article_id"]) == 36
    assert json.loads(row["ids"]) == [row["article_id"]]
    assert row["authors"] == '["Eva Lind"]'
    assert row["fetched_at"].endswith("Z")
    assert (row["is_paywalled"], row["nothing"], row["day"]) == ("false", "", "2026-01-02")


def test_json(newsflow: Newsflow, held: Path) -> None:
    (row,) = json.loads(newsflow("sql", TYPES, "--data", held, "--format", "json").stdout)
    assert row["ids"] == [row["article_id"]]
    assert row["authors"] == ["Eva Lind"]
    assert isinstance(row["words"], int)
    assert (row["nan"], row["nothing"], row["is_paywalled"]) == (None, None, False)
    assert (
        json.loads(newsflow("sql", "from articles limit 0", "--data", held, "--format", "json").stdout) == []
    )


def test_parquet_to_a_file_and_to_a_pipe(newsflow: Newsflow, held: Path, tmp_path: Path) -> None:
    file = tmp_path / "rows.parquet"
    assert newsflow("sql", TYPES, "--data", held, "--format", "parquet", "--output", file).code == 0
    table = pq.read_table(file)
    assert table.column("authors").to_pylist() == [["Eva Lind"]]
    assert str(table.schema.field("fetched_at").type).startswith("timestamp[us, tz=")
    command = [*COMMAND, "sql", TYPES, "--data", str(held), "--format", "parquet"]
    piped = subprocess.run(command, capture_output=True, env=environment(), check=True)
    assert pq.read_table(io.BytesIO(piped.stdout)).drop_columns("nan").equals(table.drop_columns("nan"))


def test_the_sql_comes_from_a_file_or_standard_input(newsflow: Newsflow, held: Path, tmp_path: Path) -> None:
    (tmp_path / "q.sql").write_text("select 'ü' as u;")
    for file, stdin in ((tmp_path / "q.sql", None), ("-", "select 'ü' as u".encode())):
        ran = newsflow("sql", "--file", file, "--format", "csv", "--data", held, stdin=stdin)
        assert ran.stdout == "u\nü\n"


def test_an_output_file_is_replaced_when_it_is_complete(
    newsflow: Newsflow, held: Path, tmp_path: Path
) -> None:
    file = tmp_path / "out.csv"
    file.write_text("before")
    failing = "select case when i < 50000 then '1' else 'x' end::int as n from range(100000) t(i)"
    assert newsflow("sql", failing, "--data", held, "--format", "csv", "--output", file).code == 2
    assert file.read_text() == "before"
    assert newsflow("sql", "select 1 as n", "--data", held, "--format", "csv", "--output", file).code == 0
    assert file.read_text() == "n\n1\n"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    "arguments", [["selec 1"], ["from nowhere"], ["select 1", "--output", "/nowhere/x"], []]
)
def test_wrong_use_is_told_without_a_traceback(newsflow: Newsflow, held: Path, arguments: list[str]) -> None:
    ran = newsflow("sql", *arguments, "--data", held)
    assert ran.code == 2
    assert ran.stderr.startswith("newsflow: ")
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    "statement",
    [
        "delete from articles",
        "drop table quotes",
        "insert into rejects from rejects",
        "create table x as select 1",
        "commit; delete from articles",
        "update articles set title = 'x'",
    ],
)
def test_writing_is_refused(newsflow: Newsflow, held: Path, statement: str) -> None:
    ran = newsflow("sql", statement, "--data", held)
    assert ran.code == 2
    assert (
        newsflow("sql", "select count(*) as n from articles", "--data", held, "--format", "csv").stdout
        == "n\n5\n"
    )


@pytest.mark.parametrize("output_format", ["table", "csv", "json"])
def test_a_reader_who_has_seen_enough(held: Path, output_format: str) -> None:
    command = f"sql 'from range(300000)' --format {output_format} --data {held}"
    shell = f'set -o pipefail; "$0" -m pipeline {command} | head -2'
    ran = subprocess.run(
        ["bash", "-c", shell, COMMAND[0]], capture_output=True, text=True, env=environment(), check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(ran.stdout.splitlines()) == 2


def test_status_for_people(newsflow: Newsflow, held: Path) -> None:
    ran = newsflow("status", "--data", held)
    assert ran.stdout.startswith(f"data folder: {held}\n")
    assert "articles       5" in ran.stdout.splitlines()
    assert "invalid_json      1" in ran.stdout.splitlines()
    assert "latest loads (times are UTC):" in ran.stdout
    assert "…" not in ran.stdout


def test_status_for_programs(newsflow: Newsflow, held: Path) -> None:
    state = json.loads(newsflow("status", "--data", held, "--json").stdout)
    assert state["tables"]["articles"] == 5
    assert state["rejects"] == {"corrupt": 1, "invalid_json": 1, "no_text": 1}
    assert state["batches"][0]["loaded_at"].endswith("Z")


@pytest.mark.parametrize(
    "command", [["status"], ["sql", "select 1"], ["check"], ["publish", "x.duckdb"], ["replay"]]
)
def test_before_any_ingest(newsflow: Newsflow, data: Path, command: list[str]) -> None:
    ran = newsflow(*command, "--data", data)
    assert ran.code == 2
    assert len(ran.stderr.splitlines()) == 1
    assert "run `newsflow ingest SOURCE` or" in ran.stderr
    assert not data.exists()


@pytest.mark.parametrize(
    "command",
    ["ingest", "clean", "find-duplicates", "extract-quotes", "sql", "status", "replay", "publish", "check"],
)
def test_help_has_an_example_on_one_line(newsflow: Newsflow, command: str) -> None:
    ran = newsflow(command, "--help")
    assert ran.code == 0
    assert f"Usage: newsflow {command}" in ran.stdout
    examples = [
        line for line in ran.stdout.splitlines() if f"newsflow {command} " in line and "Usage" not in line
    ]
    assert examples


def test_the_command_line_itself_loads_nothing_heavy() -> None:
    """What a command needs it loads when it runs: `--help` and errors of use come at once."""
    script = (
        "import sys, pipeline.cli.app\n"
        "heavy = {'duckdb', 'numpy', 'lxml', 'fastwarc', 'httpcore', 'feedparser', 'trafilatura', 'pebble'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_an_ingest_loads_neither_the_network_nor_the_stages() -> None:
    """Its workers clean pages; the process that reads and loads is spared that."""
    script = (
        "import sys, pipeline.cli.running\n"
        "spared = {'httpcore', 'feedparser', 'trafilatura', 'lxml', 'pipeline.acquire', 'pipeline.clean'}\n"
        "print(sorted(spared & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_who_only_asks_the_tables_is_spared_the_matcher() -> None:
    """`status`, `check` and `feeds`: it takes a tenth of their time to load."""
    script = (
        "import sys, pipeline.warehouse.check, pipeline.warehouse.subscriptions\n"
        "print(sorted({'numpy', 'pipeline.stories', 'pebble'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
