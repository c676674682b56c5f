"""Declarations' news move notices: the consumer bears being told twice."""

from __future__ import annotations

from types import SimpleNamespace

import msgspec
import pytest

from clearway.declarations import events
from clearway.declarations.models import Declaration
from clearway.payments import queries
from clearway.payments.models import Notice
from clearway.payments.seeding import seed_demo
from clearway.site import news_payments


def news(mrn, kind=events.ACCEPTED):
    return SimpleNamespace(id=1, kind=kind, body=msgspec.json.encode({"mrn": mrn}))


def test_an_accepted_declaration_is_noticed_once(border):
    mrn = border.lodged()
    for _ in range(2):
        news_payments.tell_payments(news(mrn))
    assert Notice.objects.get().declaration.mrn == mrn
    news_payments.tell_payments(news(None))
    news_payments.tell_payments(news("26XP000000000000A1"))
    assert Notice.objects.count() == 1


def test_what_owes_nothing_is_passed_over(border):
    mrn, free = border.lodged(), border.lodged(document="HBL-2")
    Declaration.objects.filter(mrn=free).update(debt_state="none")
    told = [news(mrn), news(free)]
    told[1].id = 2
    assert news_payments.still_to_do(told) == told[:1]


def test_a_declaration_in_advance_is_noticed_when_it_is_accepted(border):
    mrn = border.lodged(type_code="IMD", document="")
    news_payments.tell_payments(news(mrn))
    assert not Notice.objects.exists()
    assert border.ask("trader", "post", f"/declarations/{mrn}/presentation").status == 200
    news_payments.tell_payments(news(mrn))
    assert Notice.objects.get().open > 0


@pytest.mark.django_db
def test_a_demonstration_is_seeded_once(border):
    seed_demo()
    seed_demo()
    numbers = set(queries.guarantees().values_list("number", flat=True))
    assert "GRN-26-000017" in numbers
    assert queries.accounts().get().holder == "XP1000000003"


def test_a_trader_secures_by_the_api(border):
    seed_demo()
    mrn = border.lodged()
    path = f"/declarations/{mrn}/security"
    assert border.ask("trader2", "post", path, {}).status == 404
    done = border.ask("trader", "post", path, {"guarantee": "GRN-26-000017"})
    assert done.status == 200, done.json
    assert done.json["covered"]
    assert border.ask("trader", "post", path, {}).status == 409
    told = border.ask("trader", "get", "/notices").json["items"]
    assert [one["mrn"] for one in told] == [mrn]
    assert border.ask("trader2", "get", f"/notices/{told[0]['number']}").status == 404
    used = border.ask("trader", "get", "/guarantees/GRN-26-000017").json
    assert used["used"] == used["uses"][0]["amount"] > 0
