"""One race: many workers ask for the same thing at once, and the record is held to the answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec
from django.db import connection


class Race(msgspec.Struct, frozen=True):
    """What is raced for.

    ``lay`` writes what there is and returns it; ``attempt(prize, number)`` asks once, with a
    number that no other attempt has, and returns how much it was granted (0: refused);
    ``available`` is how much there is to be granted, and ``recorded(prize)`` how much the record
    says was. ``attempts`` of all workers together ask for more than there is.
    """

    name: str
    available: int
    lay: Callable[[], Any]
    attempt: Callable[[Any, int], int]
    recorded: Callable[[Any], int]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a race. ``failed`` counts attempts that ended in an error of no refusal."""

    name: str
    database: str
    attempts: int
    available: int
    granted: int
    recorded: int
    failed: int
    seconds: float
    error: str = ""

    @property
    def is_exact(self) -> bool:
        """Whether granted, recorded and available are one number, and nobody met an error."""
        return self.granted == self.recorded == self.available and not self.failed


def run(race: Race, database: str, workers: int, attempts: int) -> Result:
    """Let workers, each with a connection of its own, race; and count what each was told.

    Args:
        race: what for.
        database: its name, for the result.
        workers: how many at once.
        attempts: of each worker.
    """
    prize = race.lay()
    granted = [0] * workers
    errors: list[str] = []
    together = threading.Barrier(workers)

    def work(worker: int) -> None:
        try:
            together.wait(60)
            for number in range(attempts):
                try:
                    granted[worker] += race.attempt(prize, worker * attempts + number)
                except Exception as error:  # noqa: BLE001 - whatever it is, it is no refusal
                    errors.append(f"{type(error).__name__}: {error}")
        finally:
            connection.close()

    began = time.monotonic()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Result(
        name=race.name,
        database=database,
        attempts=workers * attempts,
        available=race.available,
        granted=sum(granted),
        recorded=race.recorded(prize),
        failed=len(errors),
        seconds=round(time.monotonic() - began, 2),
        error=errors[0][:300] if errors else "",
    )
