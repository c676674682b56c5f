"""The simulated day: repeatable, plausible, quick."""

import datetime as dt
from collections import Counter

import pytest

from clearway import packs
from clearway.messages import read_json, write_json
from clearway.messages.records import MetaData
from clearway.simulators.day import generate_day
from clearway.vocabulary.errors import InputUnusable

TUESDAY = dt.date(2026, 3, 3)


@pytest.fixture(scope="module")
def reference():
    return packs.load(packs.demo_pack())


@pytest.fixture(scope="module")
def day(reference):
    return list(generate_day(reference, TUESDAY))


def test_a_day_has_two_thousand_declarations_and_more(day, reference):
    assert len(day) >= 2_000
    sunday = list(generate_day(reference, TUESDAY + dt.timedelta(days=5)))
    assert 2_000 <= len(sunday) < len(day)


def test_the_same_day_comes_again(reference):
    first, second = (list(generate_day(reference, TUESDAY, declarations=80)) for _ in range(2))
    assert first == second
    other = list(generate_day(reference, TUESDAY, declarations=80, seed=2))
    assert other != first


def test_every_declaration_is_a_sound_message(day):
    for made in day[:400]:
        reading = read_json(write_json(MetaData(declaration=made.declaration)))
        assert not reading.problems
        assert reading.declaration == made.declaration


def test_references_are_unique(day):
    numbers = Counter(made.declaration.functional_reference_id for made in day)
    assert set(numbers.values()) == {1}


def test_about_one_in_twelve_has_a_mistake(day):
    commercial = [made for made in day if "consignee_parcels_30d" not in made.features]
    mistaken = [made for made in commercial if set(made.mistakes) - {"undervalued"}]
    assert 0.05 < len(mistaken) / len(commercial) < 0.12
    assert any("undervalued" in made.mistakes for made in day)


def test_the_day_is_varied(day):
    items = [item for made in day for item in made.declaration.goods_shipment.goods_items]
    chapters = {item.commodity.classifications[0].id[:2] for item in items}
    currencies = {item.commodity.invoice_line.item_charge_amount.currency for item in items}
    terms = {made.declaration.goods_shipment.trade_terms.condition_code for made in day}
    claims = {item.commodity.duty_tax_fees[0].duty_regime_code for item in items}
    modes = {made.declaration.border_transport_means.mode_code for made in day}
    assert len(chapters) > 40
    assert len(currencies) >= 4
    assert terms >= {"FOB", "CIF", "EXW", "DAP"}
    assert len(claims) >= 3
    assert modes == {"1", "3", "4"}


def test_less_than_nothing_is_refused(reference):
    with pytest.raises(InputUnusable, match="-1"):
        list(generate_day(reference, TUESDAY, declarations=-1))
