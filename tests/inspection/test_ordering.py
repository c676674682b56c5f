"""Wishes to look at goods become one opening; hearing of them twice makes one order."""

from __future__ import annotations

import msgspec
import pytest
from tests.clearance.conftest import amended
from tests.inspection.conftest import team, told

from clearway.audit import sequencer
from clearway.clearance import deciding
from clearway.declarations.models import Declaration
from clearway.events.dispatch import Dispatcher
from clearway.events.queries import START, Told
from clearway.inspection import ordering, queries
from clearway.inspection.models import Opening, Order
from clearway.site import news_inspection
from clearway.site.subscriptions import SUBSCRIPTIONS
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids


def news(kind, number, at, **body):
    return Told(
        START, number, kind, "declaration:x", at, at, "system:x", (), msgspec.json.encode(body), 1
    )


def test_two_agencies_and_customs_have_one_opening(people, waiting, border):
    mrn = waiting("under_control")
    now = border.clock.now()
    for told_twice in range(2):
        del told_twice
        news_inspection.tell_inspection(news("declaration.under_control", 1, now, mrn=mrn))
        for number, agency in ((2, "PHI"), (3, "VFS")):
            wanted = news(
                "permit.inspection_wanted", number, now, mrn=mrn, agency=agency, reason="Soil"
            )
            news_inspection.tell_inspection(wanted)
    (opening,) = Opening.objects.all()
    assert [row.asked_by for row in queries.orders(opening.pk)] == ["", "PHI", "VFS"]
    declaration = Declaration.objects.get(mrn=mrn)
    assert queries.open_orders(declaration.pk) == 3
    assert opening.state == "assigned"
    assert len(team(opening)) == 2
    assert len(team(opening, "PHI")) == len(team(opening, "VFS")) == 1
    assert {one["asked_by"] for one in told("inspection.ordered")} == {"", "PHI", "VFS"}
    assert "reason" not in told("inspection.ordered")[1], "officers alone read why"


@pytest.mark.parametrize(
    ("outcome", "version", "looks"),
    [("satisfactory", 3, 2), ("satisfactory", 2, 1), ("discrepancy", 3, 1)],
)
def test_what_was_in_order_and_amended_under_control_is_looked_at_anew(
    people, waiting, border, outcome, version, looks
):
    mrn = waiting("under_control")
    now = border.clock.now()
    news_inspection.tell_inspection(news("declaration.under_control", 1, now, mrn=mrn))
    amended(mrn, 1_000)
    news_inspection.tell_inspection(news("declaration.amended", 2, now, mrn=mrn))
    (opening,) = Opening.objects.all()
    assert opening.version == 2, "the look that is not over goes on by the new version"
    Opening.objects.update(state="closed", outcome=outcome)
    if version == 3:
        amended(mrn, 2_000)
    for _ in range(2):
        news_inspection.tell_inspection(news("declaration.amended", 3, now, mrn=mrn))
    assert Opening.objects.count() == looks
    if looks == 2:
        again = Opening.objects.order_by("id").last()
        assert (again.version, again.state, len(team(again))) == (3, "assigned", 2)
        assert queries.open_orders(Declaration.objects.get(mrn=mrn).pk) == 1


def test_what_is_not_under_control_any_more_is_not_looked_at(people, waiting, border):
    mrn = waiting("under_control")
    Declaration.objects.filter(mrn=mrn).update(state="assessed")
    now = border.clock.now()
    news_inspection.tell_inspection(news("declaration.under_control", 1, now, mrn=mrn))
    news_inspection.tell_inspection(news("declaration.under_control", 1, now, mrn="26XP0"))
    news_inspection.tell_inspection(news("permit.inspection_wanted", 2, now, mrn=mrn))
    assert not Opening.objects.exists()


