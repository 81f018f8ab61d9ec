"""Write the tables in docs/stories.md again, from today's code. A test fails when they are stale.

Each table stands between `<!-- name -->` and `<!-- end -->`; the prose around them is written by hand.
"""

import json
import re
from collections.abc import Callable
from datetime import datetime
from itertools import combinations
from pathlib import Path

from pipeline.stories import DEFAULT, Lead, Signed, changes, group, kept_share, sign_article, verify
from pipeline.stories.evidence import count_conflicts, weigh

PAGE = Path(__file__).parent / "stories.md"
SAMPLE = PAGE.parent.parent / "sample/wire.jsonl"


def read_sample() -> list[dict[str, str]]:
    """The rows of the shipped sample that are whole and dated, in order of time."""
    rows = []
    for line in SAMPLE.read_text(encoding="utf-8").splitlines():
        try:
            rows.append(json.loads(line))
        except ValueError:
            continue
    dated = [row for row in rows if row.get("published_at") and row.get("text")]
    return sorted(dated, key=lambda row: row["published_at"])


def sign_sample() -> list[Signed]:
    """The same rows signed, named by their outlets."""
    return [
        sign_article(
            row["url"].split("/")[2], datetime.fromisoformat(row["published_at"]), row["text"], row["title"]
        )
        for row in read_sample()
    ]


def _fingerprints() -> list[list[object]]:
    rows: list[list[object]] = [["outlet", "words", "shingles", "hashes kept"]]
    for row, article in zip(read_sample(), sign_sample(), strict=True):
        kept = article.fingerprint
        rows.append([article.id, len(row["text"].split()), kept.shingle_count, len(kept.hashes)])
    return rows


def _candidates() -> list[list[object]]:
    rows: list[list[object]] = [["one", "other", "hashes shared", f"{DEFAULT.shared_hashes} or more"]]
    for one, other in combinations(sign_sample(), 2):
        shared = len({*one.fingerprint.hashes} & {*other.fingerprint.hashes})
        rows.append([one.id, other.id, shared, "yes" if shared >= DEFAULT.shared_hashes else "no"])
    return rows


def _pairs() -> list[list[object]]:
    head: list[object] = ["later", "earlier", "shared", "conflicts", "similarity", "containment", "relation"]
    rows = [[*head, "links"]]
    for one, other in combinations(sign_sample(), 2):
        match = verify(one, other)
        shared = weigh(one, other, frozenset()).shared
        conflicts = count_conflicts(one.shingles, other.shingles)
        found = (
            [match.similarity, match.containment, match.relation, match.links]
            if match
            else ["", "", "none", ""]
        )
        rows.append([other.id, one.id, shared, conflicts, *found])
    return rows


def _stories() -> list[list[object]]:
    articles, texts = sign_sample(), read_sample()
    matches = [match for pair in combinations(articles, 2) if (match := verify(*pair))]
    story_ids = group((Lead(article.at, article.id) for article in articles), matches)
    lead = {article.id: row["text"] for article, row in zip(articles, texts, strict=True)}
    rows: list[list[object]] = [["article", "story", "words of the lead kept, in order"]]
    for article in articles:
        kept = kept_share(changes(lead[story_ids[article.id]], lead[article.id]))
        rows.append([article.id, story_ids[article.id], f"{kept:.0%}"])
    return rows


TABLES: dict[str, Callable[[], list[list[object]]]] = {
    "fingerprints": _fingerprints,
    "candidates": _candidates,
    "pairs": _pairs,
    "stories": _stories,
}
BLOCK = re.compile(r"^<!-- (?P<name>\w+) -->\n.*?^<!-- end -->$", re.M | re.S)


def render(page: str) -> str:
    """The page with the tables of today's code."""
    return BLOCK.sub(lambda block: _block(block["name"]), page)


def _block(name: str) -> str:
    names, *rows = TABLES[name]()
    all_rows: list[list[object]] = [names, ["---"] * len(names), *rows]
    lines = [f"| {' | '.join(map(str, row))} |" for row in all_rows]
    return "\n".join([f"<!-- {name} -->", *lines, "<!-- end -->"])


if __name__ == "__main__":
    PAGE.write_text(render(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
