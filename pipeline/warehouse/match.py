"""Matching a batch with history: SQL finds what of it shares hashes, the matcher of `stories` does the rest.

    sql/match/10 to 22    which articles stand for the texts that the batch touches, before and after
    sql/match/30 to 34    who holds their hashes within the window; texts worth reading; known boilerplate
    stories.Matcher       recalls the history, takes the batch in order of time -> pairs, new boilerplate
    sql/match/35 to 40    the pairs table and the boilerplate table
    stories.group         pairs -> stories, over the stories that the batch touches
    sql/match/60 to 62    story ids

An article meets what came before it: in the tables, or earlier in its batch by (ordered_at, id). So the order
within a batch does not show, nor does it show that a load was cut in order of time. Equal texts are one text
in each half of a window; the earliest of them stands for it, and its nearest copy tells how near it is.

Pairs and boilerplate are never taken back (but for pairs of a text that a revision takes away), so that no
load splits a story: where an earlier copy comes, the pairs go over to it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy as copy_of
from dataclasses import asdict, dataclass
from datetime import datetime
from operator import itemgetter

import duckdb

from pipeline.records import Article
from pipeline.stories import (
    DEFAULT,
    Fingerprint,
    Holder,
    Lead,
    Match,
    Matcher,
    Shingles,
    Signed,
    group,
    shingle,
)
from pipeline.warehouse.run_sql import run_file, run_where, with_rows
from pipeline.warehouse.sql_files import read_sql

MOST_CHARS = 24_000_000  # 4,200 articles, most of them of the history; made of them 55 MB
Made = tuple[Fingerprint, Shingles]
# What a batch may change besides its own rows: each a temporary table of 10 and 20.
CHANGES = (
    "retired",
    "appointed",
    "successions",
    "withdrawn",
    "members_before",
    "known_changed",
    "exact_pairs",
)
REACH = {"window": DEFAULT.window, "holders": DEFAULT.holders}


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """A hash that is boilerplate, and the time of the article that made it known."""

    hash: int
    since_at: datetime


@dataclass(frozen=True, slots=True)
class Matched:
    """What matching found: near pairs (equal texts are paired in SQL), and what is boilerplate by now."""

    pairs: list[Match]
    boilerplate: list[Boilerplate]


@dataclass(frozen=True, slots=True)
class Placed:
    """A text that shares hashes with others, and the story known of it or of an equal text."""

    holder: Holder
    story_id: str | None


@dataclass(frozen=True, slots=True)
class Arrival(Placed):
    """One of the batch: matched anew, or only by the copies that come."""

    is_anew: bool
    copies: list[Lead]  # the articles that print it, in order of time; of a text matched anew first its own


class Shingled:
    """What was made of the texts compared last, by their content: load after load the same ones are compared.

    A text that is here needs not be read either, which takes longer than all else of a small load. What a
    comparison makes of the words is not held: it is more than half of all, and made in 0.1 milliseconds.
    """

    def __init__(self, most_chars: int) -> None:
        self._most_chars = most_chars
        self._chars = 0
        self._made: dict[str, tuple[int, Made]] = {}  # by content hash, with the text's length

    def get(self, content_hash: str) -> Made | None:
        """What was made of a text, which now is the one asked for last."""
        held = self._made.pop(content_hash, None)
        if held is None:
            return None
        self._made[content_hash] = held
        return _bare(held[1])

    def hold(self, content_hash: str, chars: int, made: Made) -> None:
        """Keep what was made of a text of so many characters."""
        if self._made.pop(content_hash, None) is None:
            self._chars += chars
        self._made[content_hash] = chars, _bare(made)
        while self._chars > self._most_chars:
            gone, _ = self._made.pop(next(iter(self._made)))
            self._chars -= gone


def _bare(made: Made) -> Made:
    fingerprint, shingles = made
    return fingerprint, copy_of(shingles)  # a copy is without what was made of the words


_compared = Shingled(MOST_CHARS)


def hold_shingles(article: Article, made: Made) -> None:
    """Take what a worker made of an article that is about to be loaded, so that it is not made again here."""
    _compared.hold(article.content_hash, len(article.text), made)


def note_texts_before(connection: duckdb.DuckDBPyConnection) -> None:
    """Remember which articles stand for the touched texts; runs before the articles change."""
    run_file(connection, "match/10_texts_before.sql")


def match_batch(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `fingerprints`, `duplicates`, `boilerplate`, give articles their stories; within a transaction."""
    run_file(connection, "match/20_texts_after.sql")
    changes = with_rows(connection, *CHANGES)
    run_where(connection, changes, {"retired"}, "match/21_retired.sql")
    run_where(connection, changes, {"appointed"}, "match/22_appointed.sql")
    run_file(connection, "match/30_history.sql", REACH)
    matched = _match(connection)
    run_file(connection, "match/35_verified.sql", {"pairs": _as_json(matched.pairs)})
    if matched.boilerplate:
        run_file(connection, "match/36_boilerplate.sql", {"boilerplate": _as_json(matched.boilerplate)})
    if not matched.pairs and not changes & {"exact_pairs", "known_changed", "successions"}:
        return
    run_where(connection, changes, {"successions", "withdrawn"}, "match/38_successions.sql")
    run_where(connection, changes, {"members_before", "known_changed"}, "match/39_exact.sql")
    run_file(connection, "match/40_pairs.sql")
    run_file(connection, "match/50_touched_stories.sql")
    moved = _moved(connection)
    if moved:
        _move(connection, moved)


