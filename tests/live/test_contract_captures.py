"""What the server said stands in the capture files to the byte; the tables can be made from them again."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from pipeline.cli.running import open_run
from pipeline.replay import CapturesAgain, replay
from pipeline.settings import Limits
from pipeline.warehouse.check import run_checks
from tests.live.site import Asked
from tests.live.week import LIVE, START, Week
from tests.warehouse.loading import contents, rows_of

KINDS = ("warcinfo", "response", "request", "revisit", "metadata")
LIVE_TABLES = ("feeds", "entries", "polls", "fetches")


@dataclass(frozen=True)
class Record:
    """One WARC record as another reader finds it."""

    path: Path
    kind: str
    headers: dict[str, str]
    block: bytes


def records(week: Week) -> list[Record]:
    return [one for path in sorted(week.settings.live_captures.rglob("*.warc.gz")) for one in _read(path)]


def _read(path: Path) -> Iterator[Record]:
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream, parse_http=False):
            kind = kind_of(record)
            block = record.reader.read()
            yield Record(path, kind, {k.lower(): v for k, v in record.headers.items()}, block)


def kind_of(record: WarcRecord) -> str:
    """The type of a record, by its name."""
    return next(kind for kind in KINDS if record.record_type == getattr(WarcRecordType, kind))


def answered(week: Week) -> list[Asked]:
    """The requests whose answer came whole, also in time."""
    return [one for one in week.coast.log if one.reply.fault is None]


def test_every_request_is_kept_to_the_byte(week: Week) -> None:
    kept = Counter(one.block for one in records(week) if one.kind == "request")
    sent = Counter(one.head for one in answered(week))
    assert sent - kept == Counter()
    assert kept - sent == Counter()


def test_every_answer_is_kept_to_the_byte(week: Week) -> None:
    found = records(week)
    whole = Counter(one.block for one in found if one.kind == "response")
    heads = Counter(one.block for one in found if one.kind == "revisit")
    said = Counter(one.reply.raw() for one in answered(week))
    bodiless = Counter(one.reply.raw().partition(b"\r\n\r\n")[0] + b"\r\n\r\n" for one in answered(week))
    assert whole - said == Counter()
    assert heads - bodiless == Counter()
    assert whole.total() + heads.total() == said.total()
    assert heads.total() > 20


def test_what_brings_nothing_new_is_a_revisit(week: Week) -> None:
    revisits = [one for one in records(week) if one.kind == "revisit"]
    profiles = Counter(one.headers["warc-profile"].rpartition("/")[2] for one in revisits)
    assert set(profiles) == {"identical-payload-digest", "server-not-modified"}
    assert all(
        one.block.startswith(b"HTTP/1.1 304") == one.headers["warc-profile"].endswith("modified")
        for one in revisits
    )
    pages = [one for one in revisits if "/news/400" in one.headers["warc-target-uri"]]
    assert len(pages) == 1
    assert pages[0].headers["warc-payload-digest"] in {
        f"sha256:{row[0]}" for row in week.rows("select payload_sha256 from captures")
    }


def test_requests_name_their_responses(week: Week) -> None:
    found = records(week)
    answers = {one.headers["warc-record-id"] for one in found if one.kind in ("response", "revisit")}
    concurrent = [one.headers["warc-concurrent-to"] for one in found if one.kind == "request"]
    assert set(concurrent) == answers
    assert len(concurrent) == len(set(concurrent))


def test_files_end_with_their_day_and_size(week: Week) -> None:
    days: dict[str, list[Path]] = {}
    for path in sorted(week.settings.live_captures.rglob("*.warc.gz")):
        days.setdefault(path.parent.name, []).append(path)
    assert f"{START:%Y-%m-%d}" in days
    assert len(days) == 9
    assert len(days[f"{START:%Y-%m-%d}"]) > 1
    for day, files in days.items():
        for path in files:
            # One batch may be larger than a file should be; none here is.
            assert path.stat().st_size <= LIVE.file_bytes
            assert {one.headers["warc-date"][:10] for one in _read(path) if one.kind == "warcinfo"} == {day}


def test_polls_and_captures_say_where_their_record_is(week: Week) -> None:
    pointers = week.rows(
        """
        select warc_file, warc_offset, 'polls' as stands_in from polls where warc_file is not null
        union all
        select warc_file, warc_offset, 'captures' from captures
        """
    )
    assert len(pointers) > 200
    for file, offset, table in pointers:
        with (week.settings.captures / str(file)).open("rb") as stream:
            stream.seek(int(str(offset)))
            record = next(iter(ArchiveIterator(stream, parse_http=False)))
            kind = kind_of(record)
        assert kind == "response" or (table == "polls" and kind == "revisit")


def test_the_checks_hold(week: Week) -> None:
    assert [one for one in run_checks(week.settings) if one.offenders] == []


def test_a_replay_makes_the_same_tables(week: Week) -> None:
    settings = replace(week.settings, limits=Limits())
    with open_run(settings, "replaying") as run:
        before = contents(run.connection), [rows_of(run.connection, table) for table in LIVE_TABLES]
        made = CapturesAgain()
        assert replay(run, made)
        assert made.report.items > 80
        after = contents(run.connection), [rows_of(run.connection, table) for table in LIVE_TABLES]
    for table, rows in before[0].items():
        assert rows == after[0][table], table
    assert before[1] == after[1]
