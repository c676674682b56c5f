"""Exact duty and VAT for 100,000 items over 1.4 million measures: ours, ``decimal`` and Polars.

The law: 12,000 commodities, each with a history of third-country duty, of preferences for 27
areas, and of VAT, over six years; 85 % of the rates are percentages, the rest per kilogram or
both together. An item claims the preference of its origin or not; its day, any of the six years
alike, picks the row of the history. A day's own declarations, nearly all of recent days, are
easier for everybody.

Everybody gets the work encoded his own best way beforehand, and everybody's amounts are
compared, all of them, before any clock starts. CPU seconds of the whole process, median.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

from clearway.kernel.tariff.bulk import bulk_index_of, price_bulk
from clearway.proving.kernel_bench.duty_law import Workload, workload
from clearway.proving.kernel_bench.duty_peers import Amounts, plain_program, polars_programs
from clearway.proving.kernel_bench.row import Row

__all__ = ["Workload", "ours", "run", "workload"]


def ours(work: Workload) -> tuple[Amounts, Amounts]:
    """Return (duty, VAT) by the function that ``assess`` calls."""
    priced = price_bulk(work.encoded, work.reference)
    return priced.charges[0].amount, priced.charges[1].amount


def cpu_seconds(works: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Return the median CPU seconds of the process for each work, all threads counted.

    The works take turns, so that a busy minute of the machine falls on all of them alike.
    """
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            start = time.process_time()
            work()
            taken[name].append(time.process_time() - start)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def differing(left: tuple[Amounts, Amounts], right: tuple[Amounts, Amounts]) -> int:
    """Return how many amounts differ, in either tax."""
    return sum(int((a != b).sum()) for a, b in zip(left, right, strict=True))


def run(items: int = 100_000, commodities: int = 12_000, repeats: int = 7) -> list[Row]:
    """Measure the duty rows; equality of every amount is checked before any timing."""
    work = workload(items, commodities)
    bulk_index_of(work.reference)
    plain = plain_program(work)
    polars = polars_programs(work)
    answer = ours(work)
    plain_equal = differing(answer, plain()) == 0
    polars_equal = {name: differing(answer, program()) == 0 for name, program in polars.items()}
    by_hand = cpu_seconds({"plain": plain}, max(1, repeats // 3))["plain"]
    timed = cpu_seconds({"ours": lambda: ours(work), **polars}, repeats)
    mine = timed.pop("ours")
    best = min(timed, key=timed.__getitem__)
    return [
        Row(
            name="duty_bulk_decimal",
            ours=mine,
            peer=by_hand,
            peer_name="plain decimal program",
            ratio=by_hand / mine,
            equal=plain_equal,
        ),
        Row(
            name="duty_bulk_polars",
            ours=mine,
            peer=timed[best],
            peer_name=best,
            ratio=timed[best] / mine,
            equal=all(polars_equal.values()),
        ),
    ]
