"""Bring files, folders and web archives into the tables: by hand, one run for each set of sources.

The data folder and the catalog come from NEWSFLOW_DATA and NEWSFLOW_CATALOG in the worker's environment. What
is already held is recognised, so a run that failed is cleared and simply runs again.
"""

from airflow.sdk import Param, dag, get_current_context, task

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
    description="Fail the run if any item is rejected; the others are loaded all the same.",
)


@dag(
    schedule=None,
    params={"sources": SOURCES, "strict": STRICT},
    tags=["newsflow"],
    doc_md=__doc__,
)
def backfill_archive() -> None:
    """Sources in, tables out."""

    @task
    def ingest() -> None:
        import os
        from pathlib import Path

        from pipeline.cli.ingest import ingest as ingest_sources

        params = get_current_context()["params"]
        data, catalog = Path(os.environ["NEWSFLOW_DATA"]), os.environ.get("NEWSFLOW_CATALOG")
        ingest_sources(params["sources"], data, catalog, strict=params["strict"])

    ingest()


backfill_archive()
