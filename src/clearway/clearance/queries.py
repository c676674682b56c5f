"""Every read of the room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Sum
from msgspec import structs

from clearway.accounts.queries import (
    called,
    names_of_person,
    offices_of,
    persons_behind,
    worked_for,
)
from clearway.audit import clock
from clearway.audit.actor import Actor, Role
from clearway.clearance import units
from clearway.clearance.models import (
    Assignment,
    Exit,
    Hold,
    ItemRelease,
    Move,
    Proposal,
    UnitEntered,
    UnitLeft,
)
from clearway.declarations import life_cycle
from clearway.declarations.access import decidable, visible
from clearway.declarations.events import subject
from clearway.declarations.life_cycle import BEFORE_RELEASE
from clearway.declarations.models import Declaration, Waits
from clearway.events.queries import START, history
from clearway.inspection.queries import looked_at
from clearway.payments.events import GUARANTEE_SHORT
from clearway.payments.queries import guarantees
from clearway.vocabulary.clock import microseconds

WAITING: Final = life_cycle.WAITING
_OWING: Final = ("assessed", "adjusted")
_MOST_EVENTS: Final = 200
SHOWN: Final = 30
"""Of those that nobody has taken; the rest come up as these are taken."""


def waiting(actor: Actor, lane: int | None = None) -> QuerySet[Declaration]:
    """Return what waits and what this actor may decide on, of one lane where it is named."""
    rows = decidable(actor).filter(Waits("state"))
    return rows if lane is None else rows.filter(lane=lane)


def untaken(rows: QuerySet[Declaration]) -> QuerySet[Declaration]:
    """Return those that nobody has taken and that wait for no second person."""
    taken = Assignment.objects.filter(declaration=OuterRef("pk"), ended_at=None)
    proposed = Proposal.objects.filter(declaration=OuterRef("pk"), state="open")
    return rows.filter(~Exists(taken), ~Exists(proposed))


def in_order(rows: QuerySet[Declaration]) -> QuerySet[Declaration]:
    """Return declarations in the order in which they are taken.

    Perishable goods come first (TFA 7.9), then who waits longest.
    """
    return rows.order_by("priority", "received_at", "id")


def next_of(rows: QuerySet[Declaration]) -> Declaration | None:
    """Return the first untaken one, locked; another's lock is passed over.

    Goods that inspectors look at wait for them, and for an officer when the look is over.
    """
    rows = in_order(untaken(rows).exclude(looked_at(), state="under_control"))
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


def in_hands(actor: Actor) -> QuerySet[Assignment]:
    """Return what officers have taken of what this supervisor may reassign."""
    rows = Assignment.objects.filter(_decidable(actor), ended_at=None)
    return rows.select_related("declaration")


def taken_by(declarations: Sequence[int]) -> dict[int, str]:
    """Return who has which of some declarations."""
    rows = Assignment.objects.filter(declaration__in=declarations, ended_at=None)
    return dict(rows.values_list("declaration_id", "officer"))


def proposal(declaration: int) -> Proposal | None:
    """Return the decision on a declaration that waits for a second person."""
    return Proposal.objects.filter(declaration=declaration, state="open").first()


def proposals(actor: Actor) -> QuerySet[Proposal]:
    """Return the decisions that an actor might confirm: none that he or a key of his proposed.

    Those are the ones at his office. Where nobody else there may confirm one, any supervisor of
    the administration may, whatever his own office: it would wait for ever otherwise.
    """
    might = Q(_decidable(actor))
    if actor.office and actor.has(Role.SUPERVISOR):
        might |= _left_alone(actor)
    rows = Proposal.objects.filter(might, state="open")
    rows = rows.exclude(proposed_by__in=names_of_person(actor.name))
    return rows.select_related("declaration")


def _left_alone(actor: Actor) -> Q:
    """Return which proposals of other offices wait for somebody who is not there.

    Who proposed must be, or have been, of the supervisor's administration. The supervisor must be
    impartial in the matter, as everywhere.
    """
    rows = (
        Proposal.objects.filter(state="open").exclude(declaration__office=actor.office).order_by()
    )
    waiting_at = set(rows.values_list("declaration__office", "proposed_by"))
    if not waiting_at:
        return Q(pk__in=[])
    now, there = clock.now(), set[tuple[str, str]]()
    for role in (Role.OFFICER, Role.SUPERVISOR):
        for name, offices in offices_of(actor.organisation, role, now).items():
            there |= {(name, office) for office in offices}
    behind = persons_behind([name for name, _ in there] + [name for _, name in waiting_at])
    ours = worked_for(actor.organisation, {behind[name] for _, name in waiting_at})
    alone = Q(pk__in=[])
    for office, name in waiting_at:
        others = {behind[one] for one, at in there if at in {"", office}} - {behind[name]}
        if not others and behind[name] in ours:
            alone |= Q(declaration__office=office, proposed_by=name)
    return alone & Q(_decidable(structs.replace(actor, office="")))


def counts(actor: Actor) -> dict[int, int]:
    """Return how many wait in each lane that nobody has taken, of what an actor may decide on."""
    rows = untaken(waiting(actor)).order_by().values_list("lane").annotate(number=Count("id"))
    return {lane: number for lane, number in rows if lane is not None}


def _decidable(actor: Actor) -> Exists:
    """Return the question, of a row about a declaration, whether an actor may decide on that.

    It is asked of each row: a list of all that he may decide on would be as long as the record.
    """
    return Exists(decidable(actor).filter(pk=OuterRef("declaration")))


def holds_on(declaration: Declaration) -> list[Hold]:
    """Return the open holds on a declaration's goods, or on a unit that they are in."""
    if not Hold.objects.filter(lifted_at=None).exists():
        return []  # mostly nothing is held at all, and its units need not be looked for
    about = Q(declaration=declaration)
    for one in units.units_of(declaration):
        about |= Q(unit_kind=one.kind, unit_number=one.number)
    return list(Hold.objects.filter(about, lifted_at=None).order_by("id"))


