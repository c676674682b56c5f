"""The procedure about a doubted value: every side has its word, its time and its right."""

from __future__ import annotations

import pytest
from tests.inspection.conftest import told

from clearway.audit import sequencer
from clearway.declarations.models import Declaration
from clearway.events.dispatch import Dispatcher
from clearway.inspection import access, doubting, ordering, queries
from clearway.inspection.models import ValueDoubt
from clearway.site.subscriptions import SUBSCRIPTIONS
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids

WHY = "Identical goods of the same exporter were declared at twice this price last month."
STILL = "The price list that you sent is of another year."
BECAUSE = "Determined by Article 3 from 26XP…77: the same ties, the same level of trade."


@pytest.fixture
def doubted(people, waiting):
    """A declaration of 10,000.00 XPR of cable ties whose value an officer doubts."""

    def make(state="documents_requested"):
        mrn = waiting(state)
        return doubting.ask(people.officers[0], mrn, 1, WHY)

    return make


def test_it_begins_in_writing_with_ten_working_days_to_reply(people, waiting, doubted):
    mrn = waiting()
    officer = people.officers[0]
    for nothing in ("", "  ", "x" * 4_001):
        with pytest.raises(DataRefused):
            doubting.ask(officer, mrn, 1, nothing)
    with pytest.raises(DataRefused):
        doubting.ask(officer, mrn, 2, WHY)
    for stranger in (people.far, people.trader, people.plants[0]):
        with pytest.raises(NotThere):
            doubting.ask(stranger, mrn, 1, WHY)
    row = doubting.ask(officer, mrn, 1, WHY)
    with pytest.raises(StateForbids, match="doubted already"):
        doubting.ask(officer, mrn, 1, WHY)
    # Tuesday 3 March 2026 and ten working days: Tuesday the 17th, when the office closes at 17:00.
    assert row.reply_by.isoformat() == "2026-03-17T17:00:00+00:00"
    assert (row.declared, row.currency) == (1_000_000, "XPR")
    (body,) = told("value_doubt.asked")
    assert body["reasons"] == WHY
    assert queries.open_orders(row.declaration_id) == 1, "no security covers it"
    Declaration.objects.filter(mrn=mrn).update(state="released")
    with pytest.raises(StateForbids, match="cannot be doubted"):
        doubting.ask(officer, mrn, 1, WHY)


def test_an_explanation_that_convinces_ends_it(people, doubted):
    row = doubted()
    with pytest.raises(NotThere):
        doubting.reply(people.officers[0], row.pk, "x")
    doubting.reply(people.trader, row.pk, "Last season's stock at half its price; contract sent.")
    with pytest.raises(StateForbids):
        doubting.reply(people.trader, row.pk, "Again")
    with pytest.raises(NotThere):
        doubting.accept(people.trader, row.pk, "Mine")
    done = doubting.accept(people.officers[1], row.pk, "The contract shows the price.")
    assert (done.state, done.value, done.method, done.difference) == ("closed", 1_000_000, "1", 0)
    assert queries.open_orders(row.declaration_id) == 0
    (body,) = told("value_doubt.decided")
    assert (body["outcome"], body["decision"]) == ("accepted", "The contract shows the price.")


def test_goods_that_waited_for_it_alone_are_released_when_it_ends(people, doubted):
    row = doubted("assessed")
    Declaration.objects.update(debt_state="paid")
    consumer = next(one for one in SUBSCRIPTIONS if one.name == "clearance.release")
    dispatcher = Dispatcher((consumer,))

    def tell():
        while sequencer.place() or dispatcher.step(consumer):
            pass

    tell()
    assert Declaration.objects.get().state == "assessed"
    doubting.accept(people.officers[1], row.pk, "The contract shows the price.")
    tell()
    assert Declaration.objects.get().state in {"released", "cleared"}


