"""Acquiring: answers of the network, politely and safely.

    url ──> robots.py ──> hosts.py ──> fetch.py ══> guard.py ══> the network
            may we,       our turn?    one GET,     every address of every
            how slowly?                bounded      hop, and the peer

                               Fetched | Failed  (records.py)

`addresses.py` reads addresses and redirects, `redact.py` writes them for logs and tables; `clock.py`: time.

    payload ── feeds.py ──> ParsedFeed or Dropped          jsonfeed.py, sitemaps.py, entries.py beside it
    FeedState + outcome ── schedule.py ──> FeedState       when to poll again
    page, robots.txt ── discovery.py ──> candidates        where a site's feeds are; opml.py: lists of feeds

These are pure. `feeds.py` can be slow on hostile bytes: `pipeline.work.examine_feed` runs it in a worker.
"""
