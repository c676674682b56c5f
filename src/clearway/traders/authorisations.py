"""Whether operators have what customs must have allowed them, asked for many at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from clearway.audit import bulk
from clearway.vocabulary.dates import iso_of

Asked = tuple[str, str, str, int]
"""Trader identification number, type, reference (empty: any), day since 1970-01-01."""

_IN_FORCE = (
    "a.state = 'granted' AND o.state = 'active' AND a.valid_from <= {day} "
    "AND (a.valid_to IS NULL OR a.valid_to > {day})"
)


def authorised_many(cursor: Any, asked: Sequence[Asked]) -> list[bool]:
    """Tell for each asked authorisation whether its holder has it now and on that day.

    Args:
        cursor: of any connection.
        asked: what is claimed. A type is whole (``SDE``) or a beginning (``AEO``).
    """
    if not asked:
        return []
    rows = [
        (place, identifier, type_, reference, iso_of(day))
        for place, (identifier, type_, reference, day) in enumerate(asked)
        if "\0" not in identifier + type_ + reference
    ]
    columns = (
        ("place", "integer"), ("identifier", "text"), ("type", "text"), ("reference", "text"),
        ("day", "date"),
    )  # fmt: skip
    text, parameters = bulk.given(cursor, columns, rows)
    found = bulk.ask(
        cursor,
        f"SELECT DISTINCT given.place FROM {text} "  # noqa: S608 - constants only
        "JOIN accounts_organisation o ON o.identifier = given.identifier "
        "JOIN traders_authorisation a ON a.holder_id = o.id "
        "AND substr(a.type, 1, length(given.type)) = given.type "
        "AND (given.reference = '' OR a.reference = given.reference) "
        f"AND {_IN_FORCE.format(day='given.day')}",
        parameters,
    )
    held = {place for (place,) in found}
    return [place in held for place in range(len(asked))]


def aeo_among(cursor: Any, identifiers: Collection[str], day: int) -> set[str]:
    """Return those of these operators whose AEO authorisation is in force now and on a day."""
    asked = [(identifier, "AEO", "", day) for identifier in sorted(identifiers)]
    held = authorised_many(cursor, asked)
    return {one[0] for one, has in zip(asked, held, strict=True) if has}
