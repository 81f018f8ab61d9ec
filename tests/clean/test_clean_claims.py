"""Names, dates, addresses, languages and words, each by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean.addresses import canonical_url, clean_url, is_front, publisher_of, url_key
from pipeline.clean.dates import parse_date, settle_date
from pipeline.clean.languages import language_of, tag_of
from pipeline.clean.names import is_person, people
from pipeline.clean.paragraphs import count_words, lines_of, paragraphs_of
from tests.clean.pages import FETCHED_AT, PARAGRAPHS


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Jane Doe", ("Jane Doe",)),
        ("BY JANE DOE and ALI ÖZ", ("JANE DOE", "ALI ÖZ")),
        ("Von Jana Dörfler und Max Muster", ("Jana Dörfler", "Max Muster")),
        ("Par Anne Dupont et Luc Martin", ("Anne Dupont", "Luc Martin")),
        ("Jane Doe, Ali Öz & Max Muster", ("Jane Doe", "Ali Öz", "Max Muster")),
        ("Martin Luther King, Jr.", ("Martin Luther King, Jr",)),
        ("Jane Doe (Berlin)", ("Jane Doe",)),
        ("Jane Doe <jane@example.org>", ("Jane Doe",)),
        ("Jane Doe @janedoe", ("Jane Doe",)),
        ("https://www.example.org/authors/jane", ()),
        ("@janedoe", ()),
        ("Jane Doe, Example News", ("Jane Doe",)),
        ("Example News", ()),
        ("Jane Doe; jane doe; Jane  Doe", ("Jane Doe",)),
        ("admin", ()),
        ("Staff", ()),
        ("大渡 美咲、山田太郎", ("大渡 美咲", "山田太郎")),
        ("12345", ()),
        ("", ()),
        ("Ludwig van Beethoven", ("Ludwig van Beethoven",)),
        ("Byron Miller", ("Byron Miller",)),
        ("von Trier", ("von Trier",)),
        ("Von AFP", ("AFP",)),
        ("Di Stefano Carla", ("Di Stefano Carla",)),
        ("di Carla Rossi", ("Carla Rossi",)),
        ("Text: Jana Dörfler", ("Jana Dörfler",)),
        ("Parvati Rao", ("Parvati Rao",)),
        ("Vonnegut Kurt", ("Vonnegut Kurt",)),
        ("x" * 200, ()),
    ],
)
def test_bylines(byline: str, names: tuple[str, ...]) -> None:
    assert people([byline], ["Example News", "example.org"]) == names


@pytest.mark.parametrize(
    "name",
    ["Jane Doe", "Ludwig van Beethoven", "Seán O’Casey", "Ярослав Кузишин", "박준석", "AFP", "J. R. Smith"],
)
def test_what_looks_like_a_name(name: str) -> None:
    assert is_person(name)


@pytest.mark.parametrize(
    "text", ["Portugal", "Twitter", "10 March", "Read more", "Share this article", "updated today", "A"]
)
def test_what_does_not(text: str) -> None:
    assert not is_person(text)


@pytest.mark.parametrize(
    ("claim", "moment"),
    [
        ("2026-03-09T08:30:00+01:00", "2026-03-09T07:30:00+00:00"),
        ("2026-03-09T08:30:00.389Z", "2026-03-09T08:30:00+00:00"),
        ("2026-03-09 08:30:00 +0200", "2026-03-09T06:30:00+00:00"),
        ("2026-03-09T08:30+0530", "2026-03-09T03:00:00+00:00"),
        ("2026-03-09T08:30:00-05", "2026-03-09T13:30:00+00:00"),
        ("20260309", "2026-03-09T00:00:00+00:00"),
        ("2026/3/9", "2026-03-09T00:00:00+00:00"),
        ("2026-03-09", "2026-03-09T00:00:00+00:00"),
        ("Mon, 09 Mar 2026 08:30:00 GMT", "2026-03-09T08:30:00+00:00"),
        ("1773045000", "2026-03-09T08:30:00+00:00"),
        ("1773045000123", "2026-03-09T08:30:00+00:00"),
    ],
)
def test_dates(claim: str, moment: str) -> None:
    assert settle_date("published_at", [claim], FETCHED_AT) == (datetime.fromisoformat(moment), ())


@pytest.mark.parametrize(
    "claim", ["", "yesterday", "2026-13-01", "2026-02-30", "99", "{{date}}", "2026-03-09T25:00:00Z"]
)
def test_what_is_no_date(claim: str) -> None:
    assert parse_date(claim) is None


def test_a_naive_date_takes_the_zone_of_the_same_wall_clock() -> None:
    claims = ["2026-03-09T08:30:00", "2026-03-09T08:30:00+01:00"]
    assert settle_date("published_at", claims, FETCHED_AT)[0] == datetime(2026, 3, 9, 7, 30, tzinfo=UTC)


def test_the_future_begins_a_day_from_now() -> None:
    near, far = FETCHED_AT + timedelta(hours=23), FETCHED_AT + timedelta(hours=25)
    assert settle_date("published_at", [near.isoformat()], FETCHED_AT) == (near, ())
    refused = f"published_at refused: {far.isoformat()}"
    assert settle_date("published_at", [far.isoformat()], FETCHED_AT) == (None, (refused,))
    assert settle_date("published_at", [far.isoformat(), "2026-03-01"], FETCHED_AT) == (
        datetime(2026, 3, 1, tzinfo=UTC),
        (refused,),
    )


@given(st.text(max_size=60))
def test_dates_never_fail(claim: str) -> None:
    moment, notes = settle_date("published_at", [claim], FETCHED_AT)
    assert moment is None or (moment.tzinfo is UTC and moment.year >= 1990 and not notes)


SAME = [
    "https://www.example.org/news/story",
    "http://example.org/news/story/",
    "https://example.org:443/news/story?utm_source=feed&utm_medium=rss",
    "https://www2.example.org/news/story/index.html#top",
    "https://EXAMPLE.org//news/story?fbclid=abc",
    "https://example.org/news/story;jsessionid=1A2B",
]


def test_addresses_of_one_article_have_one_key() -> None:
    assert {url_key(url) for url in SAME} == {"example.org/news/story"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/story?id=1", "/story?id=2"),
        ("/story?reference=1", "/story?reference=2"),
        ("/story?gallery=1", "/story?gallery=2"),
        ("/Story", "/story"),
        ("/story/1", "/story/2"),
        ("/#!/story/1", "/#!/story/2"),
        ("/story?page=1", "/story"),
    ],
)
def test_addresses_of_two_articles_have_two(one: str, other: str) -> None:
    assert url_key(f"https://example.org{one}") != url_key(f"https://example.org{other}")


def test_the_order_of_parameters_does_not_matter_to_the_key() -> None:
    assert url_key("https://example.org/a?x=1&b=2") == url_key("https://example.org/a?b=2&x=1")
    assert clean_url("https://example.org/a?x=1&b=2") == "https://example.org/a?x=1&b=2"


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "ftp://example.org/x",
        "mailto:a@example.org",
        "//",
        "http://",
        "http://[::1",
        "story.html",
        "https://example.org:99999/",
        "x" * 5000,
    ],
)
def test_what_is_no_address(url: str | None) -> None:
    assert (clean_url(url), url_key(url)) == (None, None)


def test_canonical_addresses() -> None:
    url = "https://m.example.co.uk/a/b?ref=x"
    assert canonical_url("https://www.example.co.uk/a/b", url) == "https://www.example.co.uk/a/b"
    assert canonical_url("../c", url) == "https://m.example.co.uk/c"
    assert canonical_url("https://other.co.uk/a/b", url) == "https://m.example.co.uk/a/b"
    assert canonical_url("https://www.example.co.uk/", url) == "https://m.example.co.uk/a/b"
    assert canonical_url(None, url) == "https://m.example.co.uk/a/b"
    assert canonical_url("https://example.org/a", None) == "https://example.org/a"
    assert canonical_url(None, None) is None


def test_publishers() -> None:
    assert publisher_of("https://news.example.co.uk/a") == "example.co.uk"
    assert publisher_of("https://someone.github.io/a") == "github.io"
    assert publisher_of("http://192.0.2.7/a") == "192.0.2.7"
    assert publisher_of(None) is None
    assert is_front("https://example.org/index.php")
    assert not is_front("https://example.org/?p=5")


@given(st.text(max_size=120))
def test_a_cleaned_address_stays_as_it_is(tail: str) -> None:
    cleaned = clean_url(f"https://example.org/{tail}")
    if cleaned is not None:
        assert clean_url(cleaned) == cleaned
        assert url_key(cleaned) == url_key(f"https://example.org/{tail}")


def test_languages() -> None:
    english = " ".join(PARAGRAPHS)
    assert language_of(english, []) == "en"
    assert language_of(english, ["de"]) == "en"  # the text is believed against a wrong label
    german = (
        "Die Brücke über den Fluss ist wieder offen, teilte die Stadt am Montag mit. Alle hoffen auf Kunden."
    )
    assert language_of(german, ["de-AT"]) == "de"
    assert language_of("Too short", ["en"]) is None
    assert language_of("", []) is None


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("de-AT", "de"),
        ("pt_BR", "pt"),
        ("EN", "en"),
        ("nb-NO", "no"),
        ("iw", "he"),
        ("english", None),
        ("", None),
        ("x-default", None),
    ],
)
def test_language_tags(tag: str, code: str | None) -> None:
    assert tag_of(tag) == code


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The well-known bridge isn’t open.", 5),
        ("It cost 9.5 million, or 1,200 each.", 7),
        ("橋が再開", 4),
        ("橋 opens 2 Uhr", 4),
        ("다리가 다시 열렸다", 3),
        ("สะพานเปิดแล้ว", 3),
        ("", 0),
        ("— … !", 0),
    ],
)
def test_words(text: str, words: int) -> None:
    assert count_words(text) == words


@given(st.text())
def test_paragraphs_are_sound_and_stay_so(text: str) -> None:
    lines = paragraphs_of(text)
    assert all(line and line == " ".join(line.split()) for line in lines)
    assert not any(ord(char) < 32 or char in "\x7f\u00ad\u200b\ufeff" for line in lines for char in line)
    assert paragraphs_of("\n".join(lines)) == lines
    assert lines == [line for line in lines_of(text) if line]
    assert all(line.encode().decode() == line for line in lines)
