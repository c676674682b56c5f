"""The operator's pages: the intake line, what it set aside, alarms, events that were parked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearway.audit.actor import Actor
from clearway.clearance.deciding import LONGEST
from clearway.events import access as events_access
from clearway.events import dispatch
from clearway.events import queries as events
from clearway.intake import access, queries, resolving, running, service
from clearway.intake.models import Alarm, Quarantined
from clearway.vocabulary.errors import StateForbids, StorageFails
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import chosen, page, see_other
from clearway.web.words import words

STATES: Final = ("held", "lodged", "dismissed")
SHOWN: Final = 10


@require_safe
@page("lineStatus", access.OPERATIONS)
def line(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show how the line of this process is doing, and what needs a person."""
    del actor
    try:
        told: Mapping[str, Any] | None = queries.line_told(running.line())
    except StorageFails:
        told = None
    context = {
        "line": told,
        "alarms": queries.open_alarms()[:SHOWN],
        "held": queries.quarantine("held").order_by("-id")[:SHOWN],
        "parked": events.parked().order_by("id")[:SHOWN],
    }
    part = "_stands" if request.GET.get("part") == "line" else ""
    return render(request, f"web/oversight/line{part}.html", context)


def _quarantine(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[Quarantined]:
    del actor
    return queries.quarantine(chosen.get("kept", ""))


QUARANTINE: Final = Listing(
    name="quarantine",
    title="quarantine",
    rows=_quarantine,
    columns=(
        Column("number", lambda row: row.pk, "number"),
        Column("at", lambda row: row.at, "instant"),
        Column("kept", lambda row: row.state, "word:kept"),
        Column("door", lambda row: row.door, "word:door"),
        Column("step", lambda row: row.step, "code"),
        Column("failure", lambda row: row.failure, "code"),
        Column("size", lambda row: row.size, "number"),
        Column("reason", lambda row: row.reason),
    ),
    filters=(Filter("kept", "choice", STATES, "kept"),),
    address=lambda row: reverse("quarantined", args=[row.pk]),
    live="quarantine",
)
ALARMS: Final = Listing(
    name="alarms",
    title="alarms",
    rows=lambda *_: queries.alarms(),
    columns=(
        Column("number", lambda row: row.pk, "number"),
        Column("alarm", lambda row: row.kind, "word:alarm_kind"),
        Column("subject", lambda row: row.subject, "code"),
        Column("count", lambda row: row.count, "number"),
        Column("first_at", lambda row: row.first_at, "instant"),
        Column("last_at", lambda row: row.last_at, "instant"),
        Column("acknowledged_at", lambda row: row.acknowledged_at, "instant"),
    ),
    address=lambda row: reverse("alarm", args=[row.pk]),
    live="alarm",
)
PARKED: Final = Listing(
    name="parked",
    title="parked_events",
    rows=lambda *_: events.parked(),
    columns=(
        Column("number", lambda row: row.pk, "number"),
        Column("consumer", lambda row: row.consumer, "code"),
        Column("event", lambda row: row.event.kind, "word:event"),
        Column("subject", lambda row: row.event.subject, "subject"),
        Column("attempts", lambda row: row.attempts, "number"),
        # The rest of an error may hold what a trader declared.
        Column("failure", lambda row: row.error.partition(":")[0], "code"),
        Column("parked_at", lambda row: row.parked_at, "instant"),
    ),
    order="id",
    address=lambda row: reverse("parked_event", args=[row.pk]),
    live="event",
    hint="parked_hint",
)


@require_safe
@page("listQuarantine", access.OPERATIONS)
def quarantine(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the messages that could not be processed."""
    return QUARANTINE.answer(request, actor)


@require_safe
@page("listAlarms", access.OPERATIONS)
def alarms(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the alarms."""
    return ALARMS.answer(request, actor)


@require_safe
@page("listParkedEvents", events_access.OPERATIONS)
def parked(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the events that a consumer of ours could not handle."""
    return PARKED.answer(request, actor)


@require_safe
@page("getQuarantined", access.OPERATIONS)
def quarantined(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Show one message in quarantine, without its content."""
    del actor
    return render(
        request, "web/oversight/quarantined.html", {"kept": access.quarantined_for(number)}
    )


@require_POST
@page("resolveQuarantined", access.OPERATIONS)
def resolve(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Lodge a message again, or dismiss it."""
    kept, told = access.quarantined_for(number), words(language_for(request))
    reason = request.POST.get("reason", "").strip()[:LONGEST]
    wrong, refused = "", None
    if not reason:
        wrong = told["reason_needed"]
    else:
        try:
            if chosen(request, "decision", {"lodge", "dismiss"}) == "lodge":
                resolving.lodge_again(actor, kept, reason, running.line())
            else:
                resolving.dismiss(actor, kept, reason)
        except StateForbids as found:
            refused = found
        else:
            messages.success(request, told["quarantine_resolved"])
            return see_other(reverse("line"))
    context = {"kept": kept, "wrong": wrong, "refused": refused, "given": request.POST}
    status = 422 if wrong else 409
    return render(request, "web/oversight/quarantined.html", context, status=status)


@require_http_methods(["GET", "POST"])
@page("acknowledgeAlarm", access.OPERATIONS)
def alarm(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Show an alarm, or take note of it."""
    found: Alarm = access.alarm_for(number)
    if request.method == "POST":
        service.acknowledge(actor, found)
        messages.success(request, words(language_for(request))["alarm_acknowledged"])
        return see_other(reverse("line"))
    return render(request, "web/oversight/alarm.html", {"alarm": found})


@require_http_methods(["GET", "POST"])
@page("retryParkedEvent", events_access.OPERATIONS)
def parked_event(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Show a parked event, or let its consumer try it once more."""
    row, refused = events_access.parked_for(actor, number), None
    if request.method == "POST":
        try:
            dispatch.retry(actor, row.pk, dispatch.consumers())
        except StateForbids as found:
            refused = found
            row = events_access.parked_for(actor, number)
        else:
            messages.success(request, words(language_for(request))["parked_settled"])
            return see_other(reverse("line"))
    context = {"row": row, "failure": row.error.partition(":")[0], "refused": refused}
    return render(request, "web/oversight/parked.html", context, status=409 if refused else 200)
