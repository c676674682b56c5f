"""Charges of one item: which measure applies, in what order, at what amount, and why not."""

from fractions import Fraction

import pytest

from clearway.kernel.decisions import ItemValue
from clearway.kernel.lodgement import Charge, DocumentRow, Item, Lodgement, SuppliedTax
from clearway.kernel.measures import Component, Kind, Operation
from clearway.kernel.reference import (
    CodeEntry,
    ExchangeRate,
    MeasureType,
    Period,
    PreferenceRule,
    TaxRule,
    ValuationRules,
)
from clearway.kernel.tariff import Relief, price
from clearway.proving.small_law import LawRow, expression, percent, small_reference
from clearway.vocabulary.money import Rounding

DAY = 20_515  # 2026-03-03
GOODS = "84713000"
TYPES = (
    MeasureType("MFN", "DUTY", "duty"),
    MeasureType("PRF", "DUTY", "preference"),
    MeasureType("SUS", "DUTY", "suspension"),
    MeasureType("QTA", "DUTY", "quota"),
    MeasureType("ADD", "REM", "remedy", residual_code="C999"),
    MeasureType("EXC", "EXC", "excise"),
    MeasureType("VAT", "VAT", "vat"),
    MeasureType("VTR", "VAT", "vat"),
)
TAXES = (
    TaxRule("DUTY", "duty", "duty", ("value",)),
    TaxRule("REM", "remedy", "remedy", ("value",)),
    TaxRule("EXC", "excise", "excise", ("value", "@duty")),
    TaxRule("VAT", "vat", "VAT", ("value", "@duty", "@remedy", "@excise", "additions")),
)
PREFERENCES = (
    PreferenceRule("300", ("PRF",), ("N954",), "preferential"),
    PreferenceRule("110", ("SUS",)),
    PreferenceRule("120", ("QTA",), quota=True),
)
AREAS = {"ALLY": ("FR", "JP"), "VN": ("VN",)}


def pack(*rows, taxes=TAXES, **more):
    law = (LawRow(GOODS, "MFN", percent("10")), LawRow(GOODS, "VAT", percent("20")), *rows)
    settings = {
        "types": TYPES,
        "taxes": taxes,
        "areas": AREAS,
        "preferences": PREFERENCES,
        "exchange_rates": {"USD": (ExchangeRate("USD", 9, 10, Period(0, DAY + 1)),)},
    }
    return small_reference(law, **(settings | more))


def charged(reference, worth=100_000, day=DAY, documents=(), relief=None, **item):
    settings = {"commodity": GOODS, "origin": "CN"}
    one = Lodgement(
        direction="IM", legal_date=day, items=(Item(**(settings | item)),), documents=documents
    )
    more = {} if relief is None else {"relief": relief}
    return price(one, [ItemValue(1, worth)], reference, **more)


def amounts(pricing):
    return {line.tax: line.amount for line in pricing.lines}


def rules(pricing):
    return [found.rule for found in pricing.findings]


def only(*components, day=DAY, **item):
    """Return the duty of a rate made of these components, in force alone."""
    law = [LawRow(GOODS, "MFN", expression("a rate", *components))]
    reference = small_reference(
        law,
        types=TYPES,
        taxes=TAXES[:1],
        exchange_rates={"USD": (ExchangeRate("USD", 9, 10, Period(0, DAY + 1)),)},
    )
    return charged(reference, day=day, **item)


def share(rate, operation=Operation.SUM, **more):
    return Component(Kind.AD_VALOREM, rate * 1_000_000, operation, **more)


def each(rate, unit, operation=Operation.SUM, currency="EUR", count=1_000_000, **more):
    return Component(Kind.SPECIFIC, rate, operation, currency, unit, count, **more)


EURO = 10**8


def test_duty_remedy_excise_and_vat_in_order_each_on_its_base():
    reference = pack(
        LawRow(GOODS, "ADD", percent("30"), area="CN"), LawRow(GOODS, "EXC", percent("40"))
    )
    pricing = charged(reference)
    assert [(line.tax, line.base, line.amount) for line in pricing.lines] == [
        ("DUTY", 100_000, 10_000),
        ("REM", 100_000, 30_000),
        ("EXC", 110_000, 44_000),
        ("VAT", 184_000, 36_800),
    ]
    assert rules(pricing) == []
    assert amounts(charged(reference, origin="KR")) == {
        "DUTY": 10_000,
        "EXC": 44_000,
        "VAT": 30_800,
    }


