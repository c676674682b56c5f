"""Guarantees that are called, deferred accounts and their months, what falls due."""

from __future__ import annotations

import json
from datetime import date

import pytest
from tests.payments.conftest import ME, a_guarantee
from tests.payments.money import TREASURY, read, row, units

from clearway.declarations.models import Declaration
from clearway.declarations.queries import locked
from clearway.events.models import Event
from clearway.events.service import act
from clearway.payments import (
    covering,
    guarantees,
    queries,
    stated,
    statements,
    staying,
    suspense,
    timing,
    using,
)
from clearway.payments.guarantees import Wanted
from clearway.payments.models import (
    BankLine,
    DeferredAccount,
    Guarantee,
    GuaranteeUse,
    Notice,
    Statement,
)
from clearway.payments.rules import interest, statement_number
from clearway.payments.seeding import seed_demo
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids


def cover(declaration, named=""):
    with act(ME) as doing:
        doing.announce("test.covered", "test:1", {})
        return covering.cover(doing, locked(declaration.pk), named)


def go_round(border):
    timing.go_round(ME, border.clock.now())


def kinds(beginning):
    rows = Event.objects.filter(kind__startswith=beginning).order_by("id")
    return [row.kind for row in rows]


WANTED = Wanted(
    "GRN-26-9", "general", "XP1000000001", "Bank", "", 1000, date(2026, 1, 1), date(2026, 12, 31)
)


def test_a_guarantee_is_entered_once_and_right(border):
    cashier = border.actors["cashier"]
    guarantees.enter(cashier, WANTED)
    with pytest.raises(StateForbids):
        guarantees.enter(cashier, WANTED)
    wrong = WANTED._replace(
        number="*", holder="XP9", guarantor_iban="GB26CITI08320011963155",
        reference_amount=0, valid_to=date(2025, 1, 1),
    )  # fmt: skip
    with pytest.raises(DataRefused) as refused:
        guarantees.enter(cashier, wrong)
    assert [pointer for pointer, _ in refused.value.faults] == [
        "/body/number", "/body/holder", "/body/guarantor_iban", "/body/reference_amount",
        "/body/valid_to",
    ]  # fmt: skip
    assert guarantees.release(cashier, "GRN-26-9", "Not needed").state == "released"
    with pytest.raises(StateForbids):
        guarantees.release(cashier, "GRN-26-9", "Again")
    with pytest.raises(NotThere):
        guarantees.release(cashier, "GRN-26-10", "None")


