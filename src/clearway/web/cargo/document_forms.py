"""Transport documents by form: reported, corrected, cancelled, closed, tallied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from clearway.audit.actor import Actor
from clearway.cargo import access, discharging, queries, service
from clearway.cargo.access import OPERATIONS
from clearway.cargo.models import TransportDocument
from clearway.vocabulary.errors import DataRefused, StateForbids
from clearway.web.cargo import forming, reading, telling
from clearway.web.cargo.conveyances import REASON
from clearway.web.cargo.documents import address_of, told
from clearway.web.cargo.reading import GOODS, NUMBERS, PARTIES, PLACES, TALLY, Given
from clearway.web.cargo.telling import Fault
from clearway.web.cargo.writing_back import words_of, words_of_container
from clearway.web.language import language_for
from clearway.web.visitors import page, see_other, whole_number
from clearway.web.words import words

OFFERED: Final = 50
"""Conveyances that a form offers, the last reported first."""
_BLANK: Final = 2
_KEPT: Final = ("number", "conveyance", "master_number")
"""What a correction keeps: the service refuses another."""
_GROUPS: Final = (("parties", PARTIES), ("places", PLACES), ("goods", GOODS))
Containers = Sequence[Given]


@require_http_methods(["GET", "POST"])
@page("reportTransportDocument", OPERATIONS)
def report(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Report a transport document by form."""
    given = request.POST.dict() if request.method == "POST" else _begun(request)
    containers = forming.containers_given(request.POST)
    if request.method != "POST" or "more" in request.POST:
        return _form(request, actor, given, containers, [])
    language = language_for(request)
    conveyance = whole_number(given.get("conveyance", ""))
    wanted, found = reading.document_report(given, containers, conveyance)
    if conveyance is None and not given.get("master_number", "").strip():
        found.append(reading.wrong(5104, _above(actor), datum=_above(actor)))
    if found or wanted is None:
        return _form(request, actor, given, containers, telling.findings(found, language))
    try:
        made = service.report_document(actor, wanted)
    except DataRefused as refused:
        return _form(request, actor, given, containers, telling.refusal(refused, language))
    messages.success(request, words(language)["cargo_document_reported"])
    return see_other(address_of(made))


def _above(actor: Actor) -> str:
    """Return what a document must name: its conveyance, or its master for who reports none."""
    reports = actor.has(*OPERATIONS["reportConveyance"])
    return "conveyance" if reports else "master_number"


def _begun(request: HttpRequest) -> dict[str, str]:
    """Return what the address of an empty form says already: the conveyance, or the master."""
    return {name: request.GET.get(name, "")[:70] for name in ("conveyance", "master_number")}


