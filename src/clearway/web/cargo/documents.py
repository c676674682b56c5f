"""Transport documents: the list, and the page of one with its stock, findings and history."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clearway.accounts.permission import CUSTOMS
from clearway.audit.actor import Actor
from clearway.cargo import access, events, life_cycle, queries
from clearway.cargo.access import OPERATIONS
from clearway.cargo.models import DocumentVersion, TransportDocument, WriteOff
from clearway.cargo.reports import DocumentReport
from clearway.cargo.rules import document_key
from clearway.vocabulary.pages import page_of
from clearway.web.cargo import telling
from clearway.web.cargo.forming import shown
from clearway.web.cargo.reading import TALLY
from clearway.web.cargo.tabs import tabs
from clearway.web.cargo.writing_back import words_of, words_of_container
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import page, see_other

LEVELS: Final = ("master", "house")
SHOWN: Final = 50
"""Of rows of the ledger, and of houses, on a page."""
VERSIONS: Final = 10


def address_of(document: TransportDocument) -> str:
    """Return the address of a document's page."""
    return reverse("document", args=[document.pk])


def narrowed(
    rows: QuerySet[TransportDocument], chosen: Mapping[str, Any]
) -> QuerySet[TransportDocument]:
    """Return documents that pass the filters."""
    if text := chosen.get("document_words"):
        key = document_key(text)
        said = Q(description__icontains=text) | Q(consignee_name__icontains=text)
        rows = rows.filter(said | Q(key__startswith=key) if key else said)
    if state := chosen.get("document_state"):
        rows = rows.filter(state=state)
    if level := chosen.get("level"):
        rows = rows.filter(level=level)
    if reference := chosen.get("conveyance"):
        rows = rows.filter(conveyance__reference=reference)
    if container := chosen.get("container"):
        rows = rows.filter(pk__in=queries.documents_with_container(container.upper()))
    return rows


