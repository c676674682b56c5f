"""The ledger: whatever is posted, debits are credits; what is posted stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.payments.conftest import ME

from clearway.events.service import act
from clearway.payments import ledger, queries
from clearway.payments.ledger import Side, post
from clearway.payments.models import Entry, EntryLine
from clearway.vocabulary.errors import DefectFound

AMOUNTS = st.lists(st.integers(-(10**15), 10**15), max_size=6)
KINDS = st.sampled_from(ledger.ACCOUNTS)


def posted(amounts, currency="XPR"):
    with act(ME) as doing:
        doing.announce("test.posted", "test:1", {})
        sides = [Side(kind, "one", amount) for kind, amount in amounts]
        return post(doing, "payment", "test:1", currency, sides)


class Balanced(TestCase):
    @given(st.lists(st.tuples(KINDS, st.integers(-(10**15), 10**15)), max_size=6))
    def test_what_balances_is_posted_and_what_does_not_is_refused(self, amounts):
        before = Entry.objects.count()
        if sum(amount for _, amount in amounts):
            with pytest.raises(DefectFound):
                posted(amounts)
            assert Entry.objects.count() == before
        else:
            posted(amounts)
            assert Entry.objects.count() == before + any(amount for _, amount in amounts)
        assert queries.unbalanced() == []
        assert sum(queries.balances().values()) == 0

    @given(AMOUNTS)
    def test_each_entry_keeps_its_sides(self, amounts):
        amounts = [*amounts, -sum(amounts)]
        made = posted([("bank", amount) for amount in amounts])
        lines = [] if made is None else list(made.lines.order_by("id"))
        assert [line.debit - line.credit for line in lines] == [one for one in amounts if one]


@pytest.mark.django_db
def test_the_ledger_is_never_changed():
    entry = posted([("bank", 5), ("suspense", -5)])
    with pytest.raises(DefectFound):
        EntryLine.objects.filter(entry=entry).update(debit=7)
    with pytest.raises(DefectFound):
        EntryLine.objects.filter(entry=entry).delete()
    with pytest.raises(DefectFound):
        Entry.objects.all().delete()
    with pytest.raises(DefectFound):
        posted([("cellar", 5), ("suspense", -5)])
