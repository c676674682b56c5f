"""The room's operations on openings; the steps of a look stand in ``api_looking``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status

from clearway.accounts.forms import Cursor, Instant, Limit, Number, permitted
from clearway.accounts.queries import names_of_person
from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.declarations.access import declaration_for
from clearway.declarations.access import note_read as note_declaration
from clearway.declarations.told import Mrn
from clearway.inspection import (
    access,
    concluding,
    drawing,
    forms,
    interests,
    ordering,
    queries,
    told,
)
from clearway.inspection.models import Opening
from clearway.inspection.reading import note_read
from clearway.vocabulary.errors import NotThere
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["inspection"])


@router.get(
    "/inspections",
    response=forms.InspectionPage,
    operation_id="listInspections",
    summary="Inspections that you may read",
)
def list_inspections(
    request: HttpRequest,
    state: Annotated[forms.StateOfInspection | None, Query(description="of one state")] = None,
    whose: Annotated[Literal["mine", "any"], Query(description="mine: you were drawn")] = "any",
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
) -> Any:
    """Return inspections, the latest first: at your office, or that your agency asked for."""
    actor = permitted(request, "listInspections", access.OPERATIONS)
    rows = queries.of_team(actor) if whose == "mine" else access.openings(actor)
    rows = rows if state is None else rows.filter(state=state)
    page = page_of(rows, "-id", cursor, limit)
    if page.items:
        audit.note("read", actor, "inspection:list", [row.pk for row in page.items])
    return {
        "items": [told.inspection(row, row.declaration) for row in page.items],
        "next": page.next,
    }


@router.get(
    "/inspections/{number}",
    response=forms.InspectionWhole,
    operation_id="getInspection",
    summary="One inspection with all that was noted",
)
def get_inspection(request: HttpRequest, number: Number) -> Any:
    """Return an inspection with its checklist, findings, pictures, samples and seals."""
    actor = permitted(request, "getInspection", access.OPERATIONS)
    return _whole(actor, access.opening_for(actor, number))


@router.get(
    "/declarations/{mrn}/inspections",
    response=forms.InspectionBriefs,
    operation_id="listDeclarationInspections",
    summary="The inspections of a declaration's goods",
)
def list_declaration_inspections(request: HttpRequest, mrn: Mrn) -> Any:
    """Return where the looks at a declaration's goods stand, and how the closed ones ended."""
    actor = permitted(request, "listDeclarationInspections", access.OPERATIONS)
    declaration = declaration_for(actor, mrn)
    note_declaration(actor, declaration, "listDeclarationInspections")
    rows = queries.of_declaration(declaration.pk)
    return {"items": [told.brief(row, declaration) for row in rows]}


@router.post(
    "/declarations/{mrn}/inspections",
    response={201: forms.InspectionWhole},
    operation_id="orderInspection",
    summary="Order an inspection",
)
def order_inspection(request: HttpRequest, mrn: Mrn, wanted: forms.InspectionWanted) -> Any:
    """Order a look at goods. Where somebody asked already, it joins that one."""
    actor = permitted(request, "orderInspection", access.OPERATIONS)
    made = ordering.order_by_officer(
        actor, mrn, look_at=wanted.look_at, reason=wanted.reason, unit=wanted.unit
    )
    return Status(201, _whole(actor, made))


@router.post(
    "/inspections/{number}/team",
    response=forms.InspectionWhole,
    operation_id="drawInspectors",
    summary="Draw inspectors anew",
)
def draw_inspectors(request: HttpRequest, number: Number, wanted: forms.InspectorsWanted) -> Any:
    """Draw a team, without those who were in it before. Whom, nobody can choose."""
    actor = permitted(request, "drawInspectors", access.OPERATIONS)
    return _whole(actor, drawing.draw_again(actor, number, wanted.asked_by, wanted.reason))


@router.get(
    "/inspections/{number}/draws",
    response=forms.DrawsOfInspectors,
    operation_id="listDraws",
    summary="The draws of an inspection, proved again",
)
def list_draws(request: HttpRequest, number: Number) -> Any:
    """Return each draw with all that went in, worked out again now."""
    actor = permitted(request, "listDraws", access.OPERATIONS)
    found = access.opening_for(actor, number)
    note_read(actor, found, "draws")
    return {"items": [told.draw(drawing.prove(row)) for row in queries.draws(found.pk)]}


