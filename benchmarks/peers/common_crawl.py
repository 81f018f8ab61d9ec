"""What the Common Crawl extractor of news-please does for each record of a WARC, and rows into SQLite.

    python common_crawl.py PAGES.warc.gz TABLES.sqlite

Runs in an environment of its own, which backfill.py makes. It is the loop of news-please's
`CommonCrawlExtractor` over a file that is there, without the network: warcio, responses alone,
`NewsPlease.from_warc`, pictures not fetched. A record on which it fails is passed over, as there, and counts
as a page that was read (Korean needs a model that no package holds). Prints how many articles there are.
"""

import logging
import sqlite3
import sys

from newsplease import NewsPlease
from warcio.archiveiterator import ArchiveIterator


def main() -> None:
    """Read, extract, insert."""
    logging.disable(logging.CRITICAL)
    source, tables = sys.argv[1:]
    connection = sqlite3.connect(tables)
    connection.execute("create table articles (url, title, authors, published_at, language, text)")
    with open(source, "rb") as stream:  # noqa: PTH123 - as a user would
        for record in ArchiveIterator(stream):
            if record.rec_type == "response":
                try:
                    article = NewsPlease.from_warc(record, decode_errors="replace", fetch_images=False)
                except (ValueError, ImportError):
                    continue
                connection.execute("insert into articles values (?, ?, ?, ?, ?, ?)", _row(article))
    connection.commit()
    print(connection.execute("select count(*) from articles where text is not null").fetchone()[0])


def _row(article: NewsPlease) -> tuple[str | None, ...]:
    authors, published_at = ", ".join(article.authors or []), str(article.date_publish)
    return article.url, article.title, authors, published_at, article.language, article.maintext


main()
