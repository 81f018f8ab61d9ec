"""The components of one Airflow: started, awaited, watched and ended together."""

import json
import socket
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pipeline.airflow.home import AIRFLOW
from pipeline.airflow.sessions import Child, end, start
from pipeline.airflow.setup import LOOPBACK, Setup
from pipeline.errors import NewsflowError, UsageError

# The log servers of scheduler and triggerer would listen on all interfaces; logs are read from their files.
COMPONENTS = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}
START_SECONDS = 240.0  # 15 on an idle machine of two cores
END_SECONDS = 15.0  # for tasks under way to end by themselves; what is cut off is tried again
LOOK_SECONDS = 0.25
HEALTH_SECONDS = 5.0


class ComponentError(NewsflowError):
    """A component of Airflow ended, or did not come up; the message has the end of its log."""


def require_port(port: int, remedy: str) -> None:
    """Raise UsageError where somebody listens already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise UsageError(f"port {port}: {error.strerror}; {remedy}") from error


@contextmanager
def running(
    setup: Setup, env: Mapping[str, str], components: Mapping[str, tuple[str, ...]] = COMPONENTS
) -> Iterator[dict[str, Child]]:
    """All components, healthy; they end with the block. Raises ComponentError."""
    children: dict[str, Child] = {}
    try:
        for name, words in components.items():
            children[name] = start(name, [*AIRFLOW, *words], env, setup.logs / f"{name}.log")
        await_health(setup, children)
        yield children
    finally:
        end_all(children)


def await_health(setup: Setup, children: Mapping[str, Child], seconds: float = START_SECONDS) -> None:
    """Return when all that Airflow tells of itself is healthy. Raises ComponentError."""
    deadline = time.monotonic() + seconds
    while sick := unhealthy(setup):
        require_alive(children)
        if time.monotonic() > deadline:
            ends = [f"{child.name}:\n{child.log_end()}" for child in children.values()]
            raise ComponentError("\n".join([f"not healthy after {seconds:g} s: {', '.join(sick)}", *ends]))
        time.sleep(LOOK_SECONDS)


def unhealthy(setup: Setup) -> list[str]:
    """What is not healthy by Airflow's own account; all of it where nobody answers."""
    try:
        with urllib.request.urlopen(
            f"{setup.address}/api/v2/monitor/health", timeout=HEALTH_SECONDS
        ) as answer:
            told = json.load(answer)
    except (OSError, ValueError):
        return ["api-server"]
    return [name for name, state in told.items() if state["status"] != "healthy"]


def require_alive(children: Mapping[str, Child]) -> None:
    """Raise ComponentError with the end of the log of a component that ended."""
    for child in children.values():
        code = child.process.poll()
        if code is not None:
            raise ComponentError(
                f"{child.name} ended ({_ending(code)}); the end of {child.log}:\n{child.log_end()}"
            )


def end_all(children: Mapping[str, Child], seconds: float = END_SECONDS) -> None:
    """End the components; the api-server last, for tasks tell it how they ended."""
    for name in sorted(children, key=lambda name: (name == "api-server", name != "scheduler")):
        end(children[name], seconds)


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
