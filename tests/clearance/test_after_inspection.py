"""A look at the goods keeps them; when it is over in order, the lane has what it asked for."""

from __future__ import annotations

import pytest
from tests.clearance.conftest import MUCH

from clearway.clearance import automatic, deciding, service
from clearway.clearance.models import Proposal
from clearway.clearance.releasing import Order
from clearway.clearance.standing import balls
from clearway.declarations.models import Declaration
from clearway.declarations.queries import locked
from clearway.events.service import act
from clearway.inspection import doubting, ordering
from clearway.inspection.models import Opening
from clearway.inspection.models import Order as LookWanted
from clearway.vocabulary.errors import StateForbids

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


def test_nobody_finds_in_order_what_is_being_looked_at(border, people, looked_at):
    """Nor proposes it of goods of great value; nor is such a one the next that an officer takes."""
    for mrn in (looked_at(), looked_at(value=MUCH)):
        with pytest.raises(StateForbids, match="satisfy") as refused:
            deciding.accept(people.ann, mrn, SEEN)
        assert "no inspection is open" in refused.value.remedy
        automatic.look_at(mrn)
        assert Declaration.objects.get(mrn=mrn).state == "under_control"
        assert service.take_next(people.ann) is None
    assert not Proposal.objects.exists()
    over(mrn)
    assert service.take_next(people.ann).mrn == mrn
    assert deciding.accept(people.ann, mrn, SEEN).what == "proposed"


def test_goods_are_released_when_the_look_at_them_is_over(border, people, looked_at):
    mrn = looked_at()
    with pytest.raises(StateForbids):
        deciding.release(people.ann, mrn, SEEN)
    over(mrn)
    deciding.release(people.ann, mrn, SEEN)
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


def test_goods_whose_value_is_doubted_are_found_in_order_and_stay(border, people, looked_at):
    """A doubt is about the value: the control of the goods ends, their release waits for it."""
    mrn, dear = looked_at(), looked_at(value=MUCH)
    numbers = [doubting.ask(people.ann, one, 1, "Far below the like").pk for one in (mrn, dear)]
    assert over(mrn) == "assessed"
    over(dear)
    assert deciding.accept(people.ann, dear, SEEN).what == "proposed"
    with pytest.raises(StateForbids, match="release"):
        deciding.release(people.ann, mrn, SEEN)
    doubting.accept(people.ann, numbers[0], "A discount that they gave")
    assert deciding.release(people.ann, mrn, SEEN).state == "released"
