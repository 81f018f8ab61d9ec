"""`newsflow ingest`: what it prints, how it ends, and what bad input costs."""

import fcntl
import hashlib
import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import STORY
from tests.conftest import COMMAND, Newsflow, environment

Ask = Callable[[Path, str], list[dict[str, object]]]
COUNTS = "select (select count(*) from articles) as articles, (select count(*) from captures) as captures"


def text_file(path: Path, number: int = 0) -> Path:
    path.write_text(f"Number {number}\n\n" + STORY.replace("nine", f"{number} long"))
    return path


def test_everything_is_accounted_for(held: Path, ask: Ask) -> None:
    assert ask(held, "select reason, count(*) as n from rejects group by 1 order by 1") == [
        {"reason": "corrupt", "n": 1},
        {"reason": "invalid_json", "n": 1},
        {"reason": "no_text", "n": 1},
    ]
    assert ask(held, "select sum(items) as items, sum(loaded) as loaded from batches") == [
        {"items": 8, "loaded": 5}
    ]
    assert ask(held, "select count(*) as n, count(distinct story_id) as stories from articles") == [
        {"n": 5, "stories": len(ask(held, "from stories"))}
    ]
    speakers = {row["speaker"] for row in ask(held, "select speaker from quotes where kind = 'direct'")}
    assert speakers >= {"Anna Berg", "Jonas Falk"}


def test_again_changes_nothing(newsflow: Newsflow, sources: Path, copied: Path) -> None:
    ran = newsflow("ingest", sources, "--data", copied, "--json")
    assert ran.code == 0
    assert json.loads(ran.stdout)["already_held"] == json.loads(ran.stdout)["items"] == 8


def test_the_report_tells_of_this_run_only(newsflow: Newsflow, copied: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    ran = newsflow("ingest", text_file(tmp_path / "a.txt"), tmp_path / "empty.txt", "--data", copied)
    first, *others = ran.stdout.splitlines()
    assert first.startswith("2 items in ")
    assert first.endswith(": 1 loaded, 1 rejected")
    assert [line for line in others if "rejected:" in line] == ["  rejected: 1 empty"]
    assert "articles       6" in others
    assert others[-1] == f'Tables are in {copied}. Ask them: newsflow sql "from quotes limit 5"'


def test_a_missing_file_among_good_ones(newsflow: Newsflow, tmp_path: Path, data: Path) -> None:
    good = text_file(tmp_path / "a.txt")
    ran = newsflow("ingest", tmp_path / "nowhere.txt", good, "--data", data, "--strict")
    assert ran.code == 1
    assert ran.stderr.splitlines() == [
        f"newsflow: {tmp_path}/nowhere.txt: no such file or folder; it is left out"
    ]
    assert "1 item in" in ran.stdout


@pytest.mark.parametrize("arguments", [["nowhere"], ["empty-folder"], ["loop.txt"], []])
def test_nothing_to_read(newsflow: Newsflow, tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "empty-folder").mkdir()
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    ran = newsflow("ingest", *arguments, "--data", "data", cwd=tmp_path)
    assert ran.code == 2
    assert "Traceback" not in ran.stderr
    assert ran.stdout == ""
    if arguments:
        assert ran.stderr.splitlines()[-1].startswith("newsflow: nothing ")


def test_strict_ends_with_one_where_something_was_rejected(
    newsflow: Newsflow, tmp_path: Path, data: Path
) -> None:
    (tmp_path / "empty.txt").touch()
    assert newsflow("ingest", tmp_path / "empty.txt", "--data", data).code == 0
    assert newsflow("ingest", text_file(tmp_path / "a.txt"), "--data", data, "--strict").code == 0
    (tmp_path / "b.jsonl").write_text("{}")
    assert newsflow("ingest", tmp_path / "b.jsonl", "--data", data, "--strict").code == 1


def test_hostile_input_costs_itself_only(newsflow: Newsflow, tmp_path: Path, data: Path, ask: Ask) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "huge.html").write_bytes(b"<html><p>" + b"words and words " * (50 << 16))
    (folder / "nested.html").write_bytes(b"<html><body>" + b"<div>" * 100_000 + b"deep" + b"</div>" * 100_000)
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "nul.txt").write_bytes(("One\x00 two.\n" + STORY).encode())
    (folder / "latin.txt").write_bytes(("Zürich überholt Genf am Sonntag.\n" * 9).encode("cp1252"))
    (folder / "wide.txt").write_bytes(STORY.encode("utf-16"))
    (folder / "cut.jsonl.gz").write_bytes(b"\x1f\x8b\x08\x00\x00")
    (folder / "caf\udce9.txt").touch()
    (folder / "rows.jsonl").write_text(
        json.dumps({"text": STORY + "\ud800", "title": "\udfff", "url": "https://news.example/\ud800\x00\n"})
    )
    (folder / "loop").symlink_to(folder)
    ran = newsflow("ingest", folder, "--data", data, "--json")
    assert ran.code == 0, ran.stderr
    report = json.loads(ran.stdout)
    assert report["items"] == report["loaded"] + report["rejected"] == 9
    assert report["loaded"] >= 4
    reasons = {Path(str(row["item_key"])).name: row["reason"] for row in ask(data, "from rejects")}
    assert reasons["huge.html"] == "too_large"
    assert reasons["cut.jsonl.gz"] == "truncated"
    assert reasons["caf\\udce9.txt"] == "empty"
    assert newsflow("check", "--data", data).code == 0
    assert newsflow("replay", "--data", data).code == 0


