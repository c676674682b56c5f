"""What was released and what passed, compared: two lists, each row with what explains it."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.gate import access, comparing
from clearway.gate.access import OPERATIONS
from clearway.web.listing import Column, Listing
from clearway.web.visitors import page


def _of(name: str) -> Any:
    return lambda row: comparing.explain(row, clock.now())[name]


def _of_passage(name: str) -> Any:
    return lambda row: comparing.explain_passage(row)[name]


RELEASED: Final = Listing(
    name="released_not_gated",
    title="released_not_gated",
    hint="released_not_gated_hint",
    rows=lambda actor, _: comparing.released(actor),
    columns=(
        Column("mrn", lambda row: row.mrn, "code"),
        Column("explained", _of("why"), "word:gate_row"),
        Column("fetched_unit", _of("unit"), "code"),
        Column("token", _of("serial"), "code"),
        Column("released_at", lambda row: row.released_at, "instant"),
    ),
    order="id",
    live="declaration gate_token",
)

GATED: Final = Listing(
    name="gated_not_released",
    title="gated_not_released",
    hint="gated_not_released_hint",
    rows=lambda actor, _: comparing.gated(actor),
    columns=(
        Column("fetched_unit", lambda row: row.unit, "code"),
        Column("explained", _of_passage("why"), "word:gate_row"),
        Column("mrn", _of_passage("mrn"), "code"),
        Column("token", _of_passage("serial"), "code"),
        Column("passed_at", lambda row: row.at, "instant"),
    ),
    order="id",
    address=lambda row: reverse("gate", args=[row.gate_id]),
    note=access.note_passages_of_all,
    live="gate_token",
)


@require_safe
@page("listReleasedNotGated", OPERATIONS)
def released(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show what is released and has not left."""
    other = [("gated_not_released", "gated_not_released")]
    return RELEASED.answer(request, actor, acts=other)


@require_safe
@page("listGatedNotReleased", OPERATIONS)
def gated(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show what passed although no release stands."""
    other = [("released_not_gated", "released_not_gated")]
    return GATED.answer(request, actor, acts=other)