def holds_on_unit(one: units.Unit) -> list[Hold]:
    """Return the open holds on a unit itself."""
    rows = Hold.objects.filter(unit_kind=one.kind, unit_number=one.number, lifted_at=None)
    return list(rows.order_by("id"))


def hold(number: int) -> Hold | None:
    """Return a hold with its declaration."""
    return Hold.objects.filter(pk=number).select_related("declaration").first()


def is_held_for(note: str, number: str) -> bool:
    """Tell whether a hold with a note is, or was, on a declaration by its MRN or on a unit."""
    about = Q(declaration__mrn=number) | Q(unit_number=number)
    return Hold.objects.filter(about, note=note).exists()


def perhaps_ready(rows: QuerySet[Declaration]) -> QuerySet[Declaration]:
    """Return those of some declarations that might be released, cleared or noted now.

    Where somebody has a guarantee, a debt that nothing covers yet might be covered by it.
    """
    coverable = guarantees().filter(state__in=("open", "used")).exists()
    ready = Q(
        state="assessed",
        goods_state__in=("none", "arrived", "presented"),
        debt_state__in=("none", "secured", "paid", "final", *(_OWING if coverable else ())),
    )
    settled = Q(state="released", debt_state__in=("none", "paid", "final", "refunded"))
    settled |= Q(state__in=("cleared", "exited"), debt_state="paid")
    going = Q(direction="EX", state__in=BEFORE_RELEASE)
    return rows.filter(ready | settled | going)


def is_told_short(declaration: Declaration, guarantee: str) -> bool:
    """Tell whether the parties know already that a guarantee does not cover a declaration."""
    told = history(subject(declaration.mrn, declaration.pk), START, _MOST_EVENTS)
    return any(one.kind == GUARANTEE_SHORT and one.data.get("number") == guarantee for one in told)


def released_items(declaration: Declaration) -> set[int]:
    """Return the goods items of a declaration that were released before the others."""
    rows = ItemRelease.objects.filter(declaration=declaration)
    return set(rows.values_list("item", flat=True))


def open_move(one: units.Unit) -> Move | None:
    """Return the movement under control of a unit that is authorised or under way."""
    rows = Move.objects.filter(unit_kind=one.kind, unit_number=one.number)
    return rows.filter(state__in=["authorised", "under_way"]).first()


def move_of(one: units.Unit, keys: Sequence[str]) -> Move | None:
    """Return the open movement of a unit, or of a container that a lot's documents stand in."""
    found = open_move(one)
    if found is not None or one.kind != "packages" or not keys:
        return found
    boxes = {
        each.number
        for document in units.documents_of(one)
        for each in units.containers_of(document)
    }
    return Move.objects.filter(unit_number__in=boxes, state="under_way").first()


def gone_with(one: units.Unit, declarations: Sequence[int]) -> set[int]:
    """Return those of some declarations whose goods in this very unit have left."""
    if one.kind == "packages":
        return set()
    rows = UnitLeft.objects.filter(declaration__in=declarations, unit_number=one.number)
    return set(rows.values_list("declaration_id", flat=True))


