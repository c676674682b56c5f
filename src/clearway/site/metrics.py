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
backlog = Gauge(
    "clearway_outbox_backlog", "Events not yet delivered.", multiprocess_mode="mostrecent"
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
