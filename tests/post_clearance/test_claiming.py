"""Claims to a refund: lodged by the payer, granted by one, paid by two others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs
from tests.post_clearance.test_appealing import second  # noqa: F401 - a fixture

from clearway.audit.actor import Role
from clearway.audit.models import Leaf
from clearway.declarations.models import Declaration
from clearway.events.models import Event
from clearway.payments import refunds
from clearway.payments.models import Payment, Refund
from clearway.payments.queries import balances, debt_of, standing_notice
from clearway.post_clearance import appealing, claiming
from clearway.vocabulary.dates import day_from_iso
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids

WHY = "The supplier credited a part of the invoice."


def asked(mrn):
    """Return what the standing notice asks for by tax."""
    notice = standing_notice(Declaration.objects.get(mrn=mrn).pk)
    return {line.tax: line.amount for line in notice.lines.all()}


def test_a_claim_is_granted_in_part_and_paid_by_two_others(people, released, border):
    mrn = released()
    row = Declaration.objects.get(mrn=mrn)
    before = debt_of(row.pk)
    assert asked(mrn)["A00"] == 65_000, "6.50 % of 10,000.00"
    claim = claiming.lodge(people.trader, mrn, [("A00", 10_000), ("A00", 5_000)], WHY)
    # Tuesday 3 March + 30 working days; Good Friday (3 April) and Easter Monday are none.
    assert (claim.amount, claim.decide_due) == (15_000, day_from_iso("2026-04-16"))
    with pytest.raises(StateForbids, match="is open"):
        claiming.lodge(people.trader, mrn, [("A00", 1)], WHY)
    with pytest.raises(NotThere):
        claiming.decide(people.far, claim.pk, [("A00", 1)], "Far")
    with pytest.raises(NotThere):
        claiming.decide(people.trader, claim.pk, [("A00", 1)], "Mine")
    with pytest.raises(StateForbids, match="More is granted"):
        claiming.decide(people.ann, claim.pk, [("A00", 15_001)], "All")
    with pytest.raises(StateForbids, match="More is granted"):
        claiming.decide(people.ann, claim.pk, [("B00", 1)], "Another tax")
    done = claiming.decide(people.ann, claim.pk, [("A00", 12_000)], "As far as it is proved.")
    assert (done.state, done.granted) == ("granted", 12_000)
    after = debt_of(row.pk)
    assert (after.payable, after.paid) == (before.payable - 12_000, before.paid - 12_000)
    assert sum(balances().values()) == 0
    refund = Refund.objects.get()
    assert (refund.amount, refund.state, refund.requested_by) == (
        12_000, "requested", people.ann.name,
    )  # fmt: skip
    granter = structs.replace(people.ann, roles=frozenset({Role.CASHIER, Role.SUPERVISOR}))
    for forbidden in (refunds.approve, refunds.pay):
        with pytest.raises(StateForbids):
            forbidden(granter, refund.pk)
    assert Leaf.objects.filter(kind="refusal", subject=f"refund:{refund.pk}").exists()
    notice = standing_notice(row.pk)
    Payment.objects.create(
        notice=notice, method="bank", currency="XPR", amount=before.paid, at=border.clock.now()
    )
    cashiers = border.actors["cashier"], border.actors["cashier2"]
    refunds.approve(cashiers[0], refund.pk)
    with pytest.raises(StateForbids, match="Another person"):
        refunds.pay(cashiers[0], refund.pk)
    assert refunds.pay(cashiers[1], refund.pk).state == "refunded"
    assert sum(balances().values()) == 0
    result = Event.objects.filter(kind="post_clearance.result").latest("id")
    assert b"claim" in bytes(result.body)


def test_what_cannot_be_claimed(people, released, border):
    mrn = released()
    for nothing in ([], [("A00", 0)], [("A00", -5)]):
        with pytest.raises(DataRefused, match="names what is to go back"):
            claiming.lodge(people.trader, mrn, nothing, WHY)
    with pytest.raises(DataRefused, match="needs a reason"):
        claiming.lodge(people.trader, mrn, [("A00", 1)], " ")
    with pytest.raises(StateForbids, match="than was paid"):
        claiming.lodge(people.trader, mrn, [("A00", 10**9)], WHY)
    with pytest.raises(StateForbids, match="does not allow"):
        claiming.lodge(people.trader, released(state="assessed"), [("A00", 1)], WHY)
    with pytest.raises(NotThere):
        claiming.lodge(people.other, mrn, [("A00", 1)], WHY)
    border.clock.advance(border.clock.now() + timedelta(days=3 * 366))
    with pytest.raises(StateForbids, match="limitation"):
        claiming.lodge(people.trader, mrn, [("A00", 1)], WHY)


def test_a_claim_is_withdrawn_and_lodged_again(people, released):
    mrn = released()
    claim = claiming.lodge(people.trader, mrn, [("A00", 100)], WHY)
    with pytest.raises(NotThere):
        claiming.withdraw(people.other, claim.pk)
    assert claiming.withdraw(people.trader, claim.pk).state == "withdrawn"
    with pytest.raises(StateForbids):
        claiming.decide(people.ann, claim.pk, [("A00", 100)], "Too late")
    assert claiming.lodge(people.trader, mrn, [("A00", 100)], WHY).state == "lodged"
    assert not Refund.objects.exists()


@pytest.mark.parametrize(("outcome", "given", "granted"), [
    ("annulled", (), 100), ("changed", (("A00", 60),), 60), ("upheld", (), 0),
])  # fmt: skip
def test_a_refused_claim_is_appealed_against(
    people,
    released,
    second,  # noqa: F811
    outcome,
    given,
    granted,
):
    mrn = released()
    number = Declaration.objects.get(mrn=mrn).pk
    before = debt_of(number).payable
    claim = claiming.lodge(people.trader, mrn, [("A00", 100)], WHY)
    with pytest.raises(StateForbids, match="not decided"):
        appealing.lodge(people.trader, "claim", claim.pk, "Too early.")
    assert claiming.decide(people.ann, claim.pk, (), "Not proved.").state == "refused"
    assert debt_of(number).payable == before
    appeal = appealing.lodge(people.trader, "claim", claim.pk, "It is proved.")
    with pytest.raises(StateForbids, match="second person"):
        appealing.admit(people.ann, appeal.pk, admitted=True)
    appealing.admit(second, appeal.pk, admitted=True)
    appealing.hear(second, appeal.pk, "Heard.")
    done = appealing.decide(second, appeal.pk, outcome, "So be it.", taken_back=given)
    assert done.amount == granted
    claim.refresh_from_db()
    assert (claim.state, claim.granted) == ("refused", granted)
    assert debt_of(number).payable == before - granted
    assert sum(one.amount for one in Refund.objects.all()) == granted
    assert sum(balances().values()) == 0
