"""Verified pairs -> stories: the connected components over the pairs that link.

Whether a pair links depends on its two texts alone, so the groups are a function of the set of pairs: the
order of arrival cannot change them, and a further article or pair can join stories but never split one. What
keeps weak pairs from chaining is the rule for links in `verify`.

A story is named by its lead, the earliest of its articles by (time, id).
"""

from collections.abc import Iterable

from pipeline.stories.records import Lead, Match


class Stories:
    """Articles joined into stories, one pair at a time, in any order (a union-find over article ids)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._lead: dict[str, Lead] = {}  # of each root
        self._rank: dict[str, int] = {}  # in the order of coming

    def add(self, article: Lead) -> None:
        """Add an article that is in no story yet."""
        if article.id not in self._parent:
            self._parent[article.id] = article.id
            self._lead[article.id] = article
            self._rank[article.id] = len(self._rank)

    def join(self, one: str, other: str) -> None:
        """Put the stories of two articles together."""
        one, other = self.root(one), self.root(other)
        if one == other:
            return
        keep, drop = sorted((one, other), key=self._rank.__getitem__)
        self._parent[drop] = keep
        self._lead[keep] = min(self._lead[keep], self._lead.pop(drop))

    def root(self, article_id: str) -> str:
        """The member of the story that was added first: its name in a stream that takes nothing back."""
        parent = self._parent
        while parent[article_id] != article_id:
            parent[article_id] = parent[parent[article_id]]
            article_id = parent[article_id]
        return article_id

    def story_id(self, article_id: str) -> str:
        """The id of the lead of the article's story."""
        return self._lead[self.root(article_id)].id

    def ids(self) -> dict[str, str]:
        """The story id of every article."""
        return {article_id: self.story_id(article_id) for article_id in self._parent}


def group(articles: Iterable[Lead], matches: Iterable[Match]) -> dict[str, str]:
    """The story id of each article, from all the pairs among them; the order of neither matters."""
    stories = Stories()
    for article in articles:
        stories.add(article)
    for match in matches:
        if match.links:
            stories.join(match.article_id, match.duplicate_of)
    return stories.ids()
