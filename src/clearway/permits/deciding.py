"""What an agency does with a case before it: asks, wants to look, approves, refuses, revokes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from secrets import token_hex

import msgspec

from clearway.accounts.four_eyes import two_persons
from clearway.audit.actor import Actor
from clearway.events.service import Act, act
from clearway.permits import (
    access,
    clocks,
    events,
    following,
    life_cycle,
    printing,
    queries,
    telling,
)
from clearway.permits.applying import locked
from clearway.permits.models import Case, CaseLine, InformationRequest, Permit
from clearway.reference.in_force import reference_at
from clearway.vocabulary.clock import microseconds
from clearway.vocabulary.errors import DataRefused, StateForbids


class Part(msgspec.Struct, frozen=True):
    """What is granted of one line: less than was applied for, or nothing at all (0)."""

    quantity: int | None = None
    value: int | None = None


class Grant(msgspec.Struct, frozen=True):
    """What an agency grants: all that was applied for, from today for the pack's days, or less.

    ``parts`` are by the number of the application's line.
    """

    valid_from: date | None = None
    valid_to: date | None = None
    conditions: str = ""
    reason: str = ""
    parts: Mapping[int, Part] = {}


def ask(actor: Actor, number: int, question: str) -> Case:
    """Ask the trader for information; the agency's clock stands still until he answers.

    Raises:
        NotThere: no such case of this agency's.
        StateForbids: the table does not allow it now.
        DataRefused: it does not say what is asked.
    """
    found = access.case_for(actor, number, to="decide")
    question = _said(question, "question")
    with act(actor) as doing:
        case = locked(found.pk)
        case.state = life_cycle.after(case.state, "ask")
        InformationRequest.objects.create(
            case=case, question=question, asked_by=actor.name, asked_at=doing.at
        )
        left = 0 if case.due_at is None else microseconds(case.due_at) - microseconds(doing.at)
        reference = reference_at(doing.at)
        case.left = max(left, 0)
        case.due_at = clocks.due(doing.at, clocks.term(reference, "answer_days"), reference)
        case.save(update_fields=["state", "left", "due_at"])
        telling.of_application(
            doing, case.application, events.INFORMATION_WANTED,
            [case.agency], question=question,
        )  # fmt: skip
    return case


def want_inspection(actor: Actor, number: int, reason: str) -> Case:
    """Say that the goods have to be seen before the case is decided.

    Raises:
        NotThere: no such case of this agency's.
        StateForbids: the table does not allow it now.
        DataRefused: it does not say why.
    """
    found = access.case_for(actor, number, to="decide")
    reason = _said(reason, "reason")
    with act(actor) as doing:
        case = locked(found.pk)
        case.state = life_cycle.after(case.state, "inspect")
        case.reason = reason
        case.save(update_fields=["state", "reason"])
        telling.of_application(
            doing, case.application, events.INSPECTION_WANTED,
            [case.agency], mrn=None, reason=reason,
        )  # fmt: skip
    return case


def approve(actor: Actor, number: int, grant: Grant) -> list[Permit]:
    """Approve a case: one permit for each line and requirement, to the holder alone.

    Raises:
        NotThere: no such case of this agency's.
        StateForbids: the table does not allow it now.
        DataRefused: more is granted than was applied for, nothing at all, or for no days.
    """
    found = access.case_for(actor, number, to="decide")
    _refuse_applicant(actor, found)
    with act(actor) as doing:
        return _approve(doing, locked(found.pk), grant)


def by_silence(doing: Act, case: Case) -> list[Permit]:
    """Approve a locked case because its agency did not decide in time and the pack says so."""
    return _approve(doing, case, Grant())


def _approve(doing: Act, case: Case, grant: Grant) -> list[Permit]:
    case.state = life_cycle.after(case.state, "approve")
    _decided(doing, case, grant.reason)
    reference = reference_at(doing.at)
    first = grant.valid_from or clocks.today(doing.at, reference)
    days = timedelta(days=clocks.term(reference, "validity_days"))
    end = grant.valid_to or first + days
    if end <= first:
        raise DataRefused(
            "The permit cannot be granted so.",
            faults=(("/body/valid_to", "the first day without it lies after valid_from"),),
        )
    made = []
    for line in CaseLine.objects.filter(case=case).select_related("line").order_by("id"):
        permit = _permit(doing, case, line, grant)
        if permit is not None:
            permit.valid_from, permit.valid_to = first, end
            made.append(_numbered(doing, permit))
    if not made:
        raise DataRefused(
            "The permit cannot be granted so.",
            faults=(("/body/parts", "nothing at all is granted"),),
            remedy="Refuse the case instead.",
        )
    return made


def _permit(doing: Act, case: Case, line: CaseLine, grant: Grant) -> Permit | None:
    goods, part = line.line, grant.parts.get(line.line.line, Part())
    quantity = goods.quantity if part.quantity is None else part.quantity
    value = goods.value if part.value is None else part.value
    more = quantity > goods.quantity or (
        value is not None and goods.value is not None and value > goods.value
    )
    if more or quantity < 0 or (value is not None and value < 0):
        raise DataRefused(
            "The permit cannot be granted so.",
            faults=((f"/body/parts/{goods.line}", "not more than was applied for"),),
            remedy="Grant what was applied for, or less.",
        )
    if quantity == 0:
        return None
    return Permit(
        agency=case.agency,
        requirement=line.requirement,
        document=line.document,
        holder=case.application.holder,
        commodities=goods.commodity,
        unit=goods.unit,
        quantity=quantity,
        value=value,
        conditions=grant.conditions,
        case=case,
        granted_by=doing.actor.name,
        granted_at=doing.at,
    )


def _numbered(doing: Act, permit: Permit) -> Permit:
    permit.number = f"~{token_hex(8)}"
    permit.save()
    permit.number = f"{permit.agency}{doing.at:%y}{permit.pk:06d}"
    permit.save(update_fields=["number"])
    telling.of_permit(doing, permit, events.GRANTED, valid_to=permit.valid_to.isoformat())
    printing.issue(doing, permit)
    return permit


def refuse(actor: Actor, number: int, reason: str) -> Case:
    """Refuse a case, with the reason that the trader is told.

    Raises:
        NotThere: no such case of this agency's.
        StateForbids: the table does not allow it now.
        DataRefused: it does not say why.
    """
    found = access.case_for(actor, number, to="decide")
    _refuse_applicant(actor, found)
    reason = _said(reason, "reason")
    with act(actor) as doing:
        case = locked(found.pk)
        case.state = life_cycle.after(case.state, "refuse")
        _decided(doing, case, reason)
        telling.of_application(
            doing, case.application, events.REFUSED, [case.agency], reason=reason
        )
    return case


def revoke(actor: Actor, number: int, reason: str) -> Permit:
    """Revoke a permit: what declarations hold of it that is not final is refused from now on.

    Raises:
        NotThere: no such permit of this agency's.
        StateForbids: it was revoked already.
        DataRefused: it does not say why.
    """
    found = access.permit_for(actor, number, to="revoke")
    reason = _said(reason, "reason")
    with act(actor) as doing:
        permit = Permit.objects.select_for_update().get(pk=found.pk)
        if permit.state in {"revoked", "expired"}:
            raise StateForbids(
                "The permit is not in force any more.", remedy="Look where it stands now."
            )
        permit.state, permit.reason = "revoked", reason
        permit.save(update_fields=["state", "reason"])
        telling.of_permit(doing, permit, events.REVOKED, reason=reason)
        printing.void(doing, permit, "revoked")
        case = permit.case
        if case is not None and not queries.live_permits(case).exists():
            case.state = life_cycle.NEXT.get((case.state, "revoke"), case.state)
            case.reason = reason
            case.save(update_fields=["state", "reason"])
    # Each declaration in a transaction of its own: its lock comes before a permit's.
    for declaration in queries.unsettled(permit):
        following.examine(declaration, anew=True)
    return permit


def _refuse_applicant(actor: Actor, case: Case) -> None:
    """Refuse and log that somebody decides on what he himself applied for, whatever his desk.

    Raises:
        StateForbids: he did, by another sign-in or a key of his too.
    """
    two_persons(actor, [case.application.made_by], f"permit_case:{case.pk}", "decide")


def _decided(doing: Act, case: Case, reason: str) -> None:
    case.reason, case.decided_by, case.decided_at = reason, doing.actor.name, doing.at
    case.due_at = case.left = None
    case.save(update_fields=["state", "reason", "decided_by", "decided_at", "due_at", "left"])


def _said(text: str, name: str) -> str:
    if not text.strip():
        raise DataRefused(
            "This act needs a reason.",
            faults=((f"/body/{name}", "must not be empty"),),
            remedy="Say why in a few words; the record keeps it.",
        )
    return text.strip()
