"""Prove the tables once a day, and only then replace the published copy.

The data folder and the catalog come from NEWSFLOW_DATA and NEWSFLOW_CATALOG in the worker's environment. When
a check finds offenders, its task fails with them in its log, and readers keep yesterday's copy.
"""

from datetime import UTC, datetime

from airflow.sdk import Param, dag, get_current_context, task

PUBLISHED = Param(
    default="published.duckdb",
    type="string",
    minLength=1,
    title="Published copy",
    description="The plain DuckDB file to replace; relative to the data folder.",
)


@dag(
    schedule="@daily",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    params={"published": PUBLISHED},
    tags=["newsflow"],
    doc_md=__doc__,
)
def maintain_warehouse() -> None:
    """Check, then publish."""

    @task
    def check() -> None:
        import os
        from pathlib import Path

        from pipeline.cli.upkeep import check as prove

        prove(Path(os.environ["NEWSFLOW_DATA"]), os.environ.get("NEWSFLOW_CATALOG"), captures=True)

    @task
    def publish() -> None:
        import os
        from pathlib import Path

        from pipeline.cli.upkeep import publish as copy_out

        data, catalog = Path(os.environ["NEWSFLOW_DATA"]), os.environ.get("NEWSFLOW_CATALOG")
        copy_out(data / get_current_context()["params"]["published"], data, catalog)

    check() >> publish()


maintain_warehouse()
