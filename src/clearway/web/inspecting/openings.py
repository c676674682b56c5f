"""The list of inspections, and the page of one with everything that is done on it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearway.accounts.queries import called, names_of_person
from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.inspection import access, concluding, drawing, noting, ordering, queries, service
from clearway.inspection.life_cycle import AT_WORK, OPENING_STATES
from clearway.inspection.models import Opening
from clearway.inspection.reading import note_read
from clearway.inspection.rules import ANSWERS, FINDINGS, LOOK_AT, questions
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids
from clearway.web import filling
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import chosen, page, see_other, typed, whole_number
from clearway.web.words import words

_WHOSE: Final = ("mine", "to_approve", "any")


def _rows(actor: Actor, wanted: Mapping[str, Any]) -> QuerySet[Opening]:
    whose = wanted.get("whose", "")
    if whose == "mine":
        rows = queries.of_team(actor)
    elif whose == "to_approve":
        rows = queries.second_decisions(actor)
    else:
        rows = access.openings(actor)
    if "inspection" in wanted:
        rows = rows.filter(state=wanted["inspection"])
    return rows


def _note(actor: Actor, rows: Any) -> None:
    if rows:
        audit.note("read", actor, "inspection:list", [row.pk for row in rows])


INSPECTIONS: Final = Listing(
    name="inspections",
    title="menu_inspections",
    hint="inspections_hint",
    rows=_rows,
    columns=(
        Column("mrn", lambda row: row.declaration.mrn, "code"),
        Column("inspection", lambda row: row.state, "state:inspection"),
        Column("unit", lambda row: row.unit or row.containers, "code"),
        Column("office", lambda row: row.office, "code"),
        Column("inspect_by", lambda row: row.due_at, "instant"),
        Column("looked", lambda row: row.outcome, "word:looked"),
        Column("at_stake", lambda row: row.at_stake, "money"),
    ),
    filters=(
        Filter("whose", "choice", _WHOSE, "whose"),
        Filter("inspection", "choice", OPENING_STATES, "inspection"),
    ),
    address=lambda row: reverse("inspection", args=[row.pk]),
    note=_note,
    live="declaration",
    template="web/inspecting/list.html",
)


@require_safe
@page("listInspections", access.OPERATIONS)
def listed(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the inspections that one may read, and lead to the most urgent of one's own."""
    mine = queries.by_urgency(queries.of_team(actor)).exclude(state="discrepancy")
    acts = [("interests", "interests")]
    return INSPECTIONS.answer(request, actor, acts=acts, first=mine.first())