@router.post(
    "/inspections/{number}/result",
    response=forms.InspectionWhole,
    operation_id="giveResult",
    summary="Give the result of an inspection",
)
def give_result(request: HttpRequest, number: Number, given: forms.ResultGiven) -> Any:
    """Give the result for those for whom you inspect; what is in order is closed at once."""
    actor = permitted(request, "giveResult", access.OPERATIONS)
    done = concluding.conclude(
        actor,
        number,
        outcome=given.outcome,
        note=given.note,
        at=given.at,
        all_yes=given.rest_in_order,
    )
    return _whole(actor, done)


@router.post(
    "/inspections/{number}/approval",
    response=forms.InspectionWhole,
    operation_id="approveInspection",
    summary="Approve a discrepancy or send it back",
)
def approve_inspection(request: HttpRequest, number: Number, given: forms.ApprovalGiven) -> Any:
    """Approve, as a second person who took no part in it, what was found; or send it back."""
    actor = permitted(request, "approveInspection", access.OPERATIONS)
    done = concluding.approve(actor, number, confirmed=given.confirm, reason=given.reason)
    return _whole(actor, done)


@router.get(
    "/inspections/{number}/report",
    response=forms.InspectionReport,
    operation_id="getInspectionReport",
    summary="The report of a closed inspection",
)
def get_inspection_report(request: HttpRequest, number: Number) -> Any:
    """Return the report as it was closed, with its hash."""
    actor = permitted(request, "getInspectionReport", access.OPERATIONS)
    found = access.opening_for(actor, number)
    row = queries.report(found.pk)
    if row is None:
        raise NotThere("It has no report yet.", remedy="It has one when it is closed.")
    note_read(actor, found, "report")
    return told.report(row)


@router.get(
    "/inspection-labels",
    response=forms.LabelPage,
    operation_id="listLabels",
    summary="What inspections showed, item by item",
)
def list_labels(
    request: HttpRequest,
    since: Annotated[Instant | None, Query(description="closed from then on")] = None,
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
) -> Any:
    """Return the labelled rows from which risk learns, the earliest first."""
    actor = permitted(request, "listLabels", access.OPERATIONS)
    rows = queries.labels(since).select_related("declaration")
    if actor.office and not actor.has(Role.AUDITOR):
        rows = rows.filter(office=actor.office)
    page = page_of(rows, "id", cursor, limit)
    if page.items:
        audit.note("read", actor, "inspection:labels", [row.pk for row in page.items])
    return {"items": [told.label(row) for row in page.items], "next": page.next}


@router.get(
    "/interests",
    response=forms.InterestPage,
    operation_id="listInterests",
    summary="Declared interests",
)
def list_interests(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """Return your own declared interests; supervisors and auditors see everybody's."""
    actor = permitted(request, "listInterests", access.OPERATIONS)
    everybody = actor.has(Role.SUPERVISOR, Role.AUDITOR)
    rows = queries.interests(None if everybody else names_of_person(actor.name))
    page = page_of(rows, "-id", cursor, limit)
    if everybody and page.items:
        audit.note("read", actor, "interest:list", [row.pk for row in page.items])
    return {"items": [told.interest(row) for row in page.items], "next": page.next}


@router.post(
    "/interests",
    response={201: forms.InterestTold},
    operation_id="declareInterest",
    summary="Declare an interest in a party",
)
def declare_interest(request: HttpRequest, wanted: forms.InterestWanted) -> Any:
    """Declare your interest: you are not drawn for that party's goods any more."""
    actor = permitted(request, "declareInterest", access.OPERATIONS)
    return Status(201, told.interest(interests.declare(actor, wanted.party, wanted.reason)))


@router.post(
    "/interests/{number}/end",
    response=forms.InterestTold,
    operation_id="endInterest",
    summary="End a declared interest",
)
def end_interest(request: HttpRequest, number: Number, wanted: forms.InterestEnded) -> Any:
    """End somebody else's declared interest."""
    actor = permitted(request, "endInterest", access.OPERATIONS)
    return told.interest(interests.end(actor, number, wanted.reason))


def _whole(actor: Actor, row: Opening) -> dict[str, Any]:
    note_read(actor, row)
    return told.whole(row, row.declaration)
