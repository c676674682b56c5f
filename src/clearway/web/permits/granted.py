"""Permits with their balance: their holder's, and those that an agency granted and may revoke."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from clearway.audit import clock
from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.documents import queries as documents
from clearway.permits import access, deciding, queries
from clearway.permits.answers import written
from clearway.permits.models import Permit
from clearway.reference.in_force import reference_at
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import page, see_other, typed
from clearway.web.words import words

STATES: Final = ("valid", "used", "expired", "revoked")


def measured(quantity: int | None, unit: str) -> str:
    """Return a quantity with its unit; empty where there is no limit."""
    return "" if quantity is None else f"{written(quantity)} {unit}"


def _rows(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[Permit]:
    rows = access.visible_permits(actor)
    if "permit_state" in chosen:
        rows = rows.filter(state=chosen["permit_state"])
    if "permit_number" in chosen:
        rows = rows.filter(number=chosen["permit_number"].upper())
    if "holder" in chosen:
        rows = rows.filter(holder=chosen["holder"].upper())
    return rows


def _note(actor: Actor, rows: Sequence[Permit]) -> None:
    others = [row.pk for row in rows if row.holder != actor.identifier]
    if others:
        audit.note("read", actor, "permits:list", others)


PERMITS: Final = Listing(
    name="permits",
    title="menu_permits",
    rows=_rows,
    columns=(
        Column("permit_number", lambda row: row.number, "code"),
        Column("agency", lambda row: row.agency, "code"),
        Column("document_code", lambda row: row.document, "code"),
        Column("holder", lambda row: row.holder, "party"),
        Column("commodity", lambda row: row.commodities, "code"),
        Column("left_quantity", lambda row: measured(row.left_quantity, row.unit), "code"),
        Column("valid_to", lambda row: row.valid_to, "day"),
        Column("permit_state", lambda row: row.state, "state:permit"),
    ),
    filters=(
        Filter("permit_state", "choice", STATES, "permit"),
        Filter("permit_number", longest=35),
        Filter("holder", longest=17),
    ),
    address=lambda row: reverse("permit", args=[row.pk]),
    note=_note,
    live="permit",
)


@require_safe
@page("listPermits", access.OPERATIONS)
def permits(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the permits that one holds, or that one's agency granted."""
    return PERMITS.answer(request, actor)


@require_safe
@page("getPermit", access.OPERATIONS)
def permit(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Show a permit with what was written off."""
    found = access.permit_for(actor, number)
    context = {
        "permit": found,
        "subject": f"permit:{found.number}",
        "write_offs": list(queries.write_offs(found)),
        "currency": reference_at(clock.now()).currency,
        "may_revoke": found.state in {"valid", "used"} and access.agency_of(actor) == found.agency,
        "document": documents.valid("permit", f"permit:{found.number}"),
    }
    return render(request, "web/permits/permit.html", context)


@require_POST
@page("revokePermit", access.OPERATIONS)
def revoke(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Revoke a permit."""
    found = deciding.revoke(actor, number, typed(request, "reason"))
    messages.success(request, words(language_for(request))["permit_was_revoked"])
    return see_other(reverse("permit", args=[found.pk]))
