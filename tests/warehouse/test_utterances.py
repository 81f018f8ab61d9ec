"""The views across articles: one utterance in many wordings, one speaker under many names."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import duckdb
import pytest

from pipeline.settings import settings_for
from pipeline.warehouse.connect import connect
from pipeline.warehouse.publish import publish_copy

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
WHOLE = (
    "The creation of foreign military units on our soil would only deepen the division of the community "
    "and fuel hostility for many years"
)
TRIMMED_FRONT = "would only deepen the division of the community and fuel hostility for many years"
TRIMMED_BACK = "The creation of foreign military units on our soil would only deepen the division"
ALTERED = WHOLE.replace("our soil", "[our] territory")


@dataclass
class Paper:
    """Writes articles with quotes straight into the tables of a real warehouse."""

    connection: duckdb.DuckDBPyConnection
    count: int = field(default=0)

    def prints(
        self, text: str, speaker: str | None = "Ann Lee", day: float = 0, kind: str = "direct", story: int = 0
    ) -> UUID:
        """One article with one quote; its story is `story`, or its own. Gives the quote_id."""
        self.count += 1
        article, quote = UUID(int=self.count), UUID(int=self.count << 64)
        at = START + timedelta(days=day)
        self.connection.execute(
            """
            insert into articles by name
            select
                $article::uuid as article_id, true as is_canonical_url, $publisher as publisher,
                'A headline' as title, []::varchar[] as authors, $at::timestamptz as fetched_at,
                $at::timestamptz as first_seen_at, $at::timestamptz as ordered_at, $text as text,
                1 as word_count, false as is_paywalled, false as is_truncated, 'test' as extractor,
                []::varchar[] as notes, '' as content_hash, 1 as revision, $story::uuid as story_id,
                $article::uuid as capture_id, '' as batch_id
            """,
            {
                "article": article,
                "publisher": f"paper-{self.count}.example",
                "at": at,
                "text": text,
                "story": UUID(int=story) if story else article,
            },
        )
        self.connection.execute(
            """
            insert into quotes by name
            select
                $quote::uuid as quote_id, $article::uuid as article_id, 0 as ordinal, $kind as kind,
                $text as text, 0 as start_char, length($text)::integer as end_char, $speaker as speaker,
                0.9 as confidence
            """,
            {"quote": quote, "article": article, "kind": kind, "text": text, "speaker": speaker},
        )
        return quote

    def utterances(self) -> list[set[UUID]]:
        """The quotes of each utterance."""
        rows = self.connection.execute("select quote_ids from utterances order by first_seen_at").fetchall()
        return [set(row[0]) for row in rows]

    def forms(self, *names: str) -> set[frozenset[str]]:
        """How the view puts these names together; each is quoted once."""
        for name in names:
            self.prints(f"something that only {name} number {self.count} would say", name)
        rows = self.connection.execute("select forms from speakers").fetchall()
        return {frozenset(row[0]) for row in rows}


@pytest.fixture
def paper(tmp_path: Path) -> Iterator[Paper]:
    with connect(settings_for(tmp_path)) as connection:
        yield Paper(connection)


def groups(*names: str) -> set[frozenset[str]]:
    """`Lee|Ann Lee` is one group of two forms."""
    return {frozenset(name.split("|")) for name in names}


def test_trimmed_and_altered_wordings_are_one_utterance_under_its_earliest_quote(paper: Paper) -> None:
    first = paper.prints(TRIMMED_BACK, "Lee", day=1)
    others = {paper.prints(text, day=2 + n) for n, text in enumerate((TRIMMED_FRONT, WHOLE, ALTERED))}
    other = paper.prints("We have nothing to add to what was said last week in Geneva", day=9)
    assert paper.utterances() == [{first, *others}, {other}]
    row = paper.connection.execute(
        """
        select utterance_id, speaker, text, first_seen_at, first_publisher, first_article_id,
            article_count, publisher_count, quote_count, wordings
        from utterances order by first_seen_at limit 1
        """
    ).fetchone()
    wordings = [WHOLE, ALTERED, TRIMMED_BACK, TRIMMED_FRONT]
    at = START + timedelta(days=1)
    assert row == (first, "Ann Lee", WHOLE, at, "paper-1.example", UUID(int=1), 4, 4, 4, wordings)


def test_marks_capitals_accents_and_apostrophes_make_no_wording(paper: Paper) -> None:
    one = paper.prints("We don’t want José’s plan, not at all!", "José Díaz")
    two = paper.prints("we don't want Jose's plan – not at all", "Jose Diaz", day=400)
    assert paper.utterances() == [{one, two}]
    assert paper.connection.execute("select wordings from utterances").fetchall() == [
        (["We don’t want José’s plan, not at all!"],)
    ]


def test_other_figures_are_another_utterance(paper: Paper) -> None:
    paper.prints("Our revenue rose by 3 percent in the first quarter of this year, as we had hoped")
    paper.prints("Our revenue rose by 4 percent in the first quarter of this year, as we had hoped")
    assert len(paper.utterances()) == 2


def test_a_short_quote_is_the_same_only_within_a_story_and_a_name(paper: Paper) -> None:
    same = {
        paper.prints("Fantasies,", "Sergei Lavrov", story=1),
        paper.prints("fantasies", "Lavrov", story=1, day=1),
    }
    elsewhere = paper.prints("fantasies", "Lavrov", story=2, day=2)
    by_another = paper.prints("fantasies", "Ann Lee", story=1, day=3)
    assert paper.utterances() == [same, {elsewhere}, {by_another}]


def test_a_few_words_out_of_a_longer_quote_belong_to_it_for_a_week(paper: Paper) -> None:
    whole = paper.prints(WHOLE)
    soon = paper.prints("would only deepen the division", "Lee", day=6)
    late = paper.prints("fuel hostility for many years", "Lee", day=9)
    by_another = paper.prints("would only deepen the division", "Eva Lind", day=10)
    assert paper.utterances() == [{whole, soon}, {late}, {by_another}]


def test_long_words_outweigh_a_speaker_who_differs_unless_they_are_a_paraphrase(paper: Paper) -> None:
    named, unnamed = paper.prints(WHOLE, "Sergei Lavrov"), paper.prints(TRIMMED_FRONT, None, day=1)
    as_country = paper.prints(WHOLE, "Moscow", day=2)
    phrase = "it did not immediately respond to a request for comment on the matter"
    paraphrases = [
        {paper.prints(phrase, "Acme", day=3, kind="indirect")},
        {paper.prints(phrase, "Globex", day=4, kind="indirect")},
        {paper.prints(phrase, "the company", day=5, kind="indirect")},
        {paper.prints(phrase, "a spokesman", day=6, kind="indirect")},
    ]
    assert paper.utterances() == [{named, unnamed, as_country}, *paraphrases]


def test_a_phrase_that_everybody_uses_joins_nobody(paper: Paper) -> None:
    phrase = "at the end of the day it is what it is"
    said = [
        paper.prints(f"{phrase} and {chr(97 + n) * 3} or {chr(97 + n) * 4} too", "Ann Lee") for n in range(2)
    ]
    assert paper.utterances() == [set(said)]
    for n in range(2, 22):
        paper.prints(f"{phrase} and {chr(97 + n) * 3} or {chr(97 + n) * 4} too", f"Eva Number{n}")
    assert len(paper.utterances()) == 22


def test_one_utterance_in_very_many_wordings(paper: Paper) -> None:
    for number in range(80):
        paper.prints(f"{WHOLE} and so on up to the {number}th".replace(f"{number}th", "x" * (number + 1)))
    assert len(paper.utterances()) == 1


def test_every_quote_is_in_one_utterance(paper: Paper) -> None:
    odd = ["", "…", "是的，我们准备好了", "Да", "word " * 500, "no no no no no no no no no", "a b c d"]
    given = [paper.prints(text, speaker) for text in odd for speaker in (None, "", "Ann Lee", "he")]
    found = paper.utterances()
    assert sum(map(len, found)) == len(given)
    assert set().union(*found) == set(given)


def test_forms_of_one_name_belong_together(paper: Paper) -> None:
    names = ["Lavrov", "Sergey Lavrov", "Sergei Lavrov", "Sergey Lavrov", "S. Lavrov", "LAVROV"]
    assert paper.forms(*names) == groups("Lavrov|Sergey Lavrov|Sergei Lavrov|S. Lavrov|LAVROV")
    found = paper.connection.execute(
        "select speaker, forms[1], quote_count, article_count, publisher_count from speakers"
    )
    assert found.fetchall() == [("Sergey Lavrov", "Sergey Lavrov", 6, 6, 6)]


def test_a_last_name_alone_goes_to_whoever_has_nearly_all_its_quotes(paper: Paper) -> None:
    assert paper.forms(*["Ann Lee"] * 8, "Eva Lee", "Lee") == groups("Ann Lee", "Eva Lee", "Lee")
    assert paper.forms("Ann Lee") == groups("Ann Lee|Lee", "Eva Lee")


def test_names_that_contradict_stay_apart(paper: Paper) -> None:
    names = ["Ann Lee", "Anna Lee", "Lee", "A. Lee", "George W. Bush", "George H. Bush", "Robert King Jr."]
    assert paper.forms(*names, "Robert King") == groups(*names, "Robert King")


@pytest.mark.parametrize(
    ("names", "together"),
    [
        (["George W. Bush", "George Bush", "Bush"], ["George W. Bush|George Bush|Bush"]),
        (["Ursula von der Leyen", "von der Leyen"], ["Ursula von der Leyen|von der Leyen"]),
        (["Bashar al-Assad", "Assad"], ["Bashar al-Assad|Assad"]),
        (["the White House", "White House"], ["the White House|White House"]),
        (["Bank of America", "Bank of South America"], ["Bank of America", "Bank of South America"]),
        (["Washington", "Washington", "Denzel Washington"], ["Washington", "Denzel Washington"]),
        (["Сергей Лавров", "Лавров"], ["Сергей Лавров|Лавров"]),
        (["a senior official", "he", "the minister", "Eva Lind"], ["Eva Lind"]),
        (["Eva Lind and Ann Lee", "Ann Lee"], ["Eva Lind and Ann Lee", "Ann Lee"]),
    ],
)
def test_names_of_other_makes(paper: Paper, names: list[str], together: list[str]) -> None:
    assert paper.forms(*names) == groups(*together)


def test_the_views_are_in_the_published_copy(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    with connect(settings) as connection:
        paper = Paper(connection)
        paper.prints(WHOLE)
        paper.prints(TRIMMED_BACK, "Lee", day=1)
    publish_copy(settings, str(tmp_path / "copy.duckdb"))
    with duckdb.connect(str(tmp_path / "copy.duckdb"), read_only=True) as copy:
        assert copy.execute("select article_count from utterances").fetchall() == [(2,)]
        assert copy.execute("select forms from speakers").fetchall() == [(["Ann Lee", "Lee"],)]


def test_the_views_are_the_same_on_postgresql(tmp_path: Path, postgres_database: str) -> None:
    with connect(settings_for(tmp_path, postgres_database)) as connection:
        paper = Paper(connection)
        both = {paper.prints(WHOLE), paper.prints(TRIMMED_FRONT, "Lee", day=1)}
    with connect(settings_for(tmp_path, postgres_database), read_only=True) as connection:
        paper = Paper(connection)
        assert paper.utterances() == [both]
        assert paper.forms() == groups("Ann Lee|Lee")
