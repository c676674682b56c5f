"""Numbers for rows that are written in bulk and must know their own key beforehand.

Numbers are unique and never reused; gaps are allowed, and on PostgreSQL they do not follow the
order of commits. So nobody reads on by "id greater than the last": readers follow the positions
that the sequencer gives after commit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clearway.audit.bulk import raw

NAMES = ("leaf", "event", "declaration", "version", "assessment", "write_off", "submission")


def take(cursor: Any, name: str, count: int) -> range | list[int]:
    """Return that many fresh numbers of a name, within the transaction that uses them.

    Args:
        cursor: of the open transaction.
        name: one of ``NAMES``.
        count: how many, 0 or more.
    """
    return take_each(cursor, {name: count})[0]


def take_each(cursor: Any, counts: Mapping[str, int]) -> list[range | list[int]]:
    """Return fresh numbers of several names, each as many as it says, in one statement.

    Args:
        cursor: of the open transaction.
        counts: by name, in the order of ``NAMES`` wherever several are taken.
    """
    wanted = [(name, count) for name, count in counts.items() if count]
    taken: dict[str, range | list[int]] = {}
    if wanted and cursor.db.vendor == "postgresql":
        taken = {name: [] for name, _ in wanted}
        series = " UNION ALL ".join(
            ["SELECT %s, nextval(%s) FROM generate_series(1, %s)"] * len(wanted)
        )
        cursor.execute(
            series, [each for name, count in wanted for each in (name, f"clearway_{name}", count)]
        )
        for name, number in cursor.fetchall():
            taken[name].append(number)  # type: ignore[union-attr]
    elif wanted:
        rows = ", ".join(["(?, ? + 1)"] * len(wanted))
        found = raw(cursor).execute(
            f"INSERT INTO audit_number (name, next) VALUES {rows} "  # noqa: S608 - marks only
            "ON CONFLICT (name) DO UPDATE SET next = next + excluded.next - 1 "
            "RETURNING name, next",
            [each for row in wanted for each in row],
        )
        after = dict(found.fetchall())
        taken = {name: range(after[name] - count, after[name]) for name, count in wanted}
    return [taken.get(name, range(0)) for name in counts]


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
