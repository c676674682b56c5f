"""Containers out of the gate, and under control to a freight station where houses are released."""

from __future__ import annotations

import pytest
from msgspec import structs
from tests.clearance.test_holds import BOX, LAW, goods_of, inside, told_of  # noqa: F401

from clearway.cargo.models import Container
from clearway.clearance import deciding, holds, moving
from clearway.clearance.leaving import Reason, Unit, standing
from clearway.clearance.releasing import Order
from clearway.events.service import act
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids

SEEN = Order(documents_checked=True, goods_controlled=True, security="GRN-1")


@pytest.fixture
def clerk(border):
    return border.actors["terminal"]


@pytest.fixture
def station(clerk):
    return moving.Destination(station=clerk.identifier, place="XPCAR-CFS1", seals="CU-1")


@pytest.fixture
def houses(border, people):
    """A container of three houses under one master, declared each by itself; one is red."""
    master = border.report("MBL-1", packages=30, kilograms=300, arrived=True)
    Container.objects.create(document=master, number=BOX.number)
    made = []
    for number in ("HBL-1", "HBL-2", "HBL-3"):
        house = border.report(number, arrived=True)
        house.level, house.master = "house", master
        house.save()
        made.append(border.lodged(document=number))
    master.houses = 3
    master.save()
    return made


def test_a_consignment_of_two_containers_has_left_with_the_second(border, people, inside, clerk):  # noqa: F811
    mrn = inside("HBL-1")
    from clearway.cargo.models import TransportDocument

    Container.objects.create(
        document=TransportDocument.objects.get(number="HBL-1"), number="MSCU0000060"
    )
    with pytest.raises(StateForbids, match="may not leave"), act(clerk) as doing:
        moving.gate_out(doing, BOX)
    deciding.release(people.ann, mrn, SEEN)
    with act(clerk) as doing:
        moving.gate_out(doing, BOX)
    assert goods_of(mrn) == "released"
    assert standing(BOX).reasons == (Reason("gone", BOX.number),)
    other = Unit("container", "MSCU0000060")
    assert standing(other).may_leave
    with act(clerk) as doing:
        moving.gate_out(doing, other)
    assert goods_of(mrn) == "gated_out"


def test_a_container_of_three_houses_goes_to_the_station_and_is_released_there_house_by_house(
    border, people, houses, clerk, station
):
    """The golden life of a container of three houses, one red: two leave, the red one stays."""
    found = standing(BOX)
    assert (found.may_leave, found.mrns) == (False, tuple(houses))
    with pytest.raises(StateForbids), act(clerk) as doing:
        moving.gate_out(doing, BOX)
    move = moving.authorise(people.ann, BOX, station)
    with pytest.raises(StateForbids, match="already"):
        moving.authorise(people.ann, BOX, station)
    found = standing(BOX)
    assert (found.may_leave, found.under_control) == (False, clerk.identifier)
    with act(clerk) as doing:
        moving.gate_out(doing, BOX)
    assert standing(BOX).reasons[0] == Reason("under_way", clerk.identifier)
    deciding.release(people.ann, houses[0], SEEN)
    lots = [Unit("packages", f"HBL{number}") for number in (1, 2, 3)]
    assert standing(lots[0]).reasons == (Reason("under_way", clerk.identifier),)
    with pytest.raises(NotThere):
        moving.arrive(border.actors["carrier"], move.pk)
    moving.arrive(clerk, move.pk)
    with pytest.raises(StateForbids, match="on its way"):
        moving.arrive(clerk, move.pk)
    deciding.release(people.ann, houses[1], SEEN)
    deciding.control(people.ann, houses[2], "Weight")
    assert [standing(lot).may_leave for lot in lots] == [True, True, False]
    for lot in lots[:2]:
        with act(clerk) as doing:
            moving.gate_out(doing, lot)
    assert [goods_of(mrn) for mrn in houses] == ["gated_out", "gated_out", "arrived"]
    assert standing(lots[2]).reasons == (Reason("not_released", houses[2]),)
    moves = [kind for kind in told_of(BOX) if "move" in kind]
    assert moves == ["goods.move_authorised", "goods.move_left", "goods.move_arrived"]


def test_what_is_held_goes_nowhere(border, people, houses, station):
    hold = holds.place(people.ben, BOX, LAW)
    with pytest.raises(StateForbids, match="held"):
        moving.authorise(people.ann, BOX, station)
    holds.lift(people.ben, hold.pk, "Seen")
    move = moving.authorise(people.ann, BOX, station)
    holds.place(people.ben, houses[1], LAW)
    assert standing(BOX).under_control == ""
    moving.cancel(people.ann, move.pk, "A house is held")
    with pytest.raises(StateForbids):
        moving.cancel(people.ann, move.pk, "Again")


def test_a_container_in_which_one_item_is_held_goes_nowhere_either(border, people, houses, station):
    """An item's hold leaves the goods' state as it is; the container is not divided by items."""
    hold = holds.place(people.ben, houses[1], structs.replace(LAW, item=1))
    assert goods_of(houses[1]) == "arrived"
    with pytest.raises(StateForbids, match="held"):
        moving.authorise(people.ann, BOX, station)
    holds.lift(people.ben, hold.pk, "Seen")
    assert moving.authorise(people.ann, BOX, station).state == "authorised"


def test_who_sends_what_where(border, people, houses, clerk, station):
    with pytest.raises(DataRefused):
        moving.authorise(people.ann, BOX, moving.Destination(station="XP0000000000"))
    with pytest.raises(DataRefused):
        moving.authorise(people.ann, Unit("packages", "HBL1"), station)
    with pytest.raises(NotThere):
        moving.authorise(people.trader, BOX, station)
    with pytest.raises(StateForbids, match="not here"):
        moving.authorise(people.ann, Unit("container", "MSCU0000060"), station)


def test_no_more_packages_leave_than_there_are(border, people, inside, clerk):  # noqa: F811
    mrn = inside("HBL-1")
    deciding.release(people.ann, mrn, SEEN)
    lot = Unit("packages", "HBL1")
    for wrong in (11, 0):
        with pytest.raises(StateForbids), act(clerk) as doing:
            moving.gate_out(doing, lot, wrong)
    with act(clerk) as doing:
        moving.gate_out(doing, lot, 4)
    with pytest.raises(StateForbids), act(clerk) as doing:
        moving.gate_out(doing, lot, 7)
    with act(clerk) as doing:
        moving.gate_out(doing, lot, 6)
    assert goods_of(mrn) == "gated_out"
