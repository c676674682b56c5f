"""The sequencer: after commit, it gives each leaf its place and signs checkpoints of the tree.

Numbers that transactions take for themselves do not follow the order of commits on PostgreSQL, so
a reader who goes on by "number greater than the last" would miss rows. One sequencer gives
positions to what is committed, consecutively, in small transactions of its own; tree, events
and news follow them. Any number of processes may run one: a lock of the database lets one of them
act at a time, and another goes on at once where one dies.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.db import Error, connection, transaction

from clearway.audit import checkpoints, merkle, queries
from clearway.audit.bulk import insert

_log = logging.getLogger(__name__)
_LOCK = 0x636C65617277_01
_MOST = 500
"""Leaves that get their positions at once: other writers wait for as long as that takes."""
_wanted = threading.Event()
_PENDING = """
    UPDATE audit_entry SET position = pending.place
    FROM (
        SELECT leaf_id AS leaf, %s - 1 + row_number() OVER (ORDER BY leaf_id) AS place
        FROM audit_entry WHERE position IS NULL ORDER BY leaf_id LIMIT %s
    ) AS pending
    WHERE audit_entry.leaf_id = pending.leaf
"""


def lock(number: int) -> bool:
    """Take one of the database's locks until the transaction ends; False where another has it.

    SQLite has one writer and one process, so the open transaction is the lock.
    """
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


def place(limit: int = _MOST) -> int:
    """Give the next waiting leaves their positions, in one transaction of a few milliseconds.

    Returns:
        How many got one: 0 where none waits or another process is at it.
    """
    if not queries.anything_waits():
        return 0
    with transaction.atomic():
        if not lock(_LOCK):
            return 0
        begin = queries.size()
        with connection.cursor() as cursor:
            cursor.execute(_PENDING, [begin, limit])
            placed: int = cursor.rowcount
            _keep_subtrees(cursor, begin, begin + placed)
    return placed


def _keep_subtrees(cursor: object, begin: int, end: int) -> None:
    """Store the roots of the subtrees that the leaves from ``begin`` to ``end`` completed."""
    level = 0
    while begin // queries.SPAN < end // queries.SPAN:
        first, last = begin // queries.SPAN, end // queries.SPAN
        low, high = first * queries.SPAN, last * queries.SPAN
        parts = queries.subtrees(level, low, high) if level else queries.commitments(low, high)
        level += 1
        rows = [
            (level, index, merkle.fold(parts[at : at + queries.SPAN]))
            for index, at in zip(
                range(first, last), range(0, len(parts), queries.SPAN), strict=True
            )
        ]
        insert(cursor, "audit_subtree", "level, number, root", rows)
        begin, end = first, last


def hurry() -> None:
    """Let this process's sequencer look at once, not after its pause: somebody waits for news."""
    _wanted.set()


_told: list[Callable[[], object]] = []


def when_placed(tell: Callable[[], object], *, no_more: bool = False) -> None:
    """Let somebody in this process be told whenever leaves got their positions, or no more."""
    if no_more:
        _told.remove(tell)
    else:
        _told.append(tell)


class Sequencer(threading.Thread):
    """A thread that places what was committed and signs checkpoints, until it is stopped.

    Args:
        pause: seconds between two looks; what it finds is news at most that old.
        sign_every: seconds between two checkpoints while the tree grows.
    """

    def __init__(self, *, pause: float = 0.1, sign_every: float = 20.0) -> None:
        super().__init__(name="sequencer", daemon=True)
        self._pause = pause
        self._sign_every = sign_every
        self._stopping = threading.Event()

    def stop(self, timeout: float = 10.0) -> None:
        """Place and sign what is committed, then end."""
        self._stopping.set()
        hurry()
        if self.is_alive():
            self.join(timeout)

    def run(self) -> None:
        """Work until stopped. A database that fails is tried again, for as long as it takes."""
        signed_at = time.monotonic() - self._sign_every
        while not self._stopping.is_set():
            try:
                while self._place() == _MOST and not self._stopping.is_set():
                    self._stopping.wait(self._pause / 10)
                if time.monotonic() - signed_at >= self._sign_every:
                    checkpoints.sign()
                    signed_at = time.monotonic()
            except Error:
                _log.exception("the sequencer cannot write; it tries again")
                connection.close()
                self._stopping.wait(1.0)
            _wanted.wait(self._pause)
            _wanted.clear()
        self._finish()

    def _place(self) -> int:
        placed = place()
        if placed:
            for tell in tuple(_told):
                tell()
        return placed

    def _finish(self) -> None:
        try:
            while place():
                pass
            checkpoints.sign()
        except Error:
            _log.exception("the sequencer could not finish; the next start goes on")
        finally:
            connection.close()
