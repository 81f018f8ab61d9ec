"""`newsflow feeds add`, `list`, `import` ... and `newsflow retry`, as a user runs them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.acquire.opml import Subscription, read_opml, write_opml
from pipeline.settings import settings_for
from pipeline.warehouse.connect import connect
from pipeline.warehouse.query import run_query
from tests.acquire.feed_texts import item, rss
from tests.acquire.server import Server, ok, redirect
from tests.conftest import Newsflow, Ran
from tests.warehouse.live_rows import Rows, quarantine

Ask = Callable[[Path, str], list[dict[str, object]]]
XML, HTML = b"Content-Type: application/rss+xml", b"Content-Type: text/html"
MAIN = ok(rss(item(1), item(2), item(3), item(4)).encode(), XML)
SECTION = ok(rss(item(7), item(8), item(9)).replace("The Coast", "The Coast: Politics").encode(), XML)
LINK = b'<link rel=alternate type="application/rss+xml" href="%s">'
LINKS = b"<html><head>%s%s</head><body>News</body></html>" % (
    LINK % b"/news.xml",
    LINK % b"/politics.xml?a=1&amp;b=2",
)


@pytest.fixture
def site(allowed: Newsflow, server: Server, data: Path) -> Newsflow:
    """The command on an empty data folder, beside a site with two feeds."""
    server.pages |= {"/": ok(LINKS, HTML), "/news.xml": MAIN, "/politics.xml?a=1&b=2": SECTION}
    return allowed.with_env(NEWSFLOW_DATA=str(data))


@pytest.fixture
def offline(newsflow: Newsflow, data: Path) -> Newsflow:
    """The command on an empty data folder; nothing may be asked."""
    return newsflow.with_env(NEWSFLOW_DATA=str(data))


@pytest.fixture
def ask() -> Ask:
    """The rows of a query, read within the test's own process."""

    def run(data: Path, query: str) -> list[dict[str, object]]:
        with run_query(settings_for(data), query) as answer:
            return [dict(zip(answer.names, row, strict=True)) for row in answer.rows]

    return run


def subscribed(ask: Ask, data: Path) -> list[object]:
    return [row["feed_url"] for row in ask(data, "select feed_url from feeds order by feed_url")]


def one_line(ran: Ran) -> str:
    assert ran.code == 2, ran.stdout
    assert ran.stderr.count("\n") == 1, ran.stderr
    return ran.stderr


def test_a_site_brings_its_first_feed_and_the_others_are_named(
    site: Newsflow, server: Server, data: Path, ask: Ask
) -> None:
    ran = site("feeds", "add", server.url("/"), "--category", "Coast")
    assert (ran.code, ran.stderr) == (0, "")
    assert ran.stdout.splitlines() == [
        f"added  {server.url('/news.xml')}  The Coast",
        f"also found: newsflow feeds add '{server.url('/politics.xml?a=1&b=2')}'  # The Coast: Politics",
    ]
    assert ask(
        data,
        "select title, category, status, publisher, language, kind, failures, last_polled_at, "
        "next_poll_at <= now() as is_due from feeds",
    ) == [
        {
            "title": "The Coast",
            "category": "Coast",
            "status": "active",
            "publisher": "127.0.0.1",
            "language": None,
            "kind": None,
            "failures": 0,
            "last_polled_at": None,
            "is_due": True,
        }
    ]
    again = site("feeds", "add", server.url("/"), "--all")
    assert [line.split("  ")[0] for line in again.stdout.splitlines()] == ["already there", "added"]
    assert ask(data, "select count(*) as feeds from feeds") == [{"feeds": 2}]


def test_what_is_added_under_the_same_address_is_not_asked(site: Newsflow, server: Server) -> None:
    assert site("feeds", "add", server.url("/news.xml"), "--no-check").code == 0
    assert server.asked == []
    ran = site("feeds", "add", f"HTTPS://127.0.0.1:{server.port}/news.xml/#top", "--json")
    assert (ran.code, server.asked) == (0, [])
    (row,) = map(json.loads, ran.stdout.splitlines())
    assert (row["result"], row["feed_url"]) == ("already there", server.url("/news.xml"))


