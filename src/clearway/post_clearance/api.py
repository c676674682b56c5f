"""The room's operations on audits; corrections, claims, appeals stand in files of their own."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from clearway.accounts.forms import Cursor, Limit, Number, permitted
from clearway.audit import service as audit_log
from clearway.audit.actor import Actor
from clearway.declarations.told import Mrn
from clearway.post_clearance import (
    access,
    audit_decisions,
    auditing,
    forms,
    queries,
    selecting,
)
from clearway.post_clearance.api_claims import router as claims
from clearway.post_clearance.api_more import router as more
from clearway.post_clearance.models import Audit
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["post_clearance"])
_AUDIT = "/audits/{number}"


@router.get(
    "/audit-selections",
    response=forms.SelectionPage,
    operation_id="listSelections",
    summary="List what was selected for audit",
)
def list_selections(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """Return the released declarations that were selected and wait to be taken up."""
    actor = permitted(request, "listSelections", access.OPERATIONS)
    page = page_of(access.visible_draws(actor), "id", cursor, limit)
    _note(actor, "selection:list", [row.pk for row in page.items])
    return {"items": [forms.selection(row) for row in page.items], "next": page.next}


@router.post(
    "/audit-selections/{number}/passing-over",
    response=forms.SelectionTold,
    operation_id="passOverSelection",
    summary="Pass over what was selected for audit",
)
def pass_over_selection(
    request: HttpRequest, number: Number, wanted: forms.SelectionPassedOver
) -> Any:
    """Take it off the list for a reason on record; what the draw chose stays."""
    actor = permitted(request, "passOverSelection", access.OPERATIONS)
    return forms.selection(selecting.pass_over(actor, number, wanted.reason))


@router.post(
    "/audits",
    response={201: forms.AuditWhole},
    operation_id="openAudit",
    summary="Open an audit after release",
)
def open_audit(request: HttpRequest, wanted: forms.AuditWanted) -> Any:
    """Select released declarations of one party; nobody outside customs is told yet."""
    actor = permitted(request, "openAudit", access.OPERATIONS)
    made = auditing.open_audit(actor, wanted.declarations, wanted.reason, ground=wanted.ground)
    return Status(201, _whole(actor, made))


@router.get("/audits", response=forms.AuditPage, operation_id="listAudits", summary="List audits")
def list_audits(
    request: HttpRequest,
    state: Annotated[forms.AuditState | None, Query(description="of one state")] = None,
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
) -> Any:
    """Return the audits that you may read; a party's own from when it was told."""
    actor = permitted(request, "listAudits", access.OPERATIONS)
    rows = access.visible_audits(actor)
    page = page_of(rows if state is None else rows.filter(state=state), "-id", cursor, limit)
    _note(actor, "post_audit:list", [row.pk for row in page.items if _others(actor, row)])
    subjects = queries.subjects_of(page.items)
    told = [forms.audit(actor, row, subjects.get(row.pk, ())) for row in page.items]
    return {"items": told, "next": page.next}


@router.get(_AUDIT, response=forms.AuditWhole, operation_id="getAudit", summary="Read an audit")
def get_audit(request: HttpRequest, number: Number) -> Any:
    """Return an audit with its findings, the party's answer and the decision."""
    actor = permitted(request, "getAudit", access.OPERATIONS)
    return _whole(actor, access.audit_for(actor, number))


@router.post(
    _AUDIT + "/notification",
    response=forms.AuditWhole,
    operation_id="notifyAudit",
    summary="Tell the party of an audit",
)
def notify_audit(request: HttpRequest, number: Number, wanted: forms.AuditTeamNamed) -> Any:
    """Name the team and tell the party; from now on it cannot lower its penalty by disclosing."""
    actor = permitted(request, "notifyAudit", access.OPERATIONS)
    return _whole(actor, auditing.notify(actor, number, wanted.team, wanted.reason))


