"""A tour of two minutes: one consignment of the border, from the vessel's report to its lane.

Each step is a page of the platform as its own people see it; the tour signs in as them. Where the
visitor is stands in his session.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clearway.web import queries
from clearway.web.starting.ready_people import OFFERED, come_in_as, demonstration_only
from clearway.web.starting.samples import NAMES
from clearway.web.visitors import see_other

SESSION: Final = "tour"
_OFFICERS: Final = {"XP000110": "officer", "XP000210": "officer2"}


class Step(NamedTuple):
    """A step: the key of its words, whose page it is, and where."""

    key: str
    person: str
    address: str


@require_safe
@never_cache
@demonstration_only
def tour(request: HttpRequest) -> HttpResponse:
    """Show what the tour leads past, and begin or go on with it."""
    walk = _walk(request)
    context = {
        "steps": walk["steps"],
        "at": walk["at"],
        "mrn": walk["mrn"],
        "samples": NAMES,
        "ready": OFFERED,
    }
    return render(request, "web/starting/tour.html", context)


@require_POST
@demonstration_only
def go(request: HttpRequest) -> HttpResponseBase:
    """Go to a step: change to its person, and open its page."""
    walk = _walk(request)
    given = request.POST.get("step", "")
    steps: Sequence[Step] = walk["steps"]
    if not given.isdecimal() or int(given) >= len(steps):
        request.session.pop(SESSION, None)
        return see_other(reverse("tour"))
    place = int(given)
    answer = come_in_as(request, steps[place].person, steps[place].address)
    request.session[SESSION] = {"at": place, "mrn": walk["mrn"]}
    return answer


def bar(request: HttpRequest) -> dict[str, Any] | None:
    """Return what the bar of a tour shows on every page, while somebody is on one."""
    kept = request.session.get(SESSION)
    if not isinstance(kept, dict):
        return None
    at = int(kept["at"])
    return {"key": _KEYS[at], "number": at + 1, "count": len(_KEYS), "next": at + 1}


_KEYS: Final = ("vessel", "cargo", "lodged", "duty", "lane", "log")


def _walk(request: HttpRequest) -> dict[str, Any]:
    """Return the steps about the consignment of this visitor, or about one chosen now."""
    kept = request.session.get(SESSION) or {}
    found = queries.shown_consignment(str(kept.get("mrn", "")))
    if found is None:
        return {"steps": [], "at": None, "mrn": ""}
    mrn = found.declaration.mrn
    officer = _OFFICERS.get(found.declaration.office, "supervisor")
    steps = (
        Step("vessel", found.carrier, _address("conveyance", found.conveyance)),
        Step("cargo", found.carrier, _address("document", found.document)),
        Step("lodged", "trader", reverse("declaration", args=[mrn])),
        Step("duty", "trader", reverse("explanation", args=[mrn])),
        Step("lane", officer, reverse("declaration", args=[mrn])),
        Step("log", "auditor", _address("log")),
    )
    return {"steps": steps, "at": kept.get("at"), "mrn": mrn}


def _address(name: str, *parts: Any) -> str:
    try:
        return reverse(name, args=parts)
    except NoReverseMatch:  # a page that this installation leaves out
        return reverse("desk")
