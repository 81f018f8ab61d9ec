"""Newsflow: news sources in, DuckDB tables of articles, stories and quotes out.

    files, archives near and far ── read ──> captures         archive/    payloads kept as they came
    captures ── clean ──> articles ── extract ──> quotes
                             └─ sign ─────────> fingerprints  clean/ quotes/ stories/   pure, parallel
    staged Parquet ── load ──> match with history, merge      warehouse/  one writer, one transaction
    tables ──> SQL, views, checks, published .duckdb          sql/

    feeds ── poll ──> entries ── fetch ──> captures           acquire/    network, polite and guarded
                          └── stream.py: all of it, all day long

Follow one article from feed or file to row by reading in this order:

 1. records.py               what passes between the stages
 2. dispositions.py          where an item can end, and why one is refused
 3. acquire/records.py       what the network gives, and what is known of feeds and pages
 4. acquire/polling.py       a feed that is due -> its entries, or why there are none
 5. acquire/paging.py        a page that is due -> an item, or why there is none
 6. archive/sources.py       a path or "-" -> parts -> items; from afar: acquire/remote.py, address_lists.py
 7. archive/captures.py      items -> our own WARC files, and back; store.py is where all machines find them
 8. archive/live.py          every answer of the network -> WARC files that grow
 9. clean/__init__.py        a capture -> an article, or the reason why it is none
10. quotes/__init__.py       an article's text -> who said what
11. stories/__init__.py      an article's text -> a fingerprint; near-identical texts -> stories
12. work.py                  stages 9 to 11 on many captures, in worker processes with limits
13. portions.py              a source -> portions, so many of which are a batch
14. batch.py                 a source -> batches -> tables, every item accounted for
15. warehouse/load.py        one staged batch -> the tables, in one transaction
16. backfill.py              parts of archives -> batches with marks, so that it goes on after any kill
17. notes.py                 what results of the network say of feeds, entries and pages
18. microbatch.py            a few seconds of the network -> one batch, and what is due after it
19. stream.py                the loop: what is due is asked for, what has come is taken by its books.py
20. rounds/__init__.py       the same in steps that end, for a scheduler: plan, ask, examine, load
21. replay/__init__.py       tables made again with today's code; what would change by that
22. cli/ingest.py            the command over files; cli/backfill.py over archives, cli/watch.py over feeds
23. tasks.py                 a command as a task of a scheduler; ../dags/ are arrows between such tasks

Imports go one way: records <- the pure stages and archive <- acquire <- work <- warehouse <- batch
<- backfill, replay, notes <- microbatch <- stream <- rounds <- cli; dags run commands.
"""

__version__ = "0.1.0"
