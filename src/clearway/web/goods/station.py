"""The freight-station and warehouse keeper's page: what comes under control, what may leave."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from clearway.audit.actor import Actor
from clearway.clearance import access, moving
from clearway.clearance.leaving import houses_of, unit_of
from clearway.web.language import language_for
from clearway.web.visitors import page, see_other
from clearway.web.words import words

_SHOWN: Final = 20


@require_safe
@page("receiveMove", access.OPERATIONS)
def station(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show what is coming, and the houses of what came with where each of them stands."""
    mine = access.moves_of(actor).order_by("-id")
    here = list(mine.filter(state="arrived")[:_SHOWN])
    context: dict[str, Any] = {
        "coming": list(mine.filter(state__in=["authorised", "under_way"])[:_SHOWN]),
        "here": [(move, houses_of(move)) for move in here],
    }
    for move in here:
        access.note_unit(actor, unit_of(move))
    part = request.GET.get("part") == "now"
    template = "web/goods/station_now.html" if part else "web/goods/station.html"
    return render(request, template, context)


@require_POST
@page("receiveMove", access.OPERATIONS)
def receive(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Take in what came under control."""
    done = moving.arrive(actor, number)
    told = words(language_for(request))["move_received"]
    messages.success(request, told.format(number=done.unit_number))
    return see_other(reverse("station"))
