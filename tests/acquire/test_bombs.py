"""Bodies that decode to a gigabyte: refused, and what the process grows by is measured from outside."""

import asyncio
import subprocess
import sys
import zlib

import brotli
import pytest
import zstandard

from tests.acquire.server import ok, serving

MAX_GROWTH_KB = 30_000
GIB = 1024**3
PIECE = bytes(1024 * 1024)

CHILD = """
import asyncio, resource, sys
from pipeline.acquire.fetch import Fetcher
from pipeline.acquire.records import Failed
from pipeline.settings import Network

async def run(port):
    async with Fetcher(Network(allow=(f"127.0.0.1:{port}",))) as fetcher:
        warm = await fetcher.get(f"http://127.0.0.1:{port}/small")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        got = await fetcher.get(f"http://127.0.0.1:{port}/bomb")
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    sys.stdout.write(f"{got.failure if isinstance(got, Failed) else 'fetched'} {grown}")

asyncio.run(run(int(sys.argv[1])))
"""


def gzip_bomb() -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(stream.compress(PIECE) for _ in range(GIB // len(PIECE))) + stream.flush()


def brotli_bomb() -> bytes:
    stream = brotli.Compressor(quality=5, lgwin=22)
    bomb: bytes = b"".join(stream.process(PIECE) for _ in range(GIB // len(PIECE))) + stream.finish()
    return bomb


def zstd_bomb() -> bytes:
    stream = zstandard.ZstdCompressor(level=3).compressobj()
    return b"".join(stream.compress(PIECE) for _ in range(GIB // len(PIECE))) + stream.flush()


BOMBS = {"gzip": gzip_bomb, "br": brotli_bomb, "zstd": zstd_bomb}


@pytest.mark.parametrize("coding", BOMBS)
def test_a_bomb_costs_less_than_thirty_megabytes(coding: str) -> None:
    body = BOMBS[coding]()

    async def run() -> str:
        bomb = ok(body, b"Content-Encoding: " + coding.encode())
        async with serving(small=ok(b"x"), bomb=bomb) as server:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-c", CHILD, str(server.port), stdout=subprocess.PIPE
            )
            out, _ = await child.communicate()
            return out.decode()

    failure, grown = asyncio.run(run()).split()
    assert failure == "too_large"
    assert int(grown) < MAX_GROWTH_KB
