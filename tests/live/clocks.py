"""Time that runs faster than the machine's, the same for every process that knows when it began."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self


@dataclass(frozen=True)
class FastClock:
    """`speed` seconds pass in one; `began_at` is the moment of the machine's clock at which both agreed."""

    began_at: datetime
    speed: float
    later: timedelta = timedelta(0)

    def now(self) -> datetime:
        """The present."""
        return self.at(datetime.now(UTC))

    def at(self, real: datetime) -> datetime:
        """What it shows when the machine's clock shows `real`."""
        return self.began_at + (real - self.began_at) * self.speed + self.later

    def written(self) -> str:
        """The clock as an argument of a command."""
        return f"{self.began_at.isoformat()},{self.speed},{self.later.total_seconds()}"

    @classmethod
    def read(cls, text: str) -> Self:
        """The clock that was written."""
        began_at, speed, later = text.split(",")
        return cls(datetime.fromisoformat(began_at), float(speed), timedelta(seconds=float(later)))

    def slowed(self, speed: float, later: timedelta) -> "FastClock":
        """A clock of another speed that stands `later` than this one now."""
        real = datetime.now(UTC)
        return FastClock(real, speed, self.now() - real + later)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds / self.speed)
