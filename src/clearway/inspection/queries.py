"""Every read of the room."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from clearway.accounts.queries import names_of_person
from clearway.audit.actor import Actor
from clearway.audit.permission import CUSTOMS
from clearway.declarations.models import Declaration
from clearway.inspection.life_cycle import DOUBT_OPEN, JOINABLE, OPEN
from clearway.inspection.models import (
    ChecklistItem,
    Draw,
    Finding,
    Interest,
    Labelled,
    Member,
    Opening,
    Order,
    Photo,
    Report,
    Sample,
    SealEvent,
    Stake,
    ValueDoubt,
)
from clearway.vocabulary.clock import microseconds

_LARGEST_NUMBER = 2**63 - 1


def open_orders(declaration: int) -> int:
    """Return how much of this room keeps a declaration's goods: while it is not 0, they stay.

    Counted are orders whose opening is not closed, and doubts about a value that no security
    covers (WTO Valuation Agreement, Article 13).
    """
    doubts = ValueDoubt.objects.filter(declaration=declaration, state__in=DOUBT_OPEN)
    return open_looks(declaration) + doubts.filter(secured_at__isnull=True).count()


def open_looks(declaration: int) -> int:
    """Return how many orders to look at a declaration's goods are not over.

    While it is not 0 nobody finds the goods in order; a doubt about their value hinders that not.
    """
    orders = Order.objects.filter(opening__declaration=declaration, opening__state__in=OPEN)
    return orders.exclude(state="cancelled").count()


def looked_at() -> Exists:
    """Return the question, of a row of a declaration, whether a look at its goods is not over."""
    return Exists(Opening.objects.filter(declaration=OuterRef("pk"), state__in=OPEN))


def all_openings() -> QuerySet[Opening]:
    """Return every opening; who may see which is decided in ``access``."""
    return Opening.objects.select_related("declaration")


def opening(number: int) -> Opening | None:
    """Return an opening with its declaration."""
    if not 0 < number <= _LARGEST_NUMBER:
        return None
    return all_openings().filter(pk=number).first()


def locked(number: int) -> Opening:
    """Return an opening for writing; lock its declaration first."""
    return Opening.objects.select_for_update().get(pk=number)


def of_declaration(declaration: int) -> QuerySet[Opening]:
    """Return the openings of a declaration, the latest first."""
    return Opening.objects.filter(declaration=declaration).order_by("-id")


def joinable(declaration: int, unit: str) -> Opening | None:
    """Return the opening that a wish to look at a unit joins: that of the unit, or of all goods."""
    rows = Opening.objects.filter(declaration=declaration, state__in=JOINABLE)
    rows = rows.filter(unit__in={"", unit}) if unit else rows
    # That of all goods comes first; where all goods are meant now, any open one is widened.
    return rows.select_for_update().order_by("unit", "id").first()


def awaited(mrns: Collection[str]) -> set[str]:
    """Return those of some declarations that anything in this room waits for, by one look each."""
    rows = Declaration.objects.filter(mrn__in=mrns)
    doubts = ValueDoubt.objects.filter(declaration=OuterRef("pk"), state__in=DOUBT_OPEN)
    found = rows.filter(looked_at() | Exists(doubts)).values_list("mrn", flat=True)
    return {mrn for mrn in found if mrn}


def still_open(declaration: int) -> QuerySet[Opening]:
    """Return the openings of a declaration that are not over."""
    return Opening.objects.filter(declaration=declaration, state__in=OPEN).order_by("id")


def looked_at_before(declaration: Declaration) -> bool:
    """Tell whether customs' last look at goods was of a version before this one, and in order."""
    rows = Opening.objects.filter(declaration=declaration, orders__asked_by="")
    last = rows.exclude(state="cancelled").order_by("-id").first()
    if last is None or last.state != "closed" or last.outcome != "satisfactory":
        return False
    return bool(last.version < declaration.version)


def occasions(declaration: int) -> int:
    """Return how often a declaration's goods were looked at, cancelled wishes apart."""
    return Opening.objects.filter(declaration=declaration).exclude(state="cancelled").count()


