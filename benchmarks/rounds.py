"""What one round costs, step by step: the figures that docs/scaling.md plans with.

    python benchmarks/rounds.py PAGES.warc.gz [--repeats 2]

The pages of a WARC, varied (varied.py), are served on loopback, eight to an address: each address is a host
and a publisher, and has a feed. `newsflow round` then plans, asks, examines and loads them, each step as a
scheduler runs it: a process of its own.

- ask_cpu_ms, examine_cpu_ms, load_cpu_ms   CPU milliseconds a page, start of the processes included
- start_cpu_ms    CPU milliseconds of a step that finds nothing to do: `newsflow round load` of what is gone
- capture_bytes, table_bytes   bytes on disk a page: WARC, and the tables after `newsflow compact`

Prints one JSON line. The servers' CPU time does not count.
"""

import argparse
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from typing import Any

from fastwarc.warc import ArchiveIterator
from varied import repeat_varied

PAGES_A_HOST = 8
Served = dict[str, tuple[str, bytes]]  # media type and body by path


class Site(BaseHTTPRequestHandler):
    """Answers for all hosts by address and path."""

    def __init__(self, served: dict[str, Served], *given: Any) -> None:
        self.served = served
        super().__init__(*given)

    def do_GET(self) -> None:
        """One page, or 404."""
        media_type, body = self.served[self.server.server_address[0]].get(self.path, ("", b""))  # type: ignore[index]  # of IPv4
        self.send_response(200 if media_type else 404)
        self.send_header("Content-Type", media_type or "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Say nothing."""


def pages_of(warc: Path) -> list[tuple[str, bytes]]:
    """Media type and body of each page."""
    with warc.open("rb") as stream:
        return [
            (record.http_headers.get("Content-Type") or "text/html", record.reader.read())
            for record in ArchiveIterator(stream, parse_http=True)
            if record.http_headers is not None
        ]


def serve(warc: Path, told: Connection) -> None:
    """Serve the pages, and tell the addresses of the feeds; runs until it is ended."""
    pages = pages_of(warc)
    served: dict[str, Served] = {}
    for number, page in enumerate(pages):
        host = f"127.1.{number // PAGES_A_HOST // 200}.{number // PAGES_A_HOST % 200 + 1}"
        served.setdefault(host, {})[f"/{number}"] = page
    first = ThreadingHTTPServer((next(iter(served)), 0), partial(Site, served))
    servers = [first]
    servers += [
        ThreadingHTTPServer((host, first.server_port), partial(Site, served)) for host in list(served)[1:]
    ]
    for host, pages_there in served.items():
        pages_there["/feed"] = (
            "application/rss+xml",
            feed(f"http://{host}:{first.server_port}", pages_there),
        )
    for server in servers[1:]:
        Thread(target=server.serve_forever, daemon=True).start()
    told.send([f"http://{host}:{first.server_port}/feed" for host in served])
    first.serve_forever()


def feed(address: str, pages: Served) -> bytes:
    """An RSS feed of the pages."""
    items = "".join(
        f"<item><title>{path}</title><link>{address}{path}</link><guid>{path}</guid>"
        f"<pubDate>{formatdate()}</pubDate></item>"
        for path in pages
    )
    return f'<rss version="2.0"><channel><title>Pages</title>{items}</channel></rss>'.encode()


@contextmanager
def site(warc: Path) -> Iterator[list[str]]:
    """The servers in a process of their own; yields the addresses of their feeds."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(warc, there), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


def run(*words: str) -> tuple[dict[str, Any], float]:
    """What a command prints, and its CPU seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-m", "pipeline", *words], stdout=subprocess.PIPE, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(done.stdout) if words[0] == "round" else {}, seconds


def measure(data: Path, feeds: list[str]) -> dict[str, float]:
    """One round over all feeds."""
    os.environ |= {"NEWSFLOW_DATA": str(data), "NEWSFLOW_ALLOW": "127.0.0.0/8", "NEWSFLOW_CONTACT": "bench"}
    run("feeds", "add", "--no-check", *feeds)
    plan, _ = run("round", "plan", "--round", "bench", "--shares", "1")
    share = [f"--{name}={plan[name]}" for name in ("round", "of", "at")]
    asked, ask = run("round", "ask", "--share=0", "--seconds=600", *share)
    names = asked["manifests"]
    examined, examine = run("round", "examine", *names)
    _, load = run("round", "load", *names)
    _, start = run("round", "load", *names)
    run("compact")
    pages = examined["items"]
    each = {"ask": ask, "examine": examine, "load": load}
    return {
        "pages": pages,
        **{f"{name}_cpu_ms": round(1000 * seconds / pages, 2) for name, seconds in each.items()},
        "start_cpu_ms": round(1000 * start),
        "capture_bytes": bytes_below(data / "captures") // pages,
        "table_bytes": bytes_below(data / "tables") // pages,
    }


def bytes_below(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("warc", type=Path)
    parser.add_argument("--repeats", type=int, default=2)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        varied = Path(folder) / "pages.warc.gz"
        repeat_varied(args.warc, varied, args.repeats)
        with site(varied) as feeds:
            print(json.dumps(measure(Path(folder) / "data", feeds)))


if __name__ == "__main__":
    main()
