"""Interchange receipts: what each party saw of a unit that changed hands."""

from __future__ import annotations

import re
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clearway.accounts.queries import name_of
from clearway.audit.actor import Actor
from clearway.cargo.rules import millionths
from clearway.documents import queries as documents
from clearway.gate import access_direct as access
from clearway.gate import events, exchanging, papers, queries
from clearway.gate.access import OPERATIONS
from clearway.gate.exchanging import Condition, Handed, Stated
from clearway.gate.models import Receipt
from clearway.gate.rules import CONDITIONS
from clearway.vocabulary.errors import DataRefused, StateForbids
from clearway.web import filling
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.listing import Column, Listing
from clearway.web.visitors import page, see_other
from clearway.web.words import words

_STATED: Final = (
    Field("unit_conditions", "several", CONDITIONS, "unit_condition", initial=["OK"]),
    Field("condition_place", required=False, longest=70),
    Field("seals", required=False, longest=200),
    Field("condition_remarks", "area", required=False, longest=512),
)
_UNIT: Final = (
    Field("unit_filled", "choice", ("full", "empty"), "unit_filled", required=False),
    Field("size_type", required=False, longest=4),
    Field("tare_mass", required=False, longest=16),
    Field("gross_mass", required=False, longest=16),
)
_MASS: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")
_FULL: Final = {"full": True, "empty": False}
_OF_UNIT: Final = frozenset({"size_type", "tare_mass", "gross_mass"})

RECEIPTS: Final = Listing(
    name="equipment_receipts",
    title="menu_equipment_receipts",
    hint="equipment_receipts_hint",
    rows=lambda actor, _: queries.receipts(access.receipts_of(actor)),
    columns=(
        Column("equipment_receipt", lambda row: row.number, "code"),
        Column("fetched_unit", lambda row: row.unit, "code"),
        Column("passage_direction", lambda row: row.movement, "word:passage"),
        Column("receipt_state", lambda row: row.state, "state:receipt_state"),
        Column("plate", lambda row: row.plate, "code"),
        Column("passed_at", lambda row: row.at, "instant"),
    ),
    address=lambda row: reverse("equipment_receipt", args=[row.number]),
    note=access.note_receipts,
    live="interchange_receipt",
)


@require_safe
@page("listEquipmentReceipts", OPERATIONS)
def receipts(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show one's interchange receipts."""
    return RECEIPTS.answer(request, actor)


@require_http_methods(["GET", "POST"])
@page("openEquipmentReceipt", OPERATIONS)
def open_one(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Make the receipt of a passage with the terminal's statement."""
    passage = access.passage_for(actor, number)
    asked, told = filling.form(request, (*_UNIT, *_STATED)), words(language_for(request))
    if request.method == "POST" and asked.is_valid():
        given = asked.cleaned_data
        try:
            made = exchanging.open_receipt(actor, passage, _handed(given), _stated(given))
        except (DataRefused, StateForbids) as refused:
            filling.refuse(request, asked, _of_form(refused))
        else:
            return see_other(reverse("equipment_receipt", args=[made.number]))
    context = {
        "asked": asked,
        "heading": told["make_receipt"],
        "hint": told["state_condition_hint"],
        "submit": told["state_condition"],
        "trail": (reverse("gate", args=[passage.gate_id]), passage.gate.code),
    }
    return render(request, "web/parts/form.html", context, status=422 if asked.errors else 200)


@require_http_methods(["GET", "POST"])
@page("getEquipmentReceipt", OPERATIONS)
def receipt(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """Show a receipt with its statements; the party that has not stated yet does so here."""
    found = access.receipt_for(actor, number)
    asked, told = filling.form(request, _STATED), words(language_for(request))
    if request.method == "POST" and asked.is_valid():
        access.receipt_for(actor, number, to="state")
        try:
            exchanging.state(actor, found, _stated(asked.cleaned_data))
        except (DataRefused, StateForbids) as refused:
            filling.refuse(request, asked, _of_form(refused))
        else:
            messages.success(request, told["condition_stated"])
            return see_other(reverse("equipment_receipt", args=[found.number]))
    access.note_receipts(actor, [found])
    context = _told(actor, found) | {"asked": asked}
    status = 422 if asked.errors else 200
    return render(request, "web/gate/receipt.html", context, status=status)


def _told(actor: Actor, found: Receipt) -> dict[str, Any]:
    rows = list(found.statements.order_by("id"))
    party = actor.organisation in {found.terminal, found.other}
    return {
        "receipt": found,
        "terminal": name_of(found.terminal),
        "other": name_of(found.other),
        "paper": documents.valid(papers.RECEIPT, events.receipt_subject(found.number)),
        "statements": [(row, exchanging.is_proved(row)) for row in rows],
        "may_state": party
        and actor.has(*OPERATIONS["stateCondition"])
        and actor.organisation not in {row.organisation for row in rows},
    }


def _stated(given: dict[str, Any]) -> Stated:
    place = given["condition_place"].strip()
    codes = given["unit_conditions"]
    return Stated(
        conditions=tuple(Condition(code, "" if code == "OK" else place) for code in codes),
        seals=tuple(given["seals"].upper().replace(",", " ").split()),
        remarks=given["condition_remarks"].strip(),
    )


def _handed(given: dict[str, Any]) -> Handed:
    """Return what was typed of the unit.

    Raises:
        DataRefused: a mass is none.
    """
    masses: dict[str, int | None] = {}
    for name in ("tare_mass", "gross_mass"):
        text = given[name].strip().replace(",", ".")
        if text and not _MASS.fullmatch(text):
            raise DataRefused(
                "This is no mass.",
                faults=((f"/body/{name}", "kilograms, at most six decimals"),),
                remedy="Mend what is marked and send it again.",
            )
        masses[name] = millionths(text) if text else None
    return Handed(
        size_type=given["size_type"].strip().upper(),
        full=_FULL.get(given["unit_filled"]),
        **masses,
    )


def _of_form(refused: DataRefused | StateForbids) -> DataRefused | StateForbids:
    if not isinstance(refused, DataRefused):
        return refused
    faults = tuple(
        (where if where.rsplit("/", 1)[-1] in _OF_UNIT else "/body/unit_conditions", sentence)
        for where, sentence in refused.faults
    )
    return DataRefused(refused.what, faults=faults, remedy=refused.remedy)
