"""Every part that pages are made of, as built: for whoever makes the next page."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clearway.audit import clock
from clearway.kernel.decisions import Lane

STATES: Final = ("received", "accepted", "documents_requested", "released", "rejected")
CYCLES: Final = (
    ("goods", "unmatched"),
    ("goods", "arrived"),
    ("debt", "assessed"),
    ("debt", "paid"),
)


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show the parts with their markup."""
    now = clock.now()
    context = {
        "all_lanes": list(Lane),
        "states": STATES,
        "cycles": CYCLES,
        "now": now,
        "sample_rate": {"low": "40", "value": "55", "high": "72", "band": "8", "wide": "12"},
        "earlier": now - timedelta(minutes=47),
    }
    return render(request, "web/helping/components.html", context)
