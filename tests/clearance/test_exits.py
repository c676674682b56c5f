"""Export goods on their way out: loaded, short-shipped, departed, confirmed, asked about."""

from __future__ import annotations

import json
from datetime import date

import pytest
from tests.clearance.test_holds import LAW, goods_of

from clearway.clearance import automatic, deciding, exits, holds, queries, units
from clearway.clearance.leaving import Unit
from clearway.clearance.models import Exit
from clearway.clearance.releasing import Order
from clearway.declarations.models import Declaration
from clearway.declarations.queries import locked, open_request
from clearway.declarations.service import cancel, invalidate
from clearway.events.models import Event
from clearway.events.service import act
from clearway.permits import balances
from clearway.permits.models import Permit, WriteOff
from clearway.vocabulary.errors import DataRefused, StateForbids


@pytest.fixture
def clerk(border):
    return border.actors["terminal"]


@pytest.fixture
def lot(border, people):
    """Declare ten packages for export, release them, and return their MRN and the lot."""
    answer = border.lodge(type_code="EXA", document="", importer="XP1000000001")
    assert answer.status == 201, answer.json
    mrn = answer.json["mrn"]
    Declaration.objects.filter(mrn=mrn).update(state="assessed", debt_state="none")
    assert goods_of(mrn) == "presented"
    deciding.release(people.ann, mrn, Order())
    return mrn, Unit("packages", mrn)


def codes_of(mrn):
    rows = Event.objects.filter(subject=f"declaration:{mrn}").order_by("id")
    return [(row.kind.split(".")[1], json.loads(bytes(row.body)).get("code")) for row in rows]


def test_from_release_to_exit(border, clerk, lot):
    mrn, unit = lot
    assert Exit.objects.get().packages == 10
    with act(clerk) as doing:
        exits.gate_in(doing, unit)
    assert goods_of(mrn) == "gated_in"
    with act(clerk) as doing:
        exits.load(doing, unit, means="9321483")
    with act(clerk) as doing:
        exits.depart(doing, unit)
    assert goods_of(mrn) == "departed"
    automatic.confirm_exit(mrn)
    automatic.confirm_exit(mrn)
    row = Declaration.objects.get(mrn=mrn)
    assert (row.state, row.goods_state) == ("exited", "exit_confirmed")
    assert codes_of(mrn)[-4:] == [
        ("gated_in", None), ("loaded", None), ("departed", None), ("exited", "16"),
    ]  # fmt: skip
    assert Exit.objects.get().ended == "confirmed"


def test_what_was_not_loaded_comes_back(border, clerk, lot):
    _, unit = lot
    with pytest.raises(DataRefused), act(clerk) as doing:
        exits.load(doing, unit, 11)
    with act(clerk) as doing:
        exits.load(doing, unit, 4)
    with act(clerk) as doing:
        exits.load(doing, unit, 3)
    with act(clerk) as doing:
        exits.depart(doing, unit)
    told = Event.objects.get(kind="declaration.short_shipped")
    body = json.loads(bytes(told.body))
    assert (body["released"], body["loaded"], body["short"]) == (10, 7, 3)
    assert Exit.objects.get().short == 3


def test_a_permit_gets_back_the_share_that_was_left_behind(border, clerk, lot):
    """500 kg written off for 10 packages; 7 are loaded: 150 kg come back, 350 stay final."""
    mrn, unit = lot
    row = Declaration.objects.get(mrn=mrn)
    permit = Permit.objects.create(
        number="EXP-1", agency="PHI", document="N853", holder="XP1000000001", commodities="39",
        unit="KGM", quantity=1000, used_quantity=500, valid_from=date(2026, 1, 1),
        valid_to=date(2027, 1, 1), granted_at=border.clock.now(),
    )  # fmt: skip
    for kind in ("reserved", "final"):
        WriteOff.objects.create(
            permit=permit, declaration=row.pk, mrn=mrn, version=1, item=1, kind=kind,
            quantity=500, value=0, at=border.clock.now(),
        )  # fmt: skip
    with act(clerk) as doing:
        exits.load(doing, unit, 7)
    with act(clerk) as doing:
        exits.depart(doing, unit)
    permit.refresh_from_db()
    assert permit.used_quantity == 350
    (held,) = balances.held_by(row.pk).values()
    assert (held.quantity, held.final) == (350, True)
    taken = WriteOff.objects.exclude(kind="final").values_list("quantity", flat=True)
    assert sum(taken) == permit.used_quantity, "the ledger sums to the balance"


def test_an_export_that_is_given_up_leaves_no_request_open(border, people, lot):
    """The trader asked to cancel it; customs end the enquiry about its exit before they decide."""
    mrn, _ = lot
    asked = cancel(people.trader, mrn, "Sold at home").request
    border.later(days=91)
    exits.enquire(border.clock.now())
    exits.give_up(people.ann, mrn, "They never left the yard")
    asked.refresh_from_db()
    told = (asked.state, asked.decision_reason, asked.decided_by)
    assert told == ("granted", "They never left the yard", people.ann.name)
    assert codes_of(mrn)[-1][0] == "request_decided"
    assert open_request(Declaration.objects.get(mrn=mrn)) is None


