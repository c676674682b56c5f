"""The customs value, worked by hand and against an independent oracle over ``decimal``."""

import random
from decimal import ROUND_HALF_UP, Decimal, getcontext

import pytest

from clearway.kernel.lodgement import Charge, DocumentRow, Item, Lodgement
from clearway.kernel.reference import ExchangeRate, IncotermRule, Period, ValuationRules
from clearway.kernel.valuation import value
from clearway.proving.small_law import small_reference
from clearway.vocabulary.money import Rounding

DAY = 20_515
TERMS = {
    "EXW": IncotermRule("EXW", freight_included=False, insurance_included=False),
    "FOB": IncotermRule("FOB", freight_included=False, insurance_included=False),
    "CFR": IncotermRule("CFR", freight_included=True, insurance_included=False),
    "CIF": IncotermRule("CIF", freight_included=True, insurance_included=True),
}
ROLES = {
    "FRT": "freight",
    "INS": "insurance",
    "ADD": "addition",
    "DED": "deduction",
    "VTA": "tax_addition:VAT",
}
RATES = {
    "USD": (ExchangeRate("USD", 25_000, 1, Period(0, DAY + 1)),),
    "EUR": (ExchangeRate("EUR", 271_234, 10, Period(0, DAY + 1)),),
}


def pack(**more):
    exponent = more.pop("exponent", 0)
    rules = {"incoterms": TERMS, "charge_roles": ROLES} | more
    return small_reference(
        [],
        types=(),
        taxes=(),
        currency="VND",
        exponent=exponent,
        exchange_rates=RATES,
        valuation=ValuationRules(**rules),
    )


def thing(amount, gross=1_000_000, **more):
    return Item(item_amount=amount, item_currency="USD", gross_mass=gross, **more)


def lodged(*items, **more):
    settings = {"legal_date": DAY, "direction": "IM", "incoterm": "FOB", "invoice_currency": "USD"}
    return Lodgement(items=tuple(items), **(settings | more))


GOLD = {
    "freight_amount": 3_000_000,
    "freight_currency": "USD",
    "charges": (Charge("INS", 215_000, "USD"),),
}


def values(lodgement, reference):
    return [one.value for one in value(lodgement, reference).values]


def rules(lodgement, reference):
    return [found.rule for found in value(lodgement, reference).findings]


def test_gold_01_freight_by_mass_and_insurance_by_value():
    items = (thing(24_000_000, 1_200_000_000), thing(16_000_000, 4_800_000_000))
    valuation = value(lodged(*items, **GOLD), pack())
    assert [one.value for one in valuation.values] == [618_225_000, 462_150_000]
    assert valuation.findings == []
    steps = {step.key: dict(step.parameters) for step in valuation.values[0].steps}
    assert steps["value.freight_added"]["amount"] == "600.00"
    assert steps["value.insurance_added"]["amount"] == "129.00"
    assert steps["value.customs_value"]["amount"] == "618225000"


@pytest.mark.parametrize(
    ("boundary", "term", "expected"),
    [
        ("CIF", "FOB", 12_000_000 + 1_000_000 + 250_000),
        ("CIF", "CFR", 12_000_000 + 250_000),
        ("CIF", "CIF", 12_000_000),
        ("FOB", "FOB", 12_000_000),
        ("FOB", "CFR", 12_000_000 - 1_000_000),
        ("FOB", "CIF", 12_000_000 - 1_000_000 - 250_000),
    ],
)
def test_the_term_and_the_boundary_decide_about_freight_and_insurance(boundary, term, expected):
    one = lodged(
        thing(480_000),
        incoterm=term,
        freight_amount=40_000,
        freight_currency="USD",
        charges=(Charge("INS", 10_000, "USD"),),
    )
    assert values(one, pack(cost_boundary=boundary)) == [expected]


def test_exports_are_valued_at_fob():
    one = lodged(thing(480_000), direction="EX", incoterm="CIF", freight_amount=40_000)
    assert values(one, pack()) == [11_000_000]


