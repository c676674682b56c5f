"""Counting rows in either database, from outside the server."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg


def count_rows(data: Path, database: str, tables: Sequence[str]) -> dict[str, int]:
    """Return the number of rows of each table.

    Args:
        data: the server's data folder.
        database: as ``CLEARWAY_DATABASE`` takes it.
        tables: their names.
    """
    with contextlib.closing(_connection(data, database)) as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in tables
        }


def _connection(data: Path, database: str) -> Any:
    if database != "sqlite":
        return psycopg.connect(database)
    import sqlite3

    return sqlite3.connect(f"file:{data / 'clearway.sqlite3'}?mode=ro", uri=True)
