"""Alarms of electronic seals: who opened what, where, and that somebody looked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from clearway.audit.actor import Actor
from clearway.gate import access_seals as access
from clearway.gate import sealing
from clearway.gate.access import OPERATIONS
from clearway.web.language import language_for
from clearway.web.visitors import page, see_other
from clearway.web.words import words


@require_http_methods(["GET", "POST"])
@page("seeSealAlarm", OPERATIONS)
def alarm(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Show an alarm, and say that somebody looked."""
    found = access.alarm_for(actor, number)
    if request.method == "POST":
        if found.seen_at is None:
            sealing.see(actor, found)
        messages.success(request, words(language_for(request))["gate_alarm_seen"])
        return see_other(reverse("port"))
    access.note_signals(actor, [found])
    return render(request, "web/gate/seal_alarm.html", {"alarm": found})
