"""Holds: several at once, each its owner's to lift; what they do to a release and to the gate."""

from __future__ import annotations

import pytest
from msgspec import structs
from tests.clearance.conftest import officer_of

from clearway.audit.actor import Role
from clearway.cargo.models import Container
from clearway.clearance import deciding, holds, queries
from clearway.clearance.leaving import Reason, Unit, standing
from clearway.clearance.releasing import Order
from clearway.declarations.models import Declaration
from clearway.events.models import Event
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids

SEEN = Order(documents_checked=True, goods_controlled=True, security="GRN-1")
BOX = Unit("container", "CSQU3054383")
LAW = holds.Wanted(legal_reason="Customs Act, section 12")


@pytest.fixture
def inside(border):
    """Put goods of a document into a container and declare them: ``inside("HBL-1")``."""

    def make(number, box="CSQU3054383", **how):
        document = border.report(number, arrived=True)
        Container.objects.create(document=document, number=box)
        return border.lodged(document=number, **how)

    return make


def goods_of(mrn):
    return Declaration.objects.get(mrn=mrn).goods_state


def told_of(one):
    rows = Event.objects.filter(subject=one.subject).order_by("id")
    return [row.kind for row in rows]


def test_what_is_held_is_not_released_before_the_last_hold_is_lifted(border, people, inside):
    mrn = inside("HBL-1")
    first = holds.place(people.ann, mrn, LAW)
    second = holds.place(people.ben, BOX, LAW)
    assert goods_of(mrn) == "held"
    with pytest.raises(StateForbids) as refused:
        deciding.release(people.ann, mrn, SEEN)
    assert "nobody holds the goods" in refused.value.remedy
    assert [one.pk for one in queries.holds_on(Declaration.objects.get(mrn=mrn))] == [
        first.pk, second.pk,
    ]  # fmt: skip
    holds.lift(people.ben, first.pk, "Papers are here")
    assert goods_of(mrn) == "held"
    holds.lift(people.ann, second.pk, "Seal found whole")
    assert goods_of(mrn) == "arrived"
    assert deciding.release(people.ann, mrn, SEEN).goods_state == "released"
    with pytest.raises(StateForbids, match="lifted already"):
        holds.lift(people.ann, second.pk, "Again")


def test_a_hold_before_arrival_waits_for_the_goods(border, people):
    border.report("HBL-1")
    mrn = border.lodged(document="HBL-1")
    hold = holds.place(people.ann, mrn, LAW)
    assert goods_of(mrn) == "reported"
    with pytest.raises(StateForbids) as refused:
        deciding.release(people.ann, mrn, SEEN)
    assert "nobody holds" in refused.value.remedy
    holds.lift(people.ann, hold.pk, "Seen")
    assert goods_of(mrn) == "reported"


def test_only_the_owner_its_deputy_or_a_court_lifts(border, people, inside):
    mrn = inside("HBL-1")
    hold = holds.place(people.ann, mrn, structs.replace(LAW, deputy="XP000310"))
    deputy = officer_of(people.ann.organisation, "dep@customs.example", "XP000310")
    for stranger in (people.far, people.trader, people.auditor):
        with pytest.raises(NotThere):
            holds.lift(stranger, hold.pk, "As asked")
    elsewhere = structs.replace(people.supervisor, office="XP000210")
    with pytest.raises(StateForbids, match="Another office"):
        holds.lift(elsewhere, hold.pk, "As asked")
    with pytest.raises(DataRefused):
        holds.lift(deputy, hold.pk, " ")
    assert holds.lift(deputy, hold.pk, "In his stead").lifted_by == deputy.name
    ordered = holds.place(people.ann, mrn, LAW)
    lifted = holds.lift(elsewhere, ordered.pk, "By order", "Court of Cartouche 26/114")
    assert lifted.court_order == "Court of Cartouche 26/114"
    assert goods_of(mrn) == "arrived"


def test_an_agencys_hold_is_its_own(border, people, inside):
    mrn = inside("HBL-1")
    agent = structs.replace(
        people.far, name="user:901", organisation=900, roles=frozenset({Role.AGENCY}), office="PHI"
    )
    hold = holds.place(agent, mrn, LAW)
    assert (hold.owner, hold.by_agency) == ("PHI", True)
    for other in (people.ann, structs.replace(agent, office="VET")):
        with pytest.raises(NotThere):
            holds.lift(other, hold.pk, "As asked")
    assert holds.lift(agent, hold.pk, "Free of pests").lifted_at is not None


def test_who_may_hold_and_why(border, people, inside):
    mrn = inside("HBL-1")
    for stranger in (people.far, people.trader, people.auditor):
        with pytest.raises(NotThere):
            holds.place(stranger, mrn, LAW)
    with pytest.raises(NotThere):
        holds.place(people.trader, BOX, LAW)
    with pytest.raises(DataRefused):
        holds.place(people.ann, mrn, holds.Wanted(legal_reason=" "))
    with pytest.raises(DataRefused, match="no such goods items"):
        holds.place(people.ann, mrn, structs.replace(LAW, item=2))


def test_a_hold_after_release_recalls_each_unit_and_lifting_it_reinstates(border, people, inside):
    mrn = inside("HBL-1")
    deciding.release(people.ann, mrn, SEEN)
    assert standing(BOX).may_leave
    hold = holds.place(people.ann, mrn, LAW)
    assert goods_of(mrn) == "recalled"
    assert told_of(BOX) == ["goods.recalled"]
    found = standing(BOX)
    assert found.reasons == (Reason("held", "XP000110"), Reason("recalled", mrn))
    assert border.events(mrn)[-2:] == ["held", "recalled"]
    holds.lift(people.ann, hold.pk, "A false alarm")
    assert goods_of(mrn) == "released"
    assert told_of(BOX)[-1] == "goods.reinstated"
    assert standing(BOX).may_leave


def test_what_has_left_is_held_by_nobody(border, people, inside):
    mrn = inside("HBL-1")
    Declaration.objects.filter(mrn=mrn).update(goods_state="gated_out")
    with pytest.raises(StateForbids, match="have left"):
        holds.place(people.ann, mrn, LAW)
    assert standing(BOX).reasons == (Reason("gone", BOX.number),)


def test_a_container_leaves_when_all_its_lines_are_released(border, people, inside):
    """C09: a container with lines A and B; A is released, B is yellow: the gate refuses."""
    first, second = inside("HBL-A"), inside("HBL-B")
    deciding.release(people.ann, first, SEEN)
    found = standing(BOX)
    assert (found.may_leave, found.reasons) == (False, (Reason("not_released", second),))
    assert found.mrns == (first, second)
    assert found.organisations == (people.trader.organisation,)
    deciding.release(people.ann, second, SEEN)
    assert standing(BOX).may_leave


def test_what_nobody_declared_keeps_the_container(border, people, inside):
    mrn = inside("HBL-A", packages=4)
    deciding.release(people.ann, mrn, SEEN)
    assert standing(BOX).reasons == (Reason("undeclared", "HBL-A"),)
    assert standing(Unit("container", "MSCU0000060")).reasons == (Reason("unknown", "MSCU0000060"),)
    assert standing(Unit("packages", "HBLA")).mrns == (mrn,)
