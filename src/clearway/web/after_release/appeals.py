"""Appeals against decisions after release: lodged, admitted, heard, decided, each in its time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.declarations.access import decidable
from clearway.post_clearance import access, appealing, standing
from clearway.post_clearance.access import OPERATIONS
from clearway.post_clearance.life_cycle import APPEAL, OPEN_APPEALS, states
from clearway.post_clearance.models import Appeal
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids
from clearway.web import filling
from clearway.web.after_release import acting
from clearway.web.after_release.acting import LONGEST, Refused, act, may, rows_of, status_of
from clearway.web.after_release.corrections import note
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import chosen, page, see_other, typed, whole_number
from clearway.web.words import words


def _rows(actor: Actor, wanted: Mapping[str, Any]) -> QuerySet[Appeal]:
    rows = access.visible_appeals(actor)
    if state := wanted.get("appeal_state"):
        rows = rows.filter(state=state)
    if mrn := wanted.get("mrn"):
        rows = rows.filter(declaration__mrn=mrn.upper())
    return rows


def _ball(row: Appeal) -> str:
    found = standing.of_appeal(row)
    return "" if found is None else found.holder


def _due(row: Appeal) -> int | None:
    """Return the administration's day that runs now."""
    if row.state not in OPEN_APPEALS:
        return None
    return row.admit_due if row.state == "lodged" else row.decide_due


APPEALS: Final = Listing(
    name="appeals",
    title="menu_appeals",
    hint="appeals_hint",
    rows=_rows,
    columns=(
        Column("appeal_number", lambda row: str(row.pk), "code"),
        Column("mrn", lambda row: row.declaration.mrn, "code"),
        Column("appeal_against", lambda row: row.kind, "word:appeal_against"),
        Column("appeal_state", lambda row: row.state, "state:appeal_state"),
        Column("up_to", _ball, "word:ball"),
        Column("due", _due, "day"),
        Column("lodged_at", lambda row: row.lodged_at, "instant"),
        Column("appeal_outcome", lambda row: row.outcome, "word:appeal_outcome"),
    ),
    filters=(
        Filter("mrn", longest=18),
        Filter("appeal_state", "choice", states(APPEAL), "appeal_state"),
    ),
    address=lambda row: reverse("appeal", args=[row.pk]),
    note=lambda actor, rows: note(actor, "appeal:list", rows),
    live="appeal",
)


@require_safe
@page("listAppeals", OPERATIONS)
def listed(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the appeals that one may read, with their clocks."""
    return APPEALS.answer(request, actor)


@require_http_methods(["GET", "POST"])
@page("lodgeAppeal", OPERATIONS)
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Appeal against a decision; the address says against which."""
    kind, number = _against(request)
    told = words(language_for(request))
    fields = (
        Field("grounds", "area", longest=LONGEST),
        Field("suspension", "several", ("yes",), "suspension", required=False),
    )
    asked = filling.form(request, fields)
    if request.method == "POST" and asked.is_valid():
        given = asked.cleaned_data
        waits = bool(given["suspension"])
        try:
            made = appealing.lodge(actor, kind, number, given["grounds"], wants_suspension=waits)
        except (DataRefused, StateForbids) as refused:
            filling.refuse(request, asked, refused)
        else:
            messages.success(request, told["after_release_noted"])
            return see_other(reverse("appeal", args=[made.pk]))
    context = {
        "asked": asked,
        "heading": f"{told['lodge_appeal']}: {told[f'appeal_against_{kind}']} {number}",
        "hint": told["lodge_appeal_hint"],
        "submit": told["lodge_appeal"],
        "trail": (reverse("appeals"), told["menu_appeals"]),
    }
    return render(request, "web/parts/form.html", context, status=422 if asked.errors else 200)


def _against(request: HttpRequest) -> tuple[str, int]:
    kind = request.GET.get("against", "")
    number = whole_number(request.GET.get("number", ""))
    if kind not in appealing.KINDS or number is None:
        raise NotThere("There is no such decision.", remedy="Begin from the page of the decision.")
    return kind, number


@require_safe
@page("getAppeal", OPERATIONS)
def one(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Show an appeal with its clocks and its decision."""
    return _shown(request, actor, number)


def _shown(
    request: HttpRequest,
    actor: Actor,
    number: int,
    *,
    refused: Refused | None = None,
    place: str = "",
) -> HttpResponse:
    found = access.appeal_for(actor, number)
    note(actor, f"appeal:{found.pk}", [found])
    own = found.organisation == actor.organisation
    official = not own and decidable(actor).filter(pk=found.declaration_id).exists()
    impartial = official and appealing.is_impartial(actor, found)
    may_decide = impartial and found.state == "heard" and may(actor, "decideAppeal")
    context = {
        "appeal": found,
        "declaration": found.declaration,
        "currency": reference_at(clock.now()).currency,
        "ball": standing.of_appeal(found),
        "partial": official and not impartial and found.state in OPEN_APPEALS,
        "may_admit": impartial and found.state == "lodged" and may(actor, "admitAppeal"),
        "may_hear": impartial and found.state == "admitted" and may(actor, "hearAppeal"),
        "may_decide": may_decide,
        "may_withdraw": own and found.state in OPEN_APPEALS and may(actor, "withdrawAppeal"),
        "rows": rows_of(request, ("tax", "amount")) if may_decide else (),
        "taxes": acting.taxes_of(found.declaration_id) if may_decide else (),
        "outcomes": appealing.OUTCOMES,
        "refused": refused,
        "place": place,
        "given": request.POST,
    }
    return render(request, "web/after_release/appeal.html", context, status=status_of(refused))


def _admit(request: HttpRequest, actor: Actor, number: int) -> object:
    how = chosen(request, "decision", {"admit", "suspend", "refuse"})
    return appealing.admit(
        actor,
        number,
        admitted=how != "refuse",
        suspended=how == "suspend",
        reason=typed(request, "reason"),
    )


def _decide(request: HttpRequest, actor: Actor, number: int) -> object:
    outcome = chosen(request, "outcome", set(appealing.OUTCOMES))
    return appealing.decide(
        actor,
        number,
        outcome,
        typed(request, "reasons", LONGEST),
        taken_back=acting.amounts(request) if outcome == "changed" else (),
    )


admit = act("admitAppeal", _admit, _shown, "appeal", "reason")
hear = act(
    "hearAppeal",
    lambda request, actor, number: appealing.hear(actor, number, typed(request, "record", LONGEST)),
    _shown,
    "appeal",
    "record",
)
decide = act("decideAppeal", _decide, _shown, "appeal", "reasons")
withdraw = act(
    "withdrawAppeal",
    lambda _, actor, number: appealing.withdraw(actor, number),
    _shown,
    "appeal",
    "standing",
)
