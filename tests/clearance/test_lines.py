"""Goods items released one by one, and the packages of them that a gate lets go."""

from __future__ import annotations

import pytest
from msgspec import structs
from tests.clearance.test_holds import LAW

from clearway.clearance import holds, lines, moving
from clearway.clearance.leaving import Unit, standing
from clearway.clearance.releasing import Order
from clearway.declarations import service as declarations
from clearway.declarations.models import Declaration
from clearway.events.service import act
from clearway.intake import deciding as requests
from clearway.kernel.decisions import Lane
from clearway.vocabulary.errors import DataRefused, StateForbids

SEEN = Order(documents_checked=True, goods_controlled=True, security="GRN-1")


@pytest.fixture
def two(border):
    """Declare two goods items of ten packages each, documents asked for."""
    border.report("HBL-1", packages=20, kilograms=200, arrived=True)
    mrn = border.lodged(document="HBL-1", items=2)
    Declaration.objects.filter(mrn=mrn).update(state="documents_requested", lane=int(Lane.YELLOW))
    return mrn


def test_the_declaration_is_released_with_its_last_item(border, people, two):
    found = lines.release_items(people.ann, two, [1], SEEN)
    assert (found.state, found.goods_state) == ("documents_requested", "arrived")
    lot = standing(Unit("packages", "HBL1"))
    assert (lot.may_leave, lot.packages) == (False, 10)
    with pytest.raises(DataRefused, match="released already"):
        lines.release_items(people.ann, two, [1], SEEN)
    assert lines.release_items(people.ann, two, [2], SEEN).state == "released"
    assert border.events(two).count("items_released") == 1
    lot = standing(Unit("packages", "HBL1"))
    assert (lot.may_leave, lot.packages) == (True, 20)


def test_an_items_hold_keeps_that_item_alone(border, people, two):
    held = holds.place(people.ann, two, structs.replace(LAW, item=2))
    with pytest.raises(StateForbids) as refused:
        lines.release_items(people.ann, two, [2], SEEN)
    assert "nobody holds" in refused.value.remedy
    lines.release_items(people.ann, two, [1], SEEN)
    assert Declaration.objects.get(mrn=two).goods_state == "arrived"
    with pytest.raises(StateForbids):
        lines.release_items(people.ann, two, [2], SEEN)
    holds.lift(people.ann, held.pk, "Genuine")
    assert lines.release_items(people.ann, two, [2], SEEN).state == "released"


def test_what_was_not_seen_is_not_released(border, people, two):
    for numbers in ([], [3]):
        with pytest.raises(DataRefused, match="no such"):
            lines.release_items(people.ann, two, numbers, SEEN)
    with pytest.raises(StateForbids) as refused:
        lines.release_items(people.ann, two, [1], Order(security="GRN-1"))
    assert "lane asked for" in refused.value.remedy
    assert Declaration.objects.get(mrn=two).debt_state == "assessed"  # nothing was half done


def test_a_part_leaves_and_the_rest_after_it(border, people, two):
    lines.release_items(people.ann, two, [1], SEEN)
    lot, clerk = Unit("packages", "HBL1"), border.actors["terminal"]
    with pytest.raises(StateForbids), act(clerk) as doing:
        moving.gate_out(doing, lot, 11)
    with act(clerk) as doing:
        moving.gate_out(doing, lot, 6)
    assert standing(lot).packages == 4
    lines.release_items(people.ann, two, [2], SEEN)
    assert standing(lot).packages == 14
    with act(clerk) as doing:
        moving.gate_out(doing, lot, 14)
    assert Declaration.objects.get(mrn=two).goods_state == "gated_out"
    told = border.events(two)
    assert told.index("partly_gated_out") < told.index("released") < told.index("gated_out")


def test_a_declaration_is_not_void_once_a_part_has_left(border, people, two):
    lines.release_items(people.ann, two, [1], SEEN)
    with act(border.actors["terminal"]) as doing:
        moving.gate_out(doing, Unit("packages", "HBL1"), 6)
    number = declarations.cancel(people.trader, two, "Sold to another").request.pk
    told = {"reason": "Seen", "at": border.clock.now()}
    with pytest.raises(StateForbids, match="Some of the goods have left"):
        requests.decide(people.ben, number, grant=True, **told)
    assert Declaration.objects.get(mrn=two).state == "documents_requested"
    requests.decide(people.ben, number, grant=False, **told)
    assert Declaration.objects.get(mrn=two).state == "documents_requested"


def test_a_released_item_leaves_while_another_is_held(border, people, two):
    """An item's hold keeps that item alone, at the gate too; 10 packages are of each item."""
    lot = Unit("packages", "HBL1")
    lines.release_items(people.ann, two, [1], SEEN)
    on_two = holds.place(people.ann, two, structs.replace(LAW, item=2))
    assert (standing(lot).may_leave, standing(lot).packages) == (False, 10)
    on_one = holds.place(people.ann, two, structs.replace(LAW, item=1))
    assert standing(lot).packages == 0
    holds.lift(people.ann, on_one.pk, "Genuine")
    with act(border.actors["terminal"]) as doing:
        moving.gate_out(doing, lot, 10)
    holds.lift(people.ann, on_two.pk, "Genuine")
    lines.release_items(people.ann, two, [2], SEEN)
    assert (standing(lot).may_leave, standing(lot).packages) == (True, 10)


def test_an_items_hold_outlives_that_of_the_whole_and_keeps_no_other_item(border, people, two):
    holds.place(people.ann, two, structs.replace(LAW, item=2))
    whole = holds.place(people.ann, two, LAW)
    assert Declaration.objects.get(mrn=two).goods_state == "held"
    holds.lift(people.ann, whole.pk, "Genuine")
    assert Declaration.objects.get(mrn=two).goods_state == "arrived"
    lines.release_items(people.ann, two, [1], SEEN)
    with pytest.raises(StateForbids):
        lines.release_items(people.ann, two, [2], SEEN)
