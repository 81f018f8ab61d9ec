"""Rounds: live ingestion in steps that end, for a scheduler (Airflow, cron) on one machine or many.

    plan ── what is due, in shares by publisher
      └──> ask, share by share ──> captures and manifests on disk      share.py, ask.py, manifests.py
              └──> examine, manifest by manifest ──> staged Parquet    examine.py
                      └──> load, one behind the other ──> tables       load.py

Each step may be killed anywhere and run again: what it had finished counts, and is not done twice. While a
manifest waits for its load nothing new is planned, so that the tables always say what is known.
"""
