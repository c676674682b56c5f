"""An agency's desk: applications and papers that wait for it, opened and decided by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearway.audit import clock
from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.declarations.queries import all_declarations
from clearway.permits import access, deciding, life_cycle, mapping, papers, queries
from clearway.permits.deciding import Grant
from clearway.permits.models import Case, Need
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import DataRefused
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.permits.granted import measured
from clearway.web.visitors import chosen as pressed
from clearway.web.visitors import page, see_other, typed
from clearway.web.words import words


def _cases(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[Case]:
    rows = access.visible_cases(actor)
    if "case_state" in chosen:
        return rows.filter(state=chosen["case_state"])
    return rows.filter(state__in=life_cycle.OPEN)


def _note_cases(actor: Actor, rows: Sequence[Case]) -> None:
    if rows:
        audit.note("read", actor, "permit_cases:list", [one.pk for one in rows])


CASES: Final = Listing(
    name="agency_cases",
    title="menu_agency_cases",
    rows=_cases,
    columns=(
        Column("reference", lambda row: row.application.reference, "code"),
        Column("holder", lambda row: row.application.holder, "party"),
        Column("direction", lambda row: row.application.direction, "word:direction"),
        Column("other_country", lambda row: row.application.country, "code"),
        Column("case_state", lambda row: row.state, "state:case"),
        Column("opened_at", lambda row: row.opened_at, "instant"),
        Column("decide_by", lambda row: row.due_at, "instant"),
    ),
    filters=(Filter("case_state", "choice", life_cycle.STATES, "case"),),
    order="id",
    address=lambda row: reverse("agency_case", args=[row.pk]),
    note=_note_cases,
    live="application",
    template="web/permits/cases.html",
)


def _papers(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[Need]:
    rows = access.visible_needs(actor)
    if "need_state" in chosen:
        return rows.filter(state=chosen["need_state"])
    return queries.waiting_needs(rows)


def _note_papers(actor: Actor, rows: Sequence[Need]) -> None:
    if rows:
        audit.note("read", actor, "papers:list", [one.pk for one in rows])


PAPERS: Final = Listing(
    name="agency_papers",
    title="menu_agency_papers",
    rows=_papers,
    columns=(
        Column("paper_number", lambda row: row.reference or row.requirement, "code"),
        Column("document_code", lambda row: row.document, "code"),
        Column("requirement", lambda row: row.requirement, "code"),
        Column("goods_item", lambda row: row.item, "number"),
        Column("written_off", lambda row: measured(row.quantity, row.unit), "code"),
        Column("need_state", lambda row: row.state, "state:need"),
        Column("at", lambda row: row.at, "instant"),
    ),
    filters=(Filter("need_state", "choice", queries.NEED_STATES, "need"),),
    order="id",
    address=lambda row: reverse("agency_paper", args=[row.pk]),
    note=_note_papers,
    live="declaration",
    template="web/permits/papers.html",
)


@require_safe
@page("listPermitCases", access.OPERATIONS)
def cases(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the applications before the agency, the oldest first."""
    return CASES.answer(request, actor)


@require_safe
@page("listPapers", access.OPERATIONS)
def waiting_papers(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the documents of declarations on which the agency has to decide."""
    return PAPERS.answer(request, actor)


@require_POST
@page("listPermitCases", access.OPERATIONS)
def next_case(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Open the application that has waited longest."""
    found = _cases(actor, {}).exclude(state="info").order_by("id").first()
    return _opened(request, "agency_case", found, "agency_cases")


@require_POST
@page("listPapers", access.OPERATIONS)
def next_paper(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Open the document that has waited longest."""
    found = _papers(actor, {}).order_by("id").first()
    return _opened(request, "agency_paper", found, "agency_papers")


def _opened(
    request: HttpRequest, name: str, found: Case | Need | None, otherwise: str
) -> HttpResponseBase:
    if found is None:
        messages.info(request, words(language_for(request))["nothing_waits_here"])
        return see_other(reverse(otherwise))
    return see_other(reverse(name, args=[found.pk]))


@require_safe
@page("getPermitCase", access.OPERATIONS)
def case(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Show an application as the agency has it before it."""
    return _case(request, access.case_for(actor, number))


def _case(request: HttpRequest, found: Case, wrong: DataRefused | None = None) -> HttpResponseBase:
    context = {
        "case": found,
        "application": found.application,
        "subject": f"application:{found.application.reference}",
        "reasons": list(queries.reasons_of_case(found)),
        "information": list(queries.information([found.pk])),
        "permits": list(queries.permits_of([found.pk])),
        "possible": life_cycle.possible(found.state),
        "currency": reference_at(clock.now()).currency,
        "refused": wrong,
        "given": request.POST,
    }
    return render(request, "web/permits/case.html", context, status=422 if wrong else 200)


@require_POST
@page("decidePermitCase", access.OPERATIONS)
def decide_case(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Approve or refuse an application; what is wrong with the decision is shown beside it."""
    try:
        if pressed(request, "decision", {"approve", "refuse"}) == "approve":
            grant = Grant(
                valid_to=_day(typed(request, "valid_to", 10)),
                conditions=typed(request, "conditions"),
                reason=typed(request, "reason"),
            )
            deciding.approve(actor, number, grant)
            done = "case_was_approved"
        else:
            deciding.refuse(actor, number, typed(request, "reason"))
            done = "case_was_refused"
    except DataRefused as refused:
        return _case(request, access.case_for(actor, number), refused)
    messages.success(request, words(language_for(request))[done])
    return see_other(reverse("agency_cases"))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise DataRefused(
            "The permit cannot be granted so.", faults=(("/body/valid_to", "no day"),)
        ) from None


@require_POST
@page("askInformation", access.OPERATIONS)
def ask(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Ask the trader for information."""
    deciding.ask(actor, number, typed(request, "question"))
    messages.success(request, words(language_for(request))["information_was_asked"])
    return see_other(reverse("agency_cases"))


@require_POST
@page("wantInspection", access.OPERATIONS)
def inspect(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Want to see the goods before deciding."""
    deciding.want_inspection(actor, number, typed(request, "reason"))
    messages.success(request, words(language_for(request))["inspection_was_wanted"])
    return see_other(reverse("agency_case", args=[number]))


@require_http_methods(["GET", "POST"])
@page("decidePaper", access.OPERATIONS)
def paper(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Show a declaration as the agency sees it, and take its decision on one need."""
    found, wrong = access.need_for(actor, number), None
    if request.method == "POST":
        try:
            decision = pressed(request, "decision", set(papers.DECISIONS))
            papers.decide(actor, number, decision, typed(request, "reason"))
        except DataRefused as refused:
            wrong = refused
        else:
            messages.success(request, words(language_for(request))[f"paper_{decision}_done"])
            return see_other(reverse("agency_papers"))
    declaration = all_declarations().get(pk=found.declaration)
    fields = mapping.shown(actor, declaration)
    context = {
        "need": found,
        "declaration": declaration,
        "subject": f"declaration:{declaration.mrn}",
        "fields": [one for one in fields if one.values],
        "unanswered": [one.name for one in fields if not one.values],
        "others": list(access.visible_needs(actor).filter(declaration=found.declaration)
                       .exclude(pk=found.pk).order_by("item", "id")),
        "decidable": papers.is_decidable(declaration, found),
        "refused": wrong,
        "given": request.POST,
    }  # fmt: skip
    return render(request, "web/permits/paper.html", context, status=422 if wrong else 200)
