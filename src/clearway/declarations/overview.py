"""How what an organisation lodged stands, as its people see it when they begin their day.

One look at the latest declarations of the organisation, found by the index on ``organisation``,
serves all that is counted and picked out: nobody's page grows with everybody's record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from clearway.declarations.kinds import SIMPLIFIED
from clearway.declarations.life_cycle import BEFORE_RELEASE
from clearway.declarations.models import ActRequest, Declaration
from clearway.declarations.queries import LIVE

MOST: Final = 2_000
"""Declarations that are looked through, the latest."""


class Row(NamedTuple):
    """A declaration, as far as it is counted. ``received_at`` in microseconds, days since 1970."""

    id: int
    mrn: str | None
    state: str
    goods_state: str
    lane: int | None
    kind: str
    supplementary_due: int | None
    received_at: int


class Standing(NamedTuple):
    """The latest declarations, the last first; ``whole`` tells whether there are no others."""

    rows: list[Row]
    whole: bool

    def tally(self, datum: Callable[[Row], str | int | None]) -> Counter[str | int]:
        """Count the rows by a datum, but those that do not have it."""
        return Counter(found for row in self.rows if (found := datum(row)) is not None)

    def unmatched(self) -> list[Row]:
        """Return those before release whose goods are in no cargo report."""
        waiting = BEFORE_RELEASE - {"received"}
        return [row for row in self.rows if row.goods_state == "unmatched" and row.state in waiting]


def standing(organisation: int, most: int = MOST) -> Standing:
    """Look at the latest declarations of an organisation."""
    # SQLite keeps an index in the order of its own row numbers, not of ``id``, and would sort all
    # rows of the organisation.
    latest = "rowid" if connection.vendor == "sqlite" else "id"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, mrn, state, goods_state, lane, kind, supplementary_due, received_at "  # noqa: S608 - constants
            "FROM declarations_declaration WHERE organisation = %s "
            f"ORDER BY {latest} DESC LIMIT %s",
            [organisation, most],
        )
        rows = [Row(*row) for row in cursor.fetchall()]
    return Standing(rows, len(rows) < most)


def to_supplement(found: Standing) -> list[Row]:
    """Return the simplified ones that wait for their supplementary one, the first due first."""
    live = LIVE - {"received"}
    asked = [
        row
        for row in found.rows
        if row.kind == SIMPLIFIED and row.supplementary_due is not None and row.state in live
    ]
    if not asked:
        return []
    completed = _completed(row.mrn for row in asked if row.mrn)
    open_ones = [row for row in asked if row.mrn not in completed]
    return sorted(open_ones, key=lambda row: (row.supplementary_due, row.id))


def _completed(mrns: Iterable[str]) -> set[str]:
    """Return those of some simplified declarations that have their supplementary one.

    The last two conditions are those of the constraint ``declaration_supplementary_once``, letter
    by letter: only so is its index used, and else the whole table would be looked through.
    """
    asked = list(mrns)
    if not asked:
        return set()
    places = ", ".join(["%s"] * len(asked))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT supplements FROM declarations_declaration WHERE supplements IN ({places}) "  # noqa: S608 - places
            "AND NOT (supplements = '') AND NOT (state IN ('rejected', 'invalidated'))",
            asked,
        )
        return {mrn for (mrn,) in cursor.fetchall()}


def declarations(numbers: Iterable[int]) -> dict[int, Declaration]:
    """Return declarations by their row numbers."""
    return Declaration.objects.in_bulk(list(numbers))


def decided_requests(organisation: int, since: datetime) -> QuerySet[ActRequest]:
    """Return the requests of an organisation that officers decided since, the last first."""
    rows = ActRequest.objects.filter(
        declaration__organisation=organisation,
        state__in=("granted", "refused"),
        decided_at__gte=since,
    )
    return rows.select_related("declaration").order_by("-decided_at")
