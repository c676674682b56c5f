"""Numbers for rows that are written in bulk and must know their own key beforehand.

Numbers are unique and never reused; gaps are allowed, and on PostgreSQL they do not follow the
order of commits. So nobody reads on by "id greater than the last": readers follow the positions
that the sequencer gives after commit.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

NAMES = ("leaf", "event", "declaration", "version", "assessment", "write_off", "submission")


def take(cursor: Any, name: str, count: int) -> range | list[int]:
    """Return that many fresh numbers of a name, within the transaction that uses them.

    Args:
        cursor: of the open transaction.
        name: one of ``NAMES``.
        count: how many, 0 or more.
    """
    if not count:
        return range(0)
    if connection.vendor == "postgresql":
        cursor.execute(
            "SELECT nextval(%s) FROM generate_series(1, %s)", [f"clearway_{name}", count]
        )
        return [row[0] for row in cursor.fetchall()]
    cursor.execute(
        "INSERT INTO audit_number (name, next) VALUES (%s, %s + 1) "
        "ON CONFLICT (name) DO UPDATE SET next = next + %s RETURNING next",
        [name, count, count],
    )
    after = cursor.fetchone()[0]
    return range(after - count, after)


def make_sequences(_apps: Any, schema_editor: Any) -> None:
    """Make PostgreSQL's sequences, in a migration. SQLite counts in ``audit_number``."""
    if schema_editor.connection.vendor == "postgresql":
        for name in NAMES:
            schema_editor.execute(f"CREATE SEQUENCE clearway_{name}")


def drop_sequences(_apps: Any, schema_editor: Any) -> None:
    """Undo ``make_sequences``."""
    if schema_editor.connection.vendor == "postgresql":
        for name in NAMES:
            schema_editor.execute(f"DROP SEQUENCE clearway_{name}")
