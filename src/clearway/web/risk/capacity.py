"""What each office can inspect, and by which cuts today's plan spends it."""

from __future__ import annotations

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.reference.in_force import reference_at
from clearway.risk.scoring import service, telling
from clearway.risk.scoring.access import OPERATIONS
from clearway.risk.scoring.planning import USUAL_PART
from clearway.risk.scoring.service import Shares
from clearway.vocabulary.errors import DataRefused
from clearway.web.language import language_for
from clearway.web.visitors import page, see_other
from clearway.web.words import words

_NUMBERS = ("per_day", "chance", "stake", "new")


@require_safe
@page("listInspectionCapacities", OPERATIONS)
def capacity(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show every office with its capacity and its newest plan."""
    return _shown(request, actor)


@require_POST
@page("setInspectionCapacity", OPERATIONS)
def set_capacity(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Set what an office can inspect on a day."""
    given = {name: _whole(request.POST.get(name, "")) for name in _NUMBERS}
    shares = Shares(given["chance"], given["stake"], given["new"])
    office, reason = request.POST.get("office", ""), request.POST.get("reason", "")
    try:
        service.set_capacity(actor, office, given["per_day"], shares, reason, clock.now())
    except DataRefused as refused:
        return _shown(request, actor, refused)
    messages.success(request, words(language_for(request))["capacity_counts_tomorrow"])
    return see_other(reverse("capacity"))


def _whole(text: str) -> int:
    """Return a whole number, or one that cannot be, so that the refusal names its datum."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _shown(request: HttpRequest, actor: Actor, refused: DataRefused | None = None) -> HttpResponse:
    context = {
        "offices": telling.offices(),
        "currency": reference_at(clock.now()).currency,
        "usual": USUAL_PART,
        "may_set": actor.has(*OPERATIONS["setInspectionCapacity"]),
        "refused": refused,
        "given": request.POST if refused is not None else msgspec.structs.asdict(Shares()),
    }
    return render(request, "web/risk/capacity.html", context, status=422 if refused else 200)