def _match(connection: duckdb.DuckDBPyConnection) -> Matched:
    """Let the batch come, in order of time, to what the history has in common with it."""
    if not _are_hashes_shared(connection):
        return Matched([], [])
    run_file(connection, "match/31_met.sql")
    arrivals = list(_read_arrivals(connection))
    matcher = Matcher()
    held = [arrival for arrival in arrivals if not arrival.is_anew]
    for known in [*_read_history(connection), *held]:
        matcher.recall(known.holder, known.story_id or known.holder.id)
    texts = list(_read_texts(connection, _comparable(matcher, arrivals)))
    matcher.texts.update((article.id, article) for article in texts)
    known_boilerplate = _read_boilerplate(connection, texts)
    matcher.holders.since.update(known_boilerplate)
    pairs: dict[tuple[str, str], Match] = {}
    coming = [(copy, arrival) for arrival in arrivals for copy in arrival.copies]
    for copy, arrival in sorted(coming, key=itemgetter(0)):
        for pair in _take(matcher, arrival, copy):
            pairs.setdefault((pair.article_id, pair.duplicate_of), pair)
    learnt = matcher.holders.since.items() - known_boilerplate.items()
    return Matched(list(pairs.values()), [Boilerplate(found, at) for found, at in learnt])


def _are_hashes_shared(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether any hash of the batch is held by a text of the history, or by two of the batch."""
    row = connection.execute(
        "select exists(from held) or count(*) > count(distinct hash) from probes"
    ).fetchone()
    return bool(row and row[0])


def _take(matcher: Matcher, arrival: Arrival, copy: Lead) -> list[Match]:
    holder = arrival.holder
    if not arrival.is_anew or copy.id != holder.id:
        return matcher.take_copy(holder, Lead(copy.at, holder.id))
    if arrival.story_id is not None:
        matcher.place(copy, arrival.story_id)
    return matcher.take(holder)


def _comparable(matcher: Matcher, arrivals: Sequence[Arrival]) -> dict[str, datetime]:
    """The articles whose texts may have to be compared, with their times: a small part of both sides."""
    in_batch = Counter(found for arrival in arrivals for found in arrival.holder.hashes)
    comparable: dict[str, datetime] = {}
    for arrival in arrivals:
        holder = arrival.holder
        near = matcher.candidates(holder) if arrival.is_anew else []
        for copy in (arrival.copies[0], arrival.copies[-1]):
            near += matcher.candidates(holder, Lead(copy.at, holder.id))
        shared = sum(in_batch[found] > 1 for found in holder.hashes)
        if near or shared >= DEFAULT.shared_hashes:
            comparable |= {one.id: one.at for one in (holder, *near)}
    return comparable


def _read_history(connection: duckdb.DuckDBPyConnection) -> Iterator[Placed]:
    rows = connection.execute(read_sql("match/31_holders.sql")).fetchall()
    for *text, story_id in rows:
        yield Placed(_holder(*text), story_id)


def _read_arrivals(connection: duckdb.DuckDBPyConnection) -> Iterator[Arrival]:
    rows = connection.execute(read_sql("match/32_arrivals.sql")).fetchall()
    for *text, story_id, is_anew, coming in rows:
        holder = _holder(*text)
        own = [Lead(holder.at, holder.id)] if is_anew else []
        copies = sorted({*own, *(Lead(copy["at"], copy["id"]) for copy in coming)})
        yield Arrival(holder, story_id, is_anew, copies)


def _holder(
    text_id: str, at: datetime, publisher: str | None, hashes: list[int], copied_at: list[datetime | None]
) -> Holder:
    """A text with its first and its last copy, as far as there are others than the article itself."""
    times = sorted({at, *(time for time in copied_at if time is not None)})
    copies = [Lead(time, text_id) for time in times] if len(times) > 1 else []
    return Holder(text_id, at, publisher, tuple(hashes), copies)


def _read_texts(connection: duckdb.DuckDBPyConnection, wanted: dict[str, datetime]) -> Iterator[Signed]:
    if not wanted:
        return
    found = connection.execute(read_sql("match/33_compared.sql"), _sought(wanted)).fetchall()
    made = {one[-1]: held for one in found if (held := _compared.get(one[-1])) is not None}
    made |= _made_of(connection, {one[0]: wanted[one[0]] for one in found if one[-1] not in made})
    for article_id, at, publisher, wire, content_hash in found:
        yield Signed(article_id, at, publisher, *made[content_hash], wire)


def _made_of(connection: duckdb.DuckDBPyConnection, wanted: dict[str, datetime]) -> dict[str, Made]:
    """What is made of the texts of articles, by content hash."""
    if not wanted:
        return {}
    made: dict[str, Made] = {}
    rows = connection.execute(read_sql("match/33_texts.sql"), _sought(wanted))
    for content_hash, text, title in rows.fetchall():
        made[content_hash] = shingle(text, title)
        _compared.hold(content_hash, len(text), made[content_hash])
    return made


def _sought(articles: dict[str, datetime]) -> dict[str, object]:
    """Articles for SQL, with the span of their times."""
    first, last = min(articles.values()), max(articles.values())
    return {"first": first, "last": last, "article_ids": json.dumps(list(articles))}


def _read_boilerplate(
    connection: duckdb.DuckDBPyConnection, articles: Iterable[Signed]
) -> dict[int, datetime]:
    """What is known as boilerplate of the hashes of these articles."""
    hashes = {found for article in articles for found in article.fingerprint.hashes}
    rows = connection.execute(read_sql("match/34_boilerplate.sql"), {"hashes": json.dumps(list(hashes))})
    return dict(rows.fetchall())


def _moved(connection: duckdb.DuckDBPyConnection) -> list[dict[str, str]]:
    """The articles whose story changes, each with its new story."""
    rows = connection.execute(
        "select ordered_at, article_id::varchar, story_id::varchar from touched_articles"
    ).fetchall()
    pairs = connection.execute(
        "select article_id::varchar, duplicate_of::varchar from linked_pairs"
    ).fetchall()
    links = (Match(later, earlier, "copy", 0.0, 0.0, links=True) for later, earlier in pairs)
    grouped = group((Lead(at, article_id) for at, article_id, _ in rows), links)
    return [
        {"article_id": article_id, "story_id": grouped[article_id]}
        for _, article_id, before in rows
        if grouped[article_id] != before
    ]


def _move(connection: duckdb.DuckDBPyConnection, moved: Sequence[Mapping[str, str]]) -> None:
    """Give articles their new stories."""
    run_file(connection, "match/60_moved.sql", {"moved": json.dumps(moved)})
    rows = connection.execute("select batch_id from moved group by batch_id order by count(*) desc, batch_id")
    (most, *others) = (batch_id for (batch_id,) in rows.fetchall())
    run_file(connection, "match/61_stories_of_batch.sql", {"batch_id": most})
    if others:
        run_file(connection, "match/62_other_stories.sql", {"batch_id": most})


def _as_json(records: Sequence[Match | Boilerplate]) -> str:
    """Records for SQL: DuckDB reads a JSON parameter a hundred times as fast as a list parameter."""
    return json.dumps([asdict(record) for record in records], default=datetime.isoformat)