@router.post(
    _AUDIT + "/dropping",
    response=forms.AuditWhole,
    operation_id="dropAudit",
    summary="Give up an audit",
)
def drop_audit(request: HttpRequest, number: Number, wanted: forms.AuditDropped) -> Any:
    """Give up an audit of which the party was not told."""
    actor = permitted(request, "dropAudit", access.OPERATIONS)
    return _whole(actor, auditing.drop(actor, number, wanted.reason))


@router.post(
    _AUDIT + "/fieldwork",
    response=forms.AuditWhole,
    operation_id="beginFieldwork",
    summary="Begin the fieldwork",
)
def begin_fieldwork(request: HttpRequest, number: Number) -> Any:
    """Say that the team has begun to look at books, records and goods."""
    actor = permitted(request, "beginFieldwork", access.OPERATIONS)
    return _whole(actor, auditing.begin(actor, number))


@router.post(
    _AUDIT + "/findings",
    response=forms.AuditWhole,
    operation_id="draftFindings",
    summary="Put findings to the party",
)
def draft_findings(request: HttpRequest, number: Number, wanted: forms.FindingsDrafted) -> Any:
    """Draft findings: the kernel says what they come to, and the party is heard on them."""
    actor = permitted(request, "draftFindings", access.OPERATIONS)
    changes = {one.mrn: [each.change() for each in one.changes] for one in wanted.declarations}
    return _whole(actor, audit_decisions.draft(actor, number, wanted.findings, changes))


@router.post(
    _AUDIT + "/answer",
    response=forms.AuditWhole,
    operation_id="answerFindings",
    summary="Answer findings",
)
def answer_findings(request: HttpRequest, number: Number, wanted: forms.FindingsAnswered) -> Any:
    """Answer what the team found, until the day that the audit names."""
    actor = permitted(request, "answerFindings", access.OPERATIONS)
    return _whole(actor, audit_decisions.answer(actor, number, wanted.answer))


@router.post(
    _AUDIT + "/hearing-end",
    response=forms.AuditWhole,
    operation_id="closeHearing",
    summary="Close a hearing without an answer",
)
def close_hearing(request: HttpRequest, number: Number) -> Any:
    """Go on without an answer once the time for it is over."""
    actor = permitted(request, "closeHearing", access.OPERATIONS)
    return _whole(actor, audit_decisions.close_hearing(actor, number))


@router.post(
    _AUDIT + "/decision",
    response=forms.AuditWhole,
    operation_id="decideAudit",
    summary="Decide an audit",
)
def decide_audit(request: HttpRequest, number: Number, wanted: forms.AuditDecided) -> Any:
    """Decide on findings that were heard; nobody decides who drafted them or is of the team."""
    actor = permitted(request, "decideAudit", access.OPERATIONS)
    decided = audit_decisions.decide(actor, number, upheld=wanted.upheld, reasons=wanted.reasons)
    return _whole(actor, decided)


@router.post(
    "/declarations/{mrn}/disclosure",
    response={201: forms.AuditWhole},
    operation_id="discloseError",
    summary="Disclose an error of your own",
)
def disclose_error(request: HttpRequest, mrn: Mrn, wanted: forms.DisclosureMade) -> Any:
    """Come forward before customs tells of an audit: the penalty is lower."""
    actor = permitted(request, "discloseError", access.OPERATIONS)
    return Status(201, _whole(actor, auditing.disclose(actor, mrn, wanted.what)))


def _whole(actor: Actor, row: Audit) -> dict[str, Any]:
    if _others(actor, row):
        audit_log.note("read", actor, f"post_audit:{row.pk}")
    return forms.whole(actor, row)


def _others(actor: Actor, row: Audit) -> bool:
    return row.organisation != actor.organisation


def _note(actor: Actor, subject: str, numbers: list[int]) -> None:
    if numbers:
        audit_log.note("read", actor, subject, numbers)


router.add_router("", more)
router.add_router("", claims)
