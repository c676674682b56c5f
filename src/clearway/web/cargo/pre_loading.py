"""Air pre-loading data, the "7+1": lodged by form before loading, and answered at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.cargo import access, pre_loading, queries, service
from clearway.cargo.access import OPERATIONS
from clearway.cargo.models import PreLoading
from clearway.cargo.reports import PreLoadingReport
from clearway.cargo.rules import document_key
from clearway.vocabulary.errors import DataRefused
from clearway.web.cargo import reading, telling
from clearway.web.cargo.forming import shown
from clearway.web.cargo.reading import PRE_LOADING, Given
from clearway.web.cargo.tabs import tabs
from clearway.web.cargo.telling import Fault
from clearway.web.cargo.writing_back import words_of
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import page, see_other
from clearway.web.words import words


def address_of(row: PreLoading) -> str:
    """Return the address of an answer's page."""
    return reverse("pre_loading", args=[row.pk])


def _rows(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[PreLoading]:
    rows = queries.pre_loadings(access.pre_loadings_of(actor))
    if result := chosen.get("answer"):
        rows = rows.filter(result=result)
    if number := chosen.get("house_number"):
        rows = rows.filter(key__startswith=document_key(number))
    return rows


def _note(actor: Actor, rows: Sequence[PreLoading]) -> None:
    others = [row.pk for row in rows if row.organisation != actor.organisation]
    if others:
        audit.note("read", actor, "pre_loading:list", others)


LISTING: Final = Listing(
    name="pre_loadings",
    title="cargo_pre_loading",
    hint="cargo_pre_loading_hint",
    rows=_rows,
    columns=(
        Column("house_number", lambda row: row.house_number, "code"),
        Column("answer", lambda row: row.result, "state:document"),
        Column("late", lambda row: "yes" if row.late else "no", "word:cargo_late"),
        Column("departure_at", lambda row: row.departure_at, "instant"),
        Column("lodged_at", lambda row: row.received_at, "instant"),
    ),
    filters=(
        Filter("house_number"),
        Filter("answer", "choice", pre_loading.ANSWERS, "document"),
    ),
    address=address_of,
    note=_note,
    live="pre_loading",
    template="web/cargo/list.html",
)


@require_safe
@page("getPreLoading", OPERATIONS)
def pre_loadings(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the pre-loading data that one may read, with their answers."""
    listing = LISTING
    if actor.has(*OPERATIONS["lodgePreLoading"]):
        buttons = (("cargo_lodge_pre_loading", "lodge_pre_loading"),)
        listing = dataclasses.replace(LISTING, actions=buttons)
    return listing.answer(request, actor, tabs=tabs(actor, listing.name))


@require_safe
@page("getPreLoading", OPERATIONS)
def answer(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Show one answer with its reasons and the data that it was given to."""
    found = access.pre_loading_for(actor, number)
    language = language_for(request)
    report = msgspec.json.decode(bytes(found.content), type=PreLoadingReport)
    given = words_of(report)
    context = {
        "row": found,
        "data": [
            (telling.label_of(each.name, language), given[each.name], each.kind)
            for each in PRE_LOADING
        ],
        "report": report,
        "reasons": [
            telling.fault(one["rule"], one["pointer"], one["parameters"], language, "doubt")
            for one in found.reasons
        ],
        "document": queries.documents(access.documents_of(actor))
        .filter(queries.by_number(found.house_number))
        .first(),
        "may_lodge": found.organisation == actor.organisation
        and actor.has(*OPERATIONS["lodgePreLoading"]),
    }
    return render(request, "web/cargo/pre_loading.html", context)


@require_http_methods(["GET", "POST"])
@page("lodgePreLoading", OPERATIONS)
def lodge(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Lodge pre-loading data, or lodge them again with what was asked."""
    if request.method != "POST":
        return _form(request, _begun(request, actor), [])
    language, given = language_for(request), request.POST.dict()
    told, found = reading.pre_loading_report(given)
    if told is None:
        return _form(request, given, telling.findings(found, language))
    try:
        made = pre_loading.lodge(actor, told)
    except DataRefused as refused:
        faults = [_taken(each, language) for each in telling.refusal(refused, language)]
        return _form(request, given, faults)
    messages.info(request, words(language)[f"cargo_answered_{made.result}"])
    return see_other(address_of(made))


def _taken(fault: Fault, language: str) -> Fault:
    """Tell in the reader's words that the number is another's, the one refusal of data."""
    if fault.field != "house_number" or fault.rule:
        return fault
    known: Any = words(language)
    return fault._replace(
        message=known["cargo_number_taken"], remedy=known["cargo_number_taken_do"], why=""
    )


def _begun(request: HttpRequest, actor: Actor) -> Given:
    """Return what is known already: former data that are lodged again, or a house document's."""
    former, document = request.GET.get("again", ""), request.GET.get("document", "")
    if _is_number(former):
        found = access.pre_loading_for(actor, int(former))
        return words_of(msgspec.json.decode(bytes(found.content), type=PreLoadingReport))
    if not _is_number(document):
        return {}
    house = access.document_by_row(actor, int(document), to="correct")
    words_told = words_of(service.content_of(house))
    given = {each.name: words_told.get(each.name, "") for each in PRE_LOADING}
    return given | {"house_number": house.number, "pieces": words_told["packages"]}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _form(request: HttpRequest, given: Given, faults: list[Fault]) -> HttpResponse:
    context = {"fields": shown(PRE_LOADING, given, faults, language_for(request)), "faults": faults}
    status = 422 if faults else 200
    return render(request, "web/cargo/pre_loading_form.html", context, status=status)
