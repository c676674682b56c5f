"""How fast the deployable model is trained and asked: CPU time of one thread."""

from __future__ import annotations

import time

import numpy as np

from clearway.proving.risk_bench.public_set import PublicSet
from clearway.proving.risk_bench.row import Row
from clearway.selectivity.generaliser import train
from clearway.selectivity.layout import BORDER
from clearway.selectivity.scoring import Judge

_ASKED = 2_000


def rows(data: PublicSet) -> list[Row]:
    """Measure training on 45,000 rows, scoring in bulk, and one declaration at a time."""
    known = data.by_day()[:45_000]
    items, violation, day = data.items.take(known), data.violation[known], data.day[known]
    judge = Judge(BORDER)
    judge.learn(items, violation, day)
    started = time.process_time()
    judge.model = train(items, violation, day, BORDER)
    training = time.process_time() - started
    judge.chances(data.items.take(known[:10]))  # what is made at the first question
    started = time.process_time()
    judge.chances(data.items)
    bulk = len(data.items) / (time.process_time() - started)
    one = []
    for row in range(_ASKED):
        started = time.perf_counter()
        judge.chances(data.items.take(np.array([row])))
        one.append(time.perf_counter() - started)
    slowest = float(np.quantile(one, 0.99)) * 1_000
    return [
        _row("speed_training", training, 3.0, "CPU seconds", "45,000 rows, one thread"),
        _row("speed_bulk", bulk, 100_000.0, "rows per CPU second", "features and score"),
        _row("speed_one_p99", slowest, 5.0, "milliseconds", f"{_ASKED:,} items one by one"),
    ]


def _row(name: str, ours: float, bar: float, unit: str, note: str) -> Row:
    return Row(name=name, ours=ours, peer=bar, peer_name="the bar", unit=unit, note=note)
