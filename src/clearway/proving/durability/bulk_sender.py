"""A client that hands in one bulk file after another and waits for each to be worked off."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Sequence

from clearway.proving.durability.asking import BETWEEN, PATIENCE, Asker
from clearway.proving.durability.lodger import Numbers, Told

ROWS = (20, 60, 150, 700)
"""Rows of files: from a handful to more than the server reads between two checkpoints."""


class BulkSender:
    """One client with files. What was taken (202) must come to be on record, every row once.

    Args:
        port: of the server.
        key: of who lodges.
        bodies: the messages, by their number.
        numbers: where the numbers of the rows are taken from.
        told: what was told so far; it goes on.
    """

    def __init__(
        self, port: int, key: str, bodies: Sequence[bytes], numbers: Numbers, told: Told
    ) -> None:
        self._bodies, self._numbers, self._told = bodies, numbers, told
        self._asker = Asker(port, key, told)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="bulk-sender", daemon=True)

    def start(self) -> None:
        """Begin to hand in files."""
        self._thread.start()

    def stop(self) -> None:
        """Wait until the file under way is worked off, and hand in no more."""
        self._stopping.set()
        self._thread.join(2 * PATIENCE + 30)
        if self._thread.is_alive():
            self._told.contradict("a bulk file was not worked off in time")
        self._asker.close()

    def _work(self) -> None:
        for rows in itertools.cycle(ROWS):
            taken = self._numbers.take(rows)
            if self._stopping.is_set() or not taken:
                return
            file = b"\n".join(self._bodies[each] for each in taken)
            job = self._asker.ask("POST", "/bulk", file, media_type="application/x-ndjson")
            if job is None:
                self._told.contradict(f"file from row {taken.start} on: never taken")
                continue
            self._told.handed_in.update(taken)
            self._see_through(job["id"], len(taken))

    def _see_through(self, number: int, rows: int) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            job = self._asker.ask("GET", f"/bulk/{number}")
            if job is None or job["state"] not in {"waiting", "running"}:
                break
            time.sleep(BETWEEN)
        if job is None or job["state"] != "finished" or job["accepted"] != rows:
            self._told.contradict(f"bulk file {number} of {rows} rows ended as {job}")
