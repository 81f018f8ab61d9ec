"""Poll the feeds that are due and fetch their pages; what comes is kept and announced (`newsflow_captures`).

Feeds and pages are asked in shares by publisher, each politely. While captures wait for their load, nothing
new is asked for: they are announced once more. `newsflow status` and `newsflow feeds list` say how the feeds
are; AIRFLOW__NEWSFLOW__POLL_SCHEDULE sets another schedule. Data folder, catalog and contact come from the
environment of the workers: NEWSFLOW_DATA, NEWSFLOW_CATALOG, NEWSFLOW_CONTACT.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.configuration import conf
from airflow.providers.smtp.notifications.smtp import SmtpNotifier
from airflow.sdk import Asset, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

CAPTURES = Asset("newsflow_captures")
SECONDS = 240  # of asking in one run; what is left stays due
RETRIES = {"retries": 3, "retry_delay": timedelta(seconds=20), "retry_exponential_backoff": 2.0}
NOTIFY = conf.get("newsflow", "notify", fallback="")


@dag(
    schedule=conf.get("newsflow", "poll_schedule", fallback="*/5 * * * *"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=RETRIES | {"max_retry_delay": timedelta(minutes=5)},
    on_failure_callback=[SmtpNotifier(to=NOTIFY)] if NOTIFY else None,
    tags=["newsflow"],
    doc_md=__doc__,
)
def poll_feeds() -> None:
    """Plan, ask, announce."""

    @task(execution_timeout=timedelta(minutes=5))
    def plan() -> list[dict[str, Any]]:
        from pipeline.tasks import name_of_run, newsflow

        said = newsflow("round", "plan", "--round", name_of_run(get_current_context()["run_id"]))
        return [
            {"share": number, **{key: said[key] for key in ("round", "of", "at")}}
            for number in said["shares"]
        ]

    @task(
        pool="polling",
        map_index_template="share {{ task.op_kwargs['share']['share'] }}",
        execution_timeout=timedelta(seconds=2 * SECONDS),
    )
    def ask(share: dict[str, Any]) -> dict[str, Any]:
        from pipeline.tasks import newsflow

        words = [f"--{key}={value}" for key, value in share.items()]
        return newsflow("round", "ask", f"--seconds={SECONDS}", *words)

    @task(outlets=[CAPTURES], trigger_rule="none_failed", execution_timeout=timedelta(minutes=5))
    def announce() -> None:
        from pipeline.tasks import newsflow

        waiting = newsflow("round", "waiting")["manifests"]
        if not waiting:
            raise AirflowSkipException("nothing was due")
        get_current_context()["outlet_events"][CAPTURES].extra = {"manifests": waiting}

    ask.expand(share=plan()) >> announce()


poll_feeds()