def test_every_line_tells_how_it_was_found():
    keys = [step.key for step in charged(pack()).lines[0].steps]
    assert keys == [
        "tariff.considered",
        "tariff.chosen_ordinary",
        "tariff.base",
        "tariff.rate",
        "tariff.amount",
    ]


def test_amounts_are_cut_where_the_pack_says_so():
    taxes = (
        TaxRule("DUTY", "duty", "", ("value",), rounding=Rounding.DOWN),
        TaxRule("VAT", "vat", "", ("value",), rounding=Rounding.DOWN),
    )
    assert amounts(charged(pack(taxes=taxes), worth=29_624))["VAT"] == 5_924


def test_the_law_is_that_of_the_day():
    rows = [
        LawRow(GOODS, "MFN", percent("10"), valid_to=DAY),
        LawRow(GOODS, "MFN", percent("12"), valid_from=DAY),
    ]
    reference = small_reference(rows, types=TYPES, taxes=TAXES[:1])
    assert [amounts(charged(reference, day=day))["DUTY"] for day in (DAY - 1, DAY)] == [
        10_000,
        12_000,
    ]


def test_no_measure_on_the_day_stops_and_is_never_free():
    law = [LawRow(GOODS, "MFN", percent("10"), valid_to=DAY), LawRow(GOODS, "VAT", percent("20"))]
    pricing = charged(small_reference(law, types=TYPES, taxes=TAXES))
    assert amounts(pricing) == {"DUTY": None, "VAT": None}
    assert [line.reason for line in pricing.lines] == ["no_measure", "base_unknown"]
    assert rules(pricing) == ["CLW6002"]
    assert rules(charged(pack(), commodity="99999999")) == ["CLW6001"]


def test_an_unknown_value_leaves_every_percentage_unknown():
    assert amounts(charged(pack(), worth=None)) == {"DUTY": None, "VAT": None}


def test_a_preference_needs_origin_proof_and_membership():
    rows = (LawRow(GOODS, "PRF", percent("2"), area="ALLY"),)
    claim = {"preference": "300", "preferential_origin": "JP"}
    proof = (DocumentRow(1, "N954"),)
    granted = charged(pack(*rows), documents=proof, **claim)
    assert amounts(granted)["DUTY"] == 2_000
    assert granted.lines[0].preference == "300"
    assert rules(granted) == []
    for changed, documents, rule in (
        ({}, (), "CLW6004"),
        ({}, (DocumentRow(2, "N954"),), "CLW6004"),
        ({"preferential_origin": "CN"}, proof, "CLW6005"),
        ({"preferential_origin": ""}, proof, "CLW6006"),
        ({"preference": "999"}, proof, "CLW6003"),
    ):
        pricing = charged(pack(*rows), documents=documents, **(claim | changed))
        assert (amounts(pricing)["DUTY"], rules(pricing)) == (10_000, [rule])


def test_countries_join_and_leave_an_area():
    reference = pack(LawRow(GOODS, "PRF", percent("2"), area="ALLY"))
    reference.areas["ALLY"] = (CodeEntry("JP", period=Period(DAY, DAY + 10)),)
    claim = {
        "preference": "300",
        "preferential_origin": "JP",
        "documents": (DocumentRow(0, "N954"),),
    }
    duties = [
        amounts(charged(reference, day=day, **claim))["DUTY"] for day in (DAY - 1, DAY, DAY + 10)
    ]
    assert duties == [10_000, 2_000, 10_000]


def test_a_suspension_is_claimed_by_its_own_code():
    reference = pack(LawRow(GOODS, "SUS", percent("0")))
    assert amounts(charged(reference, preference="110"))["DUTY"] == 0
    assert amounts(charged(reference))["DUTY"] == 10_000


