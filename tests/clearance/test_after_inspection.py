"""A look at the goods keeps them; when it is over in order, the lane has what it asked for."""

from __future__ import annotations

import pytest
from tests.clearance.conftest import MUCH

from clearway.clearance import automatic, deciding
from clearway.clearance.releasing import Order
from clearway.clearance.standing import balls
from clearway.declarations.models import Declaration
from clearway.declarations.queries import locked
from clearway.events.service import act
from clearway.inspection import ordering
from clearway.inspection.models import Opening
from clearway.inspection.models import Order as LookWanted

SEEN = Order(documents_checked=True, goods_controlled=True, security="GRN-1")


@pytest.fixture
def looked_at(border, waiting):
    """Lodge goods under control and order a look at them; ``over(mrn)`` ends it."""

    def make(**how):
        mrn = waiting("under_control", **how)
        with act(border.actors["officer"]) as doing:
            number = Declaration.objects.get(mrn=mrn).pk
            ordering.order(doing, locked(number), asked_by="", look_at="goods")
        return mrn

    return make


def over(mrn, outcome="satisfactory"):
    Opening.objects.filter(declaration__mrn=mrn).update(state="closed", outcome=outcome)
    LookWanted.objects.filter(opening__declaration__mrn=mrn).update(state="answered")
    automatic.goods_looked_at(mrn, outcome)
    return Declaration.objects.get(mrn=mrn).state


def test_nothing_is_released_while_an_inspection_is_open(border, people, looked_at):
    mrn = looked_at()
    assert deciding.accept(people.ann, mrn, SEEN).what == "assessed"
    automatic.look_at(mrn)
    assert Declaration.objects.get(mrn=mrn).state == "assessed"
    over(mrn)
    automatic.look_at(mrn)
    assert Declaration.objects.get(mrn=mrn).state == "released"


def test_goods_found_in_order_leave_control_by_themselves(border, looked_at):
    mrn = looked_at()
    row = Declaration.objects.get(mrn=mrn)
    assert [(one.holder, one.what) for one in balls(row)][:1] == [("customs", "inspect")]
    assert over(mrn) == "assessed"
    assert border.events(mrn)[-2:] == ["lane_satisfied", "assessed"]
    assert over(mrn) == "assessed", "told twice, it is done once"


def test_a_discrepancy_and_great_value_are_left_to_people(border, looked_at):
    assert over(looked_at(), "discrepancy") == "under_control"
    assert over(looked_at(value=MUCH)) == "under_control"


def test_another_look_that_is_open_keeps_it(border, looked_at):
    mrn = looked_at()
    automatic.goods_looked_at(mrn, "satisfactory")
    assert Declaration.objects.get(mrn=mrn).state == "under_control"