def test_no_decision_against_the_trader_before_he_was_heard(people, doubted, border):
    row = doubted()
    officer = people.officers[0]
    decide = {"decision": BECAUSE, "method": "3", "value": 2_000_000}
    with pytest.raises(StateForbids, match="asked"):
        doubting.determine(officer, row.pk, **decide)
    with pytest.raises(StateForbids, match="may still explain"):
        doubting.tell_grounds(officer, row.pk, STILL)
    doubting.reply(people.trader, row.pk, "See the price list.")
    doubting.tell_grounds(officer, row.pk, STILL)
    with pytest.raises(StateForbids, match="may still explain"):
        doubting.determine(officer, row.pk, **decide)
    doubting.reply(people.trader, row.pk, "It is the list in force.")
    with pytest.raises(DataRefused, match="articles"):
        doubting.determine(officer, row.pk, **{**decide, "method": "4"})
    done = doubting.determine(officer, row.pk, **decide)
    # 3926.90 from the US: 6.5 % of duty and 20 % of VAT on value and duty.
    lines = doubting.stake.declared_of(done.declaration)[0]
    assert done.difference == sum(lines.values()), "twice the value owes twice as much"
    assert (done.state, done.method, done.value) == ("determined", "3", 2_000_000)
    # Thirty working days from 3 March 2026, Good Friday and Easter Monday left out: 16 April.
    assert done.appeal_until.isoformat() == "2026-04-16T16:00:00+00:00", "17:00 in summer time"
    (body,) = told("value_doubt.decided")
    assert body["appeal_until"] == done.appeal_until.isoformat()
    assert queries.open_orders(row.declaration_id) == 0


def test_who_does_not_reply_is_told_the_grounds_and_may_respond_late(people, doubted, border):
    row = doubted()
    officer = people.officers[0]
    border.later(days=15)
    doubting.tell_grounds(officer, row.pk, STILL)
    border.later(days=15)
    late = doubting.reply(people.trader, row.pk, "I was abroad.")
    assert late.state == "heard"
    done = doubting.determine(officer, row.pk, decision=BECAUSE, method="2", value=1_500_000)
    assert done.state == "determined"
    assert doubting.close_those_past_appeal(border.clock.now()) == 0
    border.later(days=60)
    assert doubting.close_those_past_appeal(border.clock.now()) == 1
    assert doubting.close_those_past_appeal(border.clock.now()) == 0
    assert ValueDoubt.objects.get().state == "closed"
    assert len(told("value_doubt.closed")) == 1


def test_silence_does_not_stop_it(people, doubted, border):
    row = doubted()
    border.later(days=15)
    doubting.tell_grounds(people.officers[0], row.pk, STILL)
    border.later(days=20)
    done = doubting.determine(
        people.officers[0], row.pk, decision=BECAUSE, method="7", value=1_500_000
    )
    assert (done.state, done.response) == ("determined", "")


def test_the_goods_leave_against_security(people, doubted):
    """Article 13: what the suspected value would add is secured, and the doubt keeps them not."""
    row = doubted()
    officer = people.officers[0]
    with pytest.raises(StateForbids, match="No security"):
        doubting.secure(officer, row.pk, "GRN-26-17")
    for too_low in (0, 999_999, 1_000_000):
        with pytest.raises(DataRefused):
            doubting.fix_security(officer, row.pk, too_low)
    fixed = doubting.fix_security(officer, row.pk, 2_000_000)
    lines = doubting.stake.declared_of(fixed.declaration)[0]
    assert fixed.security == sum(lines.values()) > 0
    assert queries.open_orders(row.declaration_id) == 1
    with pytest.raises(DataRefused):
        doubting.secure(officer, row.pk, " ")
    doubting.secure(officer, row.pk, "GRN-26-17")
    assert queries.open_orders(row.declaration_id) == 0
    with pytest.raises(StateForbids, match="No security"):
        doubting.secure(officer, row.pk, "GRN-26-18")
    with pytest.raises(StateForbids, match="covers it already"):
        doubting.fix_security(officer, row.pk, 3_000_000)
    (body,) = told("value_doubt.secured")
    assert (body["amount"], body["security"]) == (fixed.security, "GRN-26-17")
    Declaration.objects.update(state="released")
    assert doubting.reply(people.trader, row.pk, "As invoiced").state == "replied"


def test_a_cancelled_declaration_ends_it(people, doubted):
    row = doubted()
    mrn = row.declaration.mrn
    assert ordering.cancel(mrn, "Lodged in error") == 1
    assert ordering.cancel(mrn, "Lodged in error") == 0
    assert ValueDoubt.objects.get().state == "lapsed"
    with pytest.raises(StateForbids, match="lapsed"):
        doubting.reply(people.trader, row.pk, "x")


def test_who_sees_it(people, doubted, border):
    row = doubted()
    for one in (people.trader, people.officers[1], people.supervisor, people.auditor):
        assert access.doubt_for(one, row.pk) == row
    for one in (people.far, people.plants[0], border.actors["trader2"], border.actors["broker"]):
        with pytest.raises(NotThere):
            access.doubt_for(one, row.pk)
        assert not access.doubts(one)
    with pytest.raises(NotThere):
        access.doubt_for(people.auditor, 0)
