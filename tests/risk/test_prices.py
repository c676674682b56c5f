"""What goods usually cost: worked by hand, learnt from the record, heard as of the day (C06)."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import numpy as np
import pytest
from django.db import connection
from tests.risk.conftest import border, lodged, office  # noqa: F401 - fixtures

from clearway.assessment.models import Hit
from clearway.audit import clock
from clearway.declarations.models import Declaration
from clearway.declarations.queries import current_version, lodgement_of
from clearway.events.models import Event
from clearway.kernel.lodgement import Item, Lodgement
from clearway.risk.outcomes import service as outcomes
from clearway.risk.outcomes.service import Shown
from clearway.risk.prices import queries, rules, service
from clearway.risk.prices.law import PriceLaw, perishables, price_law
from clearway.risk.prices.models import PriceReference, PriceRound, PriceSeen
from clearway.risk.prices.queries import Compared, Known
from clearway.risk.prices.rules import Goods, Spread
from clearway.vocabulary.dates import days_of

THIRTEEN = (
    "3.00", "3.20", "3.40", "3.60", "3.60", "3.80", "4.00", "4.20", "4.40", "4.40", "4.60",
    "4.80", "5.00",
)  # fmt: skip
"""Seventh of thirteen: 4.00. How far they are from it, in order: 0 .2 .2 .4 .4 .4 .4 .6 .6 .8 …,
of which the seventh is 0.40: the figures of card C06."""
USUAL = PriceLaw()


def millionths(prices):
    return np.array([int(Decimal(one) * 10**6) for one in prices], dtype=np.int64)


def test_the_cards_median_and_deviation():
    assert rules.spread(millionths(THIRTEEN)) == Spread(4_000_000, 400_000, 13)
    assert rules.spread(millionths(THIRTEEN)[::-1].copy()) == Spread(4_000_000, 400_000, 13)


def test_between_two_middle_prices_lies_their_mean():
    # 1, 2, 4, 9: median 3; apart 2, 1, 1, 6, in order 1 1 2 6: 1.5
    assert rules.spread(millionths(["9", "1", "4", "2"])) == Spread(3_000_000, 1_500_000, 4)
    assert rules.spread(np.array([1, 2], dtype=np.int64)) == Spread(2, 1, 2), "1.5 and 0.5, up"
    assert rules.spread(millionths(["7"])) == Spread(7_000_000, 0, 1)
    most = rules.price_of(2**62, Item(quantity=1), 0)
    assert most is None, "dearer than anything is no price"


def test_a_price_is_of_the_tariffs_unit_else_of_a_kilogram():
    pieces = Item(commodity="85044090", origin="CN", quantity=3_000_000, quantity_unit="NAR",
                  net_mass=9_000_000)  # fmt: skip
    assert rules.price_of(10_00, pieces, 2) == 3_333_333
    assert rules.price_of(10_00, msgspec.structs.replace(pieces, quantity=None), 2) == 1_111_111
    assert rules.price_of(10, pieces, 0) == 3_333_333, "a currency without decimals"
    for item, value in ((pieces, None), (pieces, 0), (Item(net_mass=0), 5), (Item(), 5)):
        assert rules.price_of(value, item, 2) is None
    assert rules.goods_of("IM", pieces) == Goods("IM", "85044090", "CN", "NAR")
    kilograms = msgspec.structs.replace(pieces, quantity=0)
    assert rules.goods_of("IM", kilograms) == Goods("IM", "85044090", "CN", "KGM")
    assert rules.goods_of("IM", msgspec.structs.replace(pieces, commodity="8504")) is None


def test_what_a_pack_says_amiss_is_the_usual():
    given = {"risk.price_window_days": "-3", "risk.price_least": "30"}
    assert price_law(given) == PriceLaw(window=180, least=30)
    assert perishables({"risk.perishable": "0302; 0603;"}) == ("0302", "0603")


def seen(prices, origin="CN", commodity="85044090", day=100, first=1, unit="NAR", direction="IM"):
    for number, price in enumerate(millionths(prices).tolist(), first):
        PriceSeen.objects.create(
            declaration=number, item=1, direction=direction, subheading=commodity[:6],
            commodity=commodity, origin=origin, unit=unit, price=price, day=day,
        )  # fmt: skip


def asked(day, commodity="85044090", origin="CN", unit="NAR", direction="IM"):
    item = Item(commodity=commodity, origin=origin, quantity=10**6, quantity_unit=unit)
    queries.forget()
    with connection.cursor() as cursor:
        (found,) = queries.features_for(
            cursor, [Lodgement(direction=direction, items=(item,))], day
        )
    return found


CARD = {"median_unit_price": 4_000_000, "mad_unit_price": 400_000}


def test_the_most_particular_that_enough_is_known_of_is_heard(both_databases):
    """13 of the code from China; 4 more of the code; 4 more of the subheading, dear."""
    seen(THIRTEEN)
    seen(["6.00"] * 4, origin="DE", first=50)
    seen(["90.00"] * 4, commodity="85044010", origin="DE", first=60)
    service.learn(100, USUAL)
    assert asked(101) == CARD | {"price_references": "1:commodity_origin:101:13"}
    # 17 prices: the ninth is 4.40; apart in order 0 0 .2 .2 .4 .4 .6 .6 .8: the ninth is .8
    of_code = {"median_unit_price": 4_400_000, "mad_unit_price": 800_000}
    assert asked(101, origin="DE") == of_code | {"price_references": "1:commodity:101:17"}
    # 21: the eleventh is 4.60; apart in order 0 .2 .2 .2 .4 .4 .6 .8 1 1 1.2: the eleventh is 1.2
    wider = {"median_unit_price": 4_600_000, "mad_unit_price": 1_200_000}
    assert asked(101, "85044099") == wider | {"price_references": "1:subheading:101:21"}
    assert asked(101, "85043499") == {}
    assert asked(101, unit="KGM") == {}, "another unit is another price"
    assert asked(101, direction="EX") == {}, "what goes out is priced otherwise"


def test_too_few_and_all_alike_are_unknown_and_never_zero(both_databases):
    seen(["5.00"] * 11)
    service.learn(100, USUAL)
    assert asked(101) == {}
    seen(["5.00"], first=90)
    service.learn(101, USUAL)
    alike = asked(102)
    assert alike == {"median_unit_price": 5_000_000,
                     "price_references": "1:commodity_origin:102:12"}  # fmt: skip


def test_a_reference_counts_from_the_next_day_and_stays_as_it_was(both_databases):
    seen(THIRTEEN)
    assert service.learn(100, USUAL) == 3
    assert asked(100) == {}, "the day itself goes by what was known before it"
    seen(["1.00"] * 30, first=50, day=101)
    assert service.learn(101, USUAL) == 3
    assert asked(101) == CARD | {"price_references": "1:commodity_origin:101:13"}
    assert asked(102)["median_unit_price"] == 1_000_000
    assert service.learn(101, USUAL) == 0, "a day is learnt once"
    assert service.learn(102, USUAL) == 0, "nothing changed"
    assert PriceReference.objects.count() == 6


def test_the_window_slides_and_what_nobody_brings_is_forgotten(both_databases):
    law = PriceLaw(window=10, least=12)
    seen(THIRTEEN, day=100)
    service.learn(109, law)
    assert asked(110)["median_unit_price"] == 4_000_000
    service.learn(110, law)
    assert asked(111) == {}
    assert not PriceSeen.objects.exists()
    assert asked(110)["median_unit_price"] == 4_000_000, "what was known then is known still"


def test_what_was_cancelled_or_found_wrong_teaches_nothing(both_databases):
    seen(THIRTEEN)
    seen(["0.10"] * 20, first=50)
    for number in range(50, 70):
        outcomes.record(number, [Shown(1, True, 100)], clock.now())
    service.learn(100, USUAL)
    assert asked(101) == CARD | {"price_references": "1:commodity_origin:101:13"}


def test_many_items_cost_one_statement_and_the_second_time_none(both_databases, monkeypatch):
    seen(THIRTEEN)
    service.learn(100, USUAL)
    items = tuple(
        Item(commodity=f"850440{place:02d}", origin="CN", quantity=1, quantity_unit="NAR")
        for place in range(100)
    )
    told = [Lodgement(direction="IM", items=items) for _ in range(3)]
    queries.forget()
    counted = []
    ask = queries.ask
    monkeypatch.setattr(queries, "ask", lambda *given: counted.append(1) or ask(*given))
    with connection.cursor() as cursor:
        first = queries.features_for(cursor, told, 101)
        assert len(counted) == 1
        assert queries.features_for(cursor, told, 101) == first
        assert len(counted) == 1
    assert first[0]["median_unit_price[1]"] == 4_000_000, "of the subheading"


def test_items_are_told_apart():
    known = {"A": Known(9, 5, 0, 12), "B": Known(9, 7, 2, 30)}
    found = queries._features([{"commodity": "A"}, {"subheading": "B"}, {}], known)
    assert found == {
        "median_unit_price[1]": 5, "median_unit_price[2]": 7, "mad_unit_price[2]": 2,
        "price_references": "1:commodity:9:12 2:subheading:9:30",
    }  # fmt: skip
    assert queries.compared(found) == [
        Compared(1, "commodity", 9, 12), Compared(2, "subheading", 9, 30),
    ]  # fmt: skip
    assert queries.of_item(found, "mad_unit_price", 1) is None
    assert queries.of_item(found, "mad_unit_price", 2) == 2


@pytest.fixture
def thirteen(border):  # noqa: F811
    """The thirteen prices of the card, for 90 kg net each; learnt on the same day."""
    for place, price in enumerate(THIRTEEN):
        worth = str(Decimal(price) * 90)
        assert border.lodge(price=worth, document=f"OLD-{place}").status == 201
    service.go_round()
    queries.forget()
    return border


@pytest.mark.django_db(transaction=True)
def test_the_cards_goods_are_odd_by_minus_three_point_two(thirteen):
    thirteen.later(days=1)
    mrn = thirteen.lodged(price="189.00", document="NEW-1")  # 2.10 a kilogram
    found = lodgement_of(current_version(Declaration.objects.get(mrn=mrn)))
    day = days_of(thirteen.clock.now().date())
    assert {name: found.features[name] for name in CARD} == CARD
    assert found.features["price_references"] == f"1:commodity_origin:{day}:13"
    hits = dict(Hit.objects.values_list("profile", "contribution"))
    assert hits["VA-001"] == 30, "robust_z < -3"
    trader = thirteen.ask("trader", "get", f"/declarations/{mrn}")
    assert b"price_references" not in trader.content
    assert b"median" not in trader.content
    assert PriceSeen.objects.count() == 13, "seen with the next round"


@pytest.mark.django_db(transaction=True)
def test_a_round_sees_each_version_once_and_tells_of_the_day_once(thirteen):
    service.go_round()
    assert PriceSeen.objects.count() == 13
    assert PriceRound.objects.get().learnt_for == days_of(thirteen.clock.now().date()) + 1
    (told,) = Event.objects.filter(kind="prices.learnt")
    assert msgspec.json.decode(bytes(told.body)) | {"day": 0} == {
        "day": 0, "references": 3, "prices": 13,
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_cancelled_declaration_teaches_nothing_more(thirteen):
    Declaration.objects.filter(transport_document__in=["OLD0", "OLD1"]).update(state="invalidated")
    thirteen.later(days=1)
    service.go_round()
    # Eleven are too few: what was known of the code is known no more.
    thirteen.later(days=1)
    assert PriceReference.objects.filter(median=None).count() == 3
