"""Merge the tables' files, prove the tables once a day, and only then replace the published copy.

The data folder and the catalog come from NEWSFLOW_DATA and NEWSFLOW_CATALOG in the environment of the
workers. When a check finds offenders, its task fails with them in its log, and readers keep yesterday's copy.
"""

from datetime import UTC, datetime, timedelta

from airflow.configuration import conf
from airflow.providers.smtp.notifications.smtp import SmtpNotifier
from airflow.sdk import Param, dag, get_current_context, task

RETRIES = {"retries": 2, "retry_delay": timedelta(minutes=1), "retry_exponential_backoff": 2.0}
PUBLISHED = Param(
    default="published.duckdb",
    type="string",
    minLength=1,
    title="Published copy",
    description="The plain DuckDB file to replace; relative to the store or the data folder.",
)
KEEP_POLLS = Param(
    default=90, type="integer", minimum=7, title="Polls kept", description="Days of the history of polls."
)
NOTIFY = conf.get("newsflow", "notify", fallback="")


@dag(
    schedule="@daily",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    params={"published": PUBLISHED, "keep_polls": KEEP_POLLS},
    default_args=RETRIES | {"execution_timeout": timedelta(hours=6)},
    on_failure_callback=[SmtpNotifier(to=NOTIFY)] if NOTIFY else None,
    tags=["newsflow"],
    doc_md=__doc__,
)
def maintain_warehouse() -> None:
    """Compact, check, publish."""

    @task(pool="warehouse_writer")
    def compact() -> None:
        from pipeline.tasks import run_newsflow

        run_newsflow("compact", "--keep-polls", get_current_context()["params"]["keep_polls"])

    @task
    def check() -> None:
        from pipeline.tasks import run_newsflow

        run_newsflow("check")

    @task
    def publish() -> None:
        from pipeline.tasks import place_of, run_newsflow

        run_newsflow("publish", place_of(get_current_context()["params"]["published"]))

    compact() >> check() >> publish()


maintain_warehouse()
