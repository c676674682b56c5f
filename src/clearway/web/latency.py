"""How long lodging takes, from the counts that the server keeps of its own answers."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Final

from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector

LODGING: Final = "/api/v1/declarations"
RECENT: Final = 300.0
"""Seconds of wall time that count as recent."""
NOTED_EVERY: Final = 15.0
"""Seconds between two notes of how the counts stood."""
_HISTOGRAM: Final = "clearway_http_seconds"

Counts = Mapping[float, float]
"""How many answers took at most so many seconds, by that bound."""

_notes: deque[tuple[float, Counts]] = deque()
_lock = threading.Lock()


def note() -> None:
    """Note how the counts stand, if that was not done just now; the server calls it."""
    now = time.monotonic()
    with _lock:
        if _notes and now - _notes[-1][0] < NOTED_EVERY:
            return
        _notes.append((now, _counts()))
        while len(_notes) > 1 and now - _notes[1][0] >= RECENT:
            _notes.popleft()


def forget() -> None:
    """Drop all notes, as a server that starts anew."""
    with _lock:
        _notes.clear()


def whole_quantiles(*wanted: float) -> list[float | None]:
    """Return quantiles of the time in which lodgements were answered, in milliseconds.

    They are read off a histogram since the start of the server, so that each is exact to the
    width of its bucket. None where nothing was lodged yet.
    """
    counts = _counts()
    return [quantile(counts.items(), one) for one in wanted]


def recent_quantiles(*wanted: float) -> list[float | None]:
    """Return the same of the last ``RECENT`` seconds, or since the start where that is less."""
    counts = _counts()
    with _lock:
        before = _notes[0][1] if _notes else {}
    grown = [(bound, count - before.get(bound, 0.0)) for bound, count in counts.items()]
    return [quantile(grown, one) for one in wanted]


def _counts() -> Counts:
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return {
        float(sample.labels["le"]): sample.value
        for metric in registry.collect()
        if metric.name == _HISTOGRAM
        for sample in metric.samples
        if sample.name.endswith("_bucket") and sample.labels.get("route") == LODGING
    }


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
