"""One row of the bench, and how its figures are measured."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import msgspec


class Row(msgspec.Struct, frozen=True):
    """One comparison.

    ``ours`` and ``peer`` are in ``unit`` (CPU seconds unless it says otherwise); ``ratio`` is
    above 1 where ours is better. A row without a peer has ``peer`` and ``ratio`` None. ``equal``
    tells whether the results were the same, checked before any timing.
    """

    name: str
    ours: float
    peer: float | None = None
    peer_name: str = ""
    ratio: float | None = None
    unit: str = "CPU s"
    equal: bool = True


def compared(name: str, ours: float, peer: float, peer_name: str, *, unit: str = "CPU s") -> Row:
    """Return a row of two costs (less is better) of work whose results were equal."""
    return Row(name, ours, peer, peer_name, peer / ours if ours else None, unit)


def unequal(name: str, peer_name: str) -> Row:
    """Return the row of results that differ: no figure is worth showing then."""
    return Row(name, 0.0, None, peer_name, None, equal=False)


def cpu_seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """Return the median CPU time of some work, all threads of the process included."""
    work()
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return statistics.median(taken)
