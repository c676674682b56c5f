"""Decisions beside the assessment, worked by hand: what a later version leaves of them.

Cable ties of 10,000.00 XPR: duty A00 of 6.5 % is 650.00, VAT B00 of 20 % on 10,650.00 is 2,130.00,
together 2,780.00. Amounts below in minor units.
"""

from __future__ import annotations

from concurrent.futures import Future
from types import SimpleNamespace

import pytest
from tests.post_clearance.conftest import ME
from tests.post_clearance.test_appealing import second  # noqa: F401 - a fixture
from tests.post_clearance.test_reversing import appealed, decided

from clearway.declarations.models import Declaration
from clearway.intake.submission import Answer
from clearway.payments import determining, notices
from clearway.payments.departing import Part
from clearway.payments.models import Notice, Refund
from clearway.payments.queries import balances, debt_of, standing_notice
from clearway.post_clearance import appealing, audit_decisions, claiming, correcting, versions
from clearway.post_clearance.changing import Change
from clearway.vocabulary.errors import StateForbids

DECLARED = 278_000
TWICE = [Part("A00", 65_000, 1, 65_000), Part("B00", 213_000, 1, 213_000)]


def payable(mrn):
    return debt_of(Declaration.objects.get(mrn=mrn).pk).payable


def corrected(people, mrn, price):
    """Correct the price of item 1; return what that was said to come to."""
    made = correcting.propose(people.ann, mrn, [Change(1, "price", price)], "Contract")
    done = correcting.confirm(people.ben, made.pk, confirmed=True) if made.difference else made
    assert not notices.follow(ME, mrn), "the line's version is followed at once"
    assert sum(balances().values()) == 0
    return done.difference


@pytest.fixture
def granted(people, released):
    """A declaration on which a claim to 120.00 of duty was granted."""
    mrn = released()
    assert payable(mrn) == DECLARED
    claim = claiming.lodge(people.trader, mrn, [("A00", 12_000)], "Credited")
    claiming.decide(people.ann, claim.pk, [("A00", 12_000)], "Proved.")
    assert payable(mrn) == 266_000
    return mrn


def test_what_a_claim_took_off_is_not_charged_again(people, granted):
    made = correcting.propose(people.ann, granted, [Change(1, "description", "Ties")], "Contract")
    assert (made.state, made.difference) == ("done", 0)
    assert payable(granted) == 266_000
    notice = standing_notice(Declaration.objects.get(mrn=granted).pk)
    assert (notice.version, notice.amount) == (2, 266_000)
    lines = [(one.tax, one.amount, one.reason) for one in notice.lines.order_by("id")]
    assert lines == [("A00", 65_000, ""), ("B00", 213_000, ""), ("A00", -12_000, "Proved.")]
    assert Refund.objects.get().amount == 12_000, "what was paid is not paid back twice"


@pytest.mark.parametrize(("price", "after"), [
    # 12,000.00: duty 780.00, VAT 2,556.00, less 120.00.
    ("12000.00", 321_600),
    # 9,000.00: duty 585.00 is 65.00 less by itself, 55.00 of the 120.00 are left; VAT 1,917.00.
    ("9000.00", 244_700),
    # 8,000.00: duty 520.00 is 130.00 less by itself, nothing is left; VAT 1,704.00.
    ("8000.00", 222_400),
])  # fmt: skip
def test_a_version_that_moves_the_tax_counts_first(people, granted, price, after):
    assert corrected(people, granted, price) == after - 266_000
    assert payable(granted) == after
    # What it says again, it owes again.
    assert corrected(people, granted, "10000.00") == 266_000 - after
    assert payable(granted) == 266_000


def test_a_decision_changed_on_appeal_stays_changed(people, released, second):  # noqa: F811
    mrn = released()
    audit = decided(people, mrn)  # 12,000.00: 3,336.00 of taxes
    appeal = appealed(people, second, "audit", audit.pk)
    before = payable(mrn)
    assert before == 333_600 + audit.penalty + audit.interest
    done = appealing.decide(
        second, appeal.pk, "changed", "In part.", taken_back=(("A00", 3_000), ("PENALTY", 100))
    )
    assert done.amount == 3_100
    assert payable(mrn) == before - 3_100
    # 13,000.00: duty 845.00, VAT 2,769.00: 278.00 more, and what was taken back stays so.
    assert corrected(people, mrn, "13000.00") == 27_800
    assert payable(mrn) == before - 3_100 + 27_800


