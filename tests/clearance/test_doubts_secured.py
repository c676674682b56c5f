"""A doubted value's security: a reserve of a guarantee or a deposit, worked by hand.

Cable ties of 10,000.00 XPR owe 650.00 of duty and 2,130.00 of VAT; suspected at 20,000.00 they
would owe twice that, so the security is 2,780.00. Determined at 15,000.00 they owe half as much
again: 325.00 and 1,065.00, together 1,390.00. The holder's status halves what a guarantee holds.
"""

from __future__ import annotations

import pytest
from tests.inspection.conftest import border, people, told, waiting  # noqa: F401 - fixtures
from tests.payments.conftest import ME, a_guarantee
from tests.payments.money import TREASURY, read, row, units

from clearway.audit import sequencer
from clearway.clearance import doubts_secured
from clearway.declarations.models import Declaration
from clearway.events.dispatch import Dispatcher
from clearway.inspection import doubting, ordering
from clearway.inspection import queries as inspection
from clearway.payments import guarantees, notices, queries, refunds, suspense
from clearway.payments.models import (
    BankLine,
    Deposit,
    Guarantee,
    GuaranteeUse,
    Notice,
    Refund,
    Security,
)
from clearway.site.reckoning.ledgers import disagreements
from clearway.site.subscriptions import SUBSCRIPTIONS
from clearway.vocabulary.errors import StateForbids

DECLARED, SECURITY, HALF = 278_000, 278_000, 139_000


@pytest.fixture
def doubt(people, waiting):  # noqa: F811
    """A doubt whose security is fixed at 2,780.00; its declaration's notice stands."""
    mrn = waiting()
    made = doubting.ask(people.officers[0], mrn, 1, "Twice this price last month.")
    notices.follow(ME, mrn)
    fixed = doubts_secured.fix(people.officers[0], made.pk, 2_000_000)
    assert fixed.security == SECURITY
    return fixed


def number_of(doubt):
    return f"VD{doubt.pk:08d}"


def covered(people, doubt, named):  # noqa: F811
    return doubts_secured.cover(people.officers[0], doubt.pk, named)


def determined(people, doubt, value=1_500_000):  # noqa: F811
    officer = people.officers[0]
    doubting.reply(people.trader, doubt.pk, "A discount.")
    doubting.tell_grounds(officer, doubt.pk, "No proof.")
    doubting.reply(people.trader, doubt.pk, "By word of mouth.")
    return doubting.determine(officer, doubt.pk, decision="The like", method="3", value=value)


def tell():
    """Let payments hear the news, twice as after a crash."""
    one = next(one for one in SUBSCRIPTIONS if one.name == "payments.determined")
    dispatcher = Dispatcher((one,))
    while sequencer.place() or dispatcher.step(one):
        pass


def test_a_guarantee_that_does_not_suffice_secures_nothing(people, doubt):  # noqa: F811
    a_guarantee(amount=HALF - 1)
    with pytest.raises(StateForbids, match="falls short by 1"):
        covered(people, doubt, "GRN-26-1")
    doubt.refresh_from_db()
    assert (doubt.secured_by, doubt.secured_at) == ("", None)
    assert inspection.open_orders(doubt.declaration_id) == 1, "the doubt keeps the goods"
    assert not GuaranteeUse.objects.exists()
    assert told("guarantee.short")[0]["shortfall"] == 1
    a_guarantee("GRN-26-2", holder="XP1000000002")
    for other in ("GRN-26-2", "GRN-26-3", "Cash deposit 17"):
        with pytest.raises(StateForbids, match="No guarantee of the parties"):
            covered(people, doubt, other)


def test_a_guarantee_is_reserved_and_released_when_the_value_is_accepted(people, doubt):  # noqa: F811
    a_guarantee(amount=HALF)
    assert covered(people, doubt, "GRN-26-1").secured_by == "GRN-26-1"
    assert Guarantee.objects.get().available == 0
    assert queries.debt_of(doubt.declaration_id).secured == 0, "it covers no debt yet"
    use = GuaranteeUse.objects.get()
    assert (use.liability, use.amount, use.state) == (SECURITY, HALF, "reserved")
    with pytest.raises(StateForbids, match="covers it already"):
        doubts_secured.fix(people.officers[0], doubt.pk, 3_000_000)
    doubting.accept(people.officers[0], doubt.pk, "The contract shows it.")
    tell()
    use.refresh_from_db()
    assert (use.state, Guarantee.objects.get().used) == ("discharged", 0)
    assert Security.objects.get().state == "released"
    assert [len(told(kind)) for kind in ("security.covered", "security.released")] == [1, 1]
    assert disagreements() == []