@require_http_methods(["GET", "POST"])
@page("correctTransportDocument", OPERATIONS)
def correct(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Report a transport document anew; after its arrival only an officer does."""
    found = access.document_by_row(actor, number, to="correct")
    before = service.content_of(found)
    if len(before.containers) > forming.MOST_CONTAINERS:
        raise StateForbids(
            f"The document has {len(before.containers)} containers, more than a form holds.",
            remedy="Send the correction as a file.",
        )
    language = language_for(request)
    if request.method != "POST":
        containers = [words_of_container(each) for each in before.containers]
        given = words_of(before) | {"version": str(found.version)}
        return _form(request, actor, given, containers, [], found)
    typed = forming.containers_given(request.POST)
    given = request.POST.dict()
    if "more" in request.POST:
        return _form(request, actor, given, typed, [], found)
    if given.get("version") != str(found.version):
        raise StateForbids(
            "The document was corrected in the meantime.",
            remedy="Open the form anew; it shows what stands now.",
        )
    wanted, wrong = reading.document_report(given, typed, None, _KEPT)
    reason, missing = reading.read((REASON,), given)
    if wanted is None or missing:
        faults = telling.findings([*wrong, *missing], language)
        return _form(request, actor, given, typed, faults, found)
    kept = {name: getattr(before, name) for name in _KEPT}
    try:
        wanted = msgspec.structs.replace(wanted, **kept)
        service.correct_document(actor, found, wanted, reason["reason"])
    except DataRefused as refused:
        return _form(request, actor, given, typed, telling.refusal(refused, language), found)
    messages.success(request, words(language)["cargo_corrected"])
    return see_other(address_of(found))


def _form(
    request: HttpRequest,
    actor: Actor,
    given: Given,
    containers: Containers,
    faults: list[Fault],
    correcting: TransportDocument | None = None,
) -> HttpResponse:
    language = language_for(request)
    offered = (
        {}
        if correcting
        else {"conveyance": offered_conveyances(actor, given.get("conveyance", ""))}
    )
    # A forwarder who reports no conveyance files houses alone, and is asked for none.
    asked = [each for each in NUMBERS if each.name in {"number", "master_number", _above(actor)}]
    numbers = [] if correcting else forming.shown(asked, given, faults, language, offered)
    groups = [
        (name, forming.shown(fields, given, faults, language, {})) for name, fields in _GROUPS
    ]
    context = {
        "numbers": numbers,
        "groups": groups,
        "containers": forming.containers_shown(containers, faults, language, _BLANK),
        "reason": forming.shown((REASON,), given, faults, language) if correcting else [],
        "version": given.get("version", ""),
        "faults": faults,
        "correcting": correcting,
    }
    status = 422 if faults else 200
    return render(request, "web/cargo/document_form.html", context, status=status)


def offered_conveyances(actor: Actor, chosen: str) -> list[tuple[str, str]]:
    """Return the conveyances on which an actor may file, the chosen one among them."""
    mine = queries.conveyances(access.conveyances_of(actor, "file")).exclude(state="cancelled")
    rows = list(mine.order_by("-id")[:OFFERED])
    number = whole_number(chosen)
    if number is not None and number not in {row.pk for row in rows}:
        rows += mine.filter(pk=number)
    return [
        (str(row.pk), " · ".join(filter(None, (row.reference, row.means_name, row.journey))))
        for row in rows
    ]


@require_POST
@page("cancelTransportDocument", OPERATIONS)
def cancel(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Cancel a document that has not arrived."""
    found = access.document_by_row(actor, number, to="correct")
    reason, wrong = reading.read((REASON,), request.POST.dict())
    if wrong:
        return _again(
            request, actor, found, "cancel", telling.findings(wrong, language_for(request))
        )
    service.cancel_document(actor, found, reason["reason"])
    messages.success(request, words(language_for(request))["cargo_cancelled"])
    return see_other(address_of(found))


@require_POST
@page("closeTransportDocument", OPERATIONS)
def close(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Close a document of which nothing more is to come."""
    found = access.document_by_row(actor, number, to="close")
    reason, wrong = reading.read((REASON,), request.POST.dict())
    if wrong:
        return _again(
            request, actor, found, "close", telling.findings(wrong, language_for(request))
        )
    discharging.close(actor, found, reason["reason"])
    messages.success(request, words(language_for(request))["cargo_closed"])
    return see_other(address_of(found))


@require_POST
@page("tallyDischarge", OPERATIONS)
def tally(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Tell what was counted at discharge, and lead on to the next of the same conveyance."""
    found = access.document_by_row(actor, number, to="tally")
    language, given = language_for(request), request.POST.dict()
    values, wrong = reading.read(TALLY, given)
    faults = telling.findings(wrong, language)
    if not faults:
        try:
            made = discharging.tally(actor, found, **values)
        except DataRefused as refused:
            faults = [_bulk(fault, language) for fault in telling.refusal(refused, language)]
        else:
            return _counted(request, made.document)
    context = {"tally": forming.shown(TALLY, given, faults, language)}
    return _again(request, actor, found, "tally", faults, **context)


def _bulk(fault: Fault, language: str) -> Fault:
    """Tell in the reader's words that bulk goods are counted by mass, the one refusal of data."""
    if fault.field != "gross_mass":
        return fault
    known: Any = words(language)
    return fault._replace(
        message=known["cargo_bulk_by_mass"], remedy=known["cargo_bulk_by_mass_do"], why=""
    )


def _counted(request: HttpRequest, document: TransportDocument) -> HttpResponseBase:
    known: Any = words(language_for(request))
    kind = document.state if document.state in {"short", "excess"} else "even"
    text = known[f"cargo_tallied_{kind}"].format(number=document.number)
    tell = messages.success if kind == "even" else messages.warning
    tell(request, text)
    if "next" in request.POST:
        following = queries.next_untallied(document)
        if following is not None:
            return see_other(address_of(following) + "#tally")
        return see_other(reverse("cargo_untallied"))
    return see_other(address_of(document))


def _again(
    request: HttpRequest,
    actor: Actor,
    found: TransportDocument,
    act: str,
    faults: list[Fault],
    **more: Any,
) -> HttpResponse:
    """Show the document's page again with what is wrong with the form of an act."""
    context = told(request, actor, found) | {"faults": faults, "failed": act} | more
    return render(request, "web/cargo/document.html", context, status=422)
