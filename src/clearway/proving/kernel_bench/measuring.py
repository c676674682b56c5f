"""How the bench measures: CPU time of all threads, taken in turns, and the median of it."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence

from clearway.proving.kernel_bench.row import Row

Work = Callable[[], object]


def taken_in_turns(works: Sequence[Work], repeats: int) -> list[float]:
    """Return the median CPU seconds of each piece of work.

    The pieces take turns, so that a busy moment of the machine falls on all of them alike. In
    each turn the garbage of the one before is collected and the work is done once unmeasured, so
    that every piece is measured with caches as warm as its own work leaves them.
    """
    times: list[list[float]] = [[] for _ in works]
    for _ in range(repeats):
        for place, work in enumerate(works):
            gc.collect()
            work()
            start = time.process_time()
            work()
            times[place].append(time.process_time() - start)
    return [statistics.median(taken) for taken in times]


def compared(
    name: str, ours: Work, peer: Work, peer_name: str, *, repeats: int = 5, per: int = 1
) -> Row:
    """Return the row of two pieces of work whose results have been found equal.

    Args:
        name: the row's name.
        ours: our work.
        peer: the peer's.
        peer_name: what the peer is and how it is used.
        repeats: how often both are measured.
        per: how many units (items) each call works on; the figures are for one.
    """
    mine, other = (taken / per for taken in taken_in_turns([ours, peer], repeats))
    return Row(
        name=name, ours=mine, peer=other, peer_name=peer_name, ratio=other / mine, equal=True
    )


def unequal(name: str, peer_name: str) -> Row:
    """Return the row of results that differ: no figure is worth showing then."""
    return Row(name=name, ours=0.0, peer_name=peer_name, equal=False)
