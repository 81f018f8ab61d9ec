"""/metrics and /healthz over real HTTP, and what else may be asked of that port."""

import asyncio
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from pipeline.cli.watch_http import HEAD_BYTES, Endpoint, parse_endpoint, serving
from pipeline.cli.watch_loop import Attendance, Shown
from pipeline.cli.watch_metrics import exposition, quantile_of, registry_of
from pipeline.errors import UsageError
from pipeline.gauges import Gauges
from pipeline.settings import settings_for
from tests.cli.watched import NOW, IdleStream, busy_gauges

Answer = tuple[int, dict[str, str], bytes]


async def get(port: int, request: bytes) -> Answer:
    """The answer to the bytes of a request, read to its end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return int(first.split()[1]), headers, body


def asked(gauges: Gauges, *requests: bytes) -> list[Answer]:
    """The answers of a watch to requests, one after the other."""
    said: list[str] = []

    async def run() -> list[Answer]:
        stream = IdleStream(gauges)
        shown = Shown(
            lambda level, event, sentence: said.append(sentence), None, None, Endpoint("127.0.0.1", 0)
        )
        attendance = Attendance(stream, shown, settings_for(Path("data")))
        work = asyncio.create_task(attendance.work(once=False))
        while not said:
            await asyncio.sleep(0)
        port = int(said[0].split("/")[2].rpartition(":")[2])
        answers = [await get(port, request) for request in requests]
        stream.stop()
        await work
        return answers

    return asyncio.run(run())


def request(path: str, method: str = "GET") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def samples(text: str) -> Iterator[tuple[str, dict[str, str], float]]:
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            yield sample.name, sample.labels, sample.value


def test_metrics_hold_what_the_gauges_say() -> None:
    ((status, headers, body),) = asked(busy_gauges(), request("/metrics"))
    assert status == 200
    assert headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert int(headers["content-length"]) == len(body)
    found = {(name, *labels.values()): value for name, labels, value in samples(body.decode())}
    expected = {
        ("newsflow_polls_total", "timeout"): 7,
        ("newsflow_polls_total", "gone"): 0,
        ("newsflow_fetches_total", "fetched"): 4100,
        ("newsflow_http_responses_total", "304"): 340,
        ("newsflow_entries_total",): 4150,
        ("newsflow_items_total", "loaded"): 4000,
        ("newsflow_rejects_total", "no_article"): 31,
        ("newsflow_feeds", "active"): 61,
        ("newsflow_feeds_due",): 0,
        ("newsflow_feed_lag_seconds",): 0,
        ("newsflow_pages_due",): 40,
        ("newsflow_results_waiting",): 5,
        ("newsflow_batch_seconds_count",): 3,
        ("newsflow_batch_seconds_sum",): 4.75,
        ("newsflow_batch_seconds", "0.5"): 0.5,
        ("newsflow_last_batch_timestamp_seconds",): NOW.timestamp() - 8,
        ("newsflow_start_timestamp_seconds",): NOW.timestamp() - 5400,
    }
    assert {key: found[key] for key in expected} == expected
    assert found["process_resident_memory_bytes",] > 1024**2


def test_every_family_says_what_it_is() -> None:
    text = exposition(registry_of(busy_gauges())).decode()
    families = list(text_string_to_metric_families(text))
    assert [one.name for one in families if one.type == "unknown" or not one.documentation] == []


def test_metrics_of_a_watch_that_has_just_begun_parse() -> None:
    text = exposition(registry_of(Gauges(started_at=NOW))).decode()
    found = {name: value for name, labels, value in samples(text) if not labels}
    assert found["newsflow_batch_seconds_count"] == 0
    assert "newsflow_last_batch_timestamp_seconds" not in found


@pytest.mark.parametrize(("share", "value"), [(0.5, 50.5), (0.9, 90.1), (0.99, 99.01)])
def test_quantiles(share: float, value: float) -> None:
    assert quantile_of([float(one) for one in range(1, 101)], share) == pytest.approx(value)
    assert quantile_of([3.0], share) == 3.0


def test_health_is_a_status_and_a_reason() -> None:
    gauges = busy_gauges()
    ((status, headers, body),) = asked(gauges, request("/healthz?verbose"))
    row = json.loads(body)
    assert (status, headers["content-type"], row["status"]) == (200, "application/json", "ok")
    assert row["feeds"] == {"active": 61, "paused": 2}
    gauges.lag_seconds = 3600.0
    ((status, _, body),) = asked(gauges, request("/healthz"))
    row = json.loads(body)
    assert (status, row["status"], row["problems"]) == (503, "failing", ["a feed has been due for 3600 s"])


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (request("/"), 404),
        (request("/metrics/x"), 404),
        (request("/metrics", "POST"), 405),
        (b"GET http://elsewhere.example/ HTTP/1.1\r\n\r\n", 400),
        (b"\x16\x03\x01\r\n\r\n", 400),
        (b"GET /metrics HTTP/1.1\r\nX: " + b"x" * 2 * HEAD_BYTES + b"\r\n\r\n", 431),
    ],
)
def test_other_requests_get_an_error_and_harm_nothing(sent: bytes, status: int) -> None:
    first, second = asked(busy_gauges(), sent, request("/healthz"))
    assert first[0] == status
    assert second[0] == 200


def test_a_silent_client_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.cli.watch_http.SECONDS", 0.1)

    async def run() -> bytes:
        async with serving(Endpoint("127.0.0.1", 0), {}) as bound:
            reader, writer = await asyncio.open_connection("127.0.0.1", bound.port)
            writer.write(b"GET / HT")
            read = await asyncio.wait_for(reader.read(), 5)
            writer.close()
            return read

    assert asyncio.run(run()) == b""


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("9464", "127.0.0.1", 9464),
        (":9464", "127.0.0.1", 9464),
        ("localhost:1", "localhost", 1),
        ("0.0.0.0:9464", "0.0.0.0", 9464),
        ("[::1]:9464", "::1", 9464),
    ],
)
def test_endpoints(text: str, host: str, port: int) -> None:
    assert parse_endpoint(text) == Endpoint(host, port)


@pytest.mark.parametrize("text", ["", "host", "host:", "::1:80", "1.2.3.4:99999", "http://x:1", "a b:1"])
def test_what_is_no_endpoint(text: str) -> None:
    with pytest.raises(UsageError, match="HOST:PORT"):
        parse_endpoint(text)


def test_a_port_that_is_taken_is_named() -> None:
    async def run(endpoint: Endpoint) -> None:
        async with serving(endpoint, {}):
            pass

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(UsageError, match="name another HOST:PORT"):
            asyncio.run(run(Endpoint("127.0.0.1", other.getsockname()[1])))
