"""The room's operations for agencies: their queue, decisions, and declarations as they see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from clearway.accounts.forms import Cursor, Limit, Number, permitted
from clearway.audit import service as audit
from clearway.declarations.told import Mrn
from clearway.permits import access, answers, deciding, forms, mapping, papers, queries
from clearway.permits.answers import CaseState, NeedState
from clearway.permits.models import Need
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["permits"])
_NeedState = Annotated[NeedState | None, Query(description="of one state")]
_State = Annotated[CaseState | None, Query(description="of one state")]


@router.get(
    "/permit-cases",
    response=answers.PermitCasePage,
    operation_id="listPermitCases",
    summary="The queue of an agency",
)
def list_permit_cases(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE, state: _State = None
) -> Any:
    """Return the applications before your agency, the oldest first."""
    actor = permitted(request, "listPermitCases", access.OPERATIONS)
    rows = access.visible_cases(actor)
    page = page_of(rows.filter(state=state) if state else rows, "id", cursor, limit)
    audit.note("read", actor, "permit_cases:list", [one.pk for one in page.items])
    return {"items": [answers.case(one) for one in page.items], "next": page.next}


@router.get(
    "/permit-cases/{number}",
    response=answers.PermitCaseWhole,
    operation_id="getPermitCase",
    summary="A case",
)
def get_permit_case(request: HttpRequest, number: Number) -> Any:
    """Return an application as your agency has it before it."""
    actor = permitted(request, "getPermitCase", access.OPERATIONS)
    return answers.case_whole(access.case_for(actor, number))


@router.post(
    "/permit-cases/{number}/questions",
    response=answers.PermitCaseTold,
    operation_id="askInformation",
    summary="Ask the trader for information",
)
def ask_information(request: HttpRequest, number: Number, wanted: forms.InformationWanted) -> Any:
    """Ask the trader; your clock stands still until he answers."""
    actor = permitted(request, "askInformation", access.OPERATIONS)
    return answers.case(deciding.ask(actor, number, wanted.question))


@router.post(
    "/permit-cases/{number}/inspection",
    response=answers.PermitCaseTold,
    operation_id="wantInspection",
    summary="Want to see the goods first",
)
def want_inspection(request: HttpRequest, number: Number, wanted: forms.AgencyReason) -> Any:
    """Say that the goods have to be seen before you decide."""
    actor = permitted(request, "wantInspection", access.OPERATIONS)
    return answers.case(deciding.want_inspection(actor, number, wanted.reason))


@router.post(
    "/permit-cases/{number}/decision",
    response=answers.PermitCaseWhole,
    operation_id="decidePermitCase",
    summary="Approve or refuse a case",
)
def decide_permit_case(request: HttpRequest, number: Number, wanted: forms.CaseDecision) -> Any:
    """Approve, which grants a permit for each line, or refuse with a reason."""
    actor = permitted(request, "decidePermitCase", access.OPERATIONS)
    if wanted.approve:
        deciding.approve(actor, number, wanted.grant())
    else:
        deciding.refuse(actor, number, wanted.reason)
    return answers.case_whole(access.case_for(actor, number))


@router.post(
    "/permits/{number}/revocation",
    response=answers.PermitTold,
    operation_id="revokePermit",
    summary="Revoke a permit",
)
def revoke_permit(request: HttpRequest, number: Number, told: forms.AgencyReason) -> Any:
    """Revoke a permit; what is not released on it is refused from now on."""
    actor = permitted(request, "revokePermit", access.OPERATIONS)
    return answers.permit(deciding.revoke(actor, number, told.reason))


@router.get(
    "/papers",
    response=answers.NeedPage,
    operation_id="listPapers",
    summary="Documents of declarations that wait for an agency",
)
def list_papers(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE, state: _NeedState = None
) -> Any:
    """Return what declarations name that was issued outside Clearway, or that you want to see.

    Of another state, such as ``lacking``, where it is named.
    """
    actor = permitted(request, "listPapers", access.OPERATIONS)
    rows = access.visible_needs(actor)
    rows = rows.filter(state=state) if state else queries.waiting_needs(rows)
    page = page_of(rows, "id", cursor, limit)
    audit.note("read", actor, "papers:list", [one.pk for one in page.items])
    return {"items": _needs(page.items), "next": page.next}


@router.post(
    "/papers/{number}/decision",
    response=answers.NeedTold,
    operation_id="decidePaper",
    summary="Confirm or refuse a document of a declaration",
)
def decide_paper(request: HttpRequest, number: Number, wanted: forms.PaperDecision) -> Any:
    """Confirm it, refuse it, or say that the goods have to be seen first."""
    actor = permitted(request, "decidePaper", access.OPERATIONS)
    return _needs([papers.decide(actor, number, wanted.decision, wanted.reason)])[0]


@router.get(
    "/agency/declarations/{mrn}",
    response=answers.AgencyViewTold,
    operation_id="getAgencyView",
    summary="A declaration as an agency sees it",
)
def get_agency_view(request: HttpRequest, mrn: Mrn) -> Any:
    """Return the fields that are mapped to your agency, and what it has to decide."""
    actor = permitted(request, "getAgencyView", access.OPERATIONS)
    declaration, fields = mapping.view(actor, mrn)
    needs = access.visible_needs(actor).filter(declaration=declaration.pk).order_by("item", "id")
    return {
        "mrn": declaration.mrn or "",
        "agency": access.agency_of(actor),
        "fields": [answers.seen(one) for one in fields],
        "needs": [answers.need(one, declaration.mrn or "") for one in needs],
    }


@router.get(
    "/agency/declarations/{mrn}/fields/{field}",
    response=answers.FieldTold,
    operation_id="getAgencyField",
    summary="One field of a declaration, where it is mapped to the agency",
)
def get_agency_field(request: HttpRequest, mrn: Mrn, field: forms.FieldName) -> Any:
    """Return one field; one that no form of your agency asks is refused, and that is logged."""
    actor = permitted(request, "getAgencyField", access.OPERATIONS)
    return answers.seen(mapping.field(actor, mrn, field))


def _needs(rows: Sequence[Need]) -> list[dict[str, Any]]:
    mrns = queries.mrns(rows)
    return [answers.need(one, mrns.get(one.declaration, "")) for one in rows]
