"""The assembly line: a bounded queue, one thread, batches of whatever waits.

While one batch is on its way the next fills. A batch that fails is halved until the culprit
stands alone; it is quarantined and its neighbours go on. An answer leaves after the commit only.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from http import HTTPStatus
from typing import NoReturn

from django.db import (
    DataError,
    IntegrityError,
    InterfaceError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    connection,
)

from clearway.intake import answering, service
from clearway.intake.assembling import LODGE, Assembly, Begun, KeyTaken, Purposes
from clearway.intake.counters import Counters
from clearway.intake.helper import Helper
from clearway.intake.submission import Answer, Piece, Submission
from clearway.intake.turns import Turns, whose
from clearway.kernel.reference import Reference
from clearway.vocabulary.errors import ActRefused, StorageFails, TooMuch

MOST_PIECES, MOST_BYTES = 256, 4 * 1024 * 1024
"""What one batch holds at most: a commit must stay short, or the next ones wait too long."""
MOST_WAITING_BYTES = 256 * 1024 * 1024
MOST_TRIES = 25
"""Rounds that a piece may lose against its neighbours before it is sent away to come again."""
_OF_DATA = (DataError, IntegrityError, NotSupportedError, ProgrammingError)
_log = logging.getLogger("clearway.intake")


class Line:
    """One line of a process.

    Args:
        reference: gives the pack in force at an instant.
        capacity: lodgements that may wait.
        purposes: what else than lodging goes through (see ``assembling.Purpose``).
        helper: reads and decides where there is much; the line stops it with itself.
    """

    def __init__(
        self,
        reference: Callable[[datetime], Reference],
        *,
        capacity: int = 4096,
        purposes: Purposes = LODGE,
        helper: Helper | None = None,
    ) -> None:
        self.capacity = capacity
        self.counters = Counters()
        self.helper = helper
        self.assembly = Assembly(reference, self.counters, purposes, helper)
        self._queue = Turns(capacity)
        self._bytes = 0
        self._lock = threading.Lock()
        self._filled = threading.Condition(self._lock)
        self._by_key: dict[tuple[int, str], Piece] = {}
        self._stopping = False
        self._thread: threading.Thread | None = None

    # -- for whoever lodges --------------------------------------------------------------------

    def submit(self, submission: Submission) -> Future[Answer]:
        """Put a submission into the queue and return the answer to come. Waits for nothing.

        A repeat under a key that is on its way gets the answer of the first. The future never
        holds an exception: whatever becomes of the submission is an answer.

        Raises:
            TooMuch: the queue is full; ``retry_after`` comes from the measured rate.
            StorageFails: the line is not running.
        """
        future: Future[Answer] = Future()
        piece = Piece(submission, submission.digest(), [future])
        key = piece.key
        with self._lock:
            if self._stopping or self._thread is None:
                raise StorageFails("The intake line is not running.", remedy="Try again shortly.")
            first = self._by_key.get(key) if key is not None else None
            if first is not None:
                if first.digest == piece.digest:
                    first.waiting.append(future)
                else:
                    future.set_result(answering.key_reused())
                return future
            size = len(submission.body)
            full = not self._queue.has_room_for(whose(piece))
            if full or self._bytes + size > MOST_WAITING_BYTES:
                self._turn_away()
            if key is not None:
                self._by_key[key] = piece
            self._queue.append(piece)
            self._bytes += size
            self._filled.notify()
        return future

    def see_room_for(self, organisation: int) -> None:
        """Turn away whoever finds no room, before his message is read: refusing must be cheap.

        Raises:
            TooMuch: as ``submit`` does.
        """
        if not self._queue.has_room_for((organisation, False)):
            self._turn_away()

    @property
    def depth(self) -> int:
        """Lodgements that wait."""
        return len(self._queue)

    @property
    def running(self) -> bool:
        """Whether the line takes lodgements."""
        return self._thread is not None and self._thread.is_alive() and not self._stopping

    def _turn_away(self) -> NoReturn:
        self.counters.turned_away += 1
        rate = self.counters.rate or 100.0
        raise TooMuch(
            "The queue is full.", retry_after=max(1, min(60, round(len(self._queue) / rate)))
        )

    # -- for whoever runs it -------------------------------------------------------------------

    def start(self) -> None:
        """Start the thread."""
        with self._lock:
            self._stopping = False
            self._thread = threading.Thread(target=self._work, name="intake-line", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 30.0) -> None:
        """Take nothing more, finish what waits, and end the thread."""
        with self._lock:
            self._stopping = True
            self._filled.notify_all()
        if self._thread is not None:
            self._thread.join(timeout)
        if self.helper is not None:
            self.helper.stop()

    # -- the thread ----------------------------------------------------------------------------

    def _work(self) -> None:
        again: list[Piece] = []
        flying: Begun | None = None
        try:
            while True:
                pieces = self._next(again, waits=flying is None)
                if not pieces and flying is None:
                    return
                before = time.perf_counter()
                begun, again, ended = self._begin(pieces) if pieces else None, [], 0
                # The one before is stored while a second process decides on this one.
                for batch in filter(None, (flying, None if begun and begun.asked else begun)):
                    left = self._end(batch)
                    ended += len(batch.pieces) - len(left)
                    again += left
                flying = begun if begun and begun.asked else None
                self.counters.batch_done(ended, time.perf_counter() - before)
        finally:
            connection.close()

    def _next(self, again: list[Piece], *, waits: bool) -> list[Piece]:
        """Return what goes into the next batch.

        Args:
            again: what goes in first.
            waits: for at least one; then nothing means that the line ends.
        """
        pieces = again
        size = sum(len(piece.submission.body) for piece in pieces)
        with self._filled:
            while waits and not self._queue and not pieces and not self._stopping:
                self._filled.wait()
            while self._queue and len(pieces) < MOST_PIECES:
                weight = len(self._queue.next().submission.body)
                if pieces and size + weight > MOST_BYTES:
                    break
                pieces.append(self._queue.popleft())
                self._bytes -= weight
                size += weight
        return pieces

    def _begin(self, pieces: Sequence[Piece]) -> Begun:
        """Take pieces through the steps that write nothing; what fails is told when they end."""
        try:
            return self.assembly.begin(pieces)
        except Exception as failure:  # noqa: BLE001 - see ``_end``
            return Begun(pieces, failure=failure)

    def _end(self, begun: Begun) -> list[Piece]:
        """Store pieces and answer them; return those that try again."""
        pieces = begun.pieces
        try:
            again = self.assembly.end(begun)
        except KeyTaken:
            again = list(pieces)
            for piece in pieces:
                piece.answer = None
        except _OF_DATA as failure:
            return self._halved(pieces, failure)
        except (OperationalError, InterfaceError, StorageFails) as failure:
            if _is_passing(failure):
                return self._patient(list(pieces))
            self._refuse(pieces, failure)
            return []
        except ActRefused as refused:  # no pack is in force
            for piece in pieces:
                piece.answer = answering.refused(refused)
                self._answer(piece)
            return []
        except Exception as failure:  # noqa: BLE001 - one piece's data or our defect: find it
            return self._halved(pieces, failure)
        waiting = set(map(id, again))
        for piece in pieces:
            if id(piece) not in waiting:
                self._answer(piece)
        return self._patient(again)

    def _halved(self, pieces: Sequence[Piece], failure: Exception) -> list[Piece]:
        """Find the culprit of a failure among some pieces; the others go on."""
        step = self.counters.step
        _log.error("the line failed at %s: %s", step, type(failure).__name__)
        if len(pieces) > 1:
            middle = len(pieces) // 2
            halves = (pieces[:middle], pieces[middle:])
            return [piece for half in halves for piece in self._end(self._begin(half))]
        (piece,) = pieces
        try:
            piece.answer = service.quarantine(piece, step, failure)
        except Exception as trouble:  # noqa: BLE001 - not even that can be written
            self._refuse(pieces, trouble)
            return []
        self._answer(piece, "quarantined")
        return []

    def _refuse(self, pieces: Sequence[Piece], failure: Exception) -> None:
        """The record cannot be written now: nothing was kept, everybody may come again."""
        full = _is_full(failure)
        _log.error("the record cannot be written: %s", type(failure).__name__)
        connection.close()
        for piece in pieces:
            piece.answer = answering.storage_fails(full=full)
            self._answer(piece)

    def _patient(self, again: list[Piece]) -> list[Piece]:
        """Send away those that have lost too often."""
        staying = []
        for piece in again:
            piece.tries += 1
            if piece.tries <= MOST_TRIES:
                staying.append(piece)
            else:
                piece.answer = answering.storage_fails(full=False)
                self._answer(piece)
        return staying

    def _answer(self, piece: Piece, outcome: str = "") -> None:
        answer, key = piece.answer, piece.key
        assert answer is not None
        with self._lock:
            if key is not None:
                self._by_key.pop(key, None)
            waiting = len(piece.waiting)
        self.counters.answers[outcome or _outcome(answer)] += waiting
        if answer.status == HTTPStatus.CREATED and piece.decision and piece.decision.selection:
            lane = piece.decision.selection.lane.name.lower()
            self.counters.lanes[lane] = self.counters.lanes.get(lane, 0) + 1
        piece.give(answer)


def _is_passing(failure: Exception) -> bool:
    """Tell whether PostgreSQL ended this transaction to end a deadlock: nothing is wrong here."""
    return getattr(failure.__cause__, "sqlstate", "") in {"40P01", "40001"}


def _is_full(failure: Exception) -> bool:
    text = str(failure).lower()
    return "full" in text or "no space" in text


def _outcome(answer: Answer) -> str:
    if any(name == "Idempotency-Replayed" for name, _ in answer.headers):
        return "replayed"
    by_status = {200: "accepted", 201: "accepted", 400: "unreadable", 422: "rejected",
                 503: "failed", 507: "failed"}  # fmt: skip
    return by_status.get(answer.status, "refused")
