"""Acquiring: answers of the network, politely and safely.

    url ─> robots.py ─> hosts.py ─> fetch.py ─> guard.py ═══> the network
           may we?      our turn?   one GET,    every address
                                    bounded     checked, each hop
                                       │
                                       v
                         Fetched | Failed  (records.py)

`redact.py` writes addresses for logs and tables.
"""