def test_a_determined_value_is_not_charged_twice(people, released):
    mrn = released()
    assert [determining.collect(ME, mrn, 7, TWICE) for _ in range(2)] == [True, False]
    assert payable(mrn) == 556_000
    # It declares less than was determined: that stands. 15,000.00 is within it.
    for price in ("10000.00", "9999.99", "15000.00"):
        owed = payable(mrn)
        made = correcting.propose(people.ann, mrn, [Change(1, "price", price)], "Contract")
        if made.state == "proposed":
            correcting.confirm(people.ben, made.pk, confirmed=True)
        assert payable(mrn) == owed + made.difference
    assert payable(mrn) == 556_000
    # The value as it was determined, then a dearer one: 21,000.00 owes 1,365.00 and 4,473.00.
    assert corrected(people, mrn, "20000.00") == 0
    assert payable(mrn) == 556_000
    assert corrected(people, mrn, "21000.00") == 27_800
    assert payable(mrn) == 583_800
    kinds = Notice.objects.exclude(state="cancelled").values_list("kind", "amount")
    assert list(kinds) == [("assessment", 583_800)]


def test_an_audit_that_finds_the_determined_value_asks_for_nothing(people, released):
    mrn = released()
    determining.collect(ME, mrn, 7, TWICE)
    audit = decided(people, mrn, [Change(1, "price", "20000.00")])
    assert (audit.extra, audit.penalty, audit.interest) == (0, 0, 0)
    assert payable(mrn) == 556_000
    assert Declaration.objects.get(mrn=mrn).version == 2


def test_a_value_determined_again_takes_the_place_of_the_first(released):
    mrn = released()
    determining.collect(ME, mrn, 7, TWICE)
    # Half as much again, 15,000.00: 325.00 and 1,065.00 instead.
    half = [Part("A00", 32_500, 1, 65_000), Part("B00", 106_500, 1, 213_000)]
    determining.collect(ME, mrn, 8, half)
    assert payable(mrn) == DECLARED + 139_000
    assert sum(balances().values()) == 0


def test_a_value_determined_before_the_first_notice_is_charged_with_it(people, released):
    mrn = released(debt="assessed")
    assert not Notice.objects.exists()
    determining.collect(ME, mrn, 7, TWICE)
    assert payable(mrn) == 556_000
    (notice,) = Notice.objects.all()
    assert (notice.kind, notice.amount) == ("assessment", 556_000)
    assert not notices.follow(ME, mrn)


def test_a_decision_on_old_findings_is_refused(people, granted):
    """What was granted since the draft is not in it: the team drafts again."""
    from clearway.post_clearance import auditing

    mrn = granted
    audit = auditing.open_audit(people.ann, [mrn], "Price")
    auditing.notify(people.supervisor, audit.pk, [people.ann.name], "By the law")
    auditing.begin(people.ann, audit.pk)
    audit_decisions.draft(people.ann, audit.pk, "Wrong.", {mrn: [Change(1, "price", "9000.00")]})
    audit_decisions.answer(people.trader, audit.pk, "No.")
    claim = claiming.lodge(people.trader, mrn, [("A00", 500)], "More credited")
    claiming.decide(people.ann, claim.pk, [("A00", 500)], "Proved.")
    with pytest.raises(StateForbids, match="since the findings were drafted"):
        audit_decisions.decide(people.supervisor, audit.pk, upheld=True, reasons="So.")


def test_an_audit_whose_version_cannot_be_written_is_charged_on(people, released, monkeypatch):
    mrn = released()
    full = Future()
    full.set_result(Answer(503, b""))
    with monkeypatch.context() as patched:
        broken = SimpleNamespace(line=lambda: SimpleNamespace(submit=lambda _: full))
        patched.setattr(versions, "running", broken)
        audit = decided(people, mrn)
    owed = payable(mrn)
    assert owed == 333_600 + audit.penalty + audit.interest
    assert Declaration.objects.get(mrn=mrn).version == 1
    # Another version says the old price still: what the audit found is not lost, nor asked twice.
    made = correcting.propose(people.ann, mrn, [Change(1, "description", "Ties")], "Contract")
    assert (made.state, payable(mrn)) == ("done", owed)
    assert corrected(people, mrn, "12000.00") == 0
    assert payable(mrn) == owed