def test_what_is_not_paid_in_time_the_guarantor_pays(border, owing):
    """Held to one half (the holder is an operator with a status): the guarantor pays that half."""
    declaration = owing()
    a_guarantee()
    owed = cover(declaration, "GRN-26-1").outstanding
    use = GuaranteeUse.objects.get()
    first, second = border.actors["cashier"], border.actors["cashier2"]
    with pytest.raises(StateForbids, match="overdue"):
        guarantees.propose_call(first, use.pk, "Not paid")
    border.later(days=11)  # 14 March: the notice was due on the 13th
    go_round(border)
    assert kinds("notice.over") == ["notice.overdue"]
    go_round(border)
    assert kinds("notice.over") == ["notice.overdue"]  # told once
    order = guarantees.propose_call(first, use.pk, "Not paid")
    with pytest.raises(StateForbids, match="Another person"):
        guarantees.confirm_call(first, order.pk, confirmed=True)
    guarantees.confirm_call(second, order.pk, confirmed=True)
    with pytest.raises(StateForbids):
        guarantees.confirm_call(second, order.pk, confirmed=True)
    half = -(-owed // 2)
    guarantee = Guarantee.objects.get()
    assert (guarantee.state, guarantee.used) == ("called", half)
    assert queries.balances()["guarantor", "GRN-26-1", "XPR"] == half
    standing = queries.standing_notice(declaration.pk)
    assert standing.open == owed - half
    # One day late: interest on what the guarantor paid.
    assert Notice.objects.get(kind="interest").amount == interest(half, "0.03 %", 1)
    other = owing()
    with pytest.raises(StateForbids):
        cover(other, "GRN-26-1")  # nothing more until he has paid
    read(ME, row("B-1", units(half), "GRN-26-1"))
    suspense.assign(first, BankLine.objects.get().pk, "GRN-26-1")
    guarantee.refresh_from_db()
    assert (guarantee.state, guarantee.used) == ("open", 0)
    balances = queries.balances()
    assert balances["bank", TREASURY, "XPR"] == half
    assert sum(balances.values()) == 0


def test_a_call_may_be_sent_back(border, owing):
    declaration = owing()
    a_guarantee()
    cover(declaration, "GRN-26-1")
    border.later(days=11)
    use = GuaranteeUse.objects.get()
    order = guarantees.propose_call(border.actors["cashier"], use.pk, "Not paid")
    guarantees.confirm_call(border.actors["supervisor"], order.pk, confirmed=False)
    use.refresh_from_db()
    assert use.state == "reserved"


def test_payers_are_reminded_once(border, owing):
    owing()
    border.later(days=6)
    go_round(border)
    assert kinds("notice.rem") == []
    border.later(days=1)  # 10 March: three days before the 13th
    go_round(border)
    go_round(border)
    assert kinds("notice.rem") == ["notice.reminded"]


def test_a_guarantee_expires_and_covers_what_it_covered(border, owing):
    declaration = owing()
    a_guarantee(valid_to=date(2026, 3, 5))
    assert cover(declaration, "GRN-26-1").covered
    border.later(days=3)
    go_round(border)
    assert Guarantee.objects.get().state == "expired"
    assert queries.debt_of(declaration.pk).covered


@pytest.fixture
def account(border):
    """Trader3's deferred account; what he declares is put on it."""
    seed_demo()
    return DeferredAccount.objects.get(holder="XP1000000003")


@pytest.fixture
def charged(border, account, owing):
    """A declaration of trader3's, put on his account on 3 March."""
    from tests.declarations.conftest import a_message

    count = 0

    def make():
        nonlocal count
        count += 1
        body = a_message(
            lrn=f"D-{count}", importer="XP1000000003", declarant="XP1000000003",
            document=f"HBL-D{count}",
        )  # fmt: skip
        mrn = border.lodge("trader3", body).json["mrn"]
        found = Declaration.objects.get(mrn=mrn)
        assert cover(found).covered
        return found

    return make


def test_a_deferred_account_gathers_a_month_and_is_paid_by_statement(border, account, charged):
    one, two = charged(), charged()
    owed = sum(queries.debt_of(each.pk).payable for each in (one, two))
    one.refresh_from_db()
    assert (one.debt_state, one.security) == ("secured", "GRN-26-000033")
    # By the statement of March: 15 days after the 31st is Wednesday 15 April.
    assert queries.standing_notice(one.pk).due == date(2026, 4, 15)
    border.clock.advance(border.clock.now().replace(month=4, day=1))
    go_round(border)
    go_round(border)
    statement = Statement.objects.get()
    assert (statement.amount, statement.due) == (owed, date(2026, 4, 15))
    assert statement.month == date(2026, 3, 1)
    border.later(days=11)
    go_round(border)
    assert kinds("statement.") == ["statement.made", "statement.reminded"]
    number = statement_number(statement.pk)
    read(ME, row("B-1", units(owed - 1), number, day="2026-04-13"))
    statement.refresh_from_db()
    assert statement.state == "due"
    read(ME, row("B-2", "0.01", number, day="2026-04-13"))
    statement.refresh_from_db()
    one.refresh_from_db()
    assert (statement.state, one.debt_state) == ("paid", "paid")
    assert Guarantee.objects.get(number="GRN-26-000033").used == 0
    read(ME, row("B-3", "0.01", number, day="2026-04-13"))
    assert BankLine.objects.get(reference="B-3").why == "statement_paid"


def test_an_overdue_statement_blocks_its_account(border, account, charged):
    charged()
    border.clock.advance(border.clock.now().replace(month=4, day=1))
    go_round(border)
    border.later(days=15)
    go_round(border)
    account.refresh_from_db()
    statement = Statement.objects.get()
    assert (account.state, statement.state) == ("blocked", "overdue")
    with pytest.raises(AssertionError):
        charged()  # nothing covers it
    owed = stated.owed(statement).due
    read(ME, row("B-1", units(owed), statement_number(statement.pk), day="2026-04-15"))
    account.refresh_from_db()
    assert account.state == "open"


def waits(border, declaration, *, until=None):
    """Let the collection of what a declaration owes wait for an appeal, or go on."""
    with act(ME) as doing:
        doing.announce("test.waits", "test:1", {})
        row = locked(declaration.pk)
        if until is None:
            staying.stay(doing, row, "appeal:1", queries.standing_notice(row.pk).issued_at)
        else:
            staying.resume(doing, row, until)


def on(border, month, day):
    border.clock.advance(border.clock.now().replace(month=month, day=day, hour=12))
    go_round(border)


def test_what_waits_for_an_appeal_is_left_out_of_its_statement(border, account, charged):
    """Two declarations of 2,780.00 each, in a statement of March due on 15 April."""
    one, two = charged(), charged()
    on(border, 4, 1)
    statement = Statement.objects.get()
    assert (statement.amount, stated.owed(statement)) == (556_000, (556_000, 0))
    on(border, 4, 10)
    waits(border, one)
    assert stated.owed(statement) == (278_000, 278_000)
    told = json.loads(bytes(Event.objects.get(kind="statement.stayed").body))
    assert (told["open"], told["waits"]) == (278_000, 278_000)
    on(border, 4, 12)
    told = json.loads(bytes(Event.objects.get(kind="statement.reminded").body))
    assert (told["amount"], told["open"]) == (556_000, 278_000)
    # What is asked for is paid: it pays the line that does not wait, though it is the younger.
    read(ME, row("B-1", "2780.00", statement_number(statement.pk), day="2026-04-13"))
    assert queries.debt_of(two.pk).outstanding == 0
    assert stated.owed(statement) == (0, 278_000)
    on(border, 4, 20)
    statement.refresh_from_db()
    account.refresh_from_db()
    assert (statement.state, account.state) == ("due", "open"), "nothing that is asked for is late"
    waits(border, one, until="appeal:1")
    # Ten days more than 15 April.
    assert queries.standing_notice(one.pk).due == date(2026, 4, 25)
    assert stated.owed(statement) == (278_000, 0)
    on(border, 4, 21)
    assert kinds("statement.rem") == ["statement.reminded"]
    on(border, 4, 22)
    assert kinds("statement.re") == [
        "statement.reminded", "statement.resumed", "statement.reminded",
    ]  # fmt: skip
    on(border, 4, 25)
    assert kinds("statement.over") == []
    on(border, 4, 26)
    statement.refresh_from_db()
    account.refresh_from_db()
    assert (statement.state, account.state) == ("overdue", "blocked")
    read(ME, row("B-2", "2780.00", statement_number(statement.pk), day="2026-04-25"))
    statement.refresh_from_db()
    account.refresh_from_db()
    assert (statement.state, account.state) == ("paid", "open")
    assert sum(queries.balances().values()) == 0


def test_an_account_is_free_again_where_all_that_was_late_waits(border, account, charged):
    one = charged()
    on(border, 4, 1)
    on(border, 4, 16)
    account.refresh_from_db()
    assert (account.state, Statement.objects.get().state) == ("blocked", "overdue")
    waits(border, one)
    account.refresh_from_db()
    assert (account.state, Statement.objects.get().state) == ("open", "due")
    on(border, 5, 30)
    assert Statement.objects.get().state == "due"
    # Who pays it all the same may.
    number = statement_number(Statement.objects.get().pk)
    read(ME, row("B-1", "2780.00", number, day="2026-04-15"))
    assert Statement.objects.get().state == "paid"


def test_an_account_stands_on_a_general_guarantee_of_its_holder(border, account):
    cashier = border.actors["cashier"]
    a_guarantee()
    with pytest.raises(DataRefused):
        statements.open_account(cashier, "DPA-1", "XP1000000002", "GRN-26-1")
    made = statements.open_account(cashier, "DPA-1", "XP1000000001", "GRN-26-1")
    assert made.state == "open"
    with pytest.raises(StateForbids):
        statements.open_account(cashier, "DPA-1", "XP1000000001", "GRN-26-000017")


def test_interest_of_the_card():
    """Card C18: 59,420,625 at 0.03 % a day for 90 days: 1,604,356.875, half up."""
    assert interest(59_420_625, "0.03 %", 90) == 1_604_357
    assert interest(59_420_625, "0.03 %", 0) == 0
    assert interest(5_000, "1/10000", 1) == 1  # exactly a half goes up


def test_a_waiver_takes_nothing_of_the_guarantee(border, owing, monkeypatch):
    from clearway.payments.terms import Terms

    monkeypatch.setattr(Terms, "share", lambda *_: 0)
    declaration = owing()
    a_guarantee(amount=1)
    assert cover(declaration, "GRN-26-1").covered
    assert Guarantee.objects.get().used == 0
    border.later(days=11)
    with pytest.raises(StateForbids):
        guarantees.propose_call(border.actors["cashier"], GuaranteeUse.objects.get().pk, "Late")


def test_a_draw_is_marked_when_the_goods_go(owing):
    declaration = owing()
    a_guarantee()
    cover(declaration, "GRN-26-1")
    for _ in range(2):
        with act(ME) as doing:
            doing.announce("test.gone", "test:1", {})
            using.draw(doing, locked(declaration.pk))
    assert kinds("guarantee.drawn") == ["guarantee.drawn"]
