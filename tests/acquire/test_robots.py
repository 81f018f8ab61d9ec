"""robots.txt by RFC 9309, with a clock by hand: which answers allow, forbid, are kept, asked again."""

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.acquire.fetch import Fetcher
from pipeline.acquire.records import Failed, Failure, Fetched
from pipeline.acquire.robots import Copy, Robots, Verdict, judge, opt_outs, renewed
from pipeline.settings import FetchLimits
from tests.acquire.server import VirtualClock, ok, redirect, serving

AT = datetime(2026, 1, 1, tzinfo=UTC)
PAGE = "https://a.example/news/1"


def answer(status: int = 200, payload: bytes = b"") -> Fetched:
    return Fetched("u", (), status, "u", None, (), payload, AT, 0.1)


def failed(failure: Failure) -> Failed:
    return Failed("u", failure, "", (), AT)


class Scripted:
    """Gives its answers in turn, the last one for ever, and counts."""

    def __init__(self, *answers: Fetched | Failed) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def get(self, url: str, *, limits: FetchLimits | None = None) -> Fetched | Failed:
        self.asked.append(url)
        await asyncio.sleep(0)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.mark.parametrize(
    ("got", "allowed"),
    [
        *((answer(status), True) for status in (400, 401, 403, 404, 410, 451)),
        *((answer(status), False) for status in (429, 500, 502, 503, 504)),
        *((failed(kind), False) for kind in (Failure.timeout, Failure.dns, Failure.connection, Failure.tls)),
        (failed(Failure.forbidden_address), False),
        (failed(Failure.redirects), True),
        (answer(200, b""), True),
        (answer(200, b"User-agent: *\nDisallow: /"), False),
        (answer(200, b"User-agent: *\nDisallow: /\nAllow: /news"), True),
        (answer(200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /news"), False),
        (answer(200, b"User-agent: newsflow\nDisallow: /\n\nUser-agent: *\nAllow: /"), False),
        (answer(200, b"User-agent: *\nDisallow: /*/1$"), False),
        (answer(200, b"x" * 500 * 1024 + b"\nUser-agent: *\nDisallow: /"), True),
        (answer(200, b"<html>not found</html>"), True),
    ],
)
def test_what_an_answer_allows(got: Fetched | Failed, allowed: bool) -> None:
    assert judge(renewed(None, got, AT), PAGE).allowed is allowed


def test_a_copy_holds_for_a_day_and_is_asked_for_once() -> None:
    async def run() -> tuple[int, int, int]:
        clock, fetcher = VirtualClock(), Scripted(answer(200, b"User-agent: *\nCrawl-delay: 7"))
        robots = Robots(fetcher, clock)
        verdicts = await asyncio.gather(*(robots.verdict(f"{PAGE}{at}") for at in range(9)))
        assert {verdict.crawl_delay for verdict in verdicts} == {7.0}
        first = len(fetcher.asked)
        clock.pass_time(hours=23.9)
        await robots.verdict(PAGE)
        second = len(fetcher.asked)
        clock.pass_time(hours=0.2)
        await robots.verdict(PAGE)
        return first, second, len(fetcher.asked)

    assert asyncio.run(run()) == (1, 1, 2)


def test_a_silent_server_is_asked_again_ever_later() -> None:
    async def run() -> list[bool]:
        clock, fetcher = VirtualClock(), Scripted(answer(503), failed(Failure.timeout), answer(404))
        robots, allowed = Robots(fetcher, clock), []
        for minutes in (0, 9, 2, 15, 6):
            clock.pass_time(minutes=minutes)
            allowed.append((await robots.verdict(PAGE)).allowed)
        assert len(fetcher.asked) == 3
        return allowed

    assert asyncio.run(run()) == [False, False, False, False, True]


def test_an_earlier_copy_stands_in_for_a_silent_server() -> None:
    rules = renewed(None, answer(200, b"User-agent: *\nDisallow: /private"), AT)
    later = renewed(rules, answer(503), AT)
    assert judge(later, PAGE).allowed
    assert not judge(later, "https://a.example/private").allowed
    assert later.until < rules.until


def test_each_origin_has_its_own() -> None:
    async def run() -> list[str]:
        fetcher = Scripted(answer(404))
        robots = Robots(fetcher, VirtualClock())
        for url in (PAGE, "http://a.example/", "https://a.example:8443/", "https://b.example/", "nonsense"):
            await robots.verdict(url)
        return fetcher.asked

    assert asyncio.run(run()) == [
        "https://a.example/robots.txt",
        "http://a.example/robots.txt",
        "https://a.example:8443/robots.txt",
        "https://b.example/robots.txt",
    ]


@pytest.mark.parametrize(
    ("line", "delay"),
    [
        (b"3", 3.0),
        (b"0.5", 0.5),
        (b"999999", 3600.0),
        (b"-1", None),
        (b"x", None),
        (b"nan", None),
        (b"inf", None),
    ],
)
def test_crawl_delay(line: bytes, delay: float | None) -> None:
    copy = renewed(None, answer(200, b"User-agent: *\nCrawl-delay: " + line), AT)
    assert judge(copy, PAGE).crawl_delay == delay


def test_opt_outs_of_training() -> None:
    copy = renewed(None, answer(200, b"User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /"), AT)
    verdict = judge(copy, PAGE)
    assert verdict.allowed
    headers = ((b"x-robots-tag", b"noindex, NoAI"), (b"tdm-reservation", b"1"), (b"server", b"noai"))
    assert opt_outs(verdict, headers) == (
        "robots.txt GPTBot",
        "robots.txt CCBot",
        "X-Robots-Tag noai",
        "TDMRep",
    )
    assert opt_outs(Verdict(True, None, ""), ((b"tdm-reservation", b"0"),)) == ()


@given(st.binary(max_size=400))
def test_any_bytes_are_a_robots_txt(data: bytes) -> None:
    copy = renewed(None, answer(200, data), AT)
    assert isinstance(copy, Copy)
    assert isinstance(judge(copy, PAGE).allowed, bool)


def test_over_the_wire_with_redirects() -> None:
    async def run() -> tuple[bool, bool]:
        rules = ok(b"User-agent: *\nDisallow: /no")
        async with serving(r1=redirect("/r2"), r2=rules) as server, Fetcher(server.network()) as fetcher:
            server.pages["/robots.txt"] = redirect("/r1")
            robots = Robots(fetcher, VirtualClock())
            verdicts = [await robots.verdict(server.url(path)) for path in ("/yes", "/no")]
            return verdicts[0].allowed, verdicts[1].allowed

    assert asyncio.run(run()) == (True, False)
