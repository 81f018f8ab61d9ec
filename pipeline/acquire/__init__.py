"""Acquiring: answers of the network, politely and safely.

    url ──> robots.py ──> hosts.py ──> fetch.py ══> guard.py ══> the network
            may we,       our turn?    one GET,     every address of every
            how slowly?                bounded      hop, and the peer

                               Fetched | Failed  (records.py)

`addresses.py` reads addresses and redirects, `redact.py` writes them for logs and tables; `clock.py`: time.
"""
