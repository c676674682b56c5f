"""The bank's lines: each pays once; what fits nothing is parked; nothing is counted twice."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from tests.payments.conftest import ME
from tests.payments.money import HEAD, PAYER, TREASURY, paying, read, row, units

from clearway.declarations.models import Declaration
from clearway.messages.bank_rows import BankRow, UnknownFile, read_bank_file, read_camt
from clearway.messages.problems import MalformedMessage
from clearway.payments import bank, queries, suspense
from clearway.payments.models import BankLine, Entry, Notice, Payment
from clearway.payments.rules import creditor_reference, notice_number, quoted
from clearway.vocabulary.errors import DataRefused, StateForbids

SAMPLES = Path(__file__).parent / "samples"


def notice_of(declaration):
    return queries.standing_notice(declaration.pk)


def test_a_part_payment_leaves_the_rest_outstanding_and_the_release_blocked(owing):
    """Card C05 with GOLD-01's figures stands in test_gold.py; here the demo country's."""
    declaration = owing()
    notice = notice_of(declaration)
    read(ME, paying(notice, notice.amount - 1))
    notice.refresh_from_db()
    assert (notice.state, notice.open) == ("part_paid", 1)
    assert not queries.debt_of(declaration.pk).covered
    read(ME, paying(notice, 1, reference="B-2"))
    notice.refresh_from_db()
    declaration.refresh_from_db()
    assert (notice.state, declaration.debt_state) == ("paid", "paid")
    balances = queries.balances()
    assert balances["bank", TREASURY, "XPR"] == notice.amount
    assert ("receivable", notice.payer, "XPR") not in balances
    assert sum(balances.values()) == 0


@pytest.mark.parametrize("many", [100, pytest.param(1000, marks=pytest.mark.long)])
def test_a_day_told_again_changes_no_balance(owing, many):
    """Card C05: replaying one day's 1,000 bank lines changes no balance."""
    notice = notice_of(owing())
    lines = [paying(notice, 1, reference=f"R{number}") for number in range(many - 10)]
    lines += [row(f"X{number}", "5.00", "for the customs") for number in range(10)]
    first = read(ME, *lines)
    assert (first.file.new, first.file.parked, first.known) == (many, 10, 0)
    balances, entries = queries.balances(), Entry.objects.count()
    again = read(ME, *lines)
    assert (again.file.new, again.file.parked, again.known) == (0, 0, many)
    assert queries.balances() == balances
    assert Entry.objects.count() == entries
    notice.refresh_from_db()
    assert notice.paid == many - 10


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"currency": "EUR"}, "wrong_currency"),
        ({"more": 1}, "more_than_due"),
        ({"told": "TN99999999"}, "unknown_notice"),
        ({"told": "many thanks"}, "unknown_notice"),
        ({"iban": "GB26CITI08320011963155"}, "wrong_iban"),
    ],
)
def test_what_fits_nothing_is_parked(owing, changes, why):
    notice = notice_of(owing())
    amount = units(notice.open + changes.pop("more", 0))
    told = changes.pop("told", notice_number(notice.pk))
    read(ME, row("B-1", amount, told, **changes))
    line = BankLine.objects.get()
    assert (line.state, line.why) == ("suspended", why)
    notice.refresh_from_db()
    assert notice.paid == 0
    assert queries.balances()["suspense", str(line.pk), line.currency] == -line.amount
    assert not Payment.objects.exists()


def test_a_reference_used_again_with_another_content_is_parked(owing):
    notice = notice_of(owing())
    read(ME, paying(notice, 5))
    read(ME, paying(notice, 6))
    assert list(BankLine.objects.order_by("id").values_list("state", "why")) == [
        ("matched", ""),
        ("suspended", "reference_reused"),
    ]
    notice.refresh_from_db()
    assert notice.paid == 5
    assert read(ME, paying(notice, 6)).file.new == 0


def test_a_replaced_notice_is_paid_by_its_old_number(border, owing):
    from tests.payments.test_notices import amend

    declaration = owing()
    old = notice_of(declaration)
    read(ME, paying(old, 100))
    amend(border, declaration, price="20000.00")
    new = notice_of(declaration)
    assert new.paid == 100  # carried over
    read(ME, row("B-2", units(new.open), notice_number(old.pk)))
    assert Declaration.objects.get(pk=declaration.pk).debt_state == "paid"
    assert sum(queries.balances().values()) == 0


