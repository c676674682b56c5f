"""Declarations and requests as lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.declarations import access, queries
from clearway.declarations.kinds import KINDS
from clearway.declarations.life_cycle import DECLARATION_STATES, GOODS_STATES
from clearway.declarations.models import ActRequest, Declaration
from clearway.kernel.decisions import Lane
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import page
from clearway.web.writing import zone

REQUEST_STATES: Final = ("open", "granted", "refused", "withdrawn")


def address_of(declaration: Declaration) -> str:
    """Return the address of a declaration's page."""
    return reverse("declaration", args=[declaration.mrn or declaration.pk])


def _rows(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[Declaration]:
    wanted: dict[str, Any] = dict(chosen)
    if "lane" in wanted:
        wanted["lane"] = int(Lane[wanted["lane"]])
    for name in ("received_from", "received_before"):
        if name in wanted:
            wanted[name] = datetime.combine(wanted[name], time(), zone()).astimezone(UTC)
    return queries.filtered(access.visible(actor), queries.Filters(**wanted))


def note_read(actor: Actor, rows: Sequence[Declaration]) -> None:
    """Log one read of a list that shows declarations of others."""
    others = [row.pk for row in rows if access.reads_as_stranger(actor, row)]
    if others:
        audit.note("read", actor, "declarations:list", others)


DECLARATIONS: Final = Listing(
    name="declarations",
    title="menu_declarations",
    rows=_rows,
    columns=(
        Column("mrn", lambda row: row.mrn or row.lrn, "code"),
        Column("lrn", lambda row: row.lrn, "code"),
        Column("lane", lambda row: row.lane, "lane"),
        Column("state", lambda row: row.state, "state:state"),
        Column("goods_state", lambda row: row.goods_state, "state:goods"),
        Column("direction", lambda row: row.direction, "word:direction"),
        Column("importer", lambda row: row.importer, "party"),
        Column("transport_document", lambda row: row.transport_document, "code"),
        Column("office", lambda row: row.office, "code"),
        Column("received_at", lambda row: row.received_at, "instant"),
    ),
    filters=(
        Filter("text"),
        Filter("state", "choice", tuple(DECLARATION_STATES), "state"),
        Filter("lane", "choice", tuple(lane.name for lane in Lane), "lane_short"),
        Filter("goods_state", "choice", GOODS_STATES, "goods"),
        Filter("direction", "choice", ("IM", "EX"), "direction"),
        Filter("kind", "choice", KINDS, "kind"),
        Filter("importer", longest=17),
        Filter("commodity", longest=18),
        Filter("received_from", "day"),
        Filter("received_before", "day"),
    ),
    address=address_of,
    note=note_read,
    live="declaration",
    hint="declarations_hint",
)


def _requests(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[ActRequest]:
    return queries.requests(access.visible(actor), chosen.get("request_state", ""))


REQUESTS: Final = Listing(
    name="requests",
    title="menu_requests",
    rows=_requests,
    columns=(
        Column("mrn", lambda row: row.declaration.mrn, "code"),
        Column("request", lambda row: row.kind, "word:request"),
        Column("request_state", lambda row: row.state, "state:request_state"),
        Column("reason", lambda row: row.reason),
        Column("asked_at", lambda row: row.asked_at, "instant"),
        Column("decided_at", lambda row: row.decided_at, "instant"),
        Column("decision_reason", lambda row: row.decision_reason),
    ),
    filters=(Filter("request_state", "choice", REQUEST_STATES, "request_state"),),
    address=lambda row: address_of(row.declaration),
    note=lambda actor, rows: note_read(actor, [row.declaration for row in rows]),
    live="declaration",
)


@page("listDeclarations", access.OPERATIONS)
def declarations(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the declarations that one may read."""
    return DECLARATIONS.answer(request, actor)


@page("listRequests", access.OPERATIONS)
def requests(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the requests to amend, cancel or correct."""
    return REQUESTS.answer(request, actor)
