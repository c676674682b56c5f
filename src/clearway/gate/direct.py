"""Every write of a booking: from ship to lorry, or from lorry to ship, without the yard.

What makes a unit eligible is looked at again at each act and whenever something about it is told
(``site/news_gate.py``); what a booking had is taken away where it no longer holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, cast

import msgspec

from clearway.assessment import queries as assessment
from clearway.audit.actor import Actor, Role, system
from clearway.cargo.models import Conveyance
from clearway.clearance import leaving
from clearway.clearance.facts import facts_of
from clearway.clearance.queries import holds_on_unit
from clearway.clearance.units import Kind, Unit, declarations_of, documents_of
from clearway.declarations.guards import holds
from clearway.declarations.life_cycle import Guard
from clearway.declarations.models import Declaration
from clearway.events.service import Act, act
from clearway.gate import access, events, queries, tokens
from clearway.gate.life_cycle import after
from clearway.gate.models import Booking
from clearway.gate.rules import Ready, key_of, lacking, plate_of, slot_lacks
from clearway.kernel.decisions import Lane
from clearway.vocabulary.errors import DataRefused, StateForbids

_ME: Final = system("gate")
_SOFT: Final = frozenset({int(Lane.GREEN), int(Lane.BLUE)})


class Wanted(msgspec.Struct, frozen=True):
    """A booking as it is asked for; ``planned_at`` is when the unit comes off or goes aboard."""

    way: str
    kind: str
    unit: str
    terminal: str
    plate: str
    planned_at: datetime


def book(actor: Actor, wanted: Wanted) -> Booking:
    """Book a unit for direct pick-up or loading.

    Raises:
        NotThere: there is no such unit for this actor.
        DataRefused: there is no such terminal, no plate, or no vessel of the unit is reported.
        StateForbids: it has a booking already.
    """
    one = Unit(cast("Kind", wanted.kind), key_of(wanted.unit))
    access.unit_for(actor, leaving.standing(one))
    conveyance = _conveyance(one)
    terminal = queries.terminal_of(wanted.terminal)
    plate = plate_of(wanted.plate)
    faults = [
        (f"/body/{name}", told)
        for name, told, wrong in (
            ("terminal", "no terminal's identification number", terminal is None),
            ("plate", "no plate", not plate),
            ("unit", "on no conveyance that is reported", conveyance is None),
        )
        if wrong
    ]
    if faults or terminal is None or conveyance is None:
        raise DataRefused("The booking cannot be made as it is asked for.", faults=tuple(faults))
    if queries.open_booking(one.number) is not None:
        raise StateForbids("The unit is booked already.", remedy="Look where it stands now.")
    with act(actor) as doing:
        booking = Booking.objects.create(
            number=tokens.new_serial(), way=wanted.way, kind=one.kind, unit=wanted.unit,
            key=one.number, conveyance=conveyance, expected_at=_hour(conveyance),
            organisation=actor.organisation, terminal=terminal,
            carrier=conveyance.organisation, plate=plate, planned_at=wanted.planned_at,
            booked_at=doing.at,
        )  # fmt: skip
        _tell(doing, events.BOOKED, booking)
        look(doing, booking)
    return booking


def accept(actor: Actor, booking: Booking) -> Booking:
    """Accept a booking: the carrier, or the terminal, each for himself."""
    with act(actor) as doing:
        booking = queries.booking_locked(booking.pk)
        _refuse_over(booking)
        if actor.organisation == booking.terminal:
            booking.terminal_accepted_at = booking.terminal_accepted_at or doing.at
        if actor.organisation == booking.carrier:
            booking.carrier_accepted_at = booking.carrier_accepted_at or doing.at
        booking.save(update_fields=["terminal_accepted_at", "carrier_accepted_at"])
        _tell(doing, events.BOOKING_ACCEPTED, booking)
        look(doing, booking)
    return booking


def give_slot(actor: Actor, booking: Booking, begin: datetime, end: datetime) -> Booking:
    """Give a booking its slot: when its lorry may come.

    Raises:
        DataRefused: it ends before it begins.
        StateForbids: the booking is over.
    """
    if end <= begin:
        raise DataRefused(
            "The slot ends before it begins.", faults=(("/body/slot_to", "not after slot_from"),)
        )
    with act(actor) as doing:
        booking = queries.booking_locked(booking.pk)
        _refuse_over(booking)
        booking.slot_from, booking.slot_to = begin, end
        booking.save(update_fields=["slot_from", "slot_to"])
        _tell(doing, events.SLOT_GIVEN, booking)
        look(doing, booking)
    return booking


def come(actor: Actor, booking: Booking, plate: str) -> Booking:
    """Note that the lorry is at the gate, in its slot and with the plate that was booked.

    Raises:
        StateForbids: the booking has no slot or is over, it is another lorry, or not its slot.
    """
    with act(actor) as doing:
        booking = queries.booking_locked(booking.pk)
        look(doing, booking)
        state = after(booking.state, "come")
        if plate_of(plate) != booking.plate:
            raise StateForbids(
                "This is not the lorry that was booked.",
                remedy="Let its driver change the plate of the booking first.",
            )
        if (
            not booking.slot_from
            or not booking.slot_to
            or not (booking.slot_from <= doing.at <= booking.slot_to)
        ):
            raise StateForbids("It is not the time of its slot.", remedy="Give it another slot.")
        _move(doing, booking, state, events.BOOKING_MOVED)
    return booking


def handle(actor: Actor, booking: Booking, at: datetime) -> Booking:
    """Note when the unit was put onto the lorry, or went aboard.

    Raises:
        StateForbids: the lorry is not there.
    """
    with act(actor) as doing:
        booking = queries.booking_locked(booking.pk)
        booking.handled_at = min(at, doing.at)
        booking.save(update_fields=["handled_at"])
        _move(doing, booking, after(booking.state, "handle"), events.BOOKING_MOVED)
    return booking


def leave(doing: Act, key: str, at: datetime) -> None:
    """Note within a passage's act that a unit that was picked up directly is out."""
    booking = queries.open_booking(key, lock=True)
    if booking is None or booking.way != "pick_up":
        return
    if booking.state == "handled":
        booking.out_at = at
        booking.save(update_fields=["out_at"])
        _move(doing, booking, "out", events.BOOKING_MOVED)
        return
    booking.reason = "passed"
    booking.save(update_fields=["reason"])
    _move(doing, booking, after(booking.state, "fall_back"), events.FELL_BACK)


