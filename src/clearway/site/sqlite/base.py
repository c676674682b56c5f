"""Django's SQLite backend, with what a record of law needs.

- **Durable**: write-ahead log with ``synchronous=FULL``. NORMAL loses acknowledged rows when the
  power fails.
- **One writer at a time, in order**: every transaction is IMMEDIATE and waits in the process for
  its turn. SQLite itself would let a writer sleep and try again, so that a busy intake line could
  keep an officer waiting for ever.
- **Checkpoints by one writer**: no connection checkpoints on its own, which would put the wait
  into some trader's answer; ``site.checkpoints`` does it between batches.
"""

from __future__ import annotations

import sqlite3
import threading
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.sqlite3 import base

OLDEST_SOUND = (3, 51, 3)
"""First release without the corruption at the reset of the write-ahead log (since 3.7.0)."""

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA wal_autocheckpoint=0",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-65536",
    "PRAGMA temp_store=MEMORY",
)

_turn = threading.Lock()


def writers_turn() -> threading.Lock:
    """Return the turn itself, to be held by what must not meet a writer."""
    return _turn


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection to the embedded database."""

    _has_turn = False

    def get_new_connection(self, conn_params: Any) -> Any:
        """Open a connection, or refuse a SQLite that may corrupt the record."""
        if sqlite3.sqlite_version_info < OLDEST_SOUND:
            needed = ".".join(map(str, OLDEST_SOUND))
            raise ImproperlyConfigured(
                f"SQLite {sqlite3.sqlite_version} can corrupt a database in use; {needed} or newer "
                "is needed. Install the package pysqlite3, or set CLEARWAY_DATABASE to PostgreSQL."
            )
        connection = super().get_new_connection(conn_params)
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        return connection

    def _start_transaction_under_autocommit(self) -> None:
        _turn.acquire()
        self._has_turn = True
        try:
            self.cursor().execute("BEGIN IMMEDIATE")
        except BaseException:
            self._pass_the_turn()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            if self.connection is None or not self.connection.in_transaction:
                self._pass_the_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._pass_the_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._pass_the_turn()

    def _pass_the_turn(self) -> None:
        if self._has_turn:
            self._has_turn = False
            _turn.release()