def test_an_interrupt_ends_at_the_end_of_a_batch_and_a_rerun_completes(
    newsflow: Newsflow, tmp_path: Path, data: Path, ask: Ask
) -> None:
    rows = [
        json.dumps({"text": f"{STORY} {number}", "url": f"https://news.example/{number}"})
        for number in range(3000)
    ]
    (tmp_path / "rows.jsonl").write_text("\n".join(rows))
    process = newsflow.start("ingest", tmp_path / "rows.jsonl", "--data", data)
    while not list(data.glob("captures/??/*")):
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130, stderr
    assert b"run the same again to go on" in stderr
    loaded = ask(data, COUNTS)[0]["captures"]
    assert loaded in (1000, 2000)
    assert newsflow("ingest", tmp_path / "rows.jsonl", "--data", data).code == 0
    assert ask(data, COUNTS)[0]["captures"] == 3000


def test_a_second_ingest_waits_and_says_so(newsflow: Newsflow, tmp_path: Path, copied: Path) -> None:
    with (copied / "catalog.sqlite.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = newsflow.start("ingest", text_file(tmp_path / "a.txt", 7), "--data", copied, "--json")
        assert process.stderr
        assert process.stderr.readline() == b"newsflow: another writer is loading; waiting for it ...\n"
        assert process.poll() is None
        fcntl.flock(lock, fcntl.LOCK_UN)
        output, _ = process.communicate(timeout=60)
    assert json.loads(output)["loaded"] == 1


@pytest.mark.parametrize("limit", [4_000, 90_000])
def test_a_full_disk_is_one_line_and_a_rerun_completes(
    newsflow: Newsflow, tmp_path: Path, data: Path, ask: Ask, limit: int
) -> None:
    """A limit on the size of files stands in for the disk: writes fail in the same places.

    It is set when the workers are there, because what they unpack when they start is no part of this.
    """
    source = tmp_path / "rows.jsonl"
    texts = [f"{STORY} {hashlib.sha256(b'%d' % n).hexdigest()}" for n in range(300)]
    rows = [{"text": text, "url": f"https://e.example/{n}"} for n, text in enumerate(texts)]
    source.write_text("\n".join(map(json.dumps, rows)))
    assert newsflow("ingest", text_file(tmp_path / "a.txt"), "--data", data).code == 0
    script = f"""
import resource, signal, sys
from pipeline.cli import ingest, running, main
opened = running.open_run
def full(*args):
    class Full:
        def __enter__(self):
            self.run = opened(*args)
            run = self.run.__enter__()
            run.workers.submit(len, b"", b"").result()
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
            return run
        def __exit__(self, *error):
            return self.run.__exit__(*error)
    return Full()
running.open_run = full
main()
"""
    command = [COMMAND[0], "-c", script, "ingest", str(source), "--data", str(data)]
    ran = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    assert ran.returncode == 2, ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1, ran.stderr
    assert "make room and run the same again" in ran.stderr
    assert ask(data, COUNTS) == [{"articles": 1, "captures": 1}]
    assert newsflow("ingest", source, "--data", data).code == 0
    assert ask(data, COUNTS) == [{"articles": 301, "captures": 301}]
    assert newsflow("check", "--data", data).code == 0


def test_a_warehouse_of_a_newer_version_is_left_alone(
    newsflow: Newsflow, tmp_path: Path, copied: Path
) -> None:
    from pipeline.settings import settings_for
    from pipeline.warehouse.connect import connect

    with connect(settings_for(copied)) as connection:
        connection.execute("insert into schema_versions values (999, '', now())")
    for command in (
        ["ingest", text_file(tmp_path / "a.txt")],
        ["status"],
        ["sql", "from articles"],
        ["check"],
    ):
        ran = newsflow(*command, "--data", copied)
        assert ran.code == 2
        assert "schema version 999" in ran.stderr
        assert "upgrade newsflow" in ran.stderr
        assert len(ran.stderr.splitlines()) == 1


def test_settings_come_from_the_environment(newsflow: Newsflow, tmp_path: Path) -> None:
    catalog = tmp_path / "elsewhere" / "list.sqlite"
    there = newsflow.with_env(NEWSFLOW_DATA=str(tmp_path / "d"), NEWSFLOW_CATALOG=f"sqlite:{catalog}")
    assert there("ingest", text_file(tmp_path / "a.txt")).code == 0
    assert catalog.exists()
    assert there("sql", "select count(*) as n from articles", "--format", "csv").stdout == "n\n1\n"


def test_an_unknown_catalog_is_named_with_a_remedy(newsflow: Newsflow, tmp_path: Path) -> None:
    ran = newsflow("ingest", text_file(tmp_path / "a.txt"), "--catalog", "mysql:x", "--data", tmp_path / "d")
    assert ran.code == 2
    assert ran.stderr.startswith("newsflow: unknown catalog 'mysql:x': use sqlite:PATH")


def test_a_postgres_catalog_serves_every_command(
    newsflow: Newsflow, sources: Path, data: Path, postgres_database: str, ask: Ask
) -> None:
    there = newsflow.with_env(NEWSFLOW_CATALOG=postgres_database, NEWSFLOW_DATA=str(data))
    assert json.loads(there("ingest", sources, "--json").stdout)["loaded"] == 5
    assert json.loads(there("ingest", sources, "--json").stdout)["already_held"] == 8
    assert there("check").code == 0
    assert json.loads(there("replay", "--json").stdout)["loaded"] == 5
    assert json.loads(there("status", "--json").stdout)["tables"]["articles"] == 5
    assert there("sql", "create table x as select 1").code == 2
