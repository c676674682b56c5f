"""Payments that the bank takes back, worked by hand: 2,780.00 XPR, due on Friday 13 March 2026."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.payments.conftest import ME
from tests.payments.money import HEAD, TREASURY, paying, read, row
from tests.payments.test_calling import account, charged, go_round  # noqa: F401 - fixtures
from tests.payments.test_notices import amend

from clearway.declarations.models import Declaration
from clearway.declarations.queries import locked
from clearway.events.models import Event
from clearway.events.service import act
from clearway.messages.bank_rows import read_camt
from clearway.payments import adjusting, bank, queries, stated, suspense
from clearway.payments.models import BankLine, Entry, Notice, Refund, Statement
from clearway.payments.notices import Line
from clearway.payments.rules import statement_number
from clearway.site.reckoning.ledgers import disagreements
from clearway.vocabulary.errors import StateForbids

SAMPLE = Path(__file__).parent / "samples" / "camt054-returned.xml"


def taken_back(returns, amount="2780.00", *, reference="R-1", day="2026-03-06"):
    """Hand in a file by which the bank takes a payment back; return its line."""
    told = f"{reference},{TREASURY},{amount},XPR,{day},,,AC04 Account closed,{returns}\n"
    data = HEAD.strip() + ",returns\n" + told
    bank.read_file(ME, "returns.csv", data.encode())
    assert disagreements() == []
    return BankLine.objects.get(reference=reference)


@pytest.fixture
def paid(owing):
    """A declaration of 2,780.00, paid by B-1 on 5 March."""
    declaration = owing()
    read(ME, paying(queries.standing_notice(declaration.pk)))
    declaration.refresh_from_db()
    assert declaration.debt_state == "paid"
    return declaration


def test_a_returned_payment_opens_its_notice_again(paid):
    line = taken_back("B-1")
    assert (line.state, line.debit, line.reverses.reference) == ("matched", True, "B-1")
    assert line.reverses.state == "reversed"
    notice = queries.standing_notice(paid.pk)
    assert (notice.state, notice.paid, notice.open) == ("due", 0, 278_000)
    paid.refresh_from_db()
    assert paid.debt_state == "adjusted"
    assert not queries.debt_of(paid.pk).covered
    balances = queries.balances()
    assert balances["receivable", notice.payer, "XPR"] == 278_000
    assert ("bank", TREASURY, "XPR") not in balances
    event = Event.objects.get(kind="payment.reversed")
    told = json.loads(bytes(event.body))
    assert (told["amount"], told["open"], told["reason"]) == (
        278_000, 278_000, "AC04 Account closed",
    )  # fmt: skip
    # Told again, in a file of its own or by another reference, it reverses nothing more.
    entries = Entry.objects.count()
    taken_back("B-1")
    assert (Entry.objects.count(), queries.balances()) == (entries, balances)
    assert taken_back("B-1", reference="R-2").why == "return_done"
    read(ME, paying(queries.standing_notice(paid.pk), reference="B-2"))
    paid.refresh_from_db()
    assert paid.debt_state == "paid"


def test_interest_counts_from_the_payment_that_stays(paid, owing):
    """0.03 % a day: two days on 2,780.00 are 1.67 (1.668), five days 4.17."""
    other = owing()
    read(ME, paying(queries.standing_notice(other.pk), reference="B-2", day="2026-03-15"))
    assert queries.debt_of(other.pk).outstanding == 167
    taken_back("B-2", day="2026-03-16")
    assert queries.debt_of(other.pk).outstanding == 278_000
    read(ME, paying(queries.standing_notice(other.pk), reference="B-3", day="2026-03-18"))
    assert queries.debt_of(other.pk).outstanding == 417
    assert disagreements() == []


def test_what_cannot_be_matched_is_parked_and_a_cashier_names_it(paid, border):
    cashier = border.actors["cashier"]
    line = taken_back("2026-X")
    assert (line.state, line.why) == ("suspended", "unknown_return")
    balances = queries.balances()
    assert balances["suspense", str(line.pk), "XPR"] == 278_000
    assert ("bank", TREASURY, "XPR") not in balances
    with pytest.raises(StateForbids, match="cannot be taken back"):
        suspense.assign(cashier, line.pk, "B-9")
    with pytest.raises(StateForbids, match="took back"):
        suspense.send_back(cashier, line.pk, "Wrong")
    suspense.assign(cashier, line.pk, "B-1")
    line.refresh_from_db()
    assert (line.state, line.reverses.reference) == ("assigned", "B-1")
    assert queries.debt_of(paid.pk).outstanding == 278_000
    assert not [key for key in queries.balances() if key[0] == "suspense"]
    assert disagreements() == []


def test_another_amount_than_was_paid_is_parked(paid):
    assert taken_back("B-1", "2779.99").why == "return_differs"
    assert queries.debt_of(paid.pk).outstanding == 0


def test_parked_money_that_is_taken_back_is_parked_no_more(db, border):
    read(ME, row("B-1", "2780.00", "for the customs"))
    taken_back("B-1")
    assert BankLine.objects.get(reference="B-1").state == "reversed"
    assert queries.balances() == {}


def test_what_was_given_back_already_is_not_taken_back_by_itself(paid):
    with act(ME) as doing:
        adjusting.adjust(doing, locked(paid.pk), [Line("A00", -100)], "Preference")
    assert taken_back("B-1").why == "return_other", "of what came in a part goes back"
    assert Refund.objects.get().state == "requested"


def test_a_payment_that_was_carried_is_taken_off_the_notice_that_stands(paid, border):
    amend(border, paid, price="20000.00")
    notice = queries.standing_notice(paid.pk)
    assert (notice.amount, notice.paid) == (556_000, 278_000)
    assert taken_back("B-1").state == "matched"
    notice.refresh_from_db()
    assert (notice.paid, notice.state) == (0, "due")


def test_a_statement_that_was_paid_is_due_again(border, account, charged):  # noqa: F811
    one, two = charged(), charged()
    border.clock.advance(border.clock.now().replace(month=4, day=1))
    go_round(border)
    statement = Statement.objects.get()
    number = statement_number(statement.pk)
    read(ME, row("B-1", "5560.00", number, day="2026-04-10"))
    statement.refresh_from_db()
    assert statement.state == "paid"
    taken_back("B-1", "5560.00", day="2026-04-12")
    statement.refresh_from_db()
    assert (statement.state, stated.owed(statement).due) == ("due", 556_000)
    assert [queries.debt_of(each.pk).outstanding for each in (one, two)] == [278_000] * 2
    assert set(Declaration.objects.values_list("debt_state", flat=True)) == {"adjusted"}
    border.clock.advance(border.clock.now().replace(month=4, day=16))
    go_round(border)
    account.refresh_from_db()
    assert account.state == "blocked"


def test_a_message_of_the_bank_tells_returns_from_what_was_sent(paid):
    found = read_camt(SAMPLE.read_bytes())
    told = [(one.reference, one.returns, one.debit, one.told) for one in found.rows]
    assert told == [
        ("2026030600001", "B-1", True, "AC04 Account closed"),
        ("B-7", "B-7", True, ""),
    ]
    assert [one.why for one in found.faults] == ["debit"]
    bank.read_file(ME, "returned.xml", SAMPLE.read_bytes())
    assert queries.debt_of(paid.pk).outstanding == 278_000
    assert BankLine.objects.get(reference="B-7").why == "unknown_return"
    assert Notice.objects.get().state == "due"
    assert disagreements() == []
