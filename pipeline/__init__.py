"""Newsflow: news sources in, DuckDB tables of articles, stories and quotes out.

    files, folders, WARC, JSONL ── read ──> captures          archive/    payloads kept as they came
    captures ── clean ──> articles ── extract ──> quotes
                             └─ sign ─────────> fingerprints  clean/ quotes/ stories/   pure, parallel
    staged Parquet ── load ──> match with history, merge      warehouse/  one writer, one transaction
    tables ──> SQL, views, checks, published .duckdb          sql/

    feed address ── ask, parse ──> how it is                  acquire/    not yet a way into the tables

Follow one article from file to row by reading in this order:

 1. records.py               what passes between the stages
 2. dispositions.py          where an item can end, and why one is refused
 3. archive/sources.py       a path or "-" -> items, whatever the format
 4. archive/captures.py      items -> our own WARC files, and back
 5. clean/__init__.py        a capture -> an article, or the reason why it is none
 6. quotes/__init__.py       an article's text -> who said what
 7. stories/__init__.py      an article's text -> a fingerprint; near-identical texts -> stories
 8. work.py                  stages 5 to 7 on many captures, in worker processes with limits
 9. batch.py                 a source -> batches -> tables, every item accounted for
10. warehouse/load.py        one staged batch -> the tables, in one transaction
11. cli/ingest.py            the command over it all

Imports go one way: records <- the pure stages and archive <- acquire <- work <- warehouse <- batch <- cli
<- dags.
"""

__version__ = "0.1.0"
