"""Columns that are the same on every database: instants and exact money as 64-bit integers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from clearway.vocabulary.clock import instant_of, microseconds


class InstantField(models.BigIntegerField):  # type: ignore[type-arg]
    """An instant, held as microseconds since 1970-01-01T00:00Z.

    In Python it is a ``datetime`` in UTC. Writers that go round the ORM give the whole number
    (``vocabulary.clock.microseconds``).
    """

    _pyi_private_set_type: Any  # for the type checker: a datetime, which it cannot learn itself
    _pyi_private_get_type: Any

    def from_db_value(self, value: int | None, *_: Any) -> datetime | None:
        """Return the instant of a stored count."""
        return None if value is None else instant_of(value)

    def to_python(self, value: Any) -> Any:
        """Return an instant, whatever form it is given in."""
        return instant_of(value) if isinstance(value, int) else value

    def get_prep_value(self, value: Any) -> Any:
        """Return the count that is stored."""
        return microseconds(value) if isinstance(value, datetime) else value


class MinorUnitsField(models.BigIntegerField):  # type: ignore[type-arg]
    """An exact amount of money in minor units of the currency that the row or the pack names."""


class KeyField(models.BigIntegerField):  # type: ignore[type-arg]
    """The primary key of a table whose writer knows its numbers beforehand (``audit.numbers``).

    SQLite keeps such rows in the order of this key, without an index beside them, where the
    column's type is spelt just so: a bulk write takes a third less time.
    """

    def db_type(self, connection: Any) -> str | None:
        """Return the column's type: SQLite's own name for a key, 64 bits wide there too."""
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)

    def rel_db_type(self, connection: Any) -> str | None:
        """Return the type of columns that point here."""
        return self.db_type(connection)


@models.CharField.register_lookup
@models.TextField.register_lookup
class Begins(models.Lookup[str]):
    """``begins``: a text begins with another, capitals apart, found by an index of the column.

    ``startswith`` reads every row on SQLite, whose LIKE takes capitals and small letters for one.
    There it is a span from the beginning to what comes after it; PostgreSQL keeps LIKE, for which
    Django makes an index with ``text_pattern_ops`` beside every one of a text.
    """

    lookup_name = "begins"

    def get_prep_lookup(self) -> str:
        """Return the beginning; an empty one is the beginning of everything."""
        return str(self.rhs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition as a span of the column's values."""
        column, parameters = self.process_lhs(compiler, connection)
        after = f"{self.rhs}{chr(0x10FFFF)}"
        return f"({column} >= %s AND {column} < %s)", (*parameters, self.rhs, *parameters, after)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition as LIKE."""
        column, parameters = self.process_lhs(compiler, connection)
        escaped = connection.ops.prep_for_like_query(self.rhs)
        return f"{column} LIKE %s", (*parameters, f"{escaped}%")
