"""Holds: placing one by a key from a declaration, the list of one's own, lifting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clearway.audit.actor import Actor
from clearway.clearance import access, holds, units
from clearway.clearance.holds import Wanted
from clearway.clearance.models import Hold
from clearway.clearance.units import Unit
from clearway.declarations.access import OPERATIONS as DECLARATIONS
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids
from clearway.web import filling
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import page, see_other
from clearway.web.words import words

_KINDS: Final = ("declaration", *units.KINDS)


def _rows(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[Hold]:
    rows = access.holds_of(actor)
    if number := chosen.get("unit"):
        rows = rows.filter(unit_number=units.unit("packages", number).number)
    return rows.filter(lifted_at__isnull=chosen.get("hold_state", "") != "lifted")


def _on(row: Hold) -> str:
    return (row.declaration.mrn or "") if row.declaration is not None else row.unit_number


HOLDS: Final = Listing(
    name="holds",
    title="menu_holds",
    hint="holds_hint",
    rows=_rows,
    columns=(
        Column("held", _on, "code"),
        Column("unit_kind", lambda row: row.unit_kind or "declaration", "word:unit_kind"),
        Column("owner", lambda row: row.owner, "code"),
        Column("deputy", lambda row: row.deputy, "code"),
        Column("legal_reason", lambda row: row.legal_reason),
        Column("placed_at", lambda row: row.placed_at, "instant"),
        Column("lifted_at", lambda row: row.lifted_at, "instant"),
    ),
    filters=(
        Filter("hold_state", "choice", ("open", "lifted"), "hold_state"),
        Filter("unit", longest=70),
    ),
    address=lambda row: reverse("lift_hold", args=[row.pk]),
    live="declaration unit",
)


@require_safe
@page("listHolds", access.OPERATIONS)
def listed(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the holds of one's office or agency."""
    may = actor.has(*access.OPERATIONS["placeHold"])
    return HOLDS.answer(request, actor, acts=[("place_hold", "place_hold")] if may else ())


@require_http_methods(["GET", "POST"])
@page("placeHold", access.OPERATIONS)
def place(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Hold a declaration's goods or a transport unit."""
    fields = (
        Field(
            "unit_kind", "choice", _KINDS, "unit_kind",
            initial=request.GET.get("unit_kind", "declaration"),
        ),
        Field("held", longest=70, initial=request.GET.get("held", "")[:70]),
        Field("legal_reason", "area", longest=512),
        Field("note", "area", required=False, longest=512),
        Field("deputy", required=False, longest=17),
    )  # fmt: skip
    asked, told = filling.form(request, fields), words(language_for(request))
    if request.method == "POST" and asked.is_valid():
        made = _placed(request, actor, asked)
        if made is not None:
            messages.success(request, told["hold_placed"].format(held=_on(made)))
            return see_other(_after(actor, made))
    context = {
        "asked": asked,
        "heading": told["place_hold"],
        "hint": told["place_hold_hint"],
        "submit": told["place_hold"],
        "trail": (reverse("holds"), told["menu_holds"]),
    }
    status = 422 if asked.errors else 200
    return render(request, "web/parts/form.html", context, status=status)


def _placed(request: HttpRequest, actor: Actor, asked: Any) -> Hold | None:
    given = asked.cleaned_data
    number = given["held"].strip()
    on: str | Unit = number.replace(" ", "").upper()
    if given["unit_kind"] != "declaration":
        on = units.unit(given["unit_kind"], number)
    wanted = Wanted(
        legal_reason=given["legal_reason"], note=given["note"], deputy=given["deputy"].upper()
    )
    try:
        return holds.place(actor, on, wanted)
    except NotThere:
        asked.add_error("held", words(language_for(request))["held_not_there"])
    except (DataRefused, StateForbids) as refused:
        filling.refuse(request, asked, refused)
    return None


def _after(actor: Actor, made: Hold) -> str:
    if made.declaration is not None and actor.has(*DECLARATIONS["getDeclaration"]):
        return reverse("declaration", args=[made.declaration.mrn])
    return reverse("holds")


@require_http_methods(["GET", "POST"])
@page("liftHold", access.OPERATIONS)
def lift(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Show a hold to whoever may lift it, and lift it."""
    found = access.hold_for(actor, number, to="lift")
    owner = access.owns(actor, found)
    fields = [Field("lifted_why", "area", longest=512)]
    if not owner:
        fields.append(Field("court_order", longest=70))
    asked, told = filling.form(request, fields), words(language_for(request))
    if request.method == "POST" and asked.is_valid():
        given = asked.cleaned_data
        try:
            done = holds.lift(actor, number, given["lifted_why"], given.get("court_order", ""))
        except (DataRefused, StateForbids) as refused:
            filling.refuse(request, asked, refused)
        else:
            messages.success(request, told["hold_lifted"].format(held=_on(done)))
            return see_other(_after(actor, done))
    context = {"hold": found, "on": _on(found), "asked": asked, "owner": owner}
    return _shown(request, context, 422 if asked.errors else 200)


def _shown(request: HttpRequest, context: Mapping[str, Any], status: int) -> HttpResponse:
    return render(request, "web/goods/hold.html", dict(context), status=status)