def heard(news: int, asked_by: str) -> bool:
    """Tell whether a piece of news made its order already."""
    return Order.objects.filter(news=news, asked_by=asked_by).exists()


def orders(opening: int) -> QuerySet[Order]:
    """Return the orders of an opening, customs' first."""
    return Order.objects.filter(opening=opening).order_by("asked_by")


def visible(actor: Actor) -> QuerySet[Opening]:
    """Return the openings that an official may read: at his office, his agency's, his team's."""
    drawn = Member.objects.filter(opening=OuterRef("pk"), person__in=names_of_person(actor.name))
    mine = Q(Exists(drawn))
    if actor.has(*CUSTOMS):
        mine |= Q(office=actor.office) if actor.office else Q(pk__isnull=False)
    asked = Order.objects.filter(opening=OuterRef("pk"), asked_by=actor.office)
    return all_openings().filter(mine | Exists(asked.exclude(asked_by="")))


def of_team(actor: Actor) -> QuerySet[Opening]:
    """Return the open openings for which an actor, or one of his other names, was drawn."""
    mine = Member.objects.filter(
        opening=OuterRef("pk"), person__in=names_of_person(actor.name), left_at=None
    )
    return all_openings().filter(Exists(mine), state__in=OPEN)


def by_urgency(rows: QuerySet[Opening]) -> QuerySet[Opening]:
    """Return openings in the order of work: whose clock ends first, then who waits longest."""
    return rows.order_by(F("due_at").asc(nulls_last=True), "ordered_at", "id")


def members(opening: int, *, past: bool = False) -> QuerySet[Member]:
    """Return the team of an opening, with ``past`` those too who were replaced."""
    rows = Member.objects.filter(opening=opening)
    return (rows if past else rows.filter(left_at=None)).order_by("asked_by", "id")


def stands_for(opening: int, actor: Actor) -> str | None:
    """Return for whom an actor inspects in an opening; None where he is not in its team."""
    rows = members(opening).filter(person__in=names_of_person(actor.name))
    return rows.values_list("asked_by", flat=True).first()


def draws(opening: int) -> QuerySet[Draw]:
    """Return the draws of an opening in their order."""
    return Draw.objects.filter(opening=opening).order_by("asked_by", "round")


def parties(declaration: Declaration) -> set[str]:
    """Return the identifiers of a declaration's parties."""
    return {declaration.declarant, declaration.importer, declaration.exporter} - {""}


def with_interest(declaration: Declaration) -> set[str]:
    """Return the persons who declared an interest in a party of a declaration."""
    rows = Interest.objects.filter(party__in=parties(declaration), ended_at=None)
    return set(rows.values_list("person", flat=True))


def interests(persons: Collection[str] | None = None) -> QuerySet[Interest]:
    """Return declared interests, of some persons where they are named."""
    rows = Interest.objects.all()
    return rows if persons is None else rows.filter(person__in=persons)


def interest(number: int) -> Interest | None:
    """Return one declared interest."""
    return Interest.objects.filter(pk=number).first() if 0 < number <= _LARGEST_NUMBER else None


def checklist(opening: int) -> dict[str, ChecklistItem]:
    """Return the answers of an opening by question."""
    return {row.code: row for row in ChecklistItem.objects.filter(opening=opening)}


def findings(opening: int) -> QuerySet[Finding]:
    """Return what was found and not withdrawn, in its order."""
    return Finding.objects.filter(opening=opening, withdrawn_at=None).order_by("id")


def finding(opening: int, number: int) -> Finding | None:
    """Return one finding that was not withdrawn."""
    return findings(opening).filter(pk=number).first() if 0 < number <= _LARGEST_NUMBER else None


def photos(opening: int) -> QuerySet[Photo]:
    """Return the pictures of an opening."""
    return Photo.objects.filter(opening=opening).order_by("id")


def photo(opening: int, number: int) -> Photo | None:
    """Return one picture of an opening."""
    return photos(opening).filter(pk=number).first() if 0 < number <= _LARGEST_NUMBER else None