def test_late_money_bears_interest(owing):
    """Due on 13 March, paid on 23 March: 10 days at 0.03 % on the whole."""
    declaration = owing()
    notice = notice_of(declaration)
    read(ME, paying(notice, day="2026-03-23"))
    interest = Notice.objects.get(kind="interest")
    assert interest.amount == (notice.amount * 30 + 5_000) // 10_000
    assert queries.debt_of(declaration.pk).outstanding == interest.amount
    assert Declaration.objects.get(pk=declaration.pk).debt_state == "assessed"
    read(ME, paying(interest, reference="B-2"))
    assert Declaration.objects.get(pk=declaration.pk).debt_state == "paid"


def test_wrong_rows_are_told_and_stop_no_other(owing):
    notice = notice_of(owing())
    done = read(
        ME,
        paying(notice, 5),
        row("", "5.00", "x"),
        row("B-3", "5.0.0", "x"),
        row("B-4", "5.00", "x", currency="euro"),
        row("B-5", "5.00", "x", day="2026-02-30"),
        row("B-6", "5.001", "x"),
        row("B-7", "5.00", "x", account="XP06FBPO00000000004711"),
    )
    assert done.file.new == 1
    assert sorted(fault.why for fault in done.faults) == [
        "account", "amount", "amount", "currency", "reference", "value_date",
    ]  # fmt: skip


@pytest.mark.parametrize("data", [b"hello", b"<a/>", b"a,b\n1,2\n", b"\x89PNG", HEAD.encode()])
def test_what_is_no_bank_file_is_refused(db, data):
    with pytest.raises(DataRefused):
        bank.read_file(ME, "x", data)


def test_a_camt_message_is_read():
    """One notification of a real message's shape: a single credit, a batch of two, a debit."""
    found = read_camt((SAMPLES / "camt054.xml").read_bytes())
    assert [(one.reference, str(one.amount), one.payer_iban) for one in found.rows] == [
        ("2026030500001", "2268787.50", PAYER),
        ("2026030500002/1", "100.00", ""),
        ("2026030500002/2", "50.00", PAYER),
    ]
    assert quoted(found.rows[0].told) == ("notice", 17)
    assert [one.why for one in found.faults] == ["debit", "not_booked", "sum"]


def test_a_camt_message_cannot_reach_outside():
    bomb = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document>&x;</Document>'
    with pytest.raises(MalformedMessage):
        read_bank_file(bomb)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    try:
        found = read_bank_file(data)
    except (MalformedMessage, UnknownFile):
        return
    assert all(isinstance(one, BankRow) for one in found.rows)


@given(st.integers(1, 10**12))
def test_a_creditor_reference_leads_back(row_number):
    number = notice_number(row_number)
    assert quoted(f"pay {number}") == ("notice", row_number)
    reference = creditor_reference(number)
    assert quoted(reference.lower()) == ("notice", row_number)
    digit = "1" if reference[-1] == "0" else "0"
    assert quoted(reference[:-1] + digit) is None


def test_parked_money_is_given_to_its_notice_and_the_rest_waits(border, owing):
    declaration = owing()
    notice = notice_of(declaration)
    cashier = border.actors["cashier"]
    read(ME, row("B-1", units(notice.open + 700), notice_number(notice.pk)))
    line = BankLine.objects.get()
    with pytest.raises(DataRefused):
        suspense.assign(cashier, line.pk, "TN99999999")
    suspense.assign(cashier, line.pk, notice_number(notice.pk))
    declaration.refresh_from_db()
    assert declaration.debt_state == "paid"
    refund = queries.refunds_of(declaration.pk).get()
    assert (refund.amount, refund.kind, refund.line) == (700, "overpaid", line)
    balances = queries.balances()
    assert balances["refundable", notice.payer, "XPR"] == -700
    assert not [key for key in balances if key[0] == "suspense"]
    with pytest.raises(StateForbids):
        suspense.assign(cashier, line.pk, notice_number(notice.pk))


def test_a_line_told_by_eight_at_once_pays_once(both_databases, border, owing):
    notice = notice_of(owing())
    ready = threading.Barrier(8)
    states, errors = [], []

    def tell():
        try:
            ready.wait()
            done = read(ME, paying(notice, 100), paying(notice, 7, reference="B-2"))
            states.append(done.file.new)
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=tell) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert errors == []
    assert sum(states) == 2
    notice.refresh_from_db()
    assert notice.paid == 107
    assert Payment.objects.count() == BankLine.objects.count() == 2
    assert sum(queries.balances().values()) == 0