@pytest.mark.parametrize("how", ["redirect", "self"])
def test_another_address_of_a_feed_is_refused(
    site: Newsflow, server: Server, data: Path, ask: Ask, how: str
) -> None:
    link = (
        f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="{server.url("/news.xml")}"/>'
    )
    copy = ok(rss(item(1), item(5), head=link).encode(), XML)
    server.pages["/old"] = redirect("/news.xml", 301) if how == "redirect" else copy
    assert site("feeds", "add", server.url("/news.xml")).code == 0
    ran = site("feeds", "add", server.url("/old"))
    assert ran.code == 0
    assert ran.stdout == f"already there  {server.url('/old')}  The Coast  (as {server.url('/news.xml')})\n"
    assert subscribed(ask, data) == [server.url("/news.xml")]
    assert site("feeds", "add", server.url("/old"), "--no-check").stdout.startswith("added")


def test_one_bad_address_does_not_cost_the_others(
    site: Newsflow, server: Server, data: Path, ask: Ask
) -> None:
    ran = site("feeds", "add", server.url("/gone"), server.url("/news.xml"))
    assert ran.code == 1
    assert ran.stdout == f"added  {server.url('/news.xml')}  The Coast\n"
    assert ran.stderr.startswith(f"newsflow: {server.url('/gone')}: not_found, HTTP 404")
    assert subscribed(ask, data) == [server.url("/news.xml")]


def test_a_site_without_feeds_makes_no_tables(site: Newsflow, server: Server, data: Path) -> None:
    assert site("feeds", "add", server.url("/gone")).code == 1
    assert not data.exists()


def test_wrong_use_of_add_is_one_line(offline: Newsflow, data: Path) -> None:
    assert "https://news.example/" in one_line(offline("feeds", "add", "news.example"))
    both = ("https://a.example/", "https://b.example/")
    assert "--title" in one_line(offline("feeds", "add", *both, "--title", "x", "--no-check"))
    assert not data.exists()


def test_import_twice_and_export(offline: Newsflow, data: Path, tmp_path: Path, ask: Ask) -> None:
    listed = [
        Subscription("https://a.example/rss", None, "A & B", "pt-br", "Coast"),
        Subscription("https://b.example/rss", None, "B"),
    ]
    more = [Subscription("http://www.a.example/rss/", None, "A again")]
    (tmp_path / "one.opml").write_bytes(write_opml(listed, "One"))
    (tmp_path / "two.opml").write_bytes(write_opml(more, "Two"))
    ran = offline("feeds", "import", tmp_path / "one.opml", tmp_path / "two.opml")
    assert (ran.code, ran.stdout) == (0, "3 feeds: 2 added, 1 already there\n")
    again = offline("feeds", "import", "-", "--json", stdin=(tmp_path / "one.opml").read_bytes())
    assert json.loads(again.stdout) == {"feeds": 2, "added": 0, "already_there": 2}
    exported = offline("feeds", "export")
    assert read_opml(exported.stdout.encode()) == listed
    target = tmp_path / "out.opml"
    assert offline("feeds", "export", target).code == 0
    assert read_opml(target.read_bytes()) == listed
    target.write_text("mine")
    assert "exists already" in one_line(offline("feeds", "export", target))
    assert target.read_text() == "mine"


@pytest.mark.parametrize(
    ("text", "said"), [(None, "No such file"), ("<html>", "no OPML"), ("<opml/>", "no feed")]
)
def test_lists_that_cannot_be_read(
    offline: Newsflow, data: Path, tmp_path: Path, text: str | None, said: str
) -> None:
    path = tmp_path / "list.opml"
    if text is not None:
        path.write_text(text)
    assert said in one_line(offline("feeds", "import", path))
    assert not data.exists()


def test_the_shipped_list_is_imported(offline: Newsflow) -> None:
    shipped = Path(__file__).parent.parent.parent / "feeds.opml"
    count = len(read_opml(shipped.read_bytes()))
    ran = offline("feeds", "import", shipped)
    assert ran.stdout == f"{count} feeds: {count} added, 0 already there\n"


