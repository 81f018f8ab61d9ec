"""How fast quotes are extracted, side by side with a regex floor and, where it is installed, textacy.

    python benchmarks/quotes.py ARTICLES.jsonl[.gz] [--floor name=value ...]

Rows need `text` and may have `language` or `lang`. Prints one JSON line; figures are articles per CPU second
of this process, loading of data and models left out. The regex floor pairs marks and finds no speakers.
textacy is given one paragraph at a time and needs a spaCy model; it is reported as absent without one.
"""

import argparse
import gzip
import json
import re
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from pipeline.quotes import extract_quotes

_PAIRS = re.compile(r"“([^“”\n]*)”|\"([^\"\n]*)\"|«([^«»\n]*)»|„([^„“\n]*)“")
_TEXTACY_ARTICLES = 50  # it manages about ten a second


def read_articles(path: Path) -> list[tuple[str, str | None]]:
    """Text and language of each row."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    rows = [json.loads(line) for line in content.splitlines() if line.strip()]
    return [(row["text"], row.get("language") or row.get("lang")) for row in rows]


def pair_marks(text: str, _: str | None) -> list[str]:
    """The floor: everything between two marks, and nobody to attribute it to."""
    return ["".join(filter(None, groups)) for groups in _PAIRS.findall(text)]


def load_textacy() -> Callable[[str, str | None], object] | None:
    """textacy's direct quotations, or None where it or its English model is not installed."""
    try:
        import spacy
        from textacy.extract import direct_quotations

        model = spacy.load("en_core_web_sm")
    except (ImportError, OSError):
        return None
    return lambda text, _: [list(direct_quotations(model(part))) for part in text.split("\n") if part]


def rate(
    extract: Callable[[str, str | None], object], articles: Iterable[tuple[str, str | None]]
) -> tuple[float, int]:
    """Articles per CPU second, and articles that were refused with a ValueError."""
    refused = done = 0
    start = time.process_time()
    for text, language in articles:
        done += 1
        try:
            extract(text, language)
        except ValueError:
            refused += 1
    return round(done / max(time.process_time() - start, 1e-9), 1), refused


def measure(articles: list[tuple[str, str | None]]) -> dict[str, float | int | str]:
    """The figures of all systems."""
    extract_quotes("“Warm,” she said.", "en")
    speed, _ = rate(extract_quotes, articles)
    floor, _ = rate(pair_marks, articles)
    figures: dict[str, float | int | str] = {
        "articles": len(articles),
        "articles_per_cpu_second": speed,
        "regex_floor_articles_per_cpu_second": floor,
    }
    textacy = load_textacy()
    if textacy is None:
        return figures | {"textacy": "absent: textacy or its spaCy model is not installed"}
    speed, refused = rate(textacy, articles[:_TEXTACY_ARTICLES])
    return figures | {"textacy_articles_per_cpu_second": speed, "textacy_refused": refused}


def main() -> None:
    """Measure, print, and fail below a floor."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("articles", type=Path)
    parser.add_argument("--floor", action="append", default=[], metavar="NAME=VALUE")
    args = parser.parse_args()
    figures = measure(read_articles(args.articles))
    print(json.dumps(figures))
    floors = (floor.split("=") for floor in args.floor)
    short = [
        f"{name} {figures[name]} < {least}"
        for name, least in floors
        if not float(figures[name]) >= float(least)
    ]
    if short:
        sys.exit("falls short: " + "; ".join(short))


if __name__ == "__main__":
    main()
