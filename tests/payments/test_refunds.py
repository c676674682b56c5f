"""Money that goes back: by two persons, the way it came, never more than was paid."""

from __future__ import annotations

import pytest
from msgspec import structs
from tests.payments.conftest import ME
from tests.payments.money import PAYER, TREASURY, paying, read, row, units

from clearway.declarations.queries import locked
from clearway.events.service import act
from clearway.payments import adjusting, notices, queries, refunds, suspense
from clearway.payments.models import BankLine, Payment, Refund, RefundPart
from clearway.payments.notices import Line
from clearway.vocabulary.errors import NotThere, StateForbids


@pytest.fixture
def paid(owing):
    """A declaration whose notice was paid in two parts, of 300 and the rest."""
    declaration = owing()
    notice = queries.standing_notice(declaration.pk)
    read(ME, paying(notice, 300), paying(notice, notice.amount - 300, reference="B-2"))
    declaration.refresh_from_db()
    return declaration


def lower(declaration, amount):
    tax = queries.standing_notice(declaration.pk).lines.order_by("-amount").first().tax
    with act(ME) as doing:
        adjusting.adjust(doing, locked(declaration.pk), [Line(tax, -amount)], "Preference")
    return Refund.objects.latest("pk")


def test_what_was_paid_too_much_goes_back_by_two_persons(border, paid):
    notice = queries.standing_notice(paid.pk)
    refund = lower(paid, 500)
    first, second = border.actors["cashier"], border.actors["cashier2"]
    with pytest.raises(StateForbids):
        refunds.pay(second, refund.pk)  # nobody has approved it
    refunds.approve(first, refund.pk)
    with pytest.raises(StateForbids, match="Another person"):
        refunds.pay(first, refund.pk)
    refunds.pay(second, refund.pk)
    with pytest.raises(StateForbids):
        refunds.pay(border.actors["supervisor"], refund.pk)  # it is paid
    part = RefundPart.objects.get()
    assert (part.amount, part.iban) == (500, PAYER)  # the latest payment held enough
    balances = queries.balances()
    assert balances["bank", TREASURY, "XPR"] == notice.amount - 500
    assert not [key for key in balances if key[0] in {"refundable", "receivable"}]
    assert queries.debt_of(paid.pk).paid == notice.amount - 500
    assert queries.debt_of(paid.pk).outstanding == 0


def test_a_key_of_the_first_person_is_not_a_second_one(border, paid):
    refund = lower(paid, 500)
    cashier = border.actors["cashier"]
    refunds.approve(cashier, refund.pk)
    from clearway.accounts.models import ApiKey

    maker = ApiKey.objects.get(pk=int(cashier.name[4:])).maker_id
    with pytest.raises(StateForbids, match="Another person"):
        refunds.pay(structs.replace(cashier, name=f"user:{maker}"), refund.pk)


def test_nothing_goes_back_beyond_what_was_paid(border, paid):
    refund = lower(paid, 500)
    refunds.approve(border.actors["cashier"], refund.pk)
    Payment.objects.filter(refunded=0).update(refunded=1)
    Refund.objects.filter(pk=refund.pk).update(
        amount=sum(one.amount for one in Payment.objects.all())
    )
    with pytest.raises(StateForbids, match="More would go back"):
        refunds.pay(border.actors["cashier2"], refund.pk)
    assert not RefundPart.objects.exists()


def test_a_refund_of_several_payments_goes_back_several_ways(border, paid):
    notice = queries.standing_notice(paid.pk)
    taxes = list(notice.lines.values_list("tax", "amount"))
    with act(ME) as doing:
        lines = [Line(tax, -amount) for tax, amount in taxes]
        adjusting.adjust(doing, locked(paid.pk), lines, "Wrongly charged")
    for refund in Refund.objects.all():
        refunds.approve(border.actors["cashier"], refund.pk)
        refunds.pay(border.actors["cashier2"], refund.pk)
    assert sum(part.amount for part in RefundPart.objects.all()) == notice.amount
    assert all(one.refunded == one.amount for one in Payment.objects.all())
    assert queries.balances() == {}


def test_a_cancelled_declaration_gives_back_what_was_paid(border, paid):
    body = {"reason": "Sold to another"}
    asked = border.ask("trader", "post", f"/declarations/{paid.mrn}/cancellation", body)
    if asked.status == 202:
        granted = {"grant": True, "reason": "Sold"}
        path = f"/requests/{asked.json['id']}/decision"
        assert border.ask("officer", "post", path, granted).status == 200
    notices.follow(ME, paid.mrn)
    refund = Refund.objects.get()
    assert (refund.kind, refund.payer) == ("cancelled", "XP1000000001")
    assert queries.balances()["refundable", "XP1000000001", "XPR"] == -refund.amount


def test_parked_money_goes_back_by_two_persons(border):
    read(ME, row("B-1", "12.00", "hello"))
    line = BankLine.objects.get()
    first, second = border.actors["cashier"], border.actors["cashier2"]
    made = suspense.send_back(first, line.pk, "Nobody knows what it is for")
    with pytest.raises(StateForbids):
        suspense.send_back(second, line.pk, "Again")
    with pytest.raises(StateForbids, match="Another person"):
        refunds.pay(first, made.pk)
    refunds.refuse(second, made.pk, "It is known now")
    again = suspense.send_back(first, line.pk, "It is not")
    refunds.pay(second, again.pk)
    line.refresh_from_db()
    assert (line.state, line.settled_by) == ("returned", second.name)
    assert RefundPart.objects.get().iban == PAYER
    assert queries.balances() == {}


def test_duty_that_is_not_owed_cannot_be_kept(border, paid):
    refund = lower(paid, 500)
    refunds.approve(border.actors["cashier"], refund.pk)
    with pytest.raises(StateForbids, match="not owed"):
        refunds.refuse(border.actors["cashier2"], refund.pk, "We need it")
    with pytest.raises(NotThere):
        refunds.pay(border.actors["trader"], refund.pk)


def test_what_a_cashier_assigned_too_much_goes_back_to_its_payer(border, owing):
    declaration = owing()
    notice = queries.standing_notice(declaration.pk)
    read(ME, row("B-1", units(notice.open + 700), "my duties"))
    cashier = border.actors["cashier"]
    from clearway.payments.rules import notice_number

    suspense.assign(cashier, BankLine.objects.get().pk, notice_number(notice.pk))
    refund = Refund.objects.get()
    # He who assigned the money asked for its refund: approving it takes another person.
    with pytest.raises(StateForbids, match="Another person"):
        refunds.approve(cashier, refund.pk)
    refunds.approve(border.actors["cashier2"], refund.pk)
    refunds.pay(border.actors["supervisor"], refund.pk)
    assert RefundPart.objects.get().amount == 700
    assert queries.balances()["bank", TREASURY, "XPR"] == notice.amount
