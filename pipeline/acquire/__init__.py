"""Acquiring: answers of the network, politely and safely.

    url ──> robots.py ──> hosts.py ──> fetch.py ══> guard.py ══> the network
            may we,       our turn?    one GET,     every address of every
            how slowly?                bounded      hop, and the peer

                               Fetched | Failed  (records.py)

`addresses.py` reads addresses and redirects, `redact.py` writes them for logs and tables; `clock.py`: time.

    payload ── feeds.py ──> ParsedFeed or Dropped          jsonfeed.py, sitemaps.py, entries.py beside it
    FeedState + outcome ── schedule.py ──> FeedState       when to poll again
    page + outcome ── retries.py ──> when                  when to try or to check a page again
    page, robots.txt ── discovery.py ──> candidates        where a site's feeds are; opml.py: lists of feeds

These are pure. `polite.py` waits for turns, also where a redirect leads to another host. `polling.py` and
`paging.py` put both halves together: one poll of one feed, one attempt at one page. `results.py` is what they
bring, `keeping.py` what of it goes into capture files, `frontier.py` what is due. `secrets.py` keeps
addresses with tokens out of tables.

Archives that are lists of addresses are read without any table (`address_lists.py` has their kinds):

    source ──> parts ── ahead.py ──> items in the list's order      wayback.py (cdx.py), documents.py,
                  patient.py: asks, waits, asks again               url_files.py, gdelt.py (listed.py)

`feeds.py` can be slow on hostile bytes: `pipeline.work.examine_feed` runs it in a worker.
"""
