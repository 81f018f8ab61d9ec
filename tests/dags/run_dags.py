"""One Airflow process that runs DAGs on request, as `airflow dags test` does, without starting anew for each.

Reads JSON lines {"dag", "data", "params"}; answers each with a line "@@ STATE" after what the run printed.
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
    os.environ["NEWSFLOW_DATA"] = str(request["data"])
    dag = get_bagged_dag(bundle_names=None, dag_id=str(request["dag"]))
    try:
        ended = dag.test(run_conf=request["params"])
    except ParamValidationError as error:
        return "refused: " + " ".join(str(error).split())
    return str(ended.state.value)


for line in sys.stdin:
    sys.stdout.write(f"\n@@ {run(json.loads(line))}\n")
    sys.stdout.flush()