def packages_left_with(declarations: Sequence[int]) -> int:
    """Return how many packages of some declarations' lots went out at a gate."""
    rows = UnitLeft.objects.filter(declaration__in=declarations, unit_kind="packages")
    return rows.aggregate(sum=Sum("packages"))["sum"] or 0


def packages_entered_with(declarations: Sequence[int]) -> int:
    """Return how many packages of some exports' lots came in at a gate."""
    rows = UnitEntered.objects.filter(declaration__in=declarations, unit_kind="packages")
    return rows.aggregate(sum=Sum("packages"))["sum"] or 0


def entered_with(one: units.Unit, declarations: Sequence[int]) -> set[int]:
    """Return those of some exports whose goods in this very unit came in."""
    rows = UnitEntered.objects.filter(declaration__in=declarations, unit_number=one.number)
    return set(rows.values_list("declaration_id", flat=True))


def has_left(declaration: int) -> bool:
    """Tell whether any of a declaration's goods went out at a gate."""
    return UnitLeft.objects.filter(declaration=declaration).exists()


def open_exit(declaration: Declaration) -> Exit | None:
    """Return the exit that is awaited of a released export, for writing where it is locked."""
    return Exit.objects.filter(pk=declaration.pk, ended="").first()


def exit_of(declaration: Declaration) -> Exit | None:
    """Return the exit of a declaration, ended or not."""
    return Exit.objects.filter(pk=declaration.pk).select_related("declaration").first()


def open_exits(actor: Actor) -> QuerySet[Exit]:
    """Return the exits that are awaited of what an official may see."""
    rows = Exit.objects.filter(ended="").exclude(declaration__state="invalidated")
    rows = rows.select_related("declaration")
    seen = visible(actor).filter(pk=OuterRef("declaration_id"))
    return rows.filter(Exists(seen))


def late_exits(at: datetime) -> QuerySet[Exit]:
    """Return the exits that should be confirmed by then and were not asked about yet."""
    rows = Exit.objects.filter(ended="", enquired_at=None, due_at__lt=microseconds(at))
    return rows.exclude(declaration__state="invalidated")


class Desk(NamedTuple):
    """An officer's desk: how much lies on it and since when, and what was decided lately.

    ``offices`` are those at which he may be given something, empty text for any; none at all
    where he is no officer any more and yet has something in hand.
    """

    officer: str
    called: str
    offices: tuple[str, ...]
    in_hand: int
    oldest: datetime | None
    decided: int


def desks(actor: Actor, now: datetime, since: datetime) -> list[Desk]:
    """Return the desks that a supervisor answers for, the fullest first.

    Args:
        actor: the supervisor.
        now: who is an officer at this instant has a desk; so has who has something in hand still.
        since: from when decisions count.
    """
    officers = offices_of(actor.organisation, Role.OFFICER, now)
    if actor.office:
        officers = {
            name: offices for name, offices in officers.items() if offices & {"", actor.office}
        }
    held: dict[str, Any] = {
        row["officer"]: row
        for row in in_hands(actor)
        .order_by()
        .values("officer")
        .annotate(number=Count("id"), oldest=Min("taken_at"))
    }
    names = [*officers, *(name for name in held if name not in officers)]
    rows = Assignment.objects.filter(ended_at__gte=microseconds(since), how="decided")
    rows = rows.filter(officer__in=names).order_by()
    decided = dict(rows.values_list("officer").annotate(number=Count("id")))
    words = called(names)
    found = [
        Desk(
            name,
            words[name],
            tuple(sorted(officers.get(name, ()))),
            held.get(name, {}).get("number", 0),
            held.get(name, {}).get("oldest"),
            decided.get(name, 0),
        )
        for name in names
    ]
    return sorted(found, key=lambda desk: (-desk.in_hand, desk.called))


def moved_to(unit: str, place: str, at: datetime) -> bool:
    """Tell whether a container had come under control to a station or place by an instant."""
    there = Q(station=place) | Q(place=place)
    rows = Move.objects.filter(there, unit_kind="container", unit_number=unit)
    return rows.filter(state="arrived", arrived_at__lte=at).exists()


def keepers(unit: str) -> set[int]:
    """Return the organisations that answer for a container that moves, or came, under control."""
    rows = Move.objects.filter(unit_kind="container", unit_number=unit)
    return set(rows.exclude(state="cancelled").values_list("keeper", flat=True))