def test_secrets_stand_in_one_file_and_nowhere_else(offline: Newsflow, data: Path, tmp_path: Path) -> None:
    urls = ("https://a.example/rss?token=sesame1", "https://user:sesame2@b.example/rss")
    listed = [Subscription("https://c.example/rss?api_key=sesame3"), Subscription("https://d.example/rss")]
    (tmp_path / "list.opml").write_bytes(write_opml(listed, "List"))
    said = [
        offline("feeds", "add", "--no-check", *urls),
        offline("feeds", "import", tmp_path / "list.opml"),
        offline("feeds", "add", *urls, "--no-check", "--json"),
        offline("feeds", "add", "https://A.example/rss?token=sesame1"),
        offline("feeds", "list", "--json"),
        offline("feeds", "list"),
        offline("feeds", "pause", urls[0]),
        offline("feeds", "pause", "https://a.example/rss?token=sesame4"),
        offline("feeds", "check", "https://user:sesame5@[", "ftp://user:sesame6@e.example/"),
        offline("feeds", "export"),
        offline("status"),
    ]
    assert [ran.code for ran in said] == [0, 0, 0, 0, 0, 0, 0, 2, 2, 0, 0]
    assert all("sesame" not in ran.stdout + ran.stderr for ran in said)
    assert "3 feeds have secrets in the address, left out" in said[9].stderr
    holders = {path for path in data.rglob("*") if path.is_file() and b"sesame" in path.read_bytes()}
    assert holders == {data / "secrets.jsonl"}
    assert (data / "secrets.jsonl").stat().st_mode & 0o777 == 0o600
    whole = offline("feeds", "export", "--with-secrets")
    elsewhere = data.with_name("elsewhere")
    offline("feeds", "import", "-", "--data", elsewhere, stdin=whole.stdout.encode())
    found = [path for path in elsewhere.rglob("*") if path.is_file() and b"sesame" in path.read_bytes()]
    assert found == [elsewhere / "secrets.jsonl"]
    assert [one.feed_url for one in read_opml(whole.stdout.encode())] == [
        *urls,
        "https://c.example/rss?api_key=sesame3",
        "https://d.example/rss",
    ]


def test_pause_resume_and_remove(offline: Newsflow, data: Path, ask: Ask) -> None:
    urls = ("https://a.example/rss", "https://www.b.example/rss?x=1", "https://b.example/other")
    offline("feeds", "add", "--no-check", *urls)
    assert offline("feeds", "pause", "http://A.example/rss/", "other").stdout.splitlines() == [
        "paused  https://a.example/rss",
        "paused  https://b.example/other",
    ]
    assert offline("feeds", "pause", "a.example").stdout == "paused already  https://a.example/rss\n"
    assert ask(data, "select status, count(*) as feeds from feeds group by all order by all") == [
        {"status": "active", "feeds": 1},
        {"status": "paused", "feeds": 2},
    ]
    again = offline("feeds", "add", "--no-check", urls[0])
    assert "(paused: newsflow feeds resume https://a.example/rss)" in again.stdout
    assert offline("feeds", "resume", "a.example/rss").stdout == "resumed  https://a.example/rss\n"
    assert offline("feeds", "resume", "a.example").stdout == "active already  https://a.example/rss\n"
    assert offline("feeds", "remove", "other").stdout.startswith("removed  https://b.example/other")
    assert subscribed(ask, data) == list(urls[:2])


def test_names_that_mean_no_feed_or_several_change_nothing(offline: Newsflow, data: Path, ask: Ask) -> None:
    offline("feeds", "add", "--no-check", "https://a.example/rss", "https://b.example/rss")
    said = one_line(offline("feeds", "remove", "https://a.example/rss", "/rss"))
    assert "2 feeds have this in their address (https://a.example/rss, https://b.example/rss)" in said
    assert "did you mean https://a.example/rss" in one_line(
        offline("feeds", "pause", "https://a.example/rs5")
    )
    assert "newsflow feeds list" in one_line(offline("feeds", "pause", "zzzzzzzz"))
    assert len(subscribed(ask, data)) == 2