def test_what_rounding_leaves_over_goes_to_the_largest_line_ties_to_the_first():
    charge = (Charge("FRT", 100_000, "VND"),)
    three = [Item(item_amount=1_000_000, item_currency="VND", gross_mass=1) for _ in range(3)]
    one = lodged(*three, charges=charge, incoterm="FOB")
    assert values(one, pack()) == [1034, 1033, 1033]
    three[2] = Item(item_amount=1_000_000, item_currency="VND", gross_mass=2)
    assert values(lodged(*three, charges=charge), pack()) == [1025, 1025, 1050]


def test_charges_of_one_item_add_and_deduct_there():
    own = (Charge("ADD", 5_000, "EUR"), Charge("DED", 2_000, "USD"), Charge("VTA", 9_000, "USD"))
    one = lodged(thing(100_000, charges=own), thing(100_000), incoterm="CIF")
    assert values(one, pack()) == [2_500_000 + 135_617 - 50_000, 2_500_000]


def test_no_rate_of_the_day_means_no_value_and_a_finding():
    one = lodged(Item(item_amount=1_000, item_currency="CHF"), thing(1_000), incoterm="CIF")
    assert values(one, pack()) == [None, 25_000]
    assert rules(one, pack()) == ["CLW5002"]
    late = lodged(thing(1_000), incoterm="CIF", legal_date=DAY + 1)
    assert values(late, pack()) == [None]


def test_no_day_means_no_value():
    assert rules(lodged(thing(1), legal_date=None), pack()) == ["CLW5001"]


@pytest.mark.parametrize(
    ("item", "more", "rule"),
    [
        (Item(item_currency="USD"), {}, "CLW5003"),
        (thing(0), {}, "CLW5004"),
        (thing(-5), {}, "CLW5004"),
        (thing(1_000), {"charges": (Charge("XXX", 1, "USD"),)}, "CLW5008"),
        (thing(1_000), {"charges": (Charge("ADD", -1, "USD"),)}, "CLW5020"),
        (thing(1_000), {"charges": (Charge("ADD", 1, "CHF"),)}, "CLW5002"),
        (thing(1_000, valuation_method="9"), {}, "CLW5014"),
        (Item(valuation_method="4"), {}, "CLW5013"),
        (Item(item_amount=5), {"invoice_currency": ""}, "CLW5019"),
        (thing(10**18), {}, "CLW5015"),
        (thing(1_000), {"charges": (Charge("DED", 1_000, "USD"),)}, "CLW5016"),
    ],
)
def test_what_cannot_be_valued_is_a_finding_and_never_zero(item, more, rule):
    one = lodged(item, incoterm="CIF", **more)
    assert rules(one, pack()) == [rule]
    assert values(one, pack()) == [None]


def test_shared_charges_need_every_mass():
    one = lodged(thing(1_000), thing(1_000, gross=None), **GOLD)
    assert rules(one, pack()) == ["CLW5009"]
    assert values(one, pack()) == [None, None]


def test_an_unknown_term_with_freight_is_doubtful():
    assert rules(lodged(thing(1_000), incoterm="ZZZ", **GOLD), pack()) == ["CLW5007"]


def test_terms_that_lack_insurance_or_hide_freight_are_told():
    assert rules(lodged(thing(1_000), freight_amount=5), pack()) == ["CLW5006"]
    assert rules(lodged(thing(1_000), incoterm="CIF"), pack(cost_boundary="FOB")) == ["CLW5018"]


def test_other_methods_stand_as_declared_with_their_evidence():
    evidence = {"4": ("N960",)}
    item = Item(customs_value_amount=7_000, customs_value_currency="USD", valuation_method="4")
    one = lodged(item, incoterm="CIF")
    assert values(one, pack(evidence_documents=evidence)) == [175_000]
    assert rules(one, pack(evidence_documents=evidence)) == ["CLW5012"]
    shown = lodged(item, incoterm="CIF", documents=(DocumentRow(1, "N960"),))
    assert rules(shown, pack(evidence_documents=evidence)) == []


