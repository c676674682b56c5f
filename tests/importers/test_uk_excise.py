"""Excise on alcoholic products, from the national additional code and the quantity declared."""

import datetime as dt

import pytest

from clearway import packs
from clearway.kernel.lodgement import Item, Lodgement, SuppliedTax
from clearway.kernel.tariff import price
from clearway.kernel.valuation import value
from clearway.packs.importers import import_tariff
from clearway.packs.importers.uk_law import excise_duties

TABLE = """commodity,description,cet_duty_rate,ukgt_duty_rate,trade_remedy_applies
22042195,Wine,13.10 EUR / hl,10.00 GBP / hl,False
21039090,Sauces,7.7%,6.0%,False
64035100,Boots,8.0%,1.00 GBP/p/st,False
"""
LITRE = 1_000_000


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    folder = tmp_path_factory.mktemp("excise")
    (folder / "uk.csv").write_text(TABLE, encoding="utf-8")
    later = ["2204219511", "2204999999", "2103909089"]
    import_tariff("uk-tariff", folder / "uk.csv", folder / "pack", opened_later=later)
    report = packs.check(folder / "pack")
    assert not report.errors, [str(problem) for problem in report.errors]
    return packs.load(folder / "pack")


def measured(amount, unit):
    return SuppliedTax(base_quantity=int(amount * LITRE), base_unit=unit)


def charges(reference, on, code, litres, *taxes, commodity="2204219500"):
    item = Item(
        commodity=commodity,
        origin="US",
        procedure="40",
        previous_procedure="00",
        preference="100",
        item_amount=1_000_000,
        item_currency="GBP",
        valuation_method="1",
        additional_codes=(code,) if code else (),
        quantity=litres * LITRE,
        quantity_unit="LTR" if commodity.startswith("22") else "",
        taxes=taxes,
    )
    days = (dt.date.fromisoformat(on) - dt.date(1970, 1, 1)).days
    lodgement = Lodgement(legal_date=days, incoterm="CIF", items=(item,))
    lines = price(lodgement, value(lodgement, reference).values, reference).lines
    return {line.tax: line.amount for line in lines}


@pytest.mark.parametrize(
    ("on", "code", "litres", "taxes", "pence"),
    [
        ("2023-06-09", "X413", 1_000, (), 297_570),  # 10 hl at 297.57
        ("2023-08-21", "X333", 85, (measured(16, "ASV"),), 38_760),  # 13.6 l of alcohol at 28.50
        ("2023-08-10", "X333", 2_000, (measured(13, "ASV"), measured(12.5, "EAS"),
                                       measured(260, "LPA")), 712_500),  # the strength assumed
        ("2025-01-31", "X333", 100, (measured(10, "LPA"),), 28_500),
        ("2025-02-01", "X333", 100, (measured(10, "LPA"),), 29_540),
        ("2026-02-01", "X333", 100, (measured(10, "LPA"),), None),  # the table has ended
        ("2024-06-01", "X435", 100, (measured(10, "LPA"),), None),  # a code it does not know
        ("2024-06-01", "", 100, (measured(10, "LPA"),), None),
        ("2024-06-01", "X399", 100, (), 0),
        ("2024-06-01", "X333", 100, (), None),  # no strength declared
    ],
)  # fmt: skip
def test_excise_is_exact_or_unknown_and_never_nothing(reference, on, code, litres, taxes, pence):
    found = charges(reference, on, code, litres, *taxes)
    assert found["EXC"] == pence
    if pence is None:
        assert found["B00"] is None
    else:
        assert found["B00"] == (100_000 + found["A00"] + pence) * 20 // 100


def test_goods_that_need_not_hold_alcohol_pay_excise_only_where_a_code_says_so(reference):
    sauce = {"commodity": "2103909089"}
    assert charges(reference, "2024-06-01", "", 0, **sauce)["EXC"] == 0
    taxes = measured(5.1, "ASV"), measured(2, "HLT")
    assert charges(reference, "2024-06-01", "X324", 10, *taxes, **sauce)["EXC"] == 25_265


def test_a_code_opened_later_has_the_duty_of_its_row_and_no_other_is_made(reference):
    days = (dt.date(2024, 6, 1) - dt.date(1970, 1, 1)).days
    assert reference.commodity("2204219511", days) is not None
    assert reference.commodity("2204999999", days) is None


def test_lines_count_in_the_unit_that_the_nomenclature_or_the_duty_counts_in(reference):
    days = (dt.date(2024, 6, 1) - dt.date(1970, 1, 1)).days
    units = {code: reference.commodity(code, days).unit for code in ("2204219500", "6403510000")}
    assert units["2204219500"] == "LTR"
    assert units["6403510000"] == "NAR"
    assert not reference.commodity("2103909000", days).unit


def test_every_excise_row_has_its_source_and_no_two_overlap():
    rows = excise_duties()
    assert all(row.legal_source and row.name and row.commodities for row in rows)
    for first in rows:
        for second in rows:
            same = first.additional_code == second.additional_code and first is not second
            shared = set(first.commodities.split()) & set(second.commodities.split())
            if same and shared:
                ends = first.valid_to or "9999"
                assert not first.valid_from <= second.valid_from < ends, (first, second)