def samples(opening: int) -> QuerySet[Sample]:
    """Return the samples of an opening with their results."""
    return Sample.objects.filter(opening=opening).select_related("result").order_by("id")


def sample(opening: int, number: int) -> Sample | None:
    """Return one sample of an opening."""
    return samples(opening).filter(pk=number).first() if 0 < number <= _LARGEST_NUMBER else None


def seals(opening: int) -> QuerySet[SealEvent]:
    """Return what was done to seals at an opening, in its order."""
    return SealEvent.objects.filter(opening=opening).order_by("id")


def seals_set_before(declaration: int) -> set[str]:
    """Return the numbers of the seals that were set at former openings of a declaration."""
    rows = SealEvent.objects.filter(opening__declaration=declaration, what="set")
    return set(rows.values_list("number", flat=True))


def stakes(opening: int) -> QuerySet[Stake]:
    """Return the taxes at stake in an opening, item by item."""
    return Stake.objects.filter(opening=opening).order_by("item", "id")


def report(opening: int) -> Report | None:
    """Return the report of a closed opening."""
    return Report.objects.filter(opening=opening).first()


def labels(since: datetime | None = None) -> QuerySet[Labelled]:
    """Return the labelled rows, from an instant on where it is named."""
    rows = Labelled.objects.all()
    return rows if since is None else rows.filter(at__gte=microseconds(since))


def second_decisions(actor: Actor) -> QuerySet[Opening]:
    """Return the discrepancies that an actor might approve: none of a look that he took part in."""
    taken = Member.objects.filter(opening=OuterRef("pk"), person__in=names_of_person(actor.name))
    return visible(actor).filter(~Exists(taken), state="discrepancy")


def of_teams(openings: Iterable[int]) -> dict[int, list[str]]:
    """Return the present teams of some openings."""
    found: dict[int, list[str]] = {}
    rows = Member.objects.filter(opening__in=list(openings), left_at=None).order_by("id")
    for number, person in rows.values_list("opening_id", "person"):
        found.setdefault(number, []).append(person)
    return found


def open_doubts(declaration: int) -> QuerySet[ValueDoubt]:
    """Return the doubts about a declaration's value that are not decided."""
    return ValueDoubt.objects.filter(declaration=declaration, state__in=DOUBT_OPEN)


def doubts(declarations: QuerySet[Declaration]) -> QuerySet[ValueDoubt]:
    """Return the doubts about the values of some declarations."""
    rows = ValueDoubt.objects.filter(Exists(declarations.filter(pk=OuterRef("declaration"))))
    return rows.select_related("declaration")


def doubts_of(declaration: int) -> QuerySet[ValueDoubt]:
    """Return the doubts about one declaration's value, the latest first."""
    return ValueDoubt.objects.filter(declaration=declaration).order_by("-id")


def doubt(number: int) -> ValueDoubt | None:
    """Return a doubt with its declaration."""
    if not 0 < number <= _LARGEST_NUMBER:
        return None
    return ValueDoubt.objects.select_related("declaration").filter(pk=number).first()


def doubts_past_appeal(now: datetime) -> QuerySet[ValueDoubt, int]:
    """Return the numbers of decided doubts whose period of appeal is over."""
    rows = ValueDoubt.objects.filter(state="determined", appeal_until__lt=microseconds(now))
    return rows.order_by("id").values_list("pk", flat=True)


def looked_at_there(unit: str, office: str, at: datetime) -> bool:
    """Tell whether a look at a container was under way at an office at an instant."""
    begun = Opening.objects.filter(office=office, started_at__lte=at).exclude(state="cancelled")
    during = begun.filter(Q(ended_at=None) | Q(ended_at__gte=at))
    return any(
        unit == row.unit or (not row.unit and unit in row.containers.split())
        for row in during.filter(Q(unit=unit) | Q(containers__contains=unit))
    )


def is_ordered_for(reason: str, mrn: str) -> bool:
    """Tell whether customs ordered a look at a declaration's goods for a reason."""
    rows = Order.objects.filter(asked_by="", reason=reason)
    return rows.filter(opening__declaration__mrn=mrn).exists()
