"""Bookings for direct pick-up and loading: what they lack, their slot, where their lorry is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearway.accounts.queries import name_of
from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.audit.permission import CUSTOMS
from clearway.gate import access_direct as access
from clearway.gate import direct, measuring, queries
from clearway.gate.access import OPERATIONS
from clearway.gate.life_cycle import BOOKING, STATES
from clearway.gate.models import Booking
from clearway.gate.rules import KINDS
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids
from clearway.web import filling
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import chosen, page, see_other, typed
from clearway.web.words import words

WAYS: Final = ("pick_up", "loading")
_SLOT: Final = (Field("slot_from", "instant"), Field("slot_to", "instant"))


def _rows(actor: Actor, chosen: Mapping[str, Any]) -> Any:
    rows = queries.bookings(access.bookings_of(actor))
    if state := chosen.get("booking_state"):
        rows = rows.filter(state=state)
    if text := chosen.get("fetched_unit"):
        key = text.strip().upper()
        rows = rows.filter(Q(key=key) | Q(plate=key) | Q(number=key))
    return rows


BOOKINGS: Final = Listing(
    name="bookings",
    title="menu_bookings",
    hint="bookings_hint",
    rows=_rows,
    columns=(
        Column("fetched_unit", lambda row: row.unit, "code"),
        Column("way", lambda row: row.way, "word:direct"),
        Column("booking_state", lambda row: row.state, "state:booking"),
        Column("lacking", lambda row: " ".join(row.lacking), "words:lacks"),
        Column("plate", lambda row: row.plate, "code"),
        Column("planned_at", lambda row: row.planned_at, "instant"),
        Column("slot_from", lambda row: row.slot_from, "instant"),
        Column("slot_to", lambda row: row.slot_to, "instant"),
    ),
    filters=(Filter("booking_state", "choice", STATES, "booking"), Filter("fetched_unit")),
    address=lambda row: reverse("booking", args=[row.number]),
    note=access.note_bookings,
    live="booking",
)


@require_safe
@page("listBookings", OPERATIONS)
def bookings(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show one's bookings, or those of one's terminal or vessels."""
    may = actor.has(*OPERATIONS["bookDirect"])
    return BOOKINGS.answer(request, actor, acts=[("book_direct", "book_direct")] if may else [])


@require_http_methods(["GET", "POST"])
@page("bookDirect", OPERATIONS)
def book(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Book a unit that is to go without the yard."""
    fields = (
        Field("way", "choice", WAYS, "direct", initial="pick_up"),
        Field("fetched_kind", "choice", KINDS, "unit_kind", initial="container"),
        Field("fetched_unit", longest=70),
        Field("terminal", longest=17),
        Field("plate", longest=20),
        Field("planned_at", "instant"),
    )
    asked, told = filling.form(request, fields), words(language_for(request))
    if request.method == "POST" and asked.is_valid():
        given = dict(asked.cleaned_data)
        given["kind"], given["unit"] = given.pop("fetched_kind"), given.pop("fetched_unit")
        try:
            made = direct.book(actor, direct.Wanted(**given))
        except NotThere:
            asked.add_error("fetched_unit", told["unit_not_known"])
        except (DataRefused, StateForbids) as refused:
            filling.refuse(request, asked, _of_form(refused))
        else:
            return see_other(reverse("booking", args=[made.number]))
    context = {
        "asked": asked,
        "heading": told["book_direct"],
        "hint": told["bookings_hint"],
        "submit": told["book_direct"],
        "trail": (reverse("bookings"), told["menu_bookings"]),
    }
    return render(request, "web/parts/form.html", context, status=422 if asked.errors else 200)


def _of_form(refused: DataRefused | StateForbids) -> DataRefused | StateForbids:
    """Return a refusal of a unit as one of the field in which it was typed."""
    if not isinstance(refused, DataRefused):
        return refused
    faults = [(one.replace("/unit", "/fetched_unit"), told) for one, told in refused.faults]
    return DataRefused(refused.what, faults=tuple(faults), remedy=refused.remedy)


@require_safe
@page("getBooking", OPERATIONS)
def booking(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """Show a booking with what one may do with it."""
    found = access.booking_for(actor, number)
    return render(request, "web/gate/booking.html", _told(request, actor, found))


def _told(request: HttpRequest, actor: Actor, found: Booking) -> dict[str, Any]:
    access.note_bookings(actor, [found])
    works = found.terminal == actor.organisation and actor.has(*OPERATIONS["giveSlot"])
    acts = {act for state, act in BOOKING if state == found.state}
    waits = found.state in {"booked", "eligible", "slot"}
    accepted = {
        found.carrier: found.carrier_accepted_at,
        found.terminal: found.terminal_accepted_at,
    }
    mine = actor.organisation in accepted and actor.has(*OPERATIONS["acceptBooking"])
    return {
        "booking": found,
        "terminal": name_of(found.terminal),
        "carrier": name_of(found.carrier),
        "stood": _minutes(found),
        **_expected(actor, found),
        "may_accept": waits and mine and accepted[actor.organisation] is None,
        "may_slot": waits and works,
        "may": acts if works else set(),
        "may_give_up": "give_up" in acts and found.organisation == actor.organisation,
        "asked": filling.form(request, _SLOT, given="slot_from" in request.POST),
    }


def _expected(actor: Actor, found: Booking) -> dict[str, Any]:
    """Return what is known ahead of what will be owed, for whose goods they are and customs."""
    if not (actor.organisation == found.organisation or actor.has(*CUSTOMS)):
        return {}
    amount = direct.expected(found)
    return {"expected": amount, "currency": reference_at(clock.now()).currency}


def _minutes(found: Booking) -> dict[str, int] | None:
    stood = measuring.dwell(found)
    if stood is None:
        return None
    hours, minutes = divmod(int(stood.total_seconds()) // 60, 60)
    return {"hours": hours, "minutes": minutes}


@require_POST
@page("acceptBooking", OPERATIONS)
def accept(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """Accept a booking as its carrier or terminal."""
    found = direct.accept(actor, access.booking_for(actor, number, to="accept"))
    messages.success(request, words(language_for(request))["booking_accepted_now"])
    return see_other(reverse("booking", args=[found.number]))


@require_POST
@page("giveSlot", OPERATIONS)
def slot(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """Give a booking its slot."""
    found = access.booking_for(actor, number, to="work")
    asked = filling.form(request, _SLOT)
    if asked.is_valid():
        given = asked.cleaned_data
        try:
            direct.give_slot(actor, found, given["slot_from"], given["slot_to"])
        except (DataRefused, StateForbids) as refused:
            filling.refuse(request, asked, refused)
        else:
            return see_other(reverse("booking", args=[found.number]))
    context = _told(request, actor, found) | {"asked": asked}
    return render(request, "web/gate/booking.html", context, status=422)


@require_POST
@page("moveBooking", OPERATIONS)
def move(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """Let its lorry come, its unit be handled, its lorry leave, or let it fall back."""
    act = chosen(request, "act", {"come", "handle", "finish", "fall_back"})
    found = access.booking_for(actor, number, to="give_up" if act == "fall_back" else "work")
    if act == "come":
        direct.come(actor, found, typed(request, "plate", 20))
    elif act == "handle":
        direct.handle(actor, found, clock.now())
    elif act == "finish":
        direct.finish(actor, found)
    else:
        direct.fall_back(actor, found, typed(request, "reason"))
    return see_other(reverse("booking", args=[found.number]))
