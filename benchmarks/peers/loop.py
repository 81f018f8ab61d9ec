"""The loop that a user would write: fastwarc, `trafilatura.extract` with its defaults, rows into DuckDB.

    python loop.py PAGES.warc.gz TABLES.duckdb

All rows go in by one transaction, which is cheaper for the loop than a commit each. Prints how many there
are.
"""

import sys

import duckdb
from fastwarc.warc import ArchiveIterator, WarcRecordType
from trafilatura import extract


def main() -> None:
    """Read, extract, insert."""
    source, tables = sys.argv[1:]
    connection = duckdb.connect(tables)
    connection.execute("create table articles (url varchar, fetched_at varchar, text varchar)")
    connection.execute("begin")
    with open(source, "rb") as stream:  # noqa: PTH123 - as a user would
        for record in ArchiveIterator(stream, record_types=WarcRecordType.response):
            url = record.headers["WARC-Target-URI"]
            text = extract(record.reader.read(), url=url)
            if text:
                row = [url, record.headers["WARC-Date"], text]
                connection.execute("insert into articles values (?, ?, ?)", row)
    connection.execute("commit")
    print(connection.sql("select count(*) from articles").fetchall()[0][0])


main()