def test_a_quota_is_a_question_with_what_it_would_save():
    reference = pack(LawRow(GOODS, "QTA", percent("4"), quota_order="098001"))
    pricing = charged(reference, preference="120", quota_order="098001", net_mass=5_000_000)
    assert amounts(pricing) == {"DUTY": 10_000, "VAT": 22_000}
    (question,) = pricing.questions
    assert (question.kind, question.code, question.quantity, question.unit) == (
        "quota",
        "098001",
        5_000_000,
        "KGM",
    )
    assert question.amount_if_granted == 6_000 + 1_200
    assert rules(charged(reference, preference="120")) == ["CLW6012"]
    assert rules(charged(reference, preference="120", quota_order="098009")) == ["CLW6013"]


def test_remedies_by_company_code_else_by_the_residual_code():
    reference = pack(
        LawRow(GOODS, "ADD", percent("5"), area="VN", additional_code="C001"),
        LawRow(GOODS, "ADD", percent("30"), area="VN", additional_code="C999"),
    )
    for codes, owed in ((("C001",), 5_000), ((), 30_000), (("C777",), 30_000)):
        pricing = charged(reference, origin="VN", additional_codes=codes)
        assert amounts(pricing)["REM"] == owed
    without = pack(LawRow(GOODS, "EXC", percent("5"), additional_code="X411"))
    pricing = charged(without)
    assert amounts(pricing)["EXC"] is None
    assert amounts(pricing)["VAT"] is None
    assert rules(pricing) == ["CLW6007"]
    assert amounts(charged(without, additional_codes=("X411",)))["EXC"] == 5_500


def test_reduced_vat_by_measure_or_by_additional_code():
    assert amounts(charged(pack(LawRow(GOODS, "VTR", percent("5")))))["VAT"] == 5_500
    coded = pack(LawRow(GOODS, "VTR", percent("0"), additional_code="VATZ"))
    assert amounts(charged(coded))["VAT"] == 22_000
    assert amounts(charged(coded, additional_codes=("VATZ",)))["VAT"] == 0


def test_price_inclusive_excise_of_the_china_form():
    taxes = (
        TaxRule("DUTY", "duty", "", ("value",)),
        TaxRule("EXC", "excise", "", ("value", "@duty"), method="inclusive"),
        TaxRule("VAT", "vat", "", ("value", "@duty", "@excise")),
    )
    law = (LawRow(GOODS, "EXC", percent("15")), LawRow("1", "VTR", percent("13")))
    pricing = charged(pack(*law, taxes=taxes), worth=10_000_000)
    excise = pricing.lines[1]
    assert (excise.base, excise.amount) == (12_941_176, 1_941_176)


def test_charges_of_the_vat_base_enter_it_alone():
    reference = pack(valuation=ValuationRules(charge_roles={"VTA": "tax_addition:VAT"}))
    item = Item(commodity=GOODS, origin="CN")
    one = Lodgement(
        direction="IM", legal_date=DAY, items=(item,), charges=(Charge("VTA", 50_005, "USD"),)
    )
    pricing = price(one, [ItemValue(1, 100_000)], reference)
    assert [line.base for line in pricing.lines] == [100_000, 110_000 + 4_500]


@pytest.mark.parametrize(
    ("components", "item", "owed"),
    [
        ((each(77 * EURO, "KGM", count=100_000_000),), {"net_mass": 250_000_000}, 19_250),
        ((each(2 * EURO, "TNE"),), {"net_mass": 1_500_000_000}, 300),
        ((each(3 * EURO, "DTN"),), {"quantity": 2_000_000, "quantity_unit": "TNE"}, 6_000),
        ((each(1 * EURO, "KGM.gross"),), {"gross_mass": 7_000_000}, 700),
        ((each(4 * EURO, "HLT"),), {"quantity": 250_000_000, "quantity_unit": "LTR"}, 1_000),
        ((each(6 * EURO, "DZN"),), {"quantity": 30_000_000, "quantity_unit": "NAR"}, 1_500),
        ((each(5 * EURO, "CEN"),), {"quantity": 3_000_000, "quantity_unit": "MIL"}, 15_000),
        ((each(2 * EURO, "MTK"),), {"quantity": 9_000_000, "quantity_unit": "MTK"}, 1_800),
        ((each(15 * EURO, ""),), {}, 1_500),
        ((each(10 * EURO, "KGM", currency="USD"),), {"net_mass": 1_000_000}, 900),
        ((each(2 * EURO, "ASV.HLT"),), {"quantity": 40_000_000, "quantity_unit": "LPA"}, 8_000),
        ((share(10), each(1 * EURO, "KGM")), {"net_mass": 5_000_000}, 10_500),
        ((share(10), each(200 * EURO, "KGM", Operation.MINIMUM)), {"net_mass": 1_000_000}, 20_000),
        ((share(10), each(50 * EURO, "KGM", Operation.MAXIMUM)), {"net_mass": 1_000_000}, 5_000),
        (
            (
                share(30),
                share(20, Operation.MAXIMUM),
                each(7 * EURO, "KGM", Operation.SUM_TO_BOUND),
            ),
            {"net_mass": 1_000_000},
            20_700,
        ),
        (
            (share(30), each(100 * EURO, "KGM", Operation.DIFFERENCE)),
            {"net_mass": 1_000_000},
            20_000,
        ),
    ],
)
def test_what_rates_cost(components, item, owed):
    assert amounts(only(*components, **item)) == {"DUTY": owed}


