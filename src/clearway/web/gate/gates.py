"""The gates of a terminal and the screen of one: a token is shown, the barrier opens or stays.

The page works by its form alone; ``static/web/gate.js`` answers without a new page, and keeps
answering through a network cut.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any, Final

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearway.accounts.queries import name_of
from clearway.audit.actor import Actor
from clearway.gate import access, opening, passing, queries, reconciling
from clearway.gate.access import OPERATIONS
from clearway.gate.models import Gate, Passage
from clearway.gate.rules import REASONS, Shown
from clearway.gate.tokens import LONGEST
from clearway.vocabulary.errors import DataRefused
from clearway.vocabulary.pages import page_of
from clearway.web import filling
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.listing import Column, Listing
from clearway.web.visitors import chosen, page, see_other, typed, whole_number
from clearway.web.words import words

LATEST: Final = 12
"""Attempts on the screen of a gate."""

GATES: Final = Listing(
    name="gates",
    title="menu_gates",
    hint="gates_hint",
    rows=lambda actor, _: queries.gates(access.gates_of(actor)),
    columns=(
        Column("gate_code", lambda row: row.code, "code"),
        Column("gate_called", lambda row: row.called),
        Column("gate_opened_at", lambda row: row.opened_at, "instant"),
    ),
    order="id",
    address=lambda row: reverse("gate", args=[row.pk]),
    live="gate",
)

ALARMS: Final = Listing(
    name="gate_alarms",
    title="gate_alarms",
    hint="gate_alarms_hint",
    rows=lambda actor, _: queries.passages(access.passages_of(actor) & Q(alarm=True, seen_at=None)),
    columns=(
        Column("alarm_reason", lambda row: row.reason, "state:gate_reason"),
        Column("fetched_unit", lambda row: row.unit, "code"),
        Column("plate", lambda row: row.plate, "code"),
        Column("gate_code", lambda row: row.gate.code, "code"),
        Column("passed_at", lambda row: row.at, "instant"),
    ),
    address=lambda row: reverse("gate_alarm", args=[row.pk]),
    note=access.note_passages_of_all,
    live="gate_token gate",
)


@require_safe
@page("listGates", OPERATIONS)
def gates(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the gates at which one works, or of which one may read."""
    acts = [("gate_alarms", "gate_alarms")]
    if actor.has(*OPERATIONS["openGate"]):
        acts.insert(0, ("open_gate", "open_gate"))
    return GATES.answer(request, actor, acts=acts)


@require_http_methods(["GET", "POST"])
@page("openGate", OPERATIONS)
def open_one(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Open a gate."""
    fields = (Field("gate_code", longest=17), Field("gate_called", required=False, longest=70))
    asked, told = filling.form(request, fields), words(language_for(request))
    if request.method == "POST" and asked.is_valid():
        given = asked.cleaned_data
        try:
            made = opening.open_gate(actor, given["gate_code"], given["gate_called"])
        except DataRefused as refused:
            faults = tuple(("/body/gate_code", sentence) for _, sentence in refused.faults)
            filling.refuse(request, asked, DataRefused(refused.what, faults=faults))
        else:
            return see_other(reverse("gate", args=[made.pk]))
    context = {
        "asked": asked,
        "heading": told["open_gate"],
        "submit": told["open_gate"],
        "trail": (reverse("gates"), told["menu_gates"]),
    }
    return render(request, "web/parts/form.html", context, status=422 if asked.errors else 200)


@require_safe
@page("listPassages", OPERATIONS)
def gate(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Show a gate: where a token is shown, and what passed lately."""
    found = access.gate_for(actor, number)
    part = request.GET.get("part") == "latest"
    template = "web/gate/latest.html" if part else "web/gate/gate.html"
    return render(request, template, _told(actor, found))


def _told(actor: Actor, found: Gate, passage: Passage | None = None) -> dict[str, Any]:
    rows = page_of(queries.passages(Q(gate=found)), "-id", "", LATEST).items
    access.note_passages(actor, found, rows)
    works = found.organisation == actor.organisation and actor.has(*OPERATIONS["presentToken"])
    return {
        "gate": found,
        "terminal": name_of(found.organisation),
        "latest": rows,
        "may_work": works,
        "passage": passage,
        "reasons": REASONS,
    }


@require_POST
@page("presentToken", OPERATIONS)
def show(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Let a token be shown, by the form of the page."""
    found = access.gate_for(actor, number, to="work")
    shown = Shown(
        code=typed(request, "code", LONGEST),
        direction=chosen(request, "direction", {"out", "in"}),
        unit=typed(request, "unit", 70),
        plate=typed(request, "plate", 20),
        packages=whole_number(typed(request, "packages", 9)),
    )
    passage = passing.present(actor, found, shown) if shown.code else None
    return render(request, "web/gate/gate.html", _told(actor, found, passage))


@cache
def _worker() -> bytes:
    return resources.files("clearway.web").joinpath("static/web/gate_worker.js").read_bytes()


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Give the worker of the gate screen: its address says which pages it keeps."""
    del request
    answer = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@require_safe
@page("listGateAlarms", OPERATIONS)
def alarms(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the alarms at which nobody has looked."""
    return ALARMS.answer(request, actor)


@require_http_methods(["GET", "POST"])
@page("listGateAlarms", OPERATIONS)
def alarm(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Show an alarm, and say that somebody looked."""
    found = access.alarm_for(actor, number)
    may = actor.has(*OPERATIONS["seeGateAlarm"])
    if request.method == "POST" and may:
        if found.seen_at is None:
            reconciling.see(actor, found)
        messages.success(request, words(language_for(request))["gate_alarm_seen"])
        return see_other(reverse("gate_alarms"))
    access.note_passages(actor, found.gate, [found])
    context = {"alarm": found, "may_see": may and found.seen_at is None}
    return render(request, "web/gate/alarm.html", context)
