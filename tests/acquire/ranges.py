"""A server of files on loopback that speaks Range, and that fails as it is told; it runs in a thread."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pipeline.settings import FetchLimits, Network

QUICK = FetchLimits(connect_seconds=2.0, read_seconds=2.0)
PIECE = 64 * 1024


@dataclass
class Shelf:
    """`files` by path; `asked`: path and first byte of each request; `sent`: bytes of all answers.

    `cut_after`: after so many bytes of a body the connection breaks, one for each answer; `statuses` and
    `headers` come before the file, one for each answer; `ranges`: whether Range is understood.
    """

    port: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    etag: str = '"one"'
    ranges: bool = True
    cut_after: list[int] = field(default_factory=list)
    statuses: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    asked: list[tuple[str, int]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    open_now: int = 0
    open_most: int = 0
    before: Callable[["Shelf"], None] | None = None

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def network(self) -> Network:
        return Network(contact="https://news.example/bot", allow=(f"127.0.0.1:{self.port}",), limits=QUICK)


@contextmanager
def shelf(**files: bytes) -> Iterator[Shelf]:
    """A server with a file for each name: `a=...` is at `/a`."""
    held = Shelf(files={f"/{name}": data for name, data in files.items()})

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            held.open_now += 1
            held.open_most = max(held.open_most, held.open_now)
            try:
                _answer(self, held)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the client had enough
            finally:
                held.open_now -= 1

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield held
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(handler: BaseHTTPRequestHandler, held: Shelf) -> None:
    path, asked = handler.path, handler.headers.get("Range", "")
    begin = int(asked.removeprefix("bytes=").rstrip("-") or 0)
    held.asked.append((path, begin))
    held.agents.add(handler.headers.get("User-Agent", ""))
    handler.close_connection = True
    if held.before is not None:
        held.before(held)
    if held.statuses:
        status, headers = held.statuses.pop(0)
        _head(handler, status, headers | {"Content-Length": "0"})
        return
    data = held.files.get(path)
    if data is None:
        _head(handler, 404, {"Content-Length": "0"})
        return
    whole = len(data)
    is_same = handler.headers.get("If-Range", held.etag) == held.etag
    is_part = held.ranges and bool(asked) and is_same
    if is_part and begin >= whole:
        _head(handler, 416, {"Content-Length": "0", "Content-Range": f"bytes */{whole}"})
        return
    begin = begin if is_part else 0
    headers = {"Content-Length": str(whole - begin), "ETag": held.etag}
    if is_part:
        headers["Content-Range"] = f"bytes {begin}-{whole - 1}/{whole}"
    _head(handler, 206 if is_part else 200, headers)
    end = min(whole, begin + held.cut_after.pop(0)) if held.cut_after else whole
    for at in range(begin, end, PIECE):
        handler.wfile.write(data[at : min(at + PIECE, end)])


def _head(handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str]) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
