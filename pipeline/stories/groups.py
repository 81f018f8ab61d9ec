"""Verified pairs -> stories: the connected components over the pairs that link.

Whether a pair links depends on its two texts alone, so the groups are a function of the set of pairs: the
order of arrival cannot change them and a further article or pair can join stories, never split one. What
keeps weak pairs from chaining is the rule for links in `verify`.

A story is named by its lead, the earliest of its articles; `Lead` of a story whose articles are not all
present (history) stands for them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pipeline.stories.records import Match


@dataclass(frozen=True, slots=True, order=True)
class Lead:
    """The article that names a story: the least of these in a group."""

    at: datetime
    id: str


class Stories:
    """Articles joined into stories, one pair at a time, in any order (a union-find over article ids)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._lead: dict[str, Lead] = {}
        self._first: dict[str, tuple[int, str]] = {}

    def add(self, article_id: str, lead: Lead) -> None:
        """Add an article; `lead` is its own place, or that of the story it already belongs to."""
        if article_id not in self._parent:
            self._parent[article_id] = article_id
            self._lead[article_id] = lead
            self._first[article_id] = (len(self._first), lead.id)
        if lead.id != article_id:
            self.add(lead.id, lead)
            self.join(article_id, lead.id)

    def join(self, one: str, other: str) -> None:
        """Put the stories of two articles together."""
        one, other = self.root(one), self.root(other)
        if one == other:
            return
        keep, drop = sorted((one, other), key=lambda root: self._first[root])
        self._parent[drop] = keep
        self._lead[keep] = min(self._lead[keep], self._lead.pop(drop))

    def root(self, article_id: str) -> str:
        """The story's member that was added first: one name a story, for as long as nothing is joined."""
        parent = self._parent
        while parent[article_id] != article_id:
            parent[article_id] = parent[parent[article_id]]
            article_id = parent[article_id]
        return article_id

    def story_id(self, article_id: str) -> str:
        """The id of the lead of the article's story."""
        return self._lead[self.root(article_id)].id

    def first_id(self, article_id: str) -> str:
        """The name the story had when its first member came: fixed in a stream that cannot take back."""
        return self._first[self.root(article_id)][1]

    def ids(self) -> dict[str, str]:
        """The story id of every article."""
        return {article_id: self.story_id(article_id) for article_id in self._parent}


def group(articles: Iterable[Lead], matches: Iterable[Match]) -> dict[str, str]:
    """The story id of each article, from all the pairs among them; the order of neither matters."""
    stories = Stories()
    for article in articles:
        stories.add(article.id, article)
    for match in matches:
        if match.links:
            stories.join(match.article_id, match.duplicate_of)
    return stories.ids()
