"""A tariff quantity without a unit is in the tariff line's own unit, and never in a guessed one."""

import msgspec
import pytest

from clearway.kernel.decisions import ItemValue
from clearway.kernel.lodgement import Item, Lodgement
from clearway.kernel.measures import Component, Kind
from clearway.kernel.reference import CommodityLine, MeasureType, Period, TaxRule
from clearway.kernel.tariff import price
from clearway.kernel.tariff.bulk import encode, price_bulk
from clearway.kernel.tariff.bulk_lines import pricings
from clearway.proving.small_law import LawRow, expression, small_reference

WINE = "2204219721"
DAY = 20_515
HECTOLITRES = expression(
    "26.00 GBP/hl", Component(Kind.SPECIFIC, 26 * 10**8, currency="GBP", unit="HLT")
)


def pack(*lines):
    reference = small_reference(
        [LawRow(WINE, "MFN", HECTOLITRES)],
        types=(MeasureType("MFN", "DUTY", "duty"),),
        taxes=(TaxRule("DUTY", "duty", "duty", ("value",)),),
        currency="GBP",
    )
    return msgspec.structs.replace(reference, commodities={WINE: lines} if lines else {})


def charged(reference, **declared):
    """Return the duty in pence and the findings' numbers, the same by both paths."""
    lodgement = Lodgement(
        direction="IM", legal_date=DAY, items=(Item(commodity=WINE, origin="FR", **declared),)
    )
    worths = [ItemValue(1, 100_000)]
    answer = price(lodgement, worths, reference, explain=False)
    priced = price_bulk(encode([lodgement], [worths], reference), reference)
    assert pricings(priced, [1], reference) == [answer]
    return answer.lines[0].amount, [one.rule for one in answer.findings]


@pytest.mark.parametrize(
    ("unit", "quantity", "pence"),
    # 4.5 hl at 26.00 GBP: 117.00. 450 litres are 4.5 hl. Half a cubic metre is 5 hl: 130.00.
    [("HLT", 4_500_000, 11_700), ("LTR", 450_000_000, 11_700), ("MTQ", 500_000, 13_000)],
)
def test_wine_by_the_hectolitre_is_computed_from_a_bare_quantity(unit, quantity, pence):
    reference = pack(CommodityLine(WINE, "wine", unit))
    assert charged(reference, quantity=quantity) == (pence, [])


def test_a_declared_unit_stands_before_the_line_s():
    reference = pack(CommodityLine(WINE, "wine", "LTR"))
    assert charged(reference, quantity=4_500_000, quantity_unit="HLT") == (11_700, [])


def test_the_line_in_force_on_the_day_gives_the_unit():
    former = CommodityLine(WINE, "wine", "LTR", Period(0, DAY))
    reference = pack(former, CommodityLine(WINE, "wine", "HLT", Period(DAY)))
    assert charged(reference, quantity=4_500_000) == (11_700, [])


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (CommodityLine(WINE, "wine", ""),),
        (CommodityLine(WINE, "wine", "NAR"),),
        (CommodityLine(WINE, "wine", "HLT", Period(0, DAY)),),
    ],
)
def test_a_line_without_a_fitting_unit_leaves_the_quantity_missing(lines):
    assert charged(pack(*lines), quantity=4_500_000) == (None, ["CLW6008"])
