"""A made corpus for load tests: rows whose addresses, contents and times meet in every way that matters."""

import json
import random
from datetime import UTC, datetime, timedelta

from pipeline.archive.identity import make_capture
from pipeline.archive.warc import refuse
from pipeline.dispositions import Reason
from pipeline.records import Item, Refusal
from tests.stories.story_texts import paragraphs, story, strange

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
SPAN = datetime(2026, 3, 5, tzinfo=UTC)  # a half of a window begins, in which equal texts are one: 3.5 days
SUBJECTS = ("harbour", "bridge", "orchestra", "vaccine", "reservoir", "railway")
WORDS = (
    "council engineers budget residents proposal winter region agreement deputy report evening session money "
    "repair delay question minister public letter deadline company signature survey ground water traffic "
    "autumn contract tender crossing station village court objection plan map measure concrete answer"
).split()
SENTENCES, SENTENCE_WORDS = 9, 14


def body(subject: int, form: int) -> str:
    """The text on a subject: form 0 is whole, 1 lacks a sentence, 2 has one more, 3 is in capitals."""
    chance = random.Random(subject)
    *lines, quote, extra = [
        " ".join(chance.choices(WORDS, k=SENTENCE_WORDS)).capitalize() + "." for _ in range(SENTENCES + 2)
    ]
    lines[2] = f"“{quote[:-1]},” said Ruth Calder."
    if form == 1:
        del lines[4]
    elif form == 2:
        lines.append(extra)
    elif form == 3:
        lines = [line.upper() for line in lines]
    return "\n".join(lines)


def row_item(url: str | None, subject: int, form: int, fetched: int, published: int | None) -> Item:
    """One row of JSON lines as the reader would give it; times are hours after START."""
    row: dict[str, object] = {"title": f"The {SUBJECTS[subject]} agreement", "text": body(subject, form)}
    if url:
        row["url"] = url
    if published is not None:
        row["published_at"] = (START + timedelta(hours=published)).isoformat()
    payload = json.dumps(row).encode()
    at = START + timedelta(hours=fetched)
    capture = make_capture(payload, url=url, fetched_at=at, media_type="application/json")
    return Item(capture, payload, payload)


def noticed_item(outlet: int, subject: int, form: int, hours: float) -> Item:
    """A row of an outlet that prints its notice, half of the text, under each of its articles.

    Form 0 is the whole text on its subject, 1 lacks the end, 2 is by another headline, 3 is hardly more than
    the notice.
    """
    own = paragraphs(story(subject, 8), 0, (4, 3, 4, 1)[form])
    title = f"{strange(subject, 1)[:6]} {strange(subject + 50, 1)[: 20 if form == 2 else 6]}"
    url = f"https://outlet{outlet}.example/{subject}/{form}/{hours}"
    row = {"url": url, "title": title, "text": f"{own}\n{story(900 + outlet, 8)}"}
    row["published_at"] = (START + timedelta(hours=hours)).isoformat()
    payload = json.dumps(row).encode()
    at = START + timedelta(days=40)
    capture = make_capture(payload, url=url, fetched_at=at, media_type="application/json")
    return Item(capture, payload, payload)


def printed_item(number: int, subject: int, form: int, days: float, outlet: int | None = None) -> Item:
    """A row of an outlet of its own that prints the text on a subject, so many days after SPAN.

    Form 0 is the whole text, 1 has the same words in capitals, 2 lacks the beginning, 3 has so much of that,
    among other text, that it is a copy only of what is printed within two days.
    """
    whole = story(subject)
    text = {
        0: whole,
        1: whole.upper(),
        2: paragraphs(whole, 2, 8),
        3: f"{paragraphs(whole, 0, 3)}\n{strange(subject, 9)}",
    }[form]
    title = strange(subject + 70, 1)[:20]
    return outlet_row(number, number if outlet is None else outlet, {"title": title, "text": text}, days)


def outlet_row(number: int, outlet: int, row: dict[str, str | None], days: float) -> Item:
    """A row of an outlet, published so many days after SPAN and captured much later."""
    url = f"https://outlet{outlet}.example/{number}"
    published = {"url": url, "published_at": (SPAN + timedelta(days=days)).isoformat()}
    payload = json.dumps(row | published).encode()
    at = SPAN + timedelta(days=60)
    return Item(
        make_capture(payload, url=url, fetched_at=at, media_type="application/json"), payload, payload
    )


def page_item(url: str, form: int, fetched: int) -> Item:
    """A page on the first subject whose canonical address is that without a last part `/amp`."""
    paragraphs = "".join(f"<p>{line}</p>" for line in body(0, form).split("\n"))
    link = f'<link rel="canonical" href="{url.removesuffix("/amp")}">'
    payload = f"<html><head>{link}</head><body><article>{paragraphs}</article></body></html>".encode()
    at = START + timedelta(hours=fetched)
    capture = make_capture(payload, url=url, fetched_at=at, media_type="text/html", http_status=200)
    return Item(capture, payload, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + payload)


def bad_row(line: int) -> Refusal:
    """A row that could not be read."""
    return refuse(f"rows.jsonl:{line}", Reason.INVALID_JSON, "Expecting value")
