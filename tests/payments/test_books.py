"""Whatever happens to what is owed, in whatever order, the books agree."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.effort import examples
from tests.payments.conftest import ME, a_guarantee
from tests.payments.money import read, row, units

from clearway.declarations.queries import locked
from clearway.events.service import act
from clearway.payments import adjusting, covering, queries, refunds, suspense
from clearway.payments.models import BankLine, Guarantee, GuaranteeUse, Notice, Refund
from clearway.payments.notices import Line
from clearway.payments.rules import notice_number
from clearway.vocabulary.errors import ActRefused

ACTS = st.lists(
    st.tuples(
        st.sampled_from(("pay", "stray", "assign", "more", "less", "cover", "refund", "back")),
        st.integers(1, 400_000),
    ),
    max_size=8,
)


class _Undo(Exception):
    """Each example begins with the books as they were."""


def books_agree(declaration):
    assert queries.unbalanced() == []
    balances = queries.balances()
    for currency in {key[2] for key in balances}:
        assert sum(amount for key, amount in balances.items() if key[2] == currency) == 0
    standing = queries.notices_of(declaration.pk).exclude(state="cancelled")
    owed = sum(each.open for each in standing)
    receivable = sum(amount for key, amount in balances.items() if key[0] == "receivable")
    assert receivable == owed == queries.debt_of(declaration.pk).outstanding
    for each in standing:
        asked = each.lines.aggregate(total=Sum("amount"))["total"]
        assert asked == each.amount - each.credited
        assert 0 <= each.paid <= each.amount - each.credited
    parked = sum(line.amount for line in BankLine.objects.filter(state="suspended"))
    assert -sum(amount for key, amount in balances.items() if key[0] == "suspense") == parked
    waiting = Refund.objects.filter(kind="overpaid").exclude(state="refunded")
    back = sum(each.amount for each in waiting)
    assert -sum(amount for key, amount in balances.items() if key[0] == "refundable") == back
    held = GuaranteeUse.objects.filter(state__in=queries.OPEN_USE)
    for guarantee in Guarantee.objects.all():
        uses = held.filter(guarantee=guarantee)
        assert guarantee.used == sum(each.amount for each in uses)
    debt = queries.debt_of(declaration.pk)
    declaration.refresh_from_db()
    if declaration.debt_state == "paid":
        assert debt.outstanding == 0
    if declaration.debt_state == "secured":
        assert debt.covered


class Clerk:
    """Does one thing after another to what a declaration owes."""

    def __init__(self, border, declaration):
        self.border, self.declaration, self.count = border, declaration, 0
        self.cashiers = [border.actors[who] for who in ("cashier", "cashier2", "supervisor")]

    def do(self, name, amount):
        self.count += 1
        getattr(self, name)(amount)

    def pay(self, amount):
        standing = queries.open_notices(self.declaration.pk)
        told = notice_number(standing[0].pk) if standing else "TN99999999"
        read(ME, row(f"R{self.count}", units(amount), told))

    def stray(self, amount):
        read(ME, row(f"R{self.count}", units(amount), "unknown"))

    def assign(self, _):
        line = queries.parked().first()
        notice = Notice.objects.exclude(state="cancelled").first()
        if line is not None:
            suspense.assign(self.cashiers[0], line.pk, notice_number(notice.pk))

    def back(self, _):
        line = queries.parked().first()
        if line is not None:
            made = suspense.send_back(self.cashiers[0], line.pk, "Not ours")
            refunds.pay(self.cashiers[1], made.pk)

    def _adjust(self, amount):
        tax = queries.standing_notice(self.declaration.pk).lines.first().tax
        with act(ME) as doing:
            doing.announce("test.adjusted", "test:1", {})
            adjusting.adjust(doing, locked(self.declaration.pk), [Line(tax, amount)], "Found")

    def more(self, amount):
        self._adjust(amount)

    def less(self, amount):
        self._adjust(-amount)

    def cover(self, _):
        with act(ME) as doing:
            doing.announce("test.covered", "test:1", {})
            covering.cover(doing, locked(self.declaration.pk), "GRN-26-1")

    def refund(self, _):
        for each in Refund.objects.filter(state="requested"):
            others = [one for one in self.cashiers if one.name != each.requested_by]
            refunds.approve(others[0], each.pk)
            refunds.pay(others[1], each.pk)


@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=ACTS)
def test_whatever_happens_the_books_agree(border, owing, acts):
    with pytest.raises(_Undo), transaction.atomic():
        live(border, owing(), acts)


def live(border, declaration, acts):
    """Do one thing after another, look at the books after each, and undo all of it."""
    a_guarantee(valid_to=date(2030, 1, 1))
    clerk = Clerk(border, declaration)
    for name, amount in acts:
        with contextlib.suppress(ActRefused), transaction.atomic():
            clerk.do(name, amount)
        books_agree(declaration)
    raise _Undo
