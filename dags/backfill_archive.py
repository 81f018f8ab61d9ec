"""Bring archives into the tables, by hand: listed first, then read by several tasks side by side.

How far each part was read is kept with the tables, so that a run that failed is cleared and goes on. Each
task loads its own batches, one writer at a time; `newsflow sql "from marks"` says how far they are. These
tasks have a pool of their own, so that live runs go first. docs/backfill.md says what can be read.
"""

from datetime import timedelta
from typing import Any

from airflow.configuration import conf
from airflow.providers.smtp.notifications.smtp import SmtpNotifier
from airflow.sdk import Asset, Param, dag, get_current_context, task

TABLES = Asset("newsflow_tables")
RETRIES = {"retries": 3, "retry_delay": timedelta(seconds=30), "retry_exponential_backoff": 2.0}
DAY: dict[str, Any] = {"type": ["string", "null"], "pattern": r"^\d{4}-\d\d-\d\d"}
WORDS: dict[str, Any] = {"type": "array", "items": {"type": "string", "minLength": 1}}
WANTED = {
    "from": Param(None, title="Captured from", description="A day, 2026-02-28, or a time; UTC.", **DAY),
    "until": Param(None, title="Captured until", description="This day included.", **DAY),
    "published_from": Param(None, title="Published from", **DAY),
    "published_until": Param(None, title="Published until", **DAY),
    "publisher": Param([], title="Publishers", description="Registrable domains; all without any.", **WORDS),
    "language": Param([], title="Languages", description="ISO 639-1: en, de.", **WORDS),
    "media_type": Param([], title="Media types", **WORDS),
    "columns": Param("", type="string", title="Columns", description="Of tables: url=link,text=body."),
    "batch_mib": Param(None, type=["integer", "null"], minimum=1, title="Batch size", description="In MiB."),
    "restart": Param(False, type="boolean", title="Restart", description="Whatever was read before."),
    "strict": Param(False, type="boolean", title="Strict", description="Fail if any item is rejected."),
}
SOURCES = Param(**{**WORDS, "minItems": 1}, title="Sources", description="Paths, addresses, cc-news:2026-02.")
LISTS = Param(4, type="integer", minimum=1, maximum=256, title="Tasks side by side")
NOTIFY = conf.get("newsflow", "notify", fallback="")


@dag(
    schedule=None,
    params={"sources": SOURCES, "lists": LISTS, **WANTED},
    default_args=RETRIES | {"max_retry_delay": timedelta(minutes=15)},
    on_failure_callback=[SmtpNotifier(to=NOTIFY)] if NOTIFY else None,
    tags=["newsflow"],
    doc_md=__doc__,
)
def backfill_archive() -> None:
    """List, read and load, sum up."""

    @task(execution_timeout=timedelta(hours=1))
    def divide() -> list[str]:
        from pipeline.tasks import name_of_run, newsflow, options, place_of

        context = get_current_context()
        given = {name: context["params"][name] for name in ("from", "until", "lists")}
        words = options(given | {"into": place_of(f"plans/{name_of_run(context['run_id'])}")})
        sources: list[str] = newsflow("divide", *words, "--", *context["params"]["sources"])["sources"]
        return sources

    @task(
        pool="backfill",
        map_index_template="{{ task.op_kwargs['source'] }}",
        execution_timeout=timedelta(days=2),
    )
    def read(source: str) -> dict[str, Any]:
        from pipeline.tasks import newsflow, options

        wanted = {name: get_current_context()["params"][name] for name in WANTED}
        return newsflow("backfill", "--json", *options(wanted), "--", source)

    @task(outlets=[TABLES], execution_timeout=timedelta(minutes=5))
    def sum_up(reports: list[dict[str, Any]]) -> None:
        from pipeline.tasks import summed

        get_current_context()["outlet_events"][TABLES].extra = summed(reports)

    sum_up(read.expand(source=divide()))  # type: ignore[arg-type]  # an XComArg


backfill_archive()
