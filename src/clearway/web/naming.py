"""What people call those whom a list names by a code: who acted, and whose goods they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

from clearway.accounts.queries import called, names_of_identifiers

OURSELVES: Final = "Clearway"


class Coded(Protocol):
    """A column, as far as it may name somebody."""

    @property
    def of(self) -> Callable[[Any], Any]:
        """Gives a row's value."""

    @property
    def kind(self) -> str:
        """``actor`` or ``party`` where it does."""


def names_in(columns: Sequence[Coded], rows: Sequence[Any]) -> Mapping[str, str]:
    """Return what those are called whom some rows name: by two or three questions for all of them.

    Args:
        columns: those of kind ``actor`` hold names of actors (``user:12``), those of kind
            ``party`` trader identification numbers.
        rows: whatever the columns take.

    Returns:
        by code; of whoever is not known, nothing.
    """
    actors = _codes(columns, rows, "actor")
    named = {code: name for code, name in called(actors).items() if name != code} if actors else {}
    named |= {code: OURSELVES for code in actors if code.startswith("system:")}
    return named | names_of_identifiers(_codes(columns, rows, "party"))


def _codes(columns: Sequence[Coded], rows: Iterable[Any], kind: str) -> set[str]:
    wanted = [column for column in columns if column.kind == kind]
    return {code for row in rows for column in wanted if (code := column.of(row))}
