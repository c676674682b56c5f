"""Low-value claims: the China form of card C13, de minimis, flat rates, and what stands against."""

from fractions import Fraction

import pytest

from clearway.kernel.decisions import ItemValue
from clearway.kernel.lodgement import Item, Lodgement
from clearway.kernel.low_value import apply
from clearway.kernel.reference import LowValueRegime, MeasureType, TaxRule
from clearway.kernel.tariff import price
from clearway.proving.small_law import LawRow, percent, small_reference

DAY = 20_515
TYPES = (
    MeasureType("MFN", "DUTY", "duty"),
    MeasureType("CT", "CT", "excise"),
    MeasureType("VAT", "VAT", "vat"),
)
TAXES = (
    TaxRule("DUTY", "duty", "", ("value",)),
    TaxRule("CT", "excise", "", ("value", "@duty"), method="inclusive"),
    TaxRule("VAT", "vat", "", ("value", "@duty", "@excise")),
)
CBEC = LowValueRegime(
    "CBEC",
    "e-commerce",
    consignment_limit=500_000,
    yearly_limit=2_600_000,
    year_feature="buyer_value_year",
    duty_factor=Fraction(0),
    tax_factor=Fraction(7, 10),
    single_item_exception=True,
    excluded_commodities=("2402",),
)


def pack(*regimes):
    law = [
        *(LawRow(code, "MFN", percent("10")) for code in ("6109", "3304", "2402")),
        *(LawRow(code, "VAT", percent("13")) for code in ("6109", "3304", "2402")),
        LawRow("3304", "CT", percent("15")),
    ]
    return small_reference(
        law, types=TYPES, taxes=TAXES, currency="CNY", low_value_regimes=regimes or (CBEC,)
    )


def claimed(worth, reference=None, items=("6109",), regime="CBEC", description="", **features):
    reference = reference or pack()
    history = {"buyer_value_year": 0} | features
    one = Lodgement(
        direction="IM",
        legal_date=DAY,
        low_value_regime=regime,
        features={name: fact for name, fact in history.items() if fact is not None},
        items=tuple(Item(commodity=code, origin="FR", description=description) for code in items),
    )
    values = [ItemValue(number, worth) for number, _ in enumerate(items, 1)]
    pricing = apply(one, values, price(one, values, reference), reference)
    return pricing, sum(line.payable or 0 for line in pricing.lines)


def rules(pricing):
    return [found.rule for found in pricing.findings]


def test_no_duty_and_seventy_per_cent_of_vat():
    pricing, owed = claimed(51_900)
    assert owed == 4_723
    assert rules(pricing) == []
    assert pricing.lines[-1].steps[-1].key == "low_value.granted"


def test_consumption_tax_in_its_base():
    pricing, owed = claimed(100_000, items=("3304",))
    assert [line.payable for line in pricing.lines] == [0, 12_353, 10_706]
    assert owed == 23_059


def test_the_yearly_limit_counts_what_was_used_in_thousandths():
    pricing, owed = claimed(51_900, buyer_value_year=25_700_000)
    assert (owed, rules(pricing)) == (5_190 + 7_422, ["CLW7004"])
    assert dict(pricing.findings[0].parameters)["sum"] == "26219.00 CNY"
    assert rules(claimed(30_000, buyer_value_year=25_700_000)[0]) == []


def test_a_year_that_nobody_knows_is_not_a_year_within_the_limit():
    pricing, owed = claimed(51_900, buyer_value_year=None)
    assert (owed, rules(pricing)) == (12_612, ["CLW7005"])


def test_one_item_above_the_limit_enters_at_full_charges_and_two_do_not():
    pricing, owed = claimed(520_000)
    assert (owed, rules(pricing)) == (52_000 + 74_360, ["CLW7006"])
    assert rules(claimed(260_000, items=("6109", "6109"))[0]) == ["CLW7003"]


def test_excluded_goods_and_unknown_regimes_are_taxed_in_full():
    assert rules(claimed(10_000, items=("2402",))[0]) == ["CLW7007"]
    assert rules(claimed(10_000, regime="OTHER")[0]) == ["CLW7001"]
    assert rules(claimed(None)[0])[-1] == "CLW7002"


def test_nothing_claimed_changes_nothing():
    pricing, owed = claimed(51_900, regime="")
    assert (owed, rules(pricing)) == (12_612, [])


def test_de_minimis_for_duty_and_for_tax():
    regime = LowValueRegime("DM", "", de_minimis_duty=15_000, de_minimis_tax=2_200)
    for worth, owed in ((2_200, 0), (15_000, 1_950), (15_001, 1_500 + 2_145)):
        assert claimed(worth, pack(regime), regime="DM")[1] == owed


def test_a_flat_rate_replaces_the_ordinary_charges():
    regime = LowValueRegime("FLAT", "", flat_rate=Fraction(35, 1000), flat_tax="DUTY")
    pricing, owed = claimed(12_345, pack(regime), regime="FLAT")
    assert [(line.tax, line.rate_text) for line in pricing.lines] == [("DUTY", "3.5 %")]
    assert owed == 432


def test_beyond_may_name_another_regime():
    first = LowValueRegime("A", "", consignment_limit=1_000, beyond="B")
    second = LowValueRegime("B", "", flat_rate=Fraction(1, 10), flat_tax="DUTY")
    pricing, owed = claimed(2_000, pack(first, second), regime="A")
    assert (owed, rules(pricing)) == (200, ["CLW7003"])


@pytest.mark.parametrize(
    ("features", "rule"),
    [
        ({"order_amount": 51_900, "payment_amount": 50_900}, "CLW7101"),
        ({"payer_is_buyer": False}, "CLW7103"),
        ({"waybill_reused": True}, "CLW7104"),
        ({"order_amount": 51_900, "same_day_value": 480_000}, "CLW7105"),
        ({"consignee_matches_order": False}, "CLW7107"),
    ],
)
def test_what_does_not_match_is_told_and_not_taxed_silently(features, rule):
    pricing, owed = claimed(51_900, **features)
    assert (owed, rules(pricing)) == (4_723, [rule])


@pytest.mark.parametrize("description", ["gift", " GIFT! ", "礼品", "quà tặng", "هدية"])
def test_a_description_must_name_the_goods(description):
    assert rules(claimed(51_900, description=description)[0]) == ["CLW7106"]


def test_a_description_that_names_the_goods_passes():
    assert rules(claimed(51_900, description="gift box of tea cups")[0]) == []