def test_a_cancelled_declaration_cancels_its_orders(people, ordered, border):
    opening = ordered("", "PHI")
    mrn, now = opening.declaration.mrn, border.clock.now()
    for _ in range(2):
        news_inspection.tell_inspection(
            news("declaration.invalidated", 9, now, mrn=mrn, reason="Lodged in error")
        )
    opening.refresh_from_db()
    assert opening.state == "cancelled"
    assert set(Order.objects.values_list("state", flat=True)) == {"cancelled"}
    assert queries.open_orders(opening.declaration_id) == 0
    assert len(told("inspection.cancelled")) == 1


def test_the_clock_runs_from_when_the_goods_are_here(people, ordered, border):
    opening = ordered(arrived=False)
    assert (opening.ready_at, opening.due_at) == (None, None)
    at = border.clock.now()
    mrn = opening.declaration.mrn
    for _ in range(2):
        news_inspection.tell_inspection(news("declaration.arrived", 5, at, mrn=mrn))
    opening.refresh_from_db()
    # Tuesday 09:16 in Cartouche: 7 h 44 min until the office closes at 17:00, 16 the next morning.
    assert (at.hour, at.minute) == (9, 16)
    assert opening.due_at.isoformat() == "2026-03-04T08:16:00+00:00"
    assert len(told("inspection.clock_started")) == 1


def test_an_officer_orders_and_widens(people, waiting, border):
    mrn = waiting("documents_requested")
    officer = people.officers[0]
    with pytest.raises(DataRefused):
        ordering.order_by_officer(officer, mrn, look_at=["goods"], reason=" ")
    for wrong in ([], ["cargo"]):
        with pytest.raises(DataRefused):
            ordering.order_by_officer(officer, mrn, look_at=wrong, reason="Price")
    with pytest.raises(DataRefused, match="container"):
        ordering.order_by_officer(officer, mrn, look_at=["goods"], reason="x", unit="CSQU3054383")
    with pytest.raises(NotThere):
        ordering.order_by_officer(people.far, mrn, look_at=["goods"], reason="Price")
    opening = ordering.order_by_officer(officer, mrn, look_at=["documents"], reason="Price")
    with pytest.raises(StateForbids, match="ordered already"):
        ordering.order_by_officer(officer, mrn, look_at=["documents"], reason="Price")
    short = Opening.objects.get().due_at
    ordering.order_by_officer(officer, mrn, look_at=["goods", "weight"], reason="Price")
    opening.refresh_from_db()
    assert Order.objects.get().look_at == "documents goods weight"
    assert opening.due_at > short, "goods take eight hours, documents two"


def test_news_that_change_nothing_are_passed_over(people, ordered, waiting, border):
    opening, other = ordered(), waiting("under_control")
    now, mrn = border.clock.now(), opening.declaration.mrn
    told = [
        news("declaration.arrived", 1, now, mrn=other),
        news("declaration.arrived", 2, now, mrn=mrn),
        news("declaration.under_control", 3, now, mrn=other),
        news("declaration.invalidated", 4, now, mrn="26XP0"),
        news("permit.inspection_wanted", 5, now, mrn=mrn, agency="PHI"),
        news("declaration.invalidated", 6, now, mrn=None),
    ]
    left = [one.id for one in news_inspection.still_to_do(told)]
    assert left == [1, 2, 3, 5], "what the same news order counts as there"


def test_an_officers_control_reaches_the_room_through_the_dispatcher(people, waiting, border):
    mrn = waiting("documents_requested")
    deciding.control(people.officers[0], mrn, "Weight")
    while sequencer.place():
        pass
    consumer = next(one for one in SUBSCRIPTIONS if one.name == "inspection.orders")
    dispatcher = Dispatcher(SUBSCRIPTIONS)
    while dispatcher.step(consumer):
        pass
    opening = Opening.objects.get()
    assert (opening.state, opening.unit, len(team(opening))) == ("assigned", "", 2)
    assert Order.objects.get().ordered_by == "system:inspection"
