"""Texts for the tests of stories: news-like sentences from word lists, the same for the same seed."""

import dataclasses
import random
from datetime import UTC, datetime, timedelta

from pipeline.stories import Parameters, Signed, sign_article

START = datetime(2024, 5, 6, 8, tzinfo=UTC)
_SUBJECTS = (
    "The mayor|A spokeswoman|The harbour board|Two engineers|The union|Her lawyer|The regional court|Pupils"
)
_VERBS = "rejected|praised|delayed|described|inspected|signed|questioned|leaked|funded|repaired|sold|visited"
_OBJECTS = (
    "the flood barrier|a draft budget|the ferry timetable|an old quarry|the school roof|a museum lease|"
    "the fishing quota|a wind farm|the night bus|the opera house|a vaccine order|the tram depot"
)
_PLACES = (
    "in Arlen|near Bexhill Sound|at Corrow|outside Dunmere|in Eskdale|by the Farrow canal|at Gant|in Holm"
)
_TIMES = (
    "on Monday|before dawn|after a long debate|last winter|during the storm|in a letter|without notice|twice"
)


def sentence(rng: random.Random) -> str:
    """A sentence of some ten words, four of them its own, so that it does not recur."""
    parts = [rng.choice(part.split("|")) for part in (_SUBJECTS, _VERBS, _OBJECTS, _PLACES, _TIMES)]
    odd = ["".join(rng.choices("abdegiklmnoprstu", k=6)) for _ in range(4)]
    return f"{parts[0]} {odd[0]} {odd[1]} {parts[1]} {parts[2]} {odd[2]} {parts[3]} {odd[3]} {parts[4]}."


def story(seed: int, sentences: int = 16) -> str:
    """A text of sentences in paragraphs of two."""
    rng = random.Random(seed)
    made = [sentence(rng) for _ in range(sentences)]
    return "\n".join(" ".join(made[place : place + 2]) for place in range(0, sentences, 2))


def strange(seed: int, sentences: int) -> str:
    """A text on something else altogether: it shares no words with another one of these."""
    rng = random.Random(seed)
    made = ["".join(rng.choices("abdegiklmnoprstu", k=6)) for _ in range(sentences * 12)]
    return "\n".join(" ".join(made[place : place + 24]) for place in range(0, len(made), 24))


def paragraphs(text: str, first: int, last: int) -> str:
    """A stretch of a text's paragraphs."""
    return "\n".join(text.split("\n")[first:last])


def signed(
    name: str,
    text: str,
    title: str | None = None,
    hours: float = 0,
    publisher: str | None = None,
    parameters: Parameters | None = None,
    wire: str | None = None,
) -> Signed:
    """An article signed, so many hours after the start."""
    at = START + timedelta(hours=hours)
    made = sign_article(name, at, text, title, publisher, parameters or Parameters())
    return dataclasses.replace(made, wire=wire)