def test_without_feeds_each_command_says_so(offline: Newsflow, data: Path, held: Path) -> None:
    ran = offline("feeds", "list", "--json")
    assert (ran.code, json.loads(ran.stdout)) == (0, [])
    assert "newsflow feeds add URL" in ran.stderr
    for command in ("pause", "resume", "remove"):
        assert "newsflow feeds add URL" in one_line(offline("feeds", command, "x"))
    assert "newsflow feeds add URL" in one_line(offline("feeds", "check"))
    assert read_opml(offline("feeds", "export").stdout.encode()) == []
    assert not data.exists()
    assert "feeds:" not in offline("status", "--data", held).stdout
    assert offline("retry", "--data", held).stdout == "nothing to retry: no page is in quarantine\n"


def test_check_without_arguments_asks_the_subscribed_and_stores_nothing(
    site: Newsflow, server: Server, data: Path, ask: Ask
) -> None:
    urls = [server.url(path) for path in ("/news.xml", "/gone", "/rss", "/secret?token=sesame")]
    server.pages["/secret?token=sesame"] = MAIN
    site("feeds", "add", "--no-check", *urls)
    site("feeds", "pause", server.url("/rss"))
    before = ask(data, "from feeds order by all")
    ran = site("feeds", "check", "--json")
    rows = [json.loads(line) for line in ran.stdout.splitlines()]
    assert ran.code == 1
    assert [(row["status"], row["url"].partition("#")[0]) for row in rows] == [
        ("not_found", urls[1]),
        ("ok", urls[0]),
        ("ok", server.url("/secret?token=REDACTED")),
    ]
    assert any(b"GET /secret?token=sesame " in asked for asked in server.asked)
    assert ask(data, "from feeds order by all") == before


def test_retry_chooses_and_a_dry_run_changes_nothing(offline: Newsflow, data: Path, ask: Ask) -> None:
    with connect(settings_for(data)) as connection:
        quarantine(Rows(connection))
    before = ask(data, "from fetches order by all")
    dry = offline("retry", "--dry-run", "--reason", "timeout", "--host", "a.example")
    assert dry.stdout.splitlines() == ["2 pages in quarantine:", "  2 timeout"]
    assert ask(data, "from fetches order by all") == before
    assert offline("retry", "--json", "https://c.example/3").stdout == (
        '{"pages": 1, "reasons": {"not_found": 1}}\n'
    )
    assert offline("retry", "https://c.example/3").stdout.startswith("nothing to retry: no page that matches")
    assert ask(data, "select count(*) as n from fetches where cause = 'retry'") == [{"n": 1}]
    assert "--since" in one_line(offline("retry", "--since", "soon"))
    assert "no web address" in one_line(offline("retry", "c.example/3"))


def test_a_retried_page_keeps_its_address_checks_and_validators(
    offline: Newsflow, data: Path, ask: Ask
) -> None:
    with connect(settings_for(data)) as connection:
        quarantine(Rows(connection))
    ran = offline("retry")
    assert ran.stdout.splitlines() == ["4 pages due again:", "  3 timeout", "  1 not_found"]
    assert ask(
        data, "select url, checks, etag from fetches where cause = 'retry' and url = 'https://b.example/2'"
    ) == [{"url": "https://b.example/2", "checks": 1, "etag": "e"}]
    assert ask(data, "select distinct state from discovery_gaps") == [{"state": "waiting"}]


def test_status_tells_how_feeds_are(offline: Newsflow, data: Path) -> None:
    with connect(settings_for(data)) as connection:
        rows = Rows(connection)
        rows.feed(0, last_polled_at=rows.at(hours=1))
        rows.feed(1, failures=3, last_failure="timeout", last_polled_at=rows.at(hours=2))
        quarantine(rows)
        rows.entry(9, 0)
        polled = rows.at(hours=1)
    lines = offline("status").stdout.splitlines()
    assert lines[-2:] == [
        f"feeds: 1 failing, 1 well; last polled {polled:%Y-%m-%d %H:%M:%S} UTC",
        "entries without an article: 4 quarantined, 1 waiting",
    ]
    live = json.loads(offline("status", "--json").stdout)["live"]
    assert live["feeds"] == {"failing": 1, "well": 1}
    assert live["missing"] == {"quarantined": 4, "waiting": 1}
