"""The room's operations for traders and everybody: what is needed, applications, permits."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from clearway.accounts.forms import Cursor, Limit, Number, permitted
from clearway.audit import clock
from clearway.audit import service as audit
from clearway.declarations.access import declaration_for, note_read
from clearway.declarations.told import Mrn
from clearway.permits import access, answers, applying, asking, clocks, forms, mapping, queries
from clearway.reference.in_force import reference_at
from clearway.reference.queries import tariff_line
from clearway.vocabulary.dates import days_of
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["permits"])
_Agency = Annotated[str, Query(max_length=12, pattern="^[A-Z0-9]*$", description="of one agency")]


@router.get(
    "/requirements",
    response=answers.RequirementsTold,
    operation_id="listRequirements",
    summary="What do I need?",
)
def list_requirements(request: HttpRequest, asked: Query[forms.Asked]) -> Any:
    """Return which permits goods need, by which law and of whom, before anything is lodged."""
    permitted(request, "listRequirements", access.OPERATIONS)
    reference = reference_at(clock.now())
    day = asked.day or clocks.today(clock.now(), reference)
    question = asking.Question(
        asked.commodity, asked.direction, asked.country, day, asked.procedure, asked.end_use
    )
    found = asking.needed(question, reference)
    return {
        "commodity": asked.commodity,
        "description": tariff_line(reference, asked.commodity, days_of(day)).description,
        "day": day,
        "items": [answers.requirement(one) for one in found],
    }


@router.get(
    "/harmonisation",
    response=answers.HarmonisationTold,
    operation_id="getHarmonisation",
    summary="How many fields of how many forms became how few data",
)
def get_harmonisation(request: HttpRequest, agency: _Agency = "") -> Any:
    """Return the harmonisation report over the forms of all agencies, or of one."""
    permitted(request, "getHarmonisation", access.OPERATIONS)
    reference = reference_at(clock.now())
    day = days_of(clocks.today(clock.now(), reference))
    return answers.harmonised(mapping.report(reference, day, agency))


@router.post(
    "/applications",
    response={201: answers.ApplicationWhole},
    operation_id="applyForPermit",
    summary="Apply for permits",
)
def apply_for_permit(request: HttpRequest, wanted: forms.ApplicationWanted) -> Any:
    """Apply once; every agency concerned has the application before it at the same moment."""
    actor = permitted(request, "applyForPermit", access.OPERATIONS)
    return Status(201, answers.application_whole(applying.apply(actor, wanted.wish())))


@router.get(
    "/applications",
    response=answers.ApplicationPage,
    operation_id="listApplications",
    summary="Applications",
)
def list_applications(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """Return the applications of one's organisation, or that concern one's agency."""
    actor = permitted(request, "listApplications", access.OPERATIONS)
    page = page_of(access.visible_applications(actor), "-id", cursor, limit)
    others = [one.pk for one in page.items if one.organisation != actor.organisation]
    if others:
        audit.note("read", actor, "applications:list", others)
    return {"items": [answers.application(one) for one in page.items], "next": page.next}


@router.get(
    "/applications/{number}",
    response=answers.ApplicationWhole,
    operation_id="getApplication",
    summary="An application",
)
def get_application(request: HttpRequest, number: Number) -> Any:
    """Return an application with its goods, what agencies asked and what they granted."""
    actor = permitted(request, "getApplication", access.OPERATIONS)
    return answers.application_whole(access.application_for(actor, number))


@router.post(
    "/permit-cases/{number}/answer",
    response=answers.PermitCaseTold,
    operation_id="answerInformation",
    summary="Answer what an agency asks",
)
def answer_information(request: HttpRequest, number: Number, told: forms.InformationGiven) -> Any:
    """Answer an agency; its clock goes on."""
    actor = permitted(request, "answerInformation", access.OPERATIONS)
    return answers.case(applying.answer(actor, number, told.answer))


@router.get("/permits", response=answers.PermitPage, operation_id="listPermits", summary="Permits")
def list_permits(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """Return the permits that one holds, or that one's agency granted."""
    actor = permitted(request, "listPermits", access.OPERATIONS)
    page = page_of(access.visible_permits(actor), "-id", cursor, limit)
    others = [one.pk for one in page.items if one.holder != actor.identifier]
    if others:
        audit.note("read", actor, "permits:list", others)
    return {"items": [answers.permit(one) for one in page.items], "next": page.next}


@router.get(
    "/permits/{number}",
    response=answers.PermitWhole,
    operation_id="getPermit",
    summary="A permit with what was written off",
)
def get_permit(request: HttpRequest, number: Number) -> Any:
    """Return a permit, what is left of it and the ledger of its write-offs."""
    actor = permitted(request, "getPermit", access.OPERATIONS)
    return answers.permit_whole(access.permit_for(actor, number))


@router.get(
    "/declarations/{mrn}/permits",
    response=answers.JointStatusTold,
    operation_id="getJointStatus",
    summary="How the agencies stand to a declaration",
)
def get_joint_status(request: HttpRequest, mrn: Mrn) -> Any:
    """Return the joint status: the worst of the agencies concerned, and what each needs."""
    actor = permitted(request, "getJointStatus", access.OPERATIONS)
    found = declaration_for(actor, mrn)
    note_read(actor, found, "permits")
    return answers.joint(found, queries.joint_status(found.pk))
