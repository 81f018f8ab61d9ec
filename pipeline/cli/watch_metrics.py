"""/metrics: the gauges of a watch in Prometheus's words, and the figures of its process.

Names follow prometheus.io/docs/practices/naming: base units, `_total` for counts since the start. Labels have
few values: outcomes, statuses, reasons; never feeds or addresses. Those that are known beforehand are there
from the start, with 0, so that the first failure is an increase.
"""

from collections.abc import Iterable, Iterator, Mapping
from statistics import quantiles
from typing import TypeVar

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
    SummaryMetricFamily,
)

from pipeline.acquire.records import Failure
from pipeline.dispositions import Disposition, Reason
from pipeline.gauges import RECENT, Gauges

Key = TypeVar("Key")
POLLS = ("changed", "same", "unchanged", *Failure)
FETCHES = ("fetched", "same", "unchanged", *Failure)
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
QUANTILES = (0.5, 0.9, 0.99)


def registry_of(gauges: Gauges) -> CollectorRegistry:
    """What a scrape reads: the watch and its process."""
    registry = CollectorRegistry()
    registry.register(WatchCollector(gauges))
    ProcessCollector(registry=registry)
    return registry


def exposition(registry: CollectorRegistry) -> bytes:
    """The answer to a scrape."""
    return generate_latest(registry)


class WatchCollector:
    """Reads the gauges at each scrape."""

    def __init__(self, gauges: Gauges) -> None:
        self._gauges = gauges

    def describe(self) -> Iterable[Metric]:
        """The families, for the registry."""
        return self.collect()

    def collect(self) -> Iterator[Metric]:
        """The families with their samples."""
        yield from _counts(self._gauges)
        yield from _states(self._gauges)
        yield _batch_seconds(self._gauges)


def _counts(gauges: Gauges) -> Iterator[Metric]:
    polls = _with_zeros(POLLS, gauges.polls)
    fetches = _with_zeros(FETCHES, gauges.fetches)
    statuses = _with_zeros((), gauges.statuses)
    ended = _with_zeros(Disposition, gauges.ended)
    reasons = _with_zeros(Reason, gauges.reasons)
    for name, meaning, label, counts in (
        ("newsflow_polls", "Times that a feed was asked.", "outcome", polls),
        ("newsflow_fetches", "Times that a page was asked for.", "outcome", fetches),
        ("newsflow_http_responses", "Answers by HTTP status.", "status", statuses),
        ("newsflow_items", "Items by where they ended in the ledger.", "disposition", ended),
        ("newsflow_rejects", "Rejected items by reason.", "reason", reasons),
    ):
        family = CounterMetricFamily(name, meaning, labels=[label])
        for value, count in counts.items():
            family.add_metric([value], count)
        yield family
    for name, meaning, total in (
        ("newsflow_entries", "Entries of feeds that no poll had brought before.", gauges.entries),
        ("newsflow_http_requests", "Requests, robots.txt included.", gauges.requests),
        ("newsflow_received_bytes", "Bytes of bodies on the wire.", gauges.received),
    ):
        yield CounterMetricFamily(name, meaning, value=total)


def _states(gauges: Gauges) -> Iterator[Metric]:
    feeds = GaugeMetricFamily("newsflow_feeds", "Subscribed feeds.", labels=["status"])
    for status, count in dict(gauges.feeds).items():
        feeds.add_metric([status], count)
    yield feeds
    for name, meaning, value in (
        ("newsflow_feeds_due", "Feeds that are due and not asked yet.", gauges.feeds_due),
        ("newsflow_feed_lag_seconds", "How long the feed most overdue has waited.", gauges.lag_seconds),
        ("newsflow_pages_due", "Pages that are due and not asked for yet.", gauges.pages_due),
        ("newsflow_pages_later", "Pages in memory that are due later.", gauges.pages_later),
        ("newsflow_requests_under_way", "Requests under way.", gauges.requests_under_way),
        ("newsflow_results_waiting", "Answers that wait for their load.", gauges.results_waiting),
    ):
        yield GaugeMetricFamily(name, meaning, value=value)
    moments = {"start": gauges.started_at, "last_batch": gauges.last_batch_at}
    for name, meaning in (("start", "When the watch began."), ("last_batch", "When the newest load ended.")):
        family = GaugeMetricFamily(f"newsflow_{name}_timestamp_seconds", meaning)
        if moment := moments[name]:
            family.add_metric([], moment.timestamp())
        yield family


def _batch_seconds(gauges: Gauges) -> Metric:
    """Count and sum since the start; quantiles of the newest loads."""
    name = "newsflow_batch_seconds"
    meaning = f"Seconds of one load; quantiles (0.5, 0.9, 0.99) of the newest {RECENT}."
    family = SummaryMetricFamily(name, meaning, gauges.batches, gauges.loading_seconds)
    recent = list(gauges.batch_seconds)
    for quantile in QUANTILES if recent else ():
        family.add_sample(name, {"quantile": str(quantile)}, quantile_of(recent, quantile))
    return family


def quantile_of(values: list[float], share: float) -> float:
    """The value below which a share (0.01 .. 0.99) of the values lies."""
    if len(values) == 1:
        return values[0]
    return quantiles(values, n=100, method="inclusive")[round(share * 100) - 1]


def _with_zeros(known: Iterable[str], counts: Mapping[Key, int]) -> dict[str, int]:
    return dict.fromkeys(map(str, known), 0) | {str(value): count for value, count in dict(counts).items()}