def test_what_is_held_is_not_loaded_and_does_not_depart(border, people, clerk, lot):
    mrn, unit = lot
    with act(clerk) as doing:
        exits.load(doing, unit)
    hold = holds.place(people.ann, mrn, LAW)
    assert border.events(mrn)[-1] == "recalled"
    with pytest.raises(StateForbids), act(clerk) as doing:
        exits.depart(doing, unit)
    holds.lift(people.ann, hold.pk, "Seen")
    with act(clerk) as doing:
        exits.depart(doing, unit)
    assert goods_of(mrn) == "departed"


def test_an_overdue_exit_is_asked_about_once_and_proved(border, people, lot):
    mrn, _ = lot
    assert exits.enquire(border.clock.now()) == 0
    border.later(days=91)
    assert exits.enquire(border.clock.now()) == 1
    assert exits.enquire(border.clock.now()) == 0
    assert codes_of(mrn)[-1] == ("exit_enquiry", "18")
    with pytest.raises(StateForbids, match="not departed"):
        exits.confirm(people.ann, mrn)
    row = exits.confirm(people.ann, mrn, proof="Houston entry 118-2")
    assert (row.state, row.goods_state) == ("exited", "exit_confirmed")
    assert codes_of(mrn)[-1] == ("exited", "16")
    assert Exit.objects.get().ended == "proved"
    with pytest.raises(StateForbids, match="No exit"):
        exits.confirm(people.ann, mrn, proof="Again")


def test_an_enquiry_without_proof_ends_in_invalidation(border, people, lot):
    mrn, _ = lot
    with pytest.raises(StateForbids, match="No enquiry"):
        exits.give_up(people.ann, mrn, "Never left")
    border.later(days=91)
    exits.enquire(border.clock.now())
    with pytest.raises(DataRefused):
        exits.give_up(people.ann, mrn, " ")
    assert exits.give_up(people.ann, mrn, "Never left").state == "invalidated"
    assert codes_of(mrn)[-1] == ("invalidated", "10")
    assert Exit.objects.get().ended == "invalidated"


def test_nobody_asks_after_an_export_that_is_void(border, people, lot):
    mrn, _ = lot
    with act(people.ann) as doing:
        invalidate(doing, locked(Declaration.objects.get(mrn=mrn).pk), "Sold", by_officer=True)
    assert not queries.open_exits(people.ann).exists()
    border.later(days=91)
    assert exits.enquire(border.clock.now()) == 0
    assert codes_of(mrn)[-1] == ("invalidated", "10")


def test_a_container_that_an_export_names_is_its_unit(border, people, lot):
    mrn, _ = lot
    row = Declaration.objects.get(mrn=mrn)
    units.note_declared(row)
    assert [one.kind for one in units.units_of(row)] == ["packages"]
    units.DeclaredUnit.objects.create(declaration=row, kind="container", number="CSQU3054383")
    assert Unit("container", "CSQU3054383") in units.units_of(row)
    assert units.declarations_of(Unit("container", "CSQU3054383")) == [row]
    units.note_declared(row)
    assert units.declarations_of(Unit("container", "CSQU3054383")) == []


def test_what_is_held_is_not_loaded_further(border, people, clerk, lot):
    """A part is aboard when the declaration is held: the rest stays, and nothing departs."""
    mrn, unit = lot
    with act(clerk) as doing:
        exits.load(doing, unit, packages=4)
    hold = holds.place(people.ben, mrn, LAW)
    with pytest.raises(StateForbids), act(clerk) as doing:
        exits.load(doing, unit, packages=6)
    with pytest.raises(StateForbids), act(clerk) as doing:
        exits.depart(doing, unit)
    holds.lift(people.ben, hold.pk, "Seen")
    with act(clerk) as doing:
        exits.load(doing, unit, packages=6)
    assert Exit.objects.get().loaded == 10


def test_the_exit_of_what_was_invalidated_otherwise_is_awaited_no_more(border, people, lot):
    """A cancellation that an officer granted left the exit open, and nobody could end it."""
    from clearway.audit import sequencer
    from clearway.declarations import service
    from clearway.events.queries import START, news
    from clearway.site.news_clearance import KINDS, still_to_do, tell_clearance

    mrn, _ = lot
    declaration = Declaration.objects.get(mrn=mrn)
    with act(people.ann) as doing:
        service.invalidate(doing, declaration, "Sold elsewhere", by_officer=True)
    assert Exit.objects.get().ended == ""
    while sequencer.place():
        pass
    told = [one for one in news(START)[0] if one.kind in KINDS]
    mine = [one for one in still_to_do(told) if one.kind == "declaration.invalidated"]
    for one in mine:
        tell_clearance(one)
        tell_clearance(one)  # twice is once
    way = Exit.objects.get()
    assert (way.ended, way.ended_at) == ("invalidated", mine[0].system_time)