def test_other_methods_without_their_own_datum_take_the_item_amount_as_declared_value():
    assert values(lodged(thing(7_000, valuation_method="4"), **GOLD), pack()) == [175_000]


def test_related_parties_need_a_reason():
    one = lodged(thing(1_000, valuation_indicators="1000"), incoterm="CIF")
    assert rules(one, pack()) == ["CLW5010"]
    shown = lodged(
        thing(1_000, valuation_indicators="1000"),
        incoterm="CIF",
        documents=(DocumentRow(0, "N970"),),
    )
    assert rules(shown, pack(evidence_documents={"related": ("N970",)})) == []
    condition = lodged(thing(1_000, valuation_indicators="0010"), incoterm="CIF")
    assert rules(condition, pack()) == ["CLW5011"]


def test_a_missing_price_falls_back_on_the_declared_value_with_a_doubt():
    one = lodged(Item(customs_value_amount=7_000, customs_value_currency="USD"), incoterm="CIF")
    valuation = value(one, pack())
    assert [v.value for v in valuation.values] == [175_000]
    assert [str(f.severity) for f in valuation.findings] == ["doubt"]


def test_the_statistical_value_is_the_declared_one_else_the_customs_value():
    item = thing(1_000, statistical_amount=2_000, statistical_currency="USD")
    first, second = value(lodged(item, thing(1_000), incoterm="CIF"), pack()).values
    assert (first.statistical_value, second.statistical_value) == (50_000, 25_000)


def test_the_working_is_left_out_on_demand():
    assert value(lodged(thing(1_000)), pack(), explain=False).values[0].steps == ()


@pytest.mark.parametrize("seed", range(300))
def test_values_agree_with_a_decimal_oracle_that_shares_nothing(seed):
    getcontext().prec = 60
    rng = random.Random(seed)
    exponent = rng.choice((0, 2, 3))
    reference = pack(exponent=exponent, freight_by=rng.choice(("gross_mass", "value")))
    count = rng.randint(1, 6)
    rate = {"USD": Decimal(25_000), "EUR": Decimal("27123.4"), "VND": Decimal(1)}
    items, exact = [], []
    for _ in range(count):
        amount, mass = rng.randint(1, 10**8), rng.randint(1, 10**9)
        currency = rng.choice(tuple(rate))
        items.append(Item(item_amount=amount, item_currency=currency, gross_mass=mass))
        exact.append(Decimal(amount) / 1000 * rate[currency])
    by_value = list(exact)
    by_mass = [Decimal(item.gross_mass) for item in items]
    freight, insurance = rng.randint(0, 10**7), rng.randint(0, 10**6)
    one = lodged(
        *items,
        freight_amount=freight,
        freight_currency="USD",
        charges=(Charge("INS", insurance, "EUR"),),
    )
    first = by_mass if reference.valuation.freight_by == "gross_mass" else by_value
    for declared, currency, keys in ((freight, "USD", first), (insurance, "EUR", by_value)):
        whole = Decimal(declared) / 1000 * rate[currency]
        exact = [own + whole * key / sum(keys) for own, key in zip(exact, keys, strict=True)]
    unit = Decimal(1).scaleb(-exponent)
    rounded = [amount.quantize(unit, ROUND_HALF_UP) for amount in exact]
    rest = sum(exact).quantize(unit, ROUND_HALF_UP) - sum(rounded)
    if count > 1 and (freight or insurance):
        keys = first if freight else by_value
        rounded[keys.index(max(keys))] += rest
    assert values(one, reference) == [int(amount.scaleb(exponent)) for amount in rounded]


def test_value_rounding_is_the_packs():
    one = lodged(Item(item_amount=1_999, item_currency="VND"), incoterm="CIF")
    assert values(one, pack()) == [2]
    assert values(one, pack(value_rounding=Rounding.DOWN)) == [1]
