"""How the cargo reports that concern somebody stand, as he sees it when he begins his day."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.db.models import Q, QuerySet

from clearway.cargo.models import Conveyance, TransportDocument

MOST: Final = 5_000
"""Transport documents that are looked through, the latest."""
CALLING: Final = ("rfi", "rfs", "do_not_load", "short", "excess", "overdue")
"""States in which a document wants something of its reporter or of the terminal."""


class Standing(NamedTuple):
    """How many of the latest documents stand where; ``first`` is the lowest row among them."""

    states: dict[str, int]
    first: int


def standing(condition: Q, most: int = MOST) -> Standing:
    """Count the latest documents of a condition by state."""
    rows = TransportDocument.objects.filter(condition).order_by("-id")
    states: dict[str, int] = {}
    first = 0
    for number, state in rows.values_list("id", "state")[:most].iterator():
        states[state] = states.get(state, 0) + 1
        first = number
    return Standing(states, first)


def calling(condition: Q, first: int) -> QuerySet[TransportDocument]:
    """Return the documents from a row number on that want something done, the last first."""
    rows = TransportDocument.objects.filter(condition, id__gte=first, state__in=CALLING)
    return rows.order_by("-id")


def expected(condition: Q) -> QuerySet[Conveyance]:
    """Return the conveyances that are on their way, the first to come first."""
    return Conveyance.objects.filter(condition, state="expected").order_by("expected_at", "id")
