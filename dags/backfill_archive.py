"""Bring files, folders and web archives into the tables: by hand, one run for each set of sources.

The data folder and the catalog come from NEWSFLOW_DATA and NEWSFLOW_CATALOG in the worker's environment. What
is already held is recognised, so a run that failed is cleared and simply runs again. The command runs in a
process of its own: its workers import the main module of whoever starts them, and Airflow's cannot be.
"""

from airflow.sdk import Param, dag, get_current_context, task

SOURCES = Param(
    type="array",
    items={"type": "string", "minLength": 1},
    minItems=1,
    title="Sources",
    description="Files and folders that the workers can read: .txt, .html, .jsonl, .csv, .tsv, .warc (each "
    "also .gz), .parquet, .wacz.",
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
        import subprocess
        import sys

        params = get_current_context()["params"]
        command = [sys.executable, "-m", "pipeline", "ingest", f"--data={os.environ['NEWSFLOW_DATA']}"]
        strict = ["--strict"] if params["strict"] else []
        subprocess.run([*command, *strict, "--", *params["sources"]], check=True)

    ingest()


backfill_archive()