@require_safe
@page("getInspection", access.OPERATIONS)
def one(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Show an inspection."""
    return _shown(request, actor, number)


@require_http_methods(["GET", "POST"])
@page("orderInspection", access.OPERATIONS)
def order(request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
    """Order a look at the goods of a declaration."""
    told = words(language_for(request))
    fields = (
        Field("look_at", "several", LOOK_AT, "look", initial=["goods"]),
        Field("reason", "area", longest=512, initial=told["control_usual"]),
        Field("inspected_unit", required=False, longest=35),
    )
    asked = filling.form(request, fields)
    if request.method == "POST" and asked.is_valid():
        try:
            made = ordering.order_by_officer(
                actor,
                key,
                look_at=asked.cleaned_data["look_at"],
                reason=asked.cleaned_data["reason"],
                unit=asked.cleaned_data["inspected_unit"].replace(" ", "").upper(),
            )
        except (DataRefused, StateForbids) as refused:
            filling.refuse(request, asked, refused)
        else:
            return see_other(reverse("inspection", args=[made.pk]))
    context = {
        "asked": asked,
        "heading": told["order_inspection"],
        "hint": told["order_inspection_hint"],
        "submit": told["order_inspection"],
        "ready": True,
        "trail": (reverse("declaration", args=[key]), key),
    }
    return render(request, "web/parts/form.html", context, status=422 if asked.errors else 200)


@require_POST
@page("startInspection", access.OPERATIONS)
def start(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Begin."""
    return _done(request, actor, number, "head", lambda: service.start(actor, number))


@require_POST
@page("answerChecklist", access.OPERATIONS)
def check(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Keep the answers of the checklist that were given."""
    given = {
        code: (answer, typed(request, f"note-{code}"))
        for code in questions(LOOK_AT)
        if (answer := request.POST.get(f"answer-{code}", "")) in ANSWERS
    }
    if request.GET.get("part") == "save":
        # The page keeps each answer by itself: what is lost on the way is told where it stands.
        service.check(actor, number, given)
        return render(request, "web/inspecting/kept.html")
    return _done(request, actor, number, "checklist", lambda: service.check(actor, number, given))


@require_POST
@page("recordFinding", access.OPERATIONS)
def find(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Note a finding."""
    return _done(
        request,
        actor,
        number,
        "findings",
        lambda: noting.find(
            actor,
            number,
            code=request.POST.get("code", ""),
            item=whole_number(typed(request, "item", 4)) or 0,
            found=typed(request, "found", 70),
            value=typed(request, "value", 24),
            note=typed(request, "note"),
        ),
    )


@require_POST
@page("withdrawFinding", access.OPERATIONS)
def withdraw(request: HttpRequest, actor: Actor, number: int, finding: int) -> HttpResponseBase:
    """Take back a finding."""
    return _done(
        request, actor, number, "findings", lambda: noting.withdraw(actor, number, finding)
    )


@require_POST
@page("keepPhoto", access.OPERATIONS)
def photo(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Keep a picture; its hash is made as it arrives, and shown."""
    file = request.FILES.get("file")
    name = "" if file is None else file.name or ""
    content = b"" if file is None else file.read()
    digest = hashlib.sha256(content).hexdigest()
    return _done(
        request,
        actor,
        number,
        "photos",
        lambda: noting.keep_photo(actor, number, name=name, content=content, sha256=digest),
    )


@require_safe
@page("getPhoto", access.OPERATIONS)
def picture(request: HttpRequest, actor: Actor, number: int, photo: int) -> HttpResponse:
    """Give out a picture, to be kept and not run."""
    del request
    opening = access.opening_for(actor, number)
    found = queries.photo(opening.pk, photo)
    if found is None:
        raise NotThere("There is no such picture.", remedy="Look where it stands now.")
    note_read(actor, opening, f"photo {found.pk}")
    answer = HttpResponse(noting.bytes_of(found), content_type="application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
    return answer


@require_POST
@page("recordSeal", access.OPERATIONS)
def seal(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Note a seal that was broken or set."""
    return _done(
        request,
        actor,
        number,
        "seals",
        lambda: service.record_seal(
            actor,
            number,
            what=chosen(request, "what", {"broken", "set"}),
            seal=_needed(request, "seal", 35),
            unit=typed(request, "unit", 35),
        ),
    )


@require_POST
@page("takeSample", access.OPERATIONS)
def sample(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Note a sample that was drawn."""
    return _done(
        request,
        actor,
        number,
        "samples",
        lambda: noting.take_sample(
            actor,
            number,
            item=whole_number(typed(request, "item", 4)) or 1,
            what=_needed(request, "what", 200),
            seal=_needed(request, "seal", 35),
            laboratory=_needed(request, "laboratory", 70),
        ),
    )


@require_POST
@page("recordLabResult", access.OPERATIONS)
def lab_result(request: HttpRequest, actor: Actor, number: int, sample: int) -> HttpResponseBase:
    """Note what the laboratory found."""
    return _done(
        request,
        actor,
        number,
        "samples",
        lambda: noting.take_lab_result(
            actor,
            number,
            sample,
            conclusion=chosen(request, "conclusion", {"conforms", "differs"}),
            report=_needed(request, "report", 70),
            text=typed(request, "text", 2000),
        ),
    )


@require_POST
@page("giveResult", access.OPERATIONS)
def result(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Give the result."""

    def conclude() -> object:
        outcome = chosen(request, "outcome", {"satisfactory", "discrepancy"})
        rest = request.POST.get("rest", "") == "yes"
        note = typed(request, "note")
        return concluding.conclude(actor, number, outcome=outcome, note=note, all_yes=rest)

    return _done(request, actor, number, "head", conclude)


@require_POST
@page("approveInspection", access.OPERATIONS)
def approve(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Approve a discrepancy as a second person, or send it back."""
    confirmed = chosen(request, "decision", {"confirm", "send_back"}) == "confirm"
    return _done(
        request,
        actor,
        number,
        "approval",
        lambda: concluding.approve(
            actor, number, confirmed=confirmed, reason=typed(request, "reason")
        ),
    )


@require_POST
@page("drawInspectors", access.OPERATIONS)
def draw(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Draw a team anew."""
    asked_by, reason = typed(request, "asked_by", 17), typed(request, "reason")
    return _done(
        request,
        actor,
        number,
        "draws",
        lambda: drawing.draw_again(actor, number, asked_by, reason),
    )


def _needed(request: HttpRequest, name: str, longest: int) -> str:
    text = typed(request, name, longest)
    if not text:
        raise DataRefused(
            "A field is empty.",
            faults=((f"/body/{name}", "empty"),),
            remedy="Mend what is marked and send it again.",
        )
    return text


def _done(
    request: HttpRequest, actor: Actor, number: int, place: str, act: Callable[[], object]
) -> HttpResponseBase:
    """Do something with an inspection; what is refused is told where it was asked."""
    try:
        act()
    except (DataRefused, StateForbids) as refused:
        return _shown(request, actor, number, refused=refused, place=place)
    messages.success(request, words(language_for(request))["inspection_noted"])
    return see_other(f"{reverse('inspection', args=[number])}#{place}")


def _shown(
    request: HttpRequest,
    actor: Actor,
    number: int,
    *,
    refused: DataRefused | StateForbids | None = None,
    place: str = "",
) -> HttpResponse:
    opening = access.opening_for(actor, number)
    note_read(actor, opening, "page")
    team = list(queries.members(opening.pk))
    stands_for = queries.stands_for(opening.pk, actor)
    inspects = stands_for is not None
    orders = list(queries.orders(opening.pk))
    answers = queries.checklist(opening.pk)
    names = called([row.person for row in team])
    context = {
        "opening": opening,
        "declaration": opening.declaration,
        "subject": f"declaration:{opening.declaration.mrn}",
        "orders": orders,
        "team": [(row, names[row.person]) for row in team],
        "may_start": inspects and opening.state == "assigned",
        "at_work": inspects and opening.state in AT_WORK,
        "answered": any(row.state == "answered" and row.asked_by == stands_for for row in orders),
        "checklist": [(code, answers.get(code)) for code in questions(service.parts_of(opening))],
        "answers": ANSWERS,
        "findings": list(queries.findings(opening.pk)),
        "codes": FINDINGS,
        "photos": list(queries.photos(opening.pk)),
        "samples": [(row, getattr(row, "result", None)) for row in queries.samples(opening.pk)],
        "seals": list(queries.seals(opening.pk)),
        "units": opening.containers.split(),
        "stakes": list(queries.stakes(opening.pk)),
        "report": queries.report(opening.pk),
        **_second(actor, opening),
        "refused": refused,
        "place": place,
        "given": request.POST,
    }
    status = 200 if refused is None else 422 if isinstance(refused, DataRefused) else 409
    return render(request, "web/inspecting/opening.html", context, status=status)


def _second(actor: Actor, opening: Opening) -> dict[str, Any]:
    """Return what supervisors and auditors see besides: the approval, and the draws' proofs."""
    boss = actor.has(Role.SUPERVISOR)
    rows = queries.second_decisions(actor).filter(pk=opening.pk) if boss else ()
    proofs = actor.has(*access.OPERATIONS["listDraws"])
    names = names_of_person(actor.name)
    took_part = queries.members(opening.pk, past=True).filter(person__in=names).exists()
    return {
        "may_approve": bool(rows),
        "took_part": took_part,
        "draws": [drawing.prove(row) for row in queries.draws(opening.pk)] if proofs else [],
        "may_draw": boss and opening.state in {"ordered", "assigned", *AT_WORK},
    }
