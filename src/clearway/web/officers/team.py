"""The supervisor's pages: the load of each desk, what lies on it, and giving it to another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clearway.accounts.queries import names_called
from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.clearance import access, queries, service
from clearway.clearance.models import Assignment
from clearway.intake.queries import open_alarms
from clearway.kernel.decisions import Lane
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids
from clearway.web import refusals
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.record.lists import note_read
from clearway.web.visitors import page, see_other
from clearway.web.words import words

LATELY: Final = timedelta(hours=24)


@require_safe
@page("showDesks", access.OPERATIONS)
def team(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the desks and what waits that nobody has taken."""
    now = clock.now()
    counts = queries.counts(actor)
    context = {
        "desks": queries.desks(actor, now, now - LATELY),
        "counts": [(lane, counts.get(lane, 0)) for lane in (Lane.RED, Lane.YELLOW, Lane.BLUE)],
        "proposed": queries.proposals(actor).count(),
        "alarms": open_alarms(),
    }
    part = "_desks" if request.GET.get("part") == "desks" else ""
    return render(request, f"web/officers/team{part}.html", context)


def _hands(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[Assignment]:
    rows = queries.in_hands(actor)
    if "officer" in chosen:
        officer = chosen["officer"]
        rows = rows.filter(officer__in=names_called(officer) if "@" in officer else {officer})
    if "lane" in chosen:
        rows = rows.filter(declaration__lane=int(Lane[chosen["lane"]]))
    return rows


HANDS: Final = Listing(
    name="hands",
    title="in_hands",
    rows=_hands,
    columns=(
        Column("mrn", lambda row: row.declaration.mrn, "code"),
        Column("lane", lambda row: row.declaration.lane, "lane"),
        Column("state", lambda row: row.declaration.state, "state:state"),
        Column("office", lambda row: row.declaration.office, "code"),
        Column("taken_by", lambda row: row.officer, "actor"),
        Column("taken_at", lambda row: row.taken_at, "instant"),
    ),
    filters=(
        Filter("officer", longest=64),
        Filter("lane", "choice", (Lane.RED.name, Lane.YELLOW.name), "lane_short"),
    ),
    order="id",
    address=lambda row: f"{reverse('reassign')}?mrn={row.declaration.mrn}",
    note=lambda actor, rows: note_read(actor, [row.declaration for row in rows]),
    live="declaration",
    hint="in_hands_hint",
)


@require_safe
@page("showDesks", access.OPERATIONS)
def hands(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show what officers have taken; each leads to the page that gives it to another."""
    return HANDS.answer(request, actor)


@require_http_methods(["GET", "POST"])
@page("reassignDeclaration", access.OPERATIONS)
def reassign(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Give a declaration to an officer, or show the form for it."""
    given = request.POST if request.method == "POST" else request.GET
    mrn, officer = given.get("mrn", "").strip()[:19], given.get("officer", "")
    wrong: dict[str, str] = {}
    told = words(language_for(request))
    if request.method == "POST":
        try:
            service.reassign(actor, mrn, officer)
        except NotThere:
            wrong["mrn"] = told["reassign_unknown"]
        except DataRefused:
            wrong["officer"] = told["reassign_not_there"]
        except StateForbids as refused:
            wrong["mrn"] = refusals.why(refused, language_for(request))
        else:
            messages.success(request, told["reassigned"].format(mrn=mrn))
            return see_other(reverse("team"))
    now = clock.now()
    context = {
        "desks": [one for one in queries.desks(actor, now, now - LATELY) if one.offices],
        "mrn": mrn,
        "officer": officer,
        "wrong": wrong,
    }
    return render(request, "web/officers/reassign.html", context, status=422 if wrong else 200)
