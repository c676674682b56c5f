"""Payment on line: a signed success pays once; nothing else is ever a success."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from clearway.payments import online, queries
from clearway.payments.models import BankLine, Payment
from clearway.payments.online_models import OnlinePayment
from clearway.payments.providers import TestProvider as Provider
from clearway.payments.rules import notice_number
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids


def begun(border, declaration, who="trader"):
    notice = queries.standing_notice(declaration.pk)
    return online.begin(border.actors[who], notice_number(notice.pk))


def told(payment, outcome="succeeded"):
    query = Provider().answer(payment.token, outcome)
    return {name: values[0] for name, values in parse_qs(urlsplit(f"?{query}").query).items()}


def test_a_signed_success_pays_once(border, owing):
    declaration = owing()
    payment, address = begun(border, declaration)
    assert address == f"/payments/test-provider/{payment.token}"
    assert queries.debt_of(declaration.pk).paid == 0
    for _ in range(3):
        assert online.finish(told(payment)).state == "succeeded"
    declaration.refresh_from_db()
    assert declaration.debt_state == "paid"
    assert Payment.objects.get().method == "online"
    balances = queries.balances()
    assert balances["provider", "test", "XPR"] == payment.amount
    assert sum(balances.values()) == 0
    with pytest.raises(StateForbids):
        begun(border, declaration)  # nothing is due any more


@pytest.mark.parametrize("changed", ["token", "outcome", "reference", "signature"])
def test_an_answer_that_is_not_signed_is_no_success(border, owing, changed):
    declaration = owing()
    payment, _ = begun(border, declaration)
    answer = told(payment, "failed")
    answer[changed] = "succeeded" if changed == "outcome" else "x"
    with pytest.raises(DataRefused):
        online.finish(answer)
    with pytest.raises(DataRefused):
        online.finish({})
    payment.refresh_from_db()
    assert payment.state == "begun"
    assert queries.debt_of(declaration.pk).paid == 0


def test_a_declined_payment_pays_nothing(border, owing):
    declaration = owing()
    payment, _ = begun(border, declaration)
    assert online.finish(told(payment, "failed")).state == "failed"
    assert online.finish(told(payment)).state == "failed"  # it is ended
    assert queries.debt_of(declaration.pk).paid == 0


def test_money_that_the_notice_cannot_take_is_parked(border, owing):
    declaration = owing()
    first, second = (begun(border, declaration)[0] for _ in range(2))
    online.finish(told(first))
    assert online.finish(told(second)).state == "parked"
    line = BankLine.objects.get()
    assert (line.state, line.why, line.amount) == ("suspended", "more_than_due", second.amount)
    assert sum(queries.balances().values()) == 0


def test_anothers_notice_is_not_paid_and_without_provider_nothing_begins(border, owing, settings):
    declaration = owing()
    with pytest.raises(NotThere):
        begun(border, declaration, "trader2")
    settings.DEMO = False
    with pytest.raises(StateForbids, match="No provider"):
        begun(border, declaration)
    assert not OnlinePayment.objects.exists()
