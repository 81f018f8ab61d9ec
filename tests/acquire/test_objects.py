"""Archives in S3-compatible storage: read block by block, from any place on, without a copy on disk."""

import gzip
import io

import pytest

from pipeline.acquire.objects import ObjectFile
from pipeline.acquire.remote import Reach, parts_of_remote
from pipeline.archive.parts import Part, Reading
from pipeline.archive.wanted import ANYTHING
from pipeline.errors import SourceError
from pipeline.records import Item
from pipeline.settings import Network
from pipeline.store import storage
from tests.acquire.test_remote import WARC
from tests.archive.samples import AT, LIMITS

ROWS = b'{"text": "one"}\n{"text": "two"}\n'


@pytest.fixture(autouse=True)
def bucket(s3_environment: None) -> None:
    """A bucket `news` with three objects."""
    files, _ = storage()
    files.makedirs("news", exist_ok=True)
    files.pipe_file("news/crawls/a.warc.gz", WARC)
    files.pipe_file("news/crawls/rows.jsonl.gz", gzip.compress(ROWS))
    files.pipe_file("news/crawls/readme.pdf", b"%PDF")
    files.pipe_file("news/warc.paths", b"s3://news/crawls/a.warc.gz\ns3://news/crawls/rows.jsonl.gz\n")


def parts(source: str) -> list[Part]:
    return list(parts_of_remote(source, Reach(Network()), ANYTHING, AT))


def items(part: Part, begin: int = 0) -> list[str | None]:
    steps = part.read(Reading(LIMITS, begin=begin))
    return [step.found.capture.url for step in steps if isinstance(step.found, Item)]


def test_an_object_is_read_block_by_block() -> None:
    with io.BufferedReader(ObjectFile("s3://news/crawls/a.warc.gz", block=100_000)) as file:
        assert file.read() == WARC
        file.seek(-10, io.SEEK_END)
        assert file.read() == WARC[-10:]
        assert file.seek(250_000) == 250_000
        assert file.read(20) == WARC[250_000:250_020]


def test_an_archive_from_any_place_on() -> None:
    (part,) = parts("s3://news/crawls/a.warc.gz")
    steps = list(part.read(Reading(LIMITS)))
    assert len(steps) == 200
    assert len(items(part, steps[150].position)) == 50


def test_all_below_an_address_and_a_list_of_paths() -> None:
    below = parts("s3://news/crawls/")
    assert [(one.name, len(items(one))) for one in below] == [
        ("s3://news/crawls/a.warc.gz", 200),
        ("s3://news/crawls/readme.pdf", 0),
        ("s3://news/crawls/rows.jsonl.gz", 2),
    ]
    assert [one.name for one in parts("s3://news/warc.paths")] == [below[0].name, below[2].name]


def test_what_is_not_there() -> None:
    with (
        io.BufferedReader(ObjectFile("s3://news/none.warc.gz")) as file,
        pytest.raises(OSError, match="no such object"),
    ):
        file.read()
    with pytest.raises(SourceError, match="no such object"):
        parts("s3://news/none.paths")