def test_strength_times_volume():
    supplied = (SuppliedTax(base_quantity=40_000_000, base_unit="ASV"),)
    pricing = only(
        each(2 * EURO, "ASV.HLT"), quantity=3_000_000, quantity_unit="HLT", taxes=supplied
    )
    assert amounts(pricing) == {"DUTY": 24_000}


def test_a_quantity_stated_for_the_tax_comes_first():
    supplied = (SuppliedTax(type_code="DUTY", base_quantity=2_000_000, base_unit="KGM"),)
    pricing = only(each(1 * EURO, "KGM"), net_mass=9_000_000, taxes=supplied)
    assert amounts(pricing) == {"DUTY": 200}
    assert (pricing.lines[0].base_quantity, pricing.lines[0].base_unit) == (2_000_000, "KGM")


@pytest.mark.parametrize(
    ("components", "reason", "rule"),
    [
        ((each(1, "LTR"),), "quantity_missing", "CLW6008"),
        ((each(1, "KGM.lactic"),), "quantity_missing", "CLW6008"),
        ((each(1, "KGM", currency="CHF"),), "exchange_rate_missing", "CLW6010"),
        ((Component(Kind.UNSUPPORTED),), "unsupported", "CLW6009"),
        ((Component(Kind.REFERENCE),), "unsupported", "CLW6009"),
        ((Component(Kind.ENTRY_PRICE),), "unsupported", "CLW6009"),
        ((share(10, season_from=401, season_to=930),), "out_of_season", "CLW6014"),
    ],
)
def test_what_cannot_be_computed_has_a_reason_and_is_never_zero(components, reason, rule):
    pricing = only(*components, net_mass=1_000_000)
    (line,) = pricing.lines
    assert (line.amount, line.reason, rules(pricing)) == (None, reason, [rule])


def test_seasons_may_run_over_the_new_year():
    winter = share(8, season_from=1101, season_to=514)
    summer = share(14, season_from=515, season_to=1031)
    days = {"2025-10-31": 14_000, "2025-11-01": 8_000, "2026-05-14": 8_000, "2026-05-15": 14_000}
    for text, owed in days.items():
        from datetime import date

        day = date.fromisoformat(text).toordinal() - 719_163
        assert amounts(only(winter, summer, day=day)) == {"DUTY": owed}


def test_an_amount_beyond_64_bits_is_a_finding():
    pricing = charged(pack(LawRow(GOODS, "EXC", percent("900"))), worth=2**62)
    assert amounts(pricing)["EXC"] is None
    assert "CLW6011" in rules(pricing)


def test_exports_owe_nothing():
    one = Lodgement(direction="EX", legal_date=DAY, items=(Item(commodity=GOODS),))
    assert price(one, [ItemValue(1, 5)], pack()).lines == ()


def test_relief_lowers_duty_in_the_base_and_tax_only_at_the_end():
    relief = Relief(Fraction(0), Fraction(7, 10))
    pricing = charged(pack(LawRow(GOODS, "EXC", percent("40"))), relief=relief)
    assert [(line.tax, line.base, line.payable) for line in pricing.lines] == [
        ("DUTY", 100_000, 0),
        ("EXC", 100_000, 28_000),
        ("VAT", 140_000, 19_600),
    ]
