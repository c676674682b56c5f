"""Many rows at once, on either database: what writers that go round the ORM have in common.

SQLite has one writer, so that a row is tried and its fate is known at once. On PostgreSQL rows go
by COPY, and where a neighbour may hold the same key, through a temporary table whose rows are
taken over by one INSERT that says which it took.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

Row = Sequence[Any]
_JSON: Final = msgspec.json.Encoder()


def insert(cursor: Any, table: str, columns: str, rows: Sequence[Row]) -> None:
    """Insert rows whose keys nobody else can hold.

    Args:
        cursor: of the open transaction.
        table: the table's name.
        columns: their names, separated by commas.
        rows: values in the order of the columns.
    """
    if not rows:
        return
    if _is_postgresql(cursor):
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(rows[0]))
    raw(cursor).executemany(
        f"INSERT INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608 - constants only
        rows,
    )


def claim(
    cursor: Any, table: str, columns: str, rows: Sequence[Row], *, key: Sequence[int]
) -> list[bool]:
    """Insert rows that compete for a unique key, and tell which were taken; no row fails another.

    Args:
        cursor: of the open transaction.
        table: the table's name.
        columns: their names, separated by commas.
        rows: values in the order of the columns.
        key: places of the columns that name a row among those given.
    """
    if not rows:
        return []
    if not _is_postgresql(cursor):
        marks = ", ".join("?" * len(rows[0]))
        statement = f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608
        own = raw(cursor)
        return [own.execute(statement, row).rowcount == 1 for row in rows]
    names = columns.split(", ")
    named = ", ".join(names[place] for place in key)
    cursor.execute(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS claim_{table} ON COMMIT DELETE ROWS "  # noqa: S608
        f"AS SELECT {columns} FROM {table} WITH NO DATA"
    )
    cursor.execute(f"TRUNCATE claim_{table}")
    insert(cursor, f"claim_{table}", columns, rows)
    cursor.execute(
        # In the order of the key: two that claim the same rows never wait for each other in turn.
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM claim_{table} ORDER BY {named} "  # noqa: S608
        f"ON CONFLICT DO NOTHING RETURNING {named}"
    )
    taken = {tuple(_plain(value) for value in row) for row in cursor.fetchall()}
    return [tuple(row[place] for place in key) in taken for row in rows]


def change(cursor: Any, statement: str, rows: Sequence[Row]) -> list[bool]:
    """Run one conditional statement for each row, and tell which changed something.

    Args:
        cursor: of the open transaction.
        statement: an UPDATE or an upsert with ``%s`` marks.
        rows: its parameters, in an order that all who compete for them keep.
    """
    if not rows:
        return []
    if _is_postgresql(cursor):
        changed = []
        for row in rows:
            cursor.execute(statement, row)
            changed.append(cursor.rowcount > 0)
        return changed
    own, text = raw(cursor), statement.replace("%s", "?")
    return [own.execute(text, row).rowcount > 0 for row in rows]


def given(
    cursor: Any, columns: Sequence[tuple[str, str]], rows: Sequence[Row]
) -> tuple[str, list[Any]]:
    """Return a table of given values as SQL text (``… AS given``) and its parameters.

    The text is the same for any number of rows, so that the database prepares it once.

    Args:
        cursor: of any connection.
        columns: name and PostgreSQL type of each; ``bytea`` is given as bytes.
        rows: the values.

    >>> cursor.execute(f"SELECT d.mrn FROM {text} JOIN declarations_declaration d …", parameters)
    """
    if _is_postgresql(cursor):
        casts = ", ".join(f"%s::{kind}[]" for _, kind in columns)
        names = ", ".join(name for name, _ in columns)
        return f"unnest({casts}) AS given({names})", [
            [row[place] for row in rows] for place in range(len(columns))
        ]
    chosen = ", ".join(
        f"unhex(value->>{place}) AS {name}" if kind == "bytea" else f"value->>{place} AS {name}"
        for place, (name, kind) in enumerate(columns)
    )
    binary = [place for place, (_, kind) in enumerate(columns) if kind == "bytea"]
    if binary:
        rows = [
            [value.hex() if place in binary else value for place, value in enumerate(row)]
            for row in rows
        ]
    text = f"(SELECT {chosen} FROM json_each(%s)) AS given"  # noqa: S608 - constants only
    return text, [_JSON.encode(rows).decode()]


def raw(cursor: Any) -> Any:
    """Return the driver's own cursor: Django's rewrites the text of each statement."""
    return cursor.cursor.connection.cursor()


def ask(cursor: Any, statement: str, parameters: Sequence[Any]) -> list[Any]:
    """Return the rows of a query, on SQLite without a second look at its text.

    Args:
        cursor: of any connection.
        statement: with ``%s`` marks and no other per cent sign.
        parameters: for the marks.
    """
    if _is_postgresql(cursor):
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
    with cursor.db.wrap_database_errors:
        found = raw(cursor).execute(statement.replace("%s", "?"), parameters)
        return list(found.fetchall())


def _is_postgresql(cursor: Any) -> bool:
    # Not the thread's ``connection``, whose look-up takes as long as a small statement.
    return bool(cursor.db.vendor == "postgresql")


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
