"""Conveyances: the list, the page of one with what is reported on it, and its reports by form."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.cargo import access, conveying, queries
from clearway.cargo.access import OPERATIONS
from clearway.cargo.models import Conveyance
from clearway.vocabulary.errors import DataRefused, StateForbids
from clearway.vocabulary.pages import page_of
from clearway.web.cargo import reading, telling
from clearway.web.cargo.forming import shown
from clearway.web.cargo.reading import CONVEYANCE, MODES, Field
from clearway.web.cargo.writing_back import local, words_of
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import page, see_other, whole_number
from clearway.web.words import words

STATES: Final = ("expected", "arrived", "cancelled")
DOCUMENTS: Final = 25
"""Of a conveyance on its page; the list of cargo has them all."""
_ARRIVAL: Final = (Field("arrived_at", "instant", required=True), Field("place", "code", 5))


def _rows(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[Conveyance]:
    rows = queries.conveyances(access.conveyances_of(actor))
    if text := chosen.get("conveyance_words"):
        rows = rows.filter(
            Q(reference__icontains=text)
            | Q(means__iexact=text)
            | Q(means_name__icontains=text)
            | Q(journey__iexact=text)
        )
    if state := chosen.get("conveyance_state"):
        rows = rows.filter(state=state)
    if mode := chosen.get("mode"):
        rows = rows.filter(mode=mode)
    if place := chosen.get("place"):
        rows = rows.filter(place=place.upper())
    return rows


def address_of(conveyance: Conveyance) -> str:
    """Return the address of a conveyance's page."""
    return reverse("conveyance", args=[conveyance.pk])


LISTING: Final = Listing(
    name="conveyances",
    title="menu_conveyances",
    rows=_rows,
    columns=(
        Column("conveyance", lambda row: row.reference, "code"),
        Column("mode", lambda row: row.mode, "word:cargo_mode"),
        Column("means_name", lambda row: row.means_name),
        Column("means", lambda row: row.means, "code"),
        Column("journey", lambda row: row.journey, "code"),
        Column("place", lambda row: row.place, "code"),
        Column("conveyance_state", lambda row: row.state, "state:conveyance"),
        Column("expected_at", lambda row: row.expected_at, "instant"),
        Column("arrived_at", lambda row: row.arrived_at, "instant"),
        Column("carrier", lambda row: row.carrier, "party"),
    ),
    filters=(
        Filter("conveyance_words"),
        Filter("conveyance_state", "choice", STATES, "conveyance"),
        Filter("mode", "choice", MODES, "cargo_mode"),
        Filter("place", longest=5),
    ),
    address=address_of,
    live="conveyance",
)


