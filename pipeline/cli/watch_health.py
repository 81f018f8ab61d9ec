"""Whether a running watch does its work: what /healthz answers.

Failures of single feeds are no illness. It is ill when feeds are due and nobody asks them, or when results
are there and nobody loads them.
"""

from dataclasses import dataclass
from datetime import datetime

from pipeline.gauges import Gauges

# Half as long again as the shortest interval between two polls of a feed (acquire/schedule.py). A load takes
# seconds.
TOO_LONG = 15 * 60


@dataclass(frozen=True, slots=True)
class Health:
    """What looking at the gauges has shown. `unloaded_since`: when results began to wait for their load."""

    unloaded_since: datetime | None = None
    batches: int = 0

    def looked(self, gauges: Gauges, now: datetime) -> "Health":
        """The state after one more look. A load that ended since starts the wait anew."""
        if not gauges.results_waiting:
            return Health(None, gauges.batches)
        if self.unloaded_since is None or gauges.batches > self.batches:
            return Health(now, gauges.batches)
        return self

    def problems(self, gauges: Gauges, now: datetime) -> list[str]:
        """What is wrong, a line each; nothing where all is well."""
        found = []
        if gauges.lag_seconds > TOO_LONG:
            found.append(f"a feed has been due for {gauges.lag_seconds:.0f} s")
        if self.unloaded_since and (wait := (now - self.unloaded_since).total_seconds()) > TOO_LONG:
            found.append(f"results have waited for their load for {wait:.0f} s")
        return found
