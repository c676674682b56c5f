"""The port duty manager's page: figures of what stands in the port, each with its list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.cargo.models import TransportDocument
from clearway.clearance import access, port, units
from clearway.clearance.leaving import standing
from clearway.declarations.models import Declaration
from clearway.gate import access_seals, queries
from clearway.gate.access import OPERATIONS as SEALS
from clearway.gate.models import SealSignal
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import page

_URGENT: Final = frozenset({"recalled", "late", "enquired"})
_MOVES_SHOWN: Final = 20
_SIGNALS_SHOWN: Final = 10


@require_safe
@page("listMoves", access.OPERATIONS)
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show how many goods are held, free, recalled or late, and whether a unit may leave."""
    context: dict[str, Any] = {
        "figures": [
            ("here", port.here().count(), reverse("port_here"), False),
            *(
                (name, count, reverse(f"port_{name}"), name in _URGENT and count > 0)
                for name, count in port.figures(actor)
            ),
        ],
        "moves": list(port.moves(actor)[:_MOVES_SHOWN]),
        "kinds": units.KINDS,
        "kind": request.GET.get("kind", "container"),
        "number": request.GET.get("number", "").strip()[:70],
        "keeps": actor.has(Role.TERMINAL),
        "seal_alarms": _seals(actor, Q(alarm=True, seen_at=None), _MOVES_SHOWN),
        "may_see_seals": actor.has(*SEALS["seeSealAlarm"]),
    }
    known = context["number"] and context["kind"] in units.KINDS
    if known and actor.has(*access.OPERATIONS["showUnit"]):
        one = units.unit(context["kind"], context["number"])
        access.note_unit(actor, one)
        context["standing"] = standing(one)
        context["seals"] = _seals(actor, Q(unit=one.number), _SIGNALS_SHOWN)
    part = request.GET.get("part") == "now"
    return render(request, "web/goods/port_now.html" if part else "web/goods/port.html", context)


def _seals(actor: Actor, wanted: Q, most: int) -> list[SealSignal]:
    """Return what seals told, the last received first; that it is read is logged."""
    rows = queries.seal_signals(access_seals.signals_of(actor) & wanted)
    found = list(rows.order_by("-id")[:most])
    access_seals.note_signals(actor, found)
    return found


def _listing(name: str) -> Listing:
    def rows(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[Declaration]:
        found = port.goods(actor, name)
        if number := chosen.get("transport_document"):
            found = found.filter(transport_document=units.unit("packages", number).number)
        return found

    return Listing(
        name=f"port_{name}",
        title=f"port_{name}",
        rows=rows,
        columns=(
            Column("mrn", lambda row: row.mrn, "code"),
            Column("transport_document", lambda row: row.transport_document, "code"),
            Column("goods_state", lambda row: row.goods_state, "state:goods"),
            Column("direction", lambda row: row.direction, "word:direction"),
            Column("office", lambda row: row.office, "code"),
            Column("received_at", lambda row: row.received_at, "instant"),
        ),
        filters=(Filter("transport_document"),),
        note=lambda actor, found: _note(actor, name, [row.pk for row in found]),
        live="declaration",
        keeps_views=False,
    )


def _note(actor: Actor, name: str, rows: list[int]) -> None:
    if rows:
        audit.note("read", actor, f"port:{name}", rows)


LISTS: Final = {name: _listing(name) for name in port.LISTS}
HELD, RECALLED, LEAVING, GATED_IN, LOADED, LATE, ENQUIRED = (LISTS[name] for name in port.LISTS)


def _here(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[TransportDocument]:
    del actor
    rows = port.here()
    if number := chosen.get("transport_document"):
        rows = rows.filter(key=units.unit("packages", number).number)
    return rows


HERE: Final = Listing(
    name="port_here",
    title="port_here",
    rows=_here,
    columns=(
        Column("transport_document", lambda row: row.number, "code"),
        Column("document_state", lambda row: row.state, "state:document"),
        Column("packages", lambda row: row.packages, "number"),
        Column("arrived_at", lambda row: row.arrived_at, "instant"),
        Column("due_at", lambda row: row.due_at, "instant"),
    ),
    filters=(Filter("transport_document"),),
    note=lambda actor, found: _note(actor, "here", [row.pk for row in found]),
    live="transport_document",
    keeps_views=False,
)


@require_safe
@page("listMoves", access.OPERATIONS)
def what_is_here(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the transport documents whose goods are here."""
    return HERE.answer(request, actor)


@require_safe
@page("listMoves", access.OPERATIONS)
def listed(request: HttpRequest, actor: Actor, name: str) -> HttpResponseBase:
    """Show the goods behind a figure."""
    return LISTS[name].answer(request, actor)
