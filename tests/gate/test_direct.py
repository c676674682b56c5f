"""Direct pick-up and loading: who may, why not, and what becomes of a slot. Card C23."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from tests.gate.conftest import CONTAINER, PLATE, TERMINAL

from clearway.assessment.queries import newest
from clearway.cargo.models import Container, Conveyance
from clearway.declarations.models import Declaration
from clearway.gate import direct, issuing, measuring, passing, rules
from clearway.gate.life_cycle import BOOKING, OPEN, STATES, after
from clearway.gate.models import Booking
from clearway.gate.rules import Ready
from clearway.vocabulary.errors import DataRefused, StateForbids

DISCHARGE = datetime(2026, 3, 3, 18, 30, tzinfo=UTC)
SLOT = datetime(2026, 3, 3, 18, 10, tzinfo=UTC), datetime(2026, 3, 3, 19, 10, tzinfo=UTC)


@pytest.fixture
def vessel(terminal):
    """A vessel with a container of a document; declared before it arrives."""
    border = terminal.border
    ship = Conveyance.objects.create(
        reference="V1", organisation=border.actors["carrier"].organisation, mode="1",
        means="9074729", carrier="XP3000000001", place="XPLOD", state="expected",
        expected_at=datetime(2026, 3, 3, 16, tzinfo=UTC), reported_at=border.clock.now(),
    )  # fmt: skip
    document = border.report("HBL-1")
    document.conveyance = ship
    document.save()
    Container.objects.create(document=document, number=CONTAINER)
    return ship


def arrive(terminal, ship, at):
    from clearway.intake import arriving, matching

    terminal.border.clock.advance(at)
    ship.state, ship.arrived_at = "arrived", at
    ship.save()
    ship.documents.update(state="arrived", arrived_at=at)
    matching.on_document_arrived("HBL-1")
    arriving.on_document_arrived("HBL-1", at)


def booked(terminal):
    wanted = direct.Wanted("pick_up", "container", CONTAINER, TERMINAL, PLATE, DISCHARGE)
    return direct.book(terminal.actors["trader"], wanted)


def test_from_ship_to_lorry_in_22_minutes(terminal, vessel):
    """C23: discharge 18:30, truck 18:10-19:10, out 18:52: dwell 0 h 22 min.

    In GOLD-01 the same container stands from 18:30 until 08:20 two days on: 37 h 50 min.
    """
    mrn = terminal.border.lodged(document="HBL-1")
    booking = booked(terminal)
    assert (booking.state, booking.lacking) == (
        "booked", ["debt", "carrier", "terminal", "no_slot"],
    )  # fmt: skip
    direct.accept(terminal.actors["carrier"], booking)
    direct.accept(terminal.clerk, booking)
    arrive(terminal, vessel, datetime(2026, 3, 3, 16, tzinfo=UTC))
    terminal.release(mrn)
    direct.look_again([CONTAINER])
    booking = direct.give_slot(terminal.clerk, booking, *SLOT)
    assert (booking.state, booking.lacking) == ("slot", [])
    token = issuing.issue(terminal.actors["trader"], terminal.wanted())
    clock = terminal.border.clock
    with pytest.raises(StateForbids, match="not the time"):
        direct.come(terminal.clerk, booking, PLATE)
    clock.advance(SLOT[0])
    with pytest.raises(StateForbids, match="not the lorry"):
        direct.come(terminal.clerk, booking, "XP 99 ZZ 99")
    assert direct.come(terminal.clerk, booking, PLATE).state == "at_gate"
    clock.advance(DISCHARGE)
    assert direct.handle(terminal.clerk, booking, DISCHARGE).state == "handled"
    clock.advance(datetime(2026, 3, 3, 18, 52, tzinfo=UTC))
    passed = passing.present(terminal.clerk, terminal.one, terminal.shown(token))
    assert passed.verdict == "accepted"
    booking = Booking.objects.get()
    assert (booking.state, measuring.dwell(booking)) == ("out", timedelta(minutes=22))
    by_yard = datetime(2026, 3, 5, 8, 20, tzinfo=UTC) - DISCHARGE
    assert by_yard == timedelta(hours=37, minutes=50)
    assert measuring.share(vessel) == measuring.Share(1, 1)


def test_what_is_lodged_ahead_says_what_is_known_and_what_the_arrival_will_tell(terminal, vessel):
    """The lane is told at arrival; until then nobody reads that a debt is covered, or a lane lacks.

    10,000.00 of goods: 6.50 % duty is 650.00, 20 % VAT of 10,650.00 is 2,130.00.
    """
    mrn = terminal.border.lodged(type_code="IMD", document="HBL-1")
    assert Declaration.objects.get(mrn=mrn).state == "received"
    booking = booked(terminal)
    assert booking.lacking == ["at_arrival", "carrier", "terminal", "no_slot"]
    payable = newest(Declaration.objects.get(mrn=mrn).pk).payable
    assert direct.expected(booking) == payable > 0
    arrive(terminal, vessel, datetime(2026, 3, 3, 16, tzinfo=UTC))
    direct.look_again([CONTAINER])
    booking.refresh_from_db()
    assert "at_arrival" not in booking.lacking
    assert "debt" in booking.lacking
    assert direct.expected(booking) is None


def test_120_of_400_boxes_are_30_per_cent():
    assert measuring.Share(120, 400).percent == 30
    assert measuring.Share(0, 0).percent == 0


def test_a_late_vessel_moves_the_slot_and_loses_none(terminal, vessel):
    terminal.border.lodged(document="HBL-1")
    booking = booked(terminal)
    booking = direct.give_slot(terminal.clerk, booking, *SLOT)
    Conveyance.objects.filter(pk=vessel.pk).update(
        expected_at=vessel.expected_at + timedelta(hours=5)
    )
    assert [direct.follow_vessel(vessel.pk), direct.follow_vessel(vessel.pk)] == [1, 0]
    moved = Booking.objects.get()
    assert (moved.slot_from, moved.slot_to) == tuple(at + timedelta(hours=5) for at in SLOT)
    assert moved.planned_at == DISCHARGE + timedelta(hours=5)
    assert "slot" not in moved.lacking


def test_lodged_after_the_arrival_goes_by_the_yard(terminal, vessel):
    arrive(terminal, vessel, datetime(2026, 3, 3, 16, tzinfo=UTC))
    terminal.border.later(hours=1)
    terminal.border.lodged(document="HBL-1")
    booking = booked(terminal)
    assert "lodged_late" in booking.lacking
    done = direct.fall_back(terminal.clerk, booking, "Too late")
    assert done.state == "yard"
    with pytest.raises(StateForbids):
        direct.accept(terminal.clerk, booking)
    assert booked(terminal).pk != booking.pk, "what is over makes room"


def test_what_is_wrong_with_a_booking_is_named(terminal, vessel):
    terminal.border.lodged(document="HBL-1")
    wrong = direct.Wanted("pick_up", "container", CONTAINER, "XP1000000001", "--", DISCHARGE)
    with pytest.raises(DataRefused) as refused:
        direct.book(terminal.actors["trader"], wrong)
    assert [one for one, _ in refused.value.faults] == ["/body/terminal", "/body/plate"]
    booked(terminal)
    with pytest.raises(StateForbids, match="booked already"):
        booked(terminal)


@pytest.mark.parametrize("way", ["pick_up", "loading"])
def test_eligible_is_all_of_it_and_nothing_less(way):
    """Each of the 1,024 cases of what may be true of a unit."""
    for values in itertools.product([False, True], repeat=len(Ready.__struct_fields__)):
        ready = Ready(**dict(zip(Ready.__struct_fields__, values, strict=True)))
        holds = (
            ready.declared and not ready.awaited and ready.clear and ready.free
            and not ready.held and ready.covered and ready.carrier and ready.terminal
            and (ready.lodged_before if way == "pick_up" else ready.released)
        )  # fmt: skip
        found = rules.lacking(way, ready)
        assert (found == ()) == holds
        assert set(found) <= set(rules.LACKING)


@pytest.mark.parametrize("state", STATES)
def test_every_act_in_every_state(state):
    acts = {act for _, act in BOOKING}
    for act in acts:
        if (state, act) in BOOKING:
            assert after(state, act) in STATES
        else:
            with pytest.raises(StateForbids):
                after(state, act)
    assert ((state, "fall_back") in BOOKING) == (state in OPEN)
