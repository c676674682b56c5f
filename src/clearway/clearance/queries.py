"""Every read of the room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from clearway.accounts.models import Membership
from clearway.accounts.queries import in_force
from clearway.audit.actor import Actor, Role
from clearway.clearance.models import Assignment, Proposal
from clearway.declarations.access import visible
from clearway.declarations.models import Declaration

WAITING: Final = ("documents_requested", "under_control")
"""The states in which a declaration waits for an officer."""


def waiting(actor: Actor, lane: int | None = None) -> QuerySet[Declaration]:
    """Return what waits at an actor's office, of one lane where it is named."""
    rows = visible(actor).filter(state__in=WAITING)
    return rows if lane is None else rows.filter(lane=lane)


def untaken(rows: QuerySet[Declaration]) -> QuerySet[Declaration]:
    """Return those that nobody has taken and that wait for no second person."""
    taken = Assignment.objects.filter(declaration=OuterRef("pk"), ended_at=None)
    proposed = Proposal.objects.filter(declaration=OuterRef("pk"), state="open")
    return rows.filter(~Exists(taken), ~Exists(proposed))


def next_of(rows: QuerySet[Declaration], actor: Actor) -> Declaration | None:
    """Return the one that has waited longest, locked; another's lock is passed over."""
    own = Q(organisation=actor.organisation)
    if actor.identifier:
        own |= Q(declarant=actor.identifier) | Q(importer=actor.identifier)
        own |= Q(exporter=actor.identifier)
    rows = untaken(rows).exclude(own).order_by("received_at", "id")
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    return rows.first()


def assignment(declaration: int) -> Assignment | None:
    """Return the open assignment of a declaration."""
    return Assignment.objects.filter(declaration=declaration, ended_at=None).first()


def in_hand(officer: str) -> QuerySet[Assignment]:
    """Return what an officer has taken, the earliest first."""
    rows = Assignment.objects.filter(officer=officer, ended_at=None)
    return rows.select_related("declaration").order_by("taken_at", "id")


def taken_by(declarations: Sequence[int]) -> dict[int, str]:
    """Return who has which of some declarations."""
    rows = Assignment.objects.filter(declaration__in=declarations, ended_at=None)
    return dict(rows.values_list("declaration_id", "officer"))


def proposal(declaration: int) -> Proposal | None:
    """Return the decision on a declaration that waits for a second person."""
    return Proposal.objects.filter(declaration=declaration, state="open").first()


def proposals(actor: Actor) -> QuerySet[Proposal]:
    """Return the decisions that an actor might confirm."""
    rows = Proposal.objects.filter(state="open", declaration__in=visible(actor))
    return rows.exclude(proposed_by=actor.name).select_related("declaration")


def counts(actor: Actor) -> dict[int, int]:
    """Return how many wait in each lane at an actor's office."""
    rows = waiting(actor).order_by().values_list("lane").annotate(number=Count("id"))
    return {lane: number for lane, number in rows if lane is not None}


class Desk(NamedTuple):
    """An officer's desk: how much lies on it and since when, and what was decided lately."""

    officer: str
    email: str
    office: str
    in_hand: int
    oldest: datetime | None
    decided: int


def desks(actor: Actor, now: datetime, since: datetime) -> list[Desk]:
    """Return the desks of an actor's administration, the fullest first."""
    officers: dict[str, Membership] = {}
    rows = in_force(now).filter(organisation=actor.organisation, role=Role.OFFICER)
    for row in rows.select_related("user"):
        officers.setdefault(f"user:{row.user_id}", row)
    open_ones: dict[str, Any] = {
        row["officer"]: row
        for row in Assignment.objects.filter(officer__in=officers, ended_at=None)
        .order_by()
        .values("officer")
        .annotate(number=Count("id"), oldest=Min("taken_at"))
    }
    decided = dict(
        Assignment.objects.filter(officer__in=officers, how="decided", ended_at__gte=since)
        .order_by()
        .values_list("officer")
        .annotate(number=Count("id"))
    )
    found = [
        Desk(
            name,
            row.user.email,
            row.office,
            open_ones.get(name, {}).get("number", 0),
            open_ones.get(name, {}).get("oldest"),
            decided.get(name, 0),
        )
        for name, row in officers.items()
    ]
    return sorted(found, key=lambda desk: (-desk.in_hand, desk.email))
