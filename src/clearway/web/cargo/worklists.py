"""What waits for somebody: unmatched, to be tallied, short or over, overdue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.cargo import access, queries
from clearway.cargo.access import OPERATIONS
from clearway.cargo.models import TransportDocument
from clearway.declarations import queries as declarations
from clearway.declarations.access import OPERATIONS as DECLARATIONS
from clearway.declarations.access import visible
from clearway.declarations.models import Declaration
from clearway.web.cargo.documents import (
    ARRIVED,
    CONSIGNEE,
    CONVEYANCE,
    DESCRIPTION,
    MASS,
    NUMBER,
    ON,
    PACKAGES,
    STATE,
    WORDS,
    address_of,
    narrowed,
)
from clearway.web.cargo.tabs import tabs
from clearway.web.listing import Column, Filter, Listing
from clearway.web.record import lists as record
from clearway.web.visitors import page

_TEMPLATE: Final = "web/cargo/list.html"


def _waiting(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[Declaration]:
    rows = declarations.waiting_for_report(visible(actor))
    if number := chosen.get("transport_document"):
        rows = rows.filter(transport_document=number)
    if importer := chosen.get("importer"):
        rows = rows.filter(importer=importer)
    return rows


WAITING: Final = Listing(
    name="cargo_waiting",
    title="cargo_waiting",
    hint="cargo_waiting_hint",
    rows=_waiting,
    columns=(
        Column("mrn", lambda row: row.mrn or row.lrn, "code"),
        Column("transport_document", lambda row: row.transport_document, "code"),
        Column("importer", lambda row: row.importer, "party"),
        Column("lane", lambda row: row.lane, "lane"),
        Column("state", lambda row: row.state, "state:state"),
        Column("office", lambda row: row.office, "code"),
        Column("received_at", lambda row: row.received_at, "instant"),
    ),
    filters=(Filter("transport_document"), Filter("importer", longest=17)),
    order="id",
    address=record.address_of,
    note=record.note_read,
    live="declaration transport_document",
    template=_TEMPLATE,
)


def _undeclared(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[TransportDocument]:
    rows = queries.documents(access.documents_of(actor) & queries.UNDECLARED)
    if here := chosen.get("here"):
        rows = rows.filter(arrived_at__isnull=here == "no")
    return narrowed(rows, chosen)


UNDECLARED: Final = Listing(
    name="cargo_undeclared",
    title="cargo_undeclared",
    hint="cargo_undeclared_hint",
    rows=_undeclared,
    columns=(NUMBER, STATE, CONVEYANCE, CONSIGNEE, DESCRIPTION, PACKAGES, MASS, ARRIVED),
    filters=(WORDS, ON, Filter("here", "choice", ("yes", "no"), "cargo_here")),
    order="id",
    address=address_of,
    note=access.note_list,
    live="transport_document declaration",
    template=_TEMPLATE,
)


def _doubted(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[TransportDocument]:
    return narrowed(queries.documents(access.documents_of(actor) & queries.DOUBTED), chosen)


DOUBTED: Final = Listing(
    name="cargo_doubted",
    title="cargo_doubted",
    hint="cargo_doubted_hint",
    rows=_doubted,
    columns=(NUMBER, STATE, CONVEYANCE, CONSIGNEE, DESCRIPTION, PACKAGES, MASS),
    filters=(WORDS, Filter("document_state", "choice", queries.DOUBTS, "document"), ON),
    order="id",
    address=address_of,
    note=access.note_list,
    live="transport_document",
    template=_TEMPLATE,
)


def _untallied(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[TransportDocument]:
    return narrowed(queries.documents(access.documents_of(actor) & queries.UNTALLIED), chosen)


UNTALLIED: Final = Listing(
    name="cargo_untallied",
    title="cargo_untallied",
    hint="cargo_untallied_hint",
    rows=_untallied,
    columns=(NUMBER, CONVEYANCE, CONSIGNEE, DESCRIPTION, PACKAGES, MASS, ARRIVED),
    filters=(WORDS, ON, Filter("container", longest=17)),
    order="id",
    address=address_of,
    note=access.note_list,
    live="transport_document",
    template=_TEMPLATE,
)
_BY_KIND: Final = {"short": queries.SHORT, "excess": queries.EXCESS}


def _discrepancies(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[TransportDocument]:
    which = _BY_KIND.get(chosen.get("discrepancy", ""), queries.SHORT | queries.EXCESS)
    mine = access.documents_of(actor) & queries.LIVE
    return narrowed(queries.documents(mine & which), chosen)


def _difference(row: TransportDocument) -> int | None:
    """Return packages found more (or less) than reported; bulk goods are not counted so."""
    if row.bulk or row.tallied_packages is None:
        return None
    return row.tallied_packages - row.packages


def _mass_difference(row: TransportDocument) -> int | None:
    return None if row.tallied_mass is None else row.tallied_mass - row.gross_mass


def _kind(row: TransportDocument) -> str:
    more = _mass_difference(row) if row.bulk else _difference(row)
    return "excess" if (more or 0) > 0 else "short"


DISCREPANCIES: Final = Listing(
    name="cargo_discrepancies",
    title="cargo_discrepancies",
    hint="cargo_discrepancies_hint",
    rows=_discrepancies,
    columns=(
        NUMBER,
        Column("discrepancy", _kind, "state:document"),
        CONVEYANCE,
        CONSIGNEE,
        PACKAGES,
        Column("tallied_packages", lambda row: row.tallied_packages, "number"),
        Column("difference", _difference, "number"),
        Column("mass_difference", _mass_difference, "mass"),
        Column("drawn_packages", lambda row: row.drawn_packages, "number"),
        STATE,
    ),
    filters=(WORDS, Filter("discrepancy", "choice", tuple(_BY_KIND), "document"), ON),
    address=address_of,
    note=access.note_list,
    live="transport_document",
    template=_TEMPLATE,
)


def _overdue(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[TransportDocument]:
    late = queries.past_due(clock.now())
    return narrowed(queries.documents(access.documents_of(actor) & late), chosen)


OVERDUE: Final = Listing(
    name="cargo_overdue",
    title="cargo_overdue",
    hint="cargo_overdue_hint",
    rows=_overdue,
    columns=(
        NUMBER,
        STATE,
        CONVEYANCE,
        CONSIGNEE,
        DESCRIPTION,
        Column("left_packages", lambda row: row.left_packages, "number"),
        ARRIVED,
        Column("due_at", lambda row: row.due_at, "instant"),
    ),
    filters=(WORDS, ON),
    order="id",
    address=address_of,
    note=access.note_list,
    live="transport_document",
    template=_TEMPLATE,
)
LISTS: Final = {one.name: one for one in (UNDECLARED, DOUBTED, UNTALLIED, DISCREPANCIES, OVERDUE)}


@require_safe
@page("listDeclarations", DECLARATIONS)
def waiting(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the declarations that wait for a cargo report."""
    return WAITING.answer(request, actor, tabs=tabs(actor, WAITING.name))


@require_safe
@page("listTransportDocuments", OPERATIONS)
def worklist(request: HttpRequest, actor: Actor, name: str) -> HttpResponseBase:
    """Show one of the lists of transport documents that wait for somebody."""
    return LISTS[name].answer(request, actor, tabs=tabs(actor, name))
