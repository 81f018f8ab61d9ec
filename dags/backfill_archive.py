"""Bring files, folders and web archives into the tables: by hand, one run for each set of sources.

The data folder and the catalog come from NEWSFLOW_DATA and NEWSFLOW_CATALOG in the worker's environment. What
is already held is recognised, so a run that failed is simply cleared and runs again.
"""

from datetime import timedelta

from airflow.sdk import Param, dag, task

SOURCES = Param(
    type="array",
    items={"type": "string", "minLength": 1},
    minItems=1,
    title="Sources",
    description="Files and folders that the workers can read: .txt, .html, .jsonl, .warc, each also .gz.",
)
STRICT = Param(
    default=False,
    type="boolean",
    title="Strict",
    description="Fail the run if any item is rejected. The items that are none stay loaded.",
)


@dag(
    schedule=None,
    catchup=False,
    params={"sources": SOURCES, "strict": STRICT},
    tags=["newsflow"],
    doc_md=__doc__,
)
def backfill_archive() -> None:
    """Sources in, tables out."""

    @task(retries=2, retry_delay=timedelta(minutes=1))
    def ingest(params: dict[str, object]) -> None:
        import os
        from pathlib import Path

        from pipeline.cli.ingest import ingest as ingest_sources

        ingest_sources(
            [str(source) for source in params["sources"]],
            data=Path(os.environ["NEWSFLOW_DATA"]),
            catalog=os.environ.get("NEWSFLOW_CATALOG"),
            strict=bool(params["strict"]),
        )

    ingest()


backfill_archive()
