"""News of an invented coast: as many different articles as are asked for, about 300 words each."""

import random
from dataclasses import dataclass
from datetime import datetime

from tests.clean.pages import page

PLACES = (
    "Skarholm Ellery Linden Varnow Tessel Marrick Oldhaven Pinnacle Brackwater Sundry Corvin Halden".split()
)
PEOPLE = (
    *("Marta Lindqvist", "Jonas Beck", "Priya Raman", "Ruth Calder", "Anton Reisinger", "Elif Kaya"),
    *("Hanne Okafor", "Tomas Varga", "Ines Duarte", "Samuel Adeyemi", "Keiko Arai", "Nora Whitfield"),
)
OFFICES = ("mayor", "harbour master", "head of the water board", "school inspector", "council engineer")
THINGS = (
    "ferry",
    "lock gate",
    "library",
    "tram line",
    "sea wall",
    "market hall",
    "weather station",
    "museum",
)
BODIES = ("council", "port authority", "county court", "fishing union", "school board", "heritage trust")
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
SENTENCES = (
    "The {body} of {place} decided on {day} to spend {n} million on the {thing}, {m} years after it closed.",
    "Work on the {thing} will begin in {place} before winter, and {n} people have asked for a job there.",
    "“We have waited {m} years for this {thing},” said {person}, the {office}, outside the town hall.",
    "A survey of {n} households in {place} found that most of them use the {thing} at least once a week.",
    "{person}, who voted against the plan, said the {body} had not read the {m} letters it received.",
    "The old {thing} was built by hand from stone that came from {place} on {n} barges.",
    "According to the {office}, the price rose by {m} percent because steel and timber were scarce.",
    "Engineers lowered {n} sandbags behind the {thing} on {day}, when the tide in {place} was highest.",
    "The {body} expects {n} visitors in the first season, twice as many as {place} had {m} years ago.",
    "“Nobody asked the people who live here,” said {person} after the meeting, which lasted {m} hours.",
    "Two firms from {place} have offered to run the {thing}, one of them for {n} thousand less a year.",
    "A report that the {body} published on {day} lists {n} repairs, of which {m} cannot wait any longer.",
    "Pupils from {place} painted the fence around the {thing} and planted {n} young trees beside the road.",
    "The {office} of {place} promised that the road to the {thing} stays open for at least {m} more weeks.",
    "In {place}, where the last {thing} closed {m} years ago, shopkeepers hope for trade from the visitors.",
    "“The money is there, and so is the will,” {person} told the {body} on {day} evening.",
    "The {thing} is heated with water from a disused mine, which saves {n} tonnes of coal a year.",
    "Lawyers for {n} residents asked the {body} for the minutes of {m} meetings held behind closed doors.",
    "Fog kept the {thing} of {place} shut for {m} days this month, longer than in any autumn on record.",
    "The first {n} tickets went to families of those who had worked on the {thing} without pay.",
)
PARAGRAPHS, PER_PARAGRAPH = 8, 2


@dataclass(frozen=True)
class Dispatch:
    """One article as its author has it."""

    title: str
    author: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        """What a reader reads."""
        return "\n\n".join(self.paragraphs)


def dispatch(number: int) -> Dispatch:
    """The article with this number; the same on every call."""
    chance = random.Random(number)
    lines = [_sentence(one, chance) for one in chance.sample(SENTENCES, PARAGRAPHS * PER_PARAGRAPH)]
    paragraphs = (" ".join(lines[at : at + PER_PARAGRAPH]) for at in range(0, len(lines), PER_PARAGRAPH))
    title = (
        f"{chance.choice(PLACES)} {chance.choice(BODIES)} argues over {chance.choice(THINGS)} number {number}"
    )
    return Dispatch(title, chance.choice(PEOPLE), tuple(paragraphs))


def revised(original: Dispatch, times: int) -> Dispatch:
    """The article after so many revisions, each of which adds a paragraph."""
    added = tuple(
        f"Update {one}: the {BODIES[one % len(BODIES)]} confirmed the figures late on {WEEKDAYS[one % 7]} "
        f"and said that {one + 11} further questions remain open for the coming session."
        for one in range(1, times + 1)
    )
    return Dispatch(original.title, original.author, original.paragraphs + added)


def html(article: Dispatch, published_at: datetime, canonical: str, head: str = "") -> bytes:
    """The article's page, with date, author and canonical address."""
    about = (
        f'<title>{article.title}</title><link rel="canonical" href="{canonical}">'
        f'<meta property="article:published_time" content="{published_at.isoformat()}">'
        f'<meta name="author" content="{article.author}">{head}'
    )
    body = "".join(f"<p>{paragraph}</p>" for paragraph in article.paragraphs)
    return page(about, body, headline=article.title).encode()


def _sentence(template: str, chance: random.Random) -> str:
    return template.format(
        body=chance.choice(BODIES),
        place=chance.choice(PLACES),
        thing=chance.choice(THINGS),
        person=chance.choice(PEOPLE),
        office=chance.choice(OFFICES),
        day=chance.choice(WEEKDAYS),
        n=chance.randrange(12, 900),
        m=chance.randrange(3, 30),
    )