def finish(actor: Actor, booking: Booking) -> Booking:
    """Note that a lorry whose unit went aboard is out again.

    Raises:
        StateForbids: nothing was loaded, or it is a pick-up, which ends at the gate by its token.
    """
    with act(actor) as doing:
        booking = queries.booking_locked(booking.pk)
        if booking.way != "loading":
            raise StateForbids(
                "A pick-up ends at the gate, by its token.", remedy="Show the token there."
            )
        booking.out_at = doing.at
        booking.save(update_fields=["out_at"])
        _move(doing, booking, after(booking.state, "leave"), events.BOOKING_MOVED)
    return booking


def fall_back(actor: Actor, booking: Booking, reason: str) -> Booking:
    """Let a unit go the usual way, by the yard; a trader gives his booking up by the same.

    Raises:
        StateForbids: the booking is over.
    """
    by_terminal = actor.organisation == booking.terminal or not actor.has(
        Role.TRADER, Role.BROKER, Role.PLATFORM
    )
    with act(actor) as doing:
        booking = queries.booking_locked(booking.pk)
        state = after(booking.state, "fall_back" if by_terminal else "give_up")
        booking.reason = reason
        booking.save(update_fields=["reason"])
        _move(doing, booking, state, events.FELL_BACK)
    return booking


def follow_vessel(conveyance: int) -> int:
    """Move the slots of a vessel that is late or early by as much; none is lost.

    Told twice, it moves them once: each booking knows by which hour it was planned.
    """
    done = 0
    for row in queries.bookings_of(conveyance):
        if _hour(row.conveyance) == row.expected_at:
            continue
        with act(_ME) as doing:
            booking = queries.booking_locked(row.pk)
            by = _hour(booking.conveyance) - booking.expected_at
            booking.expected_at += by
            booking.planned_at += by
            if booking.slot_from and booking.slot_to:
                booking.slot_from, booking.slot_to = booking.slot_from + by, booking.slot_to + by
            booking.save()
            minutes = int(by.total_seconds()) // 60
            _tell(doing, events.SLOT_MOVED, booking, minutes=minutes)
            look(doing, booking)
            done += 1
    return done


