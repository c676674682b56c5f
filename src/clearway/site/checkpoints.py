"""The one writer of checkpoints of the embedded database.

Connections never checkpoint on their own (``site.sqlite``): the wait would fall into some
trader's answer. This part does it once a second, without hindering writers. Where readers have
kept the log from beginning anew and it has grown large, it takes the writers' turn between two
batches and empties it.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from clearway.site.sqlite.base import writers_turn

EVERY = 1.0
LARGE = 64 << 20
"""Bytes of write-ahead log from which it is emptied between two batches."""

_log = logging.getLogger("clearway.checkpoints")


class Checkpoints:
    """Moves the write-ahead log into the database while the platform runs, and at its end."""

    name = "checkpoints"

    def __init__(self) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)

    def start(self) -> None:
        """Begin; on PostgreSQL, which does this itself, there is nothing to begin."""
        if connection.vendor == "sqlite":
            self._thread.start()

    def stop(self) -> None:
        """End, and leave an empty log behind."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(30)

    def _run(self) -> None:
        while not self._over.wait(EVERY):
            self._attempt(thorough=log_size() > LARGE)
        self._attempt(thorough=True)
        connection.close()

    def _attempt(self, *, thorough: bool) -> None:
        try:
            checkpoint(thorough=thorough)
        except DatabaseError as error:  # a full disk, say: the next attempt may find it mended
            _log.warning("checkpoint failed: %s", type(error).__name__)
            connection.close()


def checkpoint(*, thorough: bool) -> tuple[int, int]:
    """Move what is committed into the database.

    Args:
        thorough: take the writers' turn, and empty the log where no reader stands in it.

    Returns:
        Pages in the log, and pages of it that are in the database now.
    """
    if not thorough:
        return _checkpoint("PASSIVE")
    with writers_turn():
        return _checkpoint("TRUNCATE")


def _checkpoint(how: str) -> tuple[int, int]:
    with connection.cursor() as cursor:
        if how == "TRUNCATE":
            cursor.execute("PRAGMA busy_timeout=1000")  # a long reader must not hold the line up
        cursor.execute(f"PRAGMA wal_checkpoint({how})")
        _, pages, moved = cursor.fetchone()
        if how == "TRUNCATE":
            cursor.execute("PRAGMA busy_timeout=30000")
    return pages, moved


def log_size() -> int:
    """Return the bytes of the write-ahead log, 0 where there is none."""
    log = Path(str(settings.DATABASES["default"]["NAME"]) + "-wal")
    try:
        return log.stat().st_size
    except OSError:
        return 0
