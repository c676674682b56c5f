"""What waits for carriers, forwarders and terminals, as counts with links, for their first page."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.urls import reverse

from clearway.audit import clock
from clearway.audit.actor import Actor, Role
from clearway.cargo import access, queries
from clearway.cargo.access import OPERATIONS

_REPORTERS: Final = ("doubted", "undeclared", "short", "excess", "overdue")
_KEEPERS: Final = ("untallied", "short", "excess", "overdue")
_URGENT: Final = frozenset({"doubted", "short", "excess", "overdue"})
_PAGES: Final = {
    "doubted": ("cargo_doubted", ""),
    "undeclared": ("cargo_undeclared", ""),
    "untallied": ("cargo_untallied", ""),
    "short": ("cargo_discrepancies", "discrepancy=short"),
    "excess": ("cargo_discrepancies", "discrepancy=excess"),
    "overdue": ("cargo_overdue", ""),
}


class Figure(NamedTuple):
    """What waits: the key of its word, how many, the address of the list, whether it needs care."""

    word: str
    number: int
    address: str
    urgent: bool


def overview(actor: Actor) -> list[Figure]:
    """Return what waits for an actor, by two reads whatever the number of reports.

    Expected conveyances come first; whoever has no work with cargo gets nothing.
    """
    found = []
    if actor.has(*OPERATIONS["listConveyances"]):
        rows = queries.conveyances(access.conveyances_of(actor)).filter(state="expected")
        address = reverse("conveyances") + "?conveyance_state=expected"
        found.append(Figure("cargo_count_expected", rows.count(), address, urgent=False))
    if not actor.has(*OPERATIONS["listTransportDocuments"]):
        return found
    names = _KEEPERS if actor.has(Role.TERMINAL) else _REPORTERS
    totals = queries.totals(access.documents_of(actor), clock.now())
    for name in names:
        view, query = _PAGES[name]
        address = reverse(view) + (f"?{query}" if query else "")
        urgent = name in _URGENT and totals[name] > 0
        found.append(Figure(f"cargo_count_{name}", totals[name], address, urgent))
    return found
