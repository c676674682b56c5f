"""How long lodging takes, from the counts that the server keeps of its own answers."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Final

from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector

LODGING: Final = "/api/v1/declarations"
_HISTOGRAM: Final = "clearway_http_seconds"


def lodging_quantiles(*wanted: float) -> list[float | None]:
    """Return quantiles of the time in which lodgements were answered, in milliseconds.

    They are read off a histogram since the start of the server, so that each is exact to the
    width of its bucket. None where nothing was lodged yet.
    """
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    counts = [
        (float(sample.labels["le"]), sample.value)
        for metric in registry.collect()
        if metric.name == _HISTOGRAM
        for sample in metric.samples
        if sample.name.endswith("_bucket") and sample.labels.get("route") == LODGING
    ]
    return [quantile(counts, one) for one in wanted]


def quantile(counts: Iterable[tuple[float, float]], wanted: float) -> float | None:
    """Return a quantile in milliseconds of a histogram in seconds.

    Args:
        counts: upper bound of each bucket and how many there are up to it.
        wanted: between 0 and 1.

    >>> quantile([(0.01, 0.0), (0.02, 10.0), (float("inf"), 10.0)], 0.5)
    15.0
    """
    buckets = sorted(counts)
    total = buckets[-1][1] if buckets else 0
    if not total:
        return None
    below_bound, below = 0.0, 0.0
    for bound, count in buckets:
        if count >= wanted * total and count > below:
            if bound == float("inf"):
                return below_bound * 1000
            share = (wanted * total - below) / (count - below)
            return (below_bound + share * (bound - below_bound)) * 1000
        below_bound, below = bound, count
    return below_bound * 1000
