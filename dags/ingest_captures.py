"""Clean what was captured, extract quotes and fingerprints, and load it: one run for all that was announced.

Manifests that an earlier run left are taken with it. One that is loaded is gone, so that a run may be cleared
at any time. What a run loaded and rejected stands in the event of the asset `newsflow_tables` and in the log
of `load`; `newsflow status` says how the tables stand.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.configuration import conf
from airflow.providers.smtp.notifications.smtp import SmtpNotifier
from airflow.sdk import Asset, dag, get_current_context, task

CAPTURES, TABLES = Asset("newsflow_captures"), Asset("newsflow_tables")
RETRIES = {"retries": 3, "retry_delay": timedelta(seconds=20), "retry_exponential_backoff": 2.0}
NOTIFY = conf.get("newsflow", "notify", fallback="")


@dag(
    schedule=[CAPTURES],
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=RETRIES | {"max_retry_delay": timedelta(minutes=5)},
    on_failure_callback=[SmtpNotifier(to=NOTIFY)] if NOTIFY else None,
    tags=["newsflow"],
    doc_md=__doc__,
)
def ingest_captures() -> None:
    """Collect, examine, load."""

    @task(execution_timeout=timedelta(minutes=5))
    def collect() -> list[list[str]]:
        import logging

        from pipeline.tasks import newsflow

        events = [one for many in get_current_context()["triggering_asset_events"].values() for one in many]
        announced = {name for one in events for name in one.extra["manifests"]}
        said = newsflow("round", "waiting")
        told = (len(announced), len(events), len(said["manifests"]))
        logging.getLogger("newsflow.collect").info("%d manifests announced in %d events, %d wait", *told)
        groups: list[list[str]] = said["groups"]
        return groups

    @task(map_index_template="{{ task.op_kwargs['names'][0] }}", execution_timeout=timedelta(hours=1))
    def examine(names: list[str]) -> dict[str, Any]:
        from pipeline.tasks import newsflow

        return newsflow("round", "examine", *names)

    @task(pool="warehouse_writer", outlets=[TABLES], execution_timeout=timedelta(hours=1))
    def load(groups: list[list[str]]) -> dict[str, Any]:
        from pipeline.tasks import newsflow

        loaded = newsflow("round", "load", *(name for names in groups for name in names))
        get_current_context()["outlet_events"][TABLES].extra = loaded
        return loaded

    groups = collect()
    examine.expand(names=groups) >> load(groups)  # type: ignore[arg-type]  # an XComArg


ingest_captures()
