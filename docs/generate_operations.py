"""Write the table of metrics in docs/operations.md again: `make docs`. A test fails when it is stale."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client.metrics_core import Metric

from pipeline.cli.watch_metrics import WatchCollector
from pipeline.gauges import Gauges

PAGE = Path(__file__).parent / "operations.md"
BLOCK = re.compile(r"(?<=^<!-- metrics -->\n).*?(?=^<!-- end -->$)", re.M | re.S)


def render(page: str) -> str:
    """The page with the metrics of today's code."""
    lines = ["| metric | kind | what |", "|---|---|---|", *_rows()]
    return BLOCK.sub("\n".join(lines) + "\n", page)


def _rows() -> Iterator[str]:
    for family in WatchCollector(Gauges(started_at=datetime.now(UTC))).collect():
        yield f"| `{_shown(family)}` | {family.type} | {family.documentation} |"


def _shown(family: Metric) -> str:
    """The name as it is scraped, with its labels."""
    labels = ", ".join(getattr(family, "_labelnames", ()))
    suffix = "_total" if family.type == "counter" else ""
    return f"{family.name}{suffix}" + (f"{{{labels}}}" if labels else "")


if __name__ == "__main__":
    PAGE.write_text(render(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