def anything_booked() -> bool:
    """Tell whether any booking is not over."""
    return queries.anything_booked()


def look_again(keys: Iterable[str]) -> None:
    """Look again whether the bookings of some units are eligible."""
    for key in sorted(set(keys)):
        row = queries.open_booking(key)
        if row is None or row.state not in {"booked", "eligible", "slot"}:
            continue
        if _found(row) == (row.state, row.lacking):
            continue
        with act(_ME) as doing:
            booking = queries.booking_locked(row.pk)
            look(doing, booking)
            if not doing.announcements:
                _tell(doing, events.BOOKING_LOOKED_AT, booking)


def look(doing: Act, booking: Booking) -> None:
    """Look within an act whether a locked booking is eligible, and move it by what is found."""
    if booking.state not in {"booked", "eligible", "slot"}:
        return
    state, lacks = _found(booking)
    if lacks != booking.lacking:
        booking.lacking = lacks
        booking.save(update_fields=["lacking"])
    if state != booking.state:
        _move(doing, booking, state, events.BOOKING_MOVED)


def _found(booking: Booking) -> tuple[str, list[str]]:
    """Return the state that a booking should be in before its lorry comes, and what it lacks."""
    lacks = list(lacking(booking.way, ready(booking)))
    slot = slot_lacks(booking.planned_at, booking.slot_from, booking.slot_to)
    if lacks:
        return "booked", [*lacks, *([slot] if slot else [])]
    return ("eligible", [slot]) if slot else ("slot", [])


def ready(booking: Booking) -> Ready:
    """Return what is true of a booking's unit now."""
    one = Unit(cast("Kind", booking.kind), booking.key)
    rows = [row for row in declarations_of(one) if row.goods_state != "none"]
    facts = [(row, facts_of(row)) for row in rows]
    arrived = booking.conveyance.arrived_at
    return Ready(
        declared=bool(rows),
        awaited=any(row.state == "received" for row in rows),
        lodged_before=all(arrived is None or row.received_at < arrived for row in rows),
        clear=all(row.lane in _SOFT or told.lane_satisfied for row, told in facts),
        free=all(told.permitted for _, told in facts),
        held=bool(holds_on_unit(one)) or any(told.held for _, told in facts),
        covered=all(_covered(row) for row in rows),
        released=all(row.state in {"released", "cleared"} for row in rows),
        carrier=booking.carrier_accepted_at is not None,
        terminal=booking.terminal_accepted_at is not None,
    )


def expected(booking: Booking) -> int | None:
    """Return what the declarations lodged ahead of a unit's arrival came to when they were lodged.

    In minor units of the country's currency; it is worked out again at arrival. None where none
    was lodged ahead.
    """
    rows = declarations_of(Unit(cast("Kind", booking.kind), booking.key))
    found = [assessment.newest(row.pk) for row in rows if row.state == "received"]
    if not found:
        return None
    return sum((one.payable or 0) for one in found if one is not None)


def _covered(row: Declaration) -> bool:
    return holds(Guard.DEBT_COVERED, facts_of(row))


def _conveyance(one: Unit) -> Conveyance | None:
    for document in documents_of(one):
        above = document.master.conveyance if document.master else None
        found = document.conveyance or above
        if found is not None:
            return found
    return None


def _hour(conveyance: Conveyance) -> datetime:
    hour: datetime = conveyance.arrived_at or conveyance.expected_at
    return hour


def _refuse_over(booking: Booking) -> None:
    if booking.state not in {"booked", "eligible", "slot"}:
        raise StateForbids(
            f"A booking that is {booking.state.replace('_', ' ')} does not allow this.",
            remedy="Look where it stands now.",
        )


def _move(doing: Act, booking: Booking, state: str, kind: str) -> None:
    booking.state = state
    booking.save(update_fields=["state"])
    _tell(doing, kind, booking)


def _tell(doing: Act, kind: str, booking: Booking, **more: object) -> None:
    body = {
        "unit": booking.unit,
        "way": booking.way,
        "state": booking.state,
        "lacking": booking.lacking,
        "slot_from": booking.slot_from and booking.slot_from.isoformat(),
        "slot_to": booking.slot_to and booking.slot_to.isoformat(),
        **more,
    }
    concerns = sorted({booking.organisation, booking.terminal, booking.carrier})
    doing.announce(kind, events.booking_subject(booking.number), body, concerns=concerns)
