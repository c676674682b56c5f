"""What a trader does: he applies once, for every agency concerned, and answers what one asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from secrets import token_hex
from typing import Final

import msgspec
from django.db import connection

from clearway.accounts.queries import active_identifiers
from clearway.audit.actor import Actor
from clearway.events.service import Act, act
from clearway.kernel.reference import PermitRequirement, Reference
from clearway.permits import access, asking, clocks, events, life_cycle, telling
from clearway.permits.models import Application, ApplicationLine, Case, CaseLine, InformationRequest
from clearway.reference.in_force import reference_at
from clearway.traders.mandates import mandated_many
from clearway.vocabulary.dates import days_of
from clearway.vocabulary.errors import DataRefused, NotThere

MOST_LINES: Final = 50


class Line(msgspec.Struct, frozen=True):
    """Goods that are applied for: quantity in millionths of its unit, value in minor units."""

    commodity: str
    description: str
    quantity: int
    unit: str
    value: int | None = None


class Wish(msgspec.Struct, frozen=True):
    """What is applied for. ``holder`` is whose permit it is to be; empty is the applicant."""

    direction: str
    country: str
    lines: tuple[Line, ...]
    holder: str = ""
    procedure: str = ""
    end_use: str = ""
    remarks: str = ""


def apply(actor: Actor, wish: Wish) -> Application:
    """Apply once; the application is before every agency concerned at the same moment.

    Raises:
        DataRefused: the holder is unknown, gave no mandate, or the goods need no permit.
    """
    with act(actor) as doing:
        reference = reference_at(doing.at)
        holder = wish.holder or actor.identifier
        _refuse_stranger(actor, holder, wish, days_of(clocks.today(doing.at, reference)))
        routed = _routed(wish, reference, doing)
        application = Application.objects.create(
            reference=f"~{token_hex(8)}",
            organisation=actor.organisation,
            holder=holder,
            direction=wish.direction,
            country=wish.country,
            procedure=wish.procedure or asking.USUAL_PROCEDURE[wish.direction],
            end_use=wish.end_use,
            remarks=wish.remarks,
            made_by=actor.name,
            made_at=doing.at,
        )
        application.reference = f"AP{doing.at:%y}{application.pk:07d}"
        application.save(update_fields=["reference"])
        lines = [_line(application, place, one) for place, one in enumerate(wish.lines, 1)]
        for agency, found in sorted(routed.items()):
            _open(doing, application, agency, [(lines[n], one) for n, one in found], reference)
        telling.of_application(doing, application, events.APPLIED, sorted(routed))
    return application


def _refuse_stranger(actor: Actor, holder: str, wish: Wish, day: int) -> None:
    known = active_identifiers([holder])
    procedure = wish.procedure or asking.USUAL_PROCEDURE[wish.direction]
    asked = (actor.identifier, holder, wish.direction, procedure, day)
    with connection.cursor() as cursor:
        allowed = bool(known) and mandated_many(cursor, [asked])[0]
    if not allowed:
        raise DataRefused(
            "The application cannot be entered.",
            faults=(("/body/holder", "you have no mandate of an active operator of this number"),),
            remedy="Ask him for a mandate, or apply for yourself.",
        )


def _routed(
    wish: Wish, reference: Reference, doing: Act
) -> dict[str, list[tuple[int, PermitRequirement]]]:
    """Return what goes to which agency: the place of each line and the requirement it is under."""
    if not 0 < len(wish.lines) <= MOST_LINES:
        raise DataRefused(
            "The application cannot be entered.",
            faults=(("/body/lines", f"1 to {MOST_LINES} lines"),),
        )
    day = clocks.today(doing.at, reference)
    routed: dict[str, list[tuple[int, PermitRequirement]]] = {}
    faults = []
    for place, line in enumerate(wish.lines):
        question = asking.Question(
            line.commodity, wish.direction, wish.country, day, wish.procedure, wish.end_use
        )
        if reference.commodity(line.commodity, days_of(day)) is None:
            faults.append((f"/body/lines/{place}/commodity", "no line of the tariff today"))
        for one in asking.applying_to(question, reference):
            routed.setdefault(one.agency, []).append((place, one))
    if faults:
        raise DataRefused(
            "The application cannot be entered.",
            faults=faults,
            remedy="Look the code up in the tariff.",
        )
    if not routed:
        raise DataRefused(
            "These goods need no permit.",
            faults=(("/body/lines", "no requirement applies to any of them"),),
            remedy="Lodge your declaration.",
        )
    return routed


def _line(application: Application, place: int, line: Line) -> ApplicationLine:
    return ApplicationLine.objects.create(
        application=application,
        line=place,
        commodity=line.commodity,
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        value=line.value,
    )


def _open(
    doing: Act,
    application: Application,
    agency: str,
    found: Sequence[tuple[ApplicationLine, PermitRequirement]],
    reference: Reference,
) -> None:
    silent = clocks.silent(reference)
    case = Case.objects.create(
        application=application,
        agency=agency,
        state="applied",
        due_at=clocks.due(doing.at, clocks.term(reference, "decision_days"), reference),
        silent=all(one.code in silent for _, one in found),
        opened_at=doing.at,
    )
    for line, one in found:
        CaseLine.objects.create(
            case=case, line=line, requirement=one.code, document=one.documents[0]
        )


def answer(actor: Actor, number: int, text: str) -> Case:
    """Answer what an agency asked; its clock goes on from where it stood.

    Raises:
        NotThere: no such case of this actor's.
        StateForbids: the agency asks nothing now.
        DataRefused: there is no answer in it.
    """
    found = access.case_for(actor, number, to="answer")
    if not text.strip():
        raise DataRefused(
            "There is no answer in it.", faults=(("/body/answer", "must not be empty"),),
        )  # fmt: skip
    with act(actor) as doing:
        case = locked(found.pk)
        case.state = life_cycle.after(case.state, "answer")
        asked = InformationRequest.objects.filter(case=case, answered_at=None).order_by("-id").get()
        asked.answer, asked.answered_by, asked.answered_at = text.strip(), actor.name, doing.at
        asked.save(update_fields=["answer", "answered_by", "answered_at"])
        case.due_at = doing.at + timedelta(microseconds=case.left or 0)
        case.left = None
        case.save(update_fields=["state", "due_at", "left"])
        telling.of_application(doing, case.application, events.INFORMATION_GIVEN, [case.agency])
    return case


def locked(number: int) -> Case:
    """Return a case for writing, within an act."""
    found = Case.objects.select_for_update(of=("self",)).select_related("application")
    case = found.filter(pk=number).first()
    if case is None:
        raise NotThere("There is no such case.", remedy="Check its number.")
    return case
