"""One Airflow process that runs DAGs on request, as `airflow dags test` does, without starting anew for each.

Reads JSON lines {"dag", "data", "params", "env"}; answers each with a line "@@ STATE" after what the run
printed. For {"describe": true} the answer is what the DAGs are, as JSON.
Like the main module of a task under a real executor, this one cannot be imported again by what a task starts.
"""

import json
import os
import sys
from typing import Any

from airflow.sdk.exceptions import ParamValidationError
from airflow.utils.cli import get_bagged_dag

if __name__ != "__main__":
    raise ImportError("Airflow's main module cannot be imported again within a task")


def run(request: dict[str, Any]) -> str:
    """The state in which one run ends, or what was wrong with its parameters."""
    os.environ |= {"NEWSFLOW_DATA": str(request["data"]), **request["env"]}
    dag = get_bagged_dag(bundle_names=None, dag_id=str(request["dag"]))
    try:
        ended = dag.test(run_conf=request["params"])
    except ParamValidationError as error:
        return "refused: " + " ".join(str(error).split())
    return str(ended.state.value)


def describe() -> str:
    """Each DAG by its id: its schedule, and its tasks with what is set on them and what follows them."""
    dags = {}
    for name in ("poll_feeds", "ingest_captures", "backfill_archive", "maintain_warehouse"):
        dag: Any = get_bagged_dag(bundle_names=None, dag_id=name)
        tasks = {
            task.task_id: {
                "then": sorted(task.downstream_task_ids),
                "mapped": task.is_mapped,
                "pool": task.pool,
                "retries": task.retries,
                "backoff": task.retry_exponential_backoff,
                "timeout": task.execution_timeout.total_seconds() if task.execution_timeout else None,
                "outlets": [asset.name for asset in task.outlets],
            }
            for task in dag.tasks
        }
        dags[name] = {
            "tasks": tasks,
            "catchup": dag.catchup,
            "max_active_runs": dag.max_active_runs,
            "has_docs": bool(dag.doc_md),
            "schedule": dag.schedule
            if isinstance(dag.schedule, str | None)
            else [one.name for one in dag.schedule],
        }
    return json.dumps(dags)


for line in sys.stdin:
    request = json.loads(line)
    sys.stdout.write(f"\n@@ {describe() if 'describe' in request else run(request)}\n")
    sys.stdout.flush()
