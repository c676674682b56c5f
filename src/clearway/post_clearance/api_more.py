"""The room's operations on corrections and appeals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from clearway.accounts.forms import Cursor, Limit, Number, permitted
from clearway.audit import service as audit_log
from clearway.audit.actor import Actor
from clearway.declarations.told import Mrn
from clearway.post_clearance import access, appealing, correcting, forms_more
from clearway.post_clearance.models import Appeal, Correction
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["post_clearance"])
_APPEAL = "/appeals/{number}"


@router.post(
    "/declarations/{mrn}/corrections",
    response={201: forms_more.CorrectionTold},
    operation_id="proposeCorrection",
    summary="Correct a released declaration",
)
def propose_correction(request: HttpRequest, mrn: Mrn, wanted: forms_more.CorrectionWanted) -> Any:
    """Say what it should have said: done at once, or proposed where money changes."""
    actor = permitted(request, "proposeCorrection", access.OPERATIONS)
    changes = [one.change() for one in wanted.changes]
    return Status(201, _correction(actor, correcting.propose(actor, mrn, changes, wanted.reason)))


@router.get(
    "/corrections",
    response=forms_more.CorrectionPage,
    operation_id="listCorrections",
    summary="List corrections by customs",
)
def list_corrections(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """Return the corrections that you may read; a party's own once they are done."""
    actor = permitted(request, "listCorrections", access.OPERATIONS)
    page = page_of(access.visible_corrections(actor), "-id", cursor, limit)
    _note(actor, "correction:list", page.items)
    told = [forms_more.correction(actor, row) for row in page.items]
    return {"items": told, "next": page.next}


@router.get(
    "/corrections/{number}",
    response=forms_more.CorrectionTold,
    operation_id="getCorrection",
    summary="Read a correction by customs",
)
def get_correction(request: HttpRequest, number: Number) -> Any:
    """Return a correction with what it changes and what that comes to."""
    actor = permitted(request, "getCorrection", access.OPERATIONS)
    return _correction(actor, access.correction_for(actor, number))


@router.post(
    "/corrections/{number}/confirmation",
    response=forms_more.CorrectionTold,
    operation_id="confirmCorrection",
    summary="Confirm a correction or send it back",
)
def confirm_correction(
    request: HttpRequest, number: Number, wanted: forms_more.CorrectionConfirmed
) -> Any:
    """Confirm what another officer proposed, which is then done at once, or send it back."""
    actor = permitted(request, "confirmCorrection", access.OPERATIONS)
    done = correcting.confirm(actor, number, confirmed=wanted.confirm, reason=wanted.reason)
    return _correction(actor, done)


@router.post(
    "/appeals",
    response={201: forms_more.AppealTold},
    operation_id="lodgeAppeal",
    summary="Appeal against a decision",
)
def lodge_appeal(request: HttpRequest, wanted: forms_more.AppealWanted) -> Any:
    """Appeal against an audit, a correction or what became of a request, within its time."""
    actor = permitted(request, "lodgeAppeal", access.OPERATIONS)
    made = appealing.lodge(
        actor, wanted.against, wanted.number, wanted.grounds, wants_suspension=wanted.suspension
    )
    return Status(201, _appeal(actor, made))


@router.get(
    "/appeals",
    response=forms_more.AppealPage,
    operation_id="listAppeals",
    summary="List appeals",
)
def list_appeals(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """Return the appeals that you may read, with their clocks."""
    actor = permitted(request, "listAppeals", access.OPERATIONS)
    page = page_of(access.visible_appeals(actor), "-id", cursor, limit)
    _note(actor, "appeal:list", page.items)
    return {"items": [forms_more.appeal(row) for row in page.items], "next": page.next}


@router.get(
    _APPEAL, response=forms_more.AppealTold, operation_id="getAppeal", summary="Read an appeal"
)
def get_appeal(request: HttpRequest, number: Number) -> Any:
    """Return an appeal with its clocks and its decision."""
    actor = permitted(request, "getAppeal", access.OPERATIONS)
    return _appeal(actor, access.appeal_for(actor, number))


@router.post(
    _APPEAL + "/admission",
    response=forms_more.AppealTold,
    operation_id="admitAppeal",
    summary="Admit an appeal or refuse to",
)
def admit_appeal(request: HttpRequest, number: Number, wanted: forms_more.AppealAdmitted) -> Any:
    """Admit it, with or without letting collection wait; whoever decided first does not."""
    actor = permitted(request, "admitAppeal", access.OPERATIONS)
    done = appealing.admit(
        actor, number, admitted=wanted.admit, suspended=wanted.suspend, reason=wanted.reason
    )
    return _appeal(actor, done)


@router.post(
    _APPEAL + "/hearing",
    response=forms_more.AppealTold,
    operation_id="hearAppeal",
    summary="Record the hearing of an appeal",
)
def hear_appeal(request: HttpRequest, number: Number, wanted: forms_more.AppealHeard) -> Any:
    """Write down what was said; whoever decided first does not."""
    actor = permitted(request, "hearAppeal", access.OPERATIONS)
    return _appeal(actor, appealing.hear(actor, number, wanted.record))


@router.post(
    _APPEAL + "/decision",
    response=forms_more.AppealTold,
    operation_id="decideAppeal",
    summary="Decide an appeal",
)
def decide_appeal(request: HttpRequest, number: Number, wanted: forms_more.AppealDecided) -> Any:
    """Uphold, change or annul what was decided; the accounts follow."""
    actor = permitted(request, "decideAppeal", access.OPERATIONS)
    taken_back = tuple((one.tax, one.amount) for one in wanted.taken_back)
    done = appealing.decide(actor, number, wanted.outcome, wanted.reasons, taken_back=taken_back)
    return _appeal(actor, done)


@router.post(
    _APPEAL + "/withdrawal",
    response=forms_more.AppealTold,
    operation_id="withdrawAppeal",
    summary="Withdraw an appeal",
)
def withdraw_appeal(request: HttpRequest, number: Number) -> Any:
    """Take an appeal back before it is decided."""
    actor = permitted(request, "withdrawAppeal", access.OPERATIONS)
    return _appeal(actor, appealing.withdraw(actor, number))


def _correction(actor: Actor, row: Correction) -> dict[str, Any]:
    _note(actor, f"correction:{row.pk}", [row])
    return forms_more.correction(actor, row)


def _appeal(actor: Actor, row: Appeal) -> dict[str, Any]:
    _note(actor, f"appeal:{row.pk}", [row])
    return forms_more.appeal(row)


def _note(actor: Actor, subject: str, rows: Sequence[Any]) -> None:
    """Log one read of what is others' that an answer tells."""
    others = [row.pk for row in rows if row.declaration.organisation != actor.organisation]
    if others:
        audit_log.note("read", actor, subject, others)
