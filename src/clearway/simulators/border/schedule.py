"""What is to happen, in the order of simulated time, done by one sender at a chosen pace."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

Act = Callable[..., None]
"""Something that somebody does about something; the last argument is the instant."""

_CATCH_UP = 2.0
"""Seconds of delay that are made up for; what is lost beyond is not hurried after."""


class Step(NamedTuple):
    """One act: when, its place among acts of the same instant, what, and how many lodgements."""

    at: datetime
    place: int
    act: Callable[[datetime], None]
    lodgements: int


class Schedule:
    """Acts to come. Acts of one instant are done in the order in which they were planned."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._planned = 0

    def __len__(self) -> int:
        return len(self._steps)

    def plan(self, at: datetime, act: Act, *about: Any, lodgements: int = 0) -> None:
        """Let something happen at an instant: ``act(*about, instant)``."""
        self._planned += 1
        heapq.heappush(self._steps, Step(at, self._planned, partial(act, *about), lodgements))

    def next(self, before: datetime | None) -> Step | None:
        """Take out the next step; None where nothing is planned before an instant."""
        if not self._steps or (before is not None and self._steps[0].at >= before):
            return None
        return heapq.heappop(self._steps)


class Pace:
    """Holds the sender back to so many lodgements a second of wall time; 0 holds nobody back."""

    def __init__(
        self,
        rate: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._rate = rate
        self._clock = clock
        self._sleep = sleep
        self._due = clock()

    def wait(self, lodgements: int) -> None:
        """Wait until so many lodgements may be sent."""
        if not lodgements or not self._rate:
            return
        now = self._clock()
        self._due = max(self._due, now - _CATCH_UP)
        if self._due > now:
            self._sleep(self._due - now)
        self._due += lodgements / self._rate
