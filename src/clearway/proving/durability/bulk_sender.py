"""A client that hands in one bulk file after another and waits for each to be worked off."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import httpx

from clearway.proving.durability.lodger import Numbers, Told
from clearway.proving.synthetic_messages import AT
from clearway.site.server_process import HOST

ROWS = (20, 60, 150, 700)
"""Rows of files: from a handful to more than the server reads between two checkpoints."""
_PATIENCE = 120.0
_BETWEEN = 0.2


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
        self._client = httpx.Client(
            base_url=f"http://{HOST}:{port}/api/v1",
            headers={"Authorization": f"Bearer {key}", **AT},
            timeout=30,
            trust_env=False,
        )
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="bulk-sender", daemon=True)

    def start(self) -> None:
        """Begin to hand in files."""
        self._thread.start()

    def stop(self) -> None:
        """Wait until the file under way is worked off, and hand in no more."""
        self._stopping.set()
        self._thread.join(2 * _PATIENCE + 30)
        if self._thread.is_alive():
            self._told.contradict("a bulk file was not worked off in time")
        self._client.close()

    def _work(self) -> None:
        for rows in itertools.cycle(ROWS):
            taken = self._numbers.take(rows)
            if self._stopping.is_set() or not taken:
                return
            job = self._asked("POST", "/bulk", b"\n".join(self._bodies[each] for each in taken))
            if job is None:
                self._told.contradict(f"file from row {taken.start} on: never taken")
                continue
            self._told.handed_in.update(taken)
            self._see_through(job["id"], len(taken))

    def _see_through(self, number: int, rows: int) -> None:
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            job = self._asked("GET", f"/bulk/{number}")
            if job is None or job["state"] not in {"waiting", "running"}:
                break
            time.sleep(_BETWEEN)
        if job is None or job["state"] != "finished" or job["accepted"] != rows:
            self._told.contradict(f"bulk file {number} of {rows} rows ended as {job}")

    def _asked(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any] | None:
        """Ask until there is an answer; None where there is none, or a refusal."""
        until = time.monotonic() + _PATIENCE
        kind = {} if body is None else {"Content-Type": "application/x-ndjson"}
        while time.monotonic() < until:
            try:
                answer = self._client.request(method, path, content=body, headers=kind)
            except httpx.HTTPError:
                self._told.note_cut()
            else:
                if answer.status_code in {HTTPStatus.OK, HTTPStatus.ACCEPTED}:
                    found: dict[str, Any] = answer.json()
                    return found
                words = answer.text[:200]
                if self._told.refuse(-1, answer.status_code, f"{method} {path}: {words}"):
                    return None
            time.sleep(_BETWEEN)
        return None