def test_a_guarantee_answers_for_what_a_determined_value_adds(people, doubt, border):  # noqa: F811
    a_guarantee(amount=HALF)
    covered(people, doubt, "GRN-26-1")
    border.later(days=20)
    use = GuaranteeUse.objects.get()
    with pytest.raises(StateForbids, match="overdue"):
        guarantees.propose_call(border.actors["cashier"], use.pk, "Late")
    assert determined(people, doubt).difference == 139_000
    tell()
    assert queries.debt_of(doubt.declaration_id)._asdict() == {
        "payable": DECLARED + 139_000, "paid": 0, "secured": 139_000,
        "outstanding": DECLARED + 139_000, "covered": False,
    }  # fmt: skip
    use.refresh_from_db()
    assert (use.liability, use.amount, use.subject) == (139_000, 69_500, "")
    assert (Guarantee.objects.get().used, Security.objects.get().state) == (69_500, "drawn")
    assert disagreements() == []


def test_what_a_guarantee_holds_for_both_becomes_one(people, doubt):  # noqa: F811
    from clearway.declarations.queries import locked
    from clearway.events.service import act
    from clearway.payments import covering

    a_guarantee(amount=2 * HALF)
    covered(people, doubt, "GRN-26-1")
    with act(ME) as doing:
        assert covering.cover(doing, locked(doubt.declaration_id), "GRN-26-1").covered
    assert Guarantee.objects.get().available == 0
    determined(people, doubt, 2_000_000)
    tell()
    (use,) = queries.open_uses(doubt.declaration_id)
    assert (use.liability, use.amount) == (2 * SECURITY, 2 * HALF)
    assert queries.debt_of(doubt.declaration_id).covered
    assert disagreements() == []


def test_a_deposit_pays_what_a_determined_value_adds(people, doubt, border):  # noqa: F811
    number = number_of(doubt)
    with pytest.raises(StateForbids, match="Less was deposited"):
        covered(people, doubt, number)
    read(ME, row("B-1", units(SECURITY - 1), f"Security {number}"))
    with pytest.raises(StateForbids, match="Less was deposited"):
        covered(people, doubt, number)
    read(ME, row("B-2", "0.02", number))
    assert BankLine.objects.get(reference="B-2").why == "more_than_due"
    read(ME, row("B-3", "0.01", "for my doubt"))
    suspense.assign(border.actors["cashier"], BankLine.objects.get(reference="B-3").pk, number)
    balances = queries.balances()
    assert balances["deposit", f"value_doubt:{doubt.pk}", "XPR"] == -SECURITY
    assert disagreements() == []
    covered(people, doubt, number)
    assert inspection.open_orders(doubt.declaration_id) == 0
    read(ME, row("B-4", "0.01", number))
    assert BankLine.objects.get(reference="B-4").why == "security_over"
    determined(people, doubt)
    tell()
    # Of 2,780.00 deposited 1,390.00 pay the adjustment, and the rest goes back in two ways.
    made = Notice.objects.get(kind="adjustment")
    assert (made.amount, made.state, queries.standing_notice(doubt.declaration_id).paid) == (
        139_000, "paid", 0,
    )  # fmt: skip
    assert sorted(Refund.objects.values_list("kind", "amount")) == [
        ("deposit", 1), ("deposit", 138_999),
    ]  # fmt: skip
    assert not Deposit.objects.filter(left__gt=0).exists()
    assert disagreements() == []
    for refund in Refund.objects.all():
        refunds.approve(border.actors["cashier"], refund.pk)
        refunds.pay(border.actors["cashier2"], refund.pk)
    balances = queries.balances()
    # 1,390.00, and what is parked: 0.02 and 0.01.
    assert balances["bank", TREASURY, "XPR"] == 139_003
    assert not [key for key in balances if key[0] in {"deposit", "refundable"}]
    assert sum(balances.values()) == 0
    assert disagreements() == []


def test_a_cancelled_declaration_gives_its_security_back(people, doubt):  # noqa: F811
    a_guarantee(amount=HALF)
    covered(people, doubt, "GRN-26-1")
    Declaration.objects.filter(pk=doubt.declaration_id).update(state="invalidated")
    ordering.cancel(doubt.declaration.mrn, "Lodged in error")
    tell()
    assert (Guarantee.objects.get().used, Security.objects.get().state) == (0, "released")