@require_safe
@page("listConveyances", OPERATIONS)
def conveyances(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the conveyances that one may read."""
    listing = LISTING
    if actor.has(*OPERATIONS["reportConveyance"]):
        buttons = (("cargo_report_conveyance", "report_conveyance"),)
        listing = dataclasses.replace(LISTING, actions=buttons)
    return listing.answer(request, actor)


@require_safe
@page("getConveyance", OPERATIONS)
def conveyance(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Show a conveyance with what is reported on it."""
    found = access.conveyance_for(actor, number)
    part = request.GET.get("part") == "whole"
    template = "web/cargo/conveyance_whole.html" if part else "web/cargo/conveyance.html"
    return render(request, template, _told(request, actor, found))


def _told(request: HttpRequest, actor: Actor, found: Conveyance) -> dict[str, Any]:
    """Return what the page of a conveyance shows."""
    mine = access.documents_of(actor) & Q(conveyance=found)
    some = page_of(queries.documents(mine & queries.LIVE), "id", "", DOCUMENTS)
    access.note_list(actor, some.items)
    containers = queries.containers(document.pk for document in some.items)
    owner = found.organisation == actor.organisation
    official = actor.has(*OPERATIONS["notifyArrival"])
    expected = found.state == "expected"
    return {
        "conveyance": found,
        "subject": f"conveyance:{found.pk} transport_document",
        "totals": queries.totals(mine, clock.now()),
        "documents": [(each, containers.get(each.pk, [])) for each in some.items],
        "more": some.next is not None,
        "versions": queries.conveyance_versions(found).order_by("-number") if owner else [],
        "may_correct": expected and owner and actor.has(*OPERATIONS["correctConveyance"]),
        "may_file": owner and actor.has(*OPERATIONS["reportTransportDocument"]),
        "may_arrive": expected
        and official
        and queries.conveyances(access.conveyances_of(actor, "arrival") & Q(pk=found.pk)).exists(),
        "arrival": shown(
            _ARRIVAL,
            {"arrived_at": local(clock.now()), "place": found.place},
            (),
            language_for(request),
        ),
    }


@require_http_methods(["GET", "POST"])
@page("reportConveyance", OPERATIONS)
def report(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Report a conveyance by form."""
    if request.method != "POST":
        return _form(request, {"carrier": actor.identifier, "mode": "1"}, [])
    language, given = language_for(request), request.POST.dict()
    told, found = reading.conveyance_report(given)
    if told is None:
        return _form(request, given, telling.findings(found, language))
    try:
        made = conveying.report(actor, told)
    except StateForbids:
        known: Any = words(language)
        used = telling.Fault(
            "reference",
            telling.label_of("reference", language),
            known["cargo_reference_used"],
            known["cargo_reference_used_do"],
        )
        return _form(request, given, [used])
    except DataRefused as refused:
        return _form(request, given, telling.refusal(refused, language))
    messages.success(request, words(language)["cargo_conveyance_reported"])
    return see_other(address_of(made))


@require_http_methods(["GET", "POST"])
@page("correctConveyance", OPERATIONS)
def correct(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Report a conveyance anew, until it arrives."""
    found = access.conveyance_for(actor, number, to="correct")
    language = language_for(request)
    if request.method != "POST":
        words_told = words_of(conveying.content_of(found)) | {"version": str(found.version)}
        return _form(request, words_told, [], found)
    given = request.POST.dict() | {"reference": found.reference}
    told, wrong = reading.conveyance_report(given)
    reason, missing = reading.read((REASON,), given)
    if told is None or missing:
        return _form(request, given, telling.findings([*wrong, *missing], language), found)
    try:
        seen = whole_number(given.get("version", "")) or 0
        conveying.correct(actor, found, told, reason["reason"], seen)
    except DataRefused as refused:
        return _form(request, given, telling.refusal(refused, language), found)
    messages.success(request, words(language)["cargo_corrected"])
    return see_other(address_of(found))


REASON: Final = Field("reason", longest=512, required=True)


def _form(
    request: HttpRequest,
    given: Mapping[str, str],
    faults: list[telling.Fault],
    correcting: Conveyance | None = None,
) -> HttpResponse:
    fields = [each for each in CONVEYANCE if correcting is None or each.name != "reference"]
    if correcting is not None:
        fields.append(REASON)
    context = {
        "fields": shown(fields, given, faults, language_for(request)),
        "faults": faults,
        "correcting": correcting,
        "version": given.get("version", ""),
    }
    status = 422 if faults else 200
    return render(request, "web/cargo/conveyance_form.html", context, status=status)


@require_POST
@page("notifyArrival", OPERATIONS)
def arrive(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Notify the arrival of a conveyance; all that is reported on it arrives."""
    found = access.conveyance_for(actor, number, to="arrival")
    language, given = language_for(request), request.POST.dict()
    values, wrong = reading.read(_ARRIVAL, given)
    faults = telling.findings(wrong, language)
    if not faults:
        try:
            conveying.arrive(actor, found, values["arrived_at"], values.get("place", ""))
        except DataRefused as refused:
            faults = telling.refusal(refused, language)
        else:
            messages.success(request, words(language)["cargo_arrival_notified"])
            return see_other(address_of(found))
    context = _told(request, actor, found)
    context |= {"faults": faults, "arrival": shown(_ARRIVAL, given, faults, language)}
    return render(request, "web/cargo/conveyance.html", context, status=422)
