"""What the line counts: plain numbers that ``site`` exports as metrics."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

STEPS = ("decode", "gather", "assess", "store", "commit", "answer")


class Counters:
    """Counts since the start of the process. Written by the line's thread, read by anybody.

    ``answers`` counts by outcome, ``lanes`` the declarations laned by their lane; ``seconds`` is
    the time spent in each of ``STEPS``. ``rate`` is the measured number of lodgements a second
    while the line was busy.
    """

    def __init__(self) -> None:
        self.answers = dict.fromkeys(
            ("accepted", "rejected", "unreadable", "replayed", "refused", "quarantined", "failed"),
            0,
        )
        self.lanes: dict[str, int] = {}
        self.seconds = dict.fromkeys(STEPS, 0.0)
        self.batches = 0
        self.pieces = 0
        self.lost = 0
        self.turned_away = 0
        self.alarms = 0
        self.rate = 0.0
        self.step = ""

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Add the time of the enclosed work to a step, and remember the step while it lasts."""
        self.step = step
        before = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[step] += time.perf_counter() - before

    def batch_done(self, pieces: int, seconds: float) -> None:
        """Take a batch into the measured rate, the latest weighing most."""
        self.batches += 1
        self.pieces += pieces
        if seconds > 0:
            measured = pieces / seconds
            self.rate = measured if not self.rate else 0.8 * self.rate + 0.2 * measured
