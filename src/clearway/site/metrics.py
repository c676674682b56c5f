"""What can be counted of the running platform, in Prometheus' form.

Counts hold routes, states and kinds: no path, no name, no identifier. With several processes the
counts of all are added up (``PROMETHEUS_MULTIPROC_DIR``, which ``site.serving`` sets).
"""

from __future__ import annotations

import functools
import os
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

_FAST: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

requests = Counter("clearway_http_requests", "Requests answered.", ["method", "route", "status"])
latency = Histogram(
    "clearway_http_seconds", "Seconds until an answer was complete.", ["route"], buckets=_FAST
)
_LINE: Final = "clearway_line"
answers = Counter(f"{_LINE}_answers", "Lodgements answered, by outcome.", ["outcome"])
steps = Counter(f"{_LINE}_seconds", "Seconds that the line spent in each step.", ["step"])
kernel = Counter("clearway_kernel_seconds", "Seconds spent in the kernel.")
batches = Counter(f"{_LINE}_batches", "Batches that went through the line; each is one commit.")
pieces = Counter(f"{_LINE}_batch_pieces", "Lodgements in all batches; by batches, the batch size.")
turned_away = Counter(f"{_LINE}_turned_away", "Lodgements that found the queue full.")
lost = Counter(f"{_LINE}_lost", "Lodgements assessed again, because a neighbour was first.")
alarms = Counter(f"{_LINE}_alarms", "Alarms of the line.")
lanes = Counter("clearway_lanes", "Declarations laned, by lane.", ["lane"])
queue = Gauge(f"{_LINE}_queue", "Lodgements that wait.", multiprocess_mode="livesum")
backlog = Gauge(
    "clearway_outbox_backlog",
    "Acts committed and not yet told to the slowest consumer.",
    multiprocess_mode="mostrecent",
)

failure: BaseException | None = None
"""Why the platform could not start; ``site.serving`` tells it."""

_METHODS: Final = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


@functools.lru_cache(maxsize=4096)
def _children(method: str, route: str, status: int) -> tuple[Any, Any]:
    return requests.labels(method, route, str(status)), latency.labels(route)


def answered(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request that was answered."""
    count, timing = _children(method if method in _METHODS else "other", route, status)
    count.inc()
    timing.observe(seconds)


def text() -> bytes:
    """Return all counts in Prometheus' text form."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest()
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