def _rows(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[TransportDocument]:
    return narrowed(queries.documents(access.documents_of(actor)), chosen)


def conveyance_of(document: TransportDocument) -> str:
    """Return the reference of the conveyance that a document is on."""
    return document.conveyance.reference if document.conveyance else ""


NUMBER: Final = Column("document_number", lambda row: row.number, "code")
STATE: Final = Column("document_state", lambda row: row.state, "state:document")
CONVEYANCE: Final = Column("conveyance", conveyance_of, "code")
CONSIGNEE: Final = Column("consignee_name", lambda row: row.consignee_name)
DESCRIPTION: Final = Column("description", lambda row: row.description)
PACKAGES: Final = Column("packages", lambda row: row.packages, "number")
MASS: Final = Column("gross_mass", lambda row: row.gross_mass, "mass")
ARRIVED: Final = Column("arrived_at", lambda row: row.arrived_at, "instant")
WORDS: Final = Filter("document_words")
ON: Final = Filter("conveyance", longest=35)

LISTING: Final = Listing(
    name="documents",
    title="cargo_documents",
    rows=_rows,
    columns=(
        NUMBER,
        Column("level", lambda row: row.level, "word:cargo_level"),
        STATE,
        CONVEYANCE,
        CONSIGNEE,
        DESCRIPTION,
        PACKAGES,
        MASS,
        Column("left_packages", lambda row: row.left_packages, "number"),
        Column("reported_at", lambda row: row.reported_at, "instant"),
        ARRIVED,
    ),
    filters=(
        WORDS,
        Filter("document_state", "choice", life_cycle.STATES, "document"),
        Filter("level", "choice", LEVELS, "cargo_level"),
        ON,
        Filter("container", longest=17),
    ),
    address=address_of,
    note=access.note_list,
    live="transport_document",
    template="web/cargo/list.html",
)


@require_safe
@page("listTransportDocuments", OPERATIONS)
def documents(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the transport documents that one may read."""
    listing = LISTING
    if actor.has(*OPERATIONS["reportTransportDocument"]):
        buttons = (("cargo_upload", "cargo_upload"), ("cargo_report_document", "report_document"))
        listing = dataclasses.replace(LISTING, actions=buttons)
    return listing.answer(request, actor, tabs=tabs(actor, listing.name))


class Drawn(NamedTuple):
    """A row of the ledger; ``mrn`` is empty for those who may not know it."""

    row: WriteOff
    mrn: str


class Version(NamedTuple):
    """A version with what it changed: (field, before, after)."""

    row: DocumentVersion
    changes: list[tuple[str, str, str]]


@require_safe
@page("getTransportDocument", OPERATIONS)
def document(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Show a transport document."""
    found = access.document_by_row(actor, number)
    part = request.GET.get("part") == "whole"
    template = "web/cargo/document_whole.html" if part else "web/cargo/document.html"
    return render(request, template, told(request, actor, found))


@require_safe
@page("getTransportDocument", OPERATIONS)
def by_number(request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
    """Lead from a number, as news and declarations tell it, to the live document's page."""
    del request
    return see_other(address_of(access.document_for(actor, key)))


def told(request: HttpRequest, actor: Actor, found: TransportDocument) -> dict[str, Any]:
    """Return what the page of a document shows to its reader."""
    language = language_for(request)
    history = access.sees_history(actor, found)
    ledger = queries.write_offs(found).filter(access.write_offs_of(actor, found))
    page_of_ledger = page_of(ledger, "id", request.GET.get("ledger", ""), SHOWN)
    houses: list[TransportDocument] = []
    if found.houses:
        under = access.documents_of(actor) & queries.LIVE & Q(master=found)
        houses = list(queries.documents(under).order_by("id")[:SHOWN])
        access.note_list(actor, houses)
    return {
        "document": found,
        "subject": _subject(found),
        "ledger": [_drawn(actor, row) for row in page_of_ledger.items],
        "ledger_next": page_of_ledger.next,
        "links_conveyance": found.conveyance_id is not None
        and actor.has(*OPERATIONS["getConveyance"])
        and queries.conveyances(access.conveyances_of(actor) & Q(pk=found.conveyance_id)).exists(),
        "links_master": found.master_id is not None
        and queries.documents(access.documents_of(actor) & Q(pk=found.master_id)).exists(),
        "findings": _findings(found, language),
        "containers": list(found.containers.order_by("id")),
        "houses": houses,
        "versions": _versions(found, language) if history else [],
        "tallies": list(found.tallies.order_by("-id")[:SHOWN]) if history else [],
        "pre_loading": _pre_loading(actor, found, language),
        "may": _may(actor, found),
        "tally": shown(TALLY, {}, (), language),
    }


def _subject(found: TransportDocument) -> str:
    """Return what the page listens to: its document's news, or all where a space divides topics."""
    subject = events.subject(found.number)
    return "transport_document" if " " in subject else subject


def _drawn(actor: Actor, row: WriteOff) -> Drawn:
    named = access.may_name(actor, row.organisation, row.importer)
    return Drawn(row, row.mrn if named else "")


def _may(actor: Actor, found: TransportDocument) -> dict[str, bool]:
    """Return which acts the page offers: those of the actor that the document's state allows."""
    allowed = {act for state, act in life_cycle.NEXT if state == found.state}
    here = found.arrived_at is not None
    acts = {
        "correct": ("correctTransportDocument", "correct", "correct"),
        "cancel": ("cancelTransportDocument", "correct", "cancel"),
        "close": ("closeTransportDocument", "close", "close"),
        "tally": ("tallyDischarge", "tally", "tally_even"),
    }
    may = {
        name: act in allowed and access.may_act(actor, found, operation, to)
        for name, (operation, to, act) in acts.items()
    }
    official = actor.has(*CUSTOMS)
    may["correct"] &= official or not here
    may["close"] &= official or found.state != "short"
    may["cancel"] &= found.organisation == actor.organisation and not found.houses
    may["tally"] &= here and not found.houses
    may["house"] = actor.has(*OPERATIONS["reportTransportDocument"]) and (
        found.level == "master" and not here and access.may_file_under(actor, found)
    )
    air = found.conveyance is not None and found.conveyance.mode == "4"
    own = found.organisation == actor.organisation and actor.has(*OPERATIONS["lodgePreLoading"])
    may["pre_loading"] = own and air and found.level == "house" and not here
    return may


def _findings(found: TransportDocument, language: str) -> list[telling.Fault]:
    return [
        telling.fault(row.rule, row.pointer, row.parameters, language, row.severity)
        for row in found.findings.order_by("id")
    ]


def _pre_loading(actor: Actor, found: TransportDocument, language: str) -> dict[str, Any] | None:
    """Return the newest answer to the document's pre-loading data, to those who may know it."""
    if not actor.has(*OPERATIONS["getPreLoading"]):
        return None
    row = queries.newest_pre_loading(found.key)
    if row is None or not queries.pre_loadings(access.pre_loadings_of(actor) & Q(pk=row.pk)):
        return None
    reasons = [
        telling.fault(each["rule"], each["pointer"], each["parameters"], language, "doubt")
        for each in row.reasons
    ]
    return {"row": row, "reasons": reasons}


def _versions(found: TransportDocument, language: str) -> list[Version]:
    """Return the newest versions, each with what it changed of the one before it."""
    rows = list(queries.document_versions(found).order_by("-number")[: VERSIONS + 1])
    words = [dict(_flat(row)) for row in rows]
    versions = []
    for place, row in enumerate(rows[:VERSIONS]):
        before = words[place + 1] if place + 1 < len(rows) else words[place]
        after = words[place]
        changes = [
            (_label(name, language), before.get(name, ""), after.get(name, ""))
            for name in dict.fromkeys([*before, *after])
            if before.get(name, "") != after.get(name, "")
        ]
        versions.append(Version(row, changes))
    return versions


def _flat(row: DocumentVersion) -> Iterator[tuple[tuple[str, int], str]]:
    """Return every datum of a version by its field and, for a container's, its place from 1."""
    report = msgspec.json.decode(bytes(row.content), type=DocumentReport)
    for name, word in words_of(report).items():
        if name != "conveyance":
            yield (name, 0), word
    for place, container in enumerate(report.containers, 1):
        for name, word in words_of_container(container).items():
            yield (name, place), word


def _label(name: tuple[str, int], language: str) -> str:
    label = telling.label_of(name[0], language)
    return f"{label} ({name[1]})" if name[1] else label
