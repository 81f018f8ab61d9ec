"""What the tests ask of an Airflow and tell it, over its REST interface."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RUN_SECONDS = 240.0
LOOK_SECONDS = 0.5
ENDED = ("success", "failed")


@dataclass
class Rest:
    """One Airflow at an address. `logs`: the folder of its tasks' logs, told where a run fails."""

    address: str
    name: str
    password: str
    logs: Path
    token: str = field(default="", repr=False)

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Status and answer."""
        if not self.token and path != "/auth/token":
            given = {"username": self.name, "password": self.password}
            self.token = self.ask("POST", "/auth/token", given)[1]["access_token"]
        request = urllib.request.Request(
            self.address + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def get(self, path: str) -> Any:
        """An answer that is 200."""
        status, answer = self.ask("GET", path)
        assert status == 200, answer
        return answer

    def trigger(self, dag: str, **conf: object) -> str:
        """Begin a run; returns its id."""
        status, answer = self.ask("POST", f"/api/v2/dags/{dag}/dagRuns", {"logical_date": None, "conf": conf})
        assert status == 200, answer
        return str(answer["dag_run_id"])

    def runs(self, dag: str) -> list[dict[str, Any]]:
        """The runs of a DAG."""
        found: list[dict[str, Any]] = self.get(f"/api/v2/dags/{dag}/dagRuns")["dag_runs"]
        return found

    def tasks(self, dag: str, run: str) -> dict[str, str]:
        """The states of a run's tasks."""
        found = self.get(f"/api/v2/dags/{dag}/dagRuns/{run}/taskInstances")["task_instances"]
        return {f"{one['task_id']} {one['map_index']}": str(one["state"]) for one in found}

    def await_run(self, dag: str, run: str, seconds: float = RUN_SECONDS) -> None:
        """Return when a run has succeeded; fails with the ends of its tasks' logs."""

        def state() -> str:
            return str(self.get(f"/api/v2/dags/{dag}/dagRuns/{run}")["state"])

        self.await_that(lambda: state() in ENDED, f"{dag} {run} has not ended", seconds)
        assert state() == "success", self.told(dag)

    def await_that(
        self,
        done: Callable[[], bool],
        problem: str,
        seconds: float = RUN_SECONDS,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        """Return when something is so; fails after a time."""
        deadline = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < deadline, f"{problem} after {seconds:g} s\n{self.told()}"
            time.sleep(look_seconds)

    def told(self, dag: str = "") -> str:
        """The ends of the tasks' logs."""
        files = sorted(self.logs.rglob("*.log"))
        shown = [path for path in files if f"dag_id={dag}" in str(path)]
        return "\n".join(f"== {path}\n{path.read_text(errors='replace')[-3000:]}" for path in shown[-6:])
