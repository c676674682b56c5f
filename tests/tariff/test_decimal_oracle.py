"""Every charge against a plain ``decimal`` program that shares no code with the kernel.

The oracle reads the law and the items as plain data and works as an officer would with paper: it
goes through all rows, keeps those that meet the item, and calculates with a hundred digits. The
same data is then given to the kernel as a compiled pack, on both of its paths.
"""

import random
from decimal import (
    ROUND_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    localcontext,
)

import pytest

from clearway.kernel.decisions import ItemValue
from clearway.kernel.lodgement import DocumentRow, Item, Lodgement
from clearway.kernel.measures import OPEN_END, Component, Kind, Operation
from clearway.kernel.reference import ExchangeRate, MeasureType, Period, PreferenceRule, TaxRule
from clearway.kernel.tariff import price
from clearway.kernel.tariff.bulk import encode, price_bulk
from clearway.kernel.tariff.bulk_lines import pricings
from clearway.proving.small_law import LawRow, expression, small_reference
from clearway.vocabulary.money import Rounding

FIRST, LAST = 18_000, 20_500
MEMBERS = {"NEAR": ("FR", "IT"), "FAR": ("FR", "IT", "JP", "KE"), "CN": ("CN",)}
COUNTRIES = ("FR", "IT", "JP", "KE", "CN", "US", "")
ROUNDINGS = {
    "nearest": ROUND_HALF_UP,
    "down": ROUND_DOWN,
    "up": ROUND_UP,
    "half_even": ROUND_HALF_EVEN,
}
DIMENSIONS = {
    "KGM": ("mass", 1),
    "DTN": ("mass", 100),
    "TNE": ("mass", 1_000),
    "NAR": ("count", 1),
    "DZN": ("count", 12),
    "LTR": ("volume", 1),
    "HLT": ("volume", 100),
}
FAMILIES = {
    "MFN": ("DUTY", "duty"),
    "PRF": ("DUTY", "preference"),
    "ADD": ("REM", "remedy"),
    "CVD": ("REM", "remedy"),
    "EXC": ("EXC", "excise"),
    "LUX": ("LUX", "excise"),
    "VTR": ("VAT", "vat"),
    "VTS": ("VAT", "vat"),
}
BASES = {
    "DUTY": (),
    "REM": (),
    "EXC": ("DUTY", "REM"),
    "LUX": ("DUTY", "REM"),
    "VAT": ("DUTY", "REM", "EXC", "LUX"),
}


# -- the law and the items as plain data --------------------------------------------------------


def a_rate(rng, kind):
    """Return a rate as a list of (joined by, percentage or amount, unit, currency)."""
    percent = ("+", Decimal(rng.choice(("0", "2.7", "10", "8.25", "12.345678", "35"))), "%", "")
    if kind in ("LUX", "VTR", "VTS") or rng.random() < 0.6:
        return [percent]
    parts = [percent] if rng.random() < 0.7 else []
    for _ in range(rng.randint(1, 3)):
        joined = rng.choice(("+", "+", "-", "min", "max", "to bound")) if parts else "+"
        if rng.random() < 0.3:
            parts.append((joined, Decimal(rng.choice(("1.5", "20", "33.3"))), "%", ""))
        else:
            amount = Decimal(rng.choice(("0.01", "1.5", "77", "0.12345678")))
            unit = rng.choice(
                ("KGM", "KGM", "KGM", "DTN", "DTN", "TNE", rng.choice(("NAR", "DZN", "HLT")))
            )
            parts.append((joined, amount, unit, rng.choice(("EUR", "EUR", "USD", "USD", "GBP"))))
    return parts


def a_law(rng, commodities):
    """Return rows (commodity, kind, area, code, from, until, rate) with gaps in their histories."""
    rows = []
    for commodity in commodities:
        for kind in FAMILIES:
            everywhere = kind in ("MFN", "VTS", "VTR", "LUX")
            if kind not in ("MFN", "VTS") and rng.random() < 0.5:
                continue
            for area in ("",) if everywhere else rng.sample(("", *MEMBERS), rng.choice((1, 2))):
                codes = ("",)
                if kind in ("ADD", "EXC") and rng.random() < 0.4:
                    codes = rng.choice((("C1", ""), ("C1", "C9"), ("C1", "C2")))
                for code in codes:
                    edges = sorted(rng.sample(range(FIRST, LAST), rng.choice((0, 1, 3, 9))))
                    ends = [*edges, rng.choice((OPEN_END, LAST - 100))]
                    for start, end in zip([0, *edges], ends, strict=True):
                        if start < end and rng.random() < 0.97:
                            rate = a_rate(rng, kind)
                            rows.append((commodity, kind, area, code, start, end, rate))
    return rows


def an_item(rng, commodities):
    unit = rng.choice(("NAR", "LTR", "HLT", "KGM", ""))
    return {
        "commodity": rng.choice(commodities),
        "origin": rng.choice(COUNTRIES),
        "preferential_origin": rng.choice(COUNTRIES),
        "preference": rng.choice(("", "", "100", "300")),
        "codes": tuple(rng.sample(("C1", "C2", "C9", "ZZ"), rng.choice((0, 0, 1, 2)))),
        "mass": None if rng.random() < 0.1 else Decimal(rng.randint(1, 10**9)) / 1000,
        "quantity": None if not unit else Decimal(rng.randint(1, 10**8)) / 1000,
        "unit": unit,
        "value": rng.choice((rng.randint(1, 10**5), rng.randint(1, 10**11))),
        "day": rng.randint(FIRST - 50, LAST + 50),
        "proved": rng.random() < 0.8,
    }


# -- the oracle ---------------------------------------------------------------------------------


class Oracle:
    """The charges of one item after another, in ``decimal``."""

    def __init__(self, law, roundings, exponent):
        self.law = law
        self.roundings = roundings
        self.minor = Decimal(10) ** exponent

    def charges(self, item):
        """Return (tax, minor units or None) of every line, in order."""
        meeting = [
            row
            for row in self.law
            if row[0] == item["commodity"] and row[4] <= item["day"] < row[5]
        ]
        totals, lines = {}, []
        for tax, on in BASES.items():
            base = Decimal(item["value"])
            for earlier in on:
                known = base is not None and totals[earlier] is not None
                base = base + totals[earlier] if known else None
            rows = [row for row in meeting if FAMILIES[row[1]][0] == tax]
            owed = [self.amount(tax, rate, base, item) for rate in self.rates(tax, rows, item)]
            totals[tax] = None if None in owed else sum(owed, Decimal(0))
            lines += [(tax, None if one is None else int(one)) for one in owed]
        return lines

    def rates(self, tax, rows, item):
        """Return the rates that meet the item, None where one is due and none can be told."""
        if tax == "DUTY":
            return [self.duty(rows, item)]
        held = narrowest([row for row in rows if holds(row[2], item["origin"])])
        if tax == "VAT":
            lowest = sorted((row[6] for row in held), key=lambda rate: rate[0][1])
            return [lowest[0] if lowest else None]
        kinds = dict.fromkeys(row[1] for row in sorted(held, key=lambda row: row[1]))
        return [by_code([row for row in held if row[1] == kind], item["codes"]) for kind in kinds]

    def duty(self, rows, item):
        ordinary = next((row[6] for row in rows if row[1] == "MFN"), None)
        if item["preference"] == "300" and item["proved"] and item["preferential_origin"]:
            granted = [
                row
                for row in rows
                if row[1] == "PRF" and holds(row[2], item["preferential_origin"])
            ]
            if granted:
                return narrowest(granted)[0][6]
        return ordinary

    def amount(self, tax, rate, base, item):
        if rate is None:
            return None
        if tax == "LUX":
            if base is None:
                return None
            share = rate[0][1] / 100
            grossed = self.rounded("LUX base", base / (1 - share))
            return self.rounded(tax, grossed * share)
        running, bound, kind = Decimal(0), Decimal(0), ""
        for joined, number, unit, currency in rate:
            part = self.part(number, unit, currency, base, item)
            if part is None:
                return None
            if joined == "to bound":
                bound += part
                continue
            running, kind = {"min": max, "max": min}.get(kind, first)(running, bound), ""
            if joined in ("min", "max"):
                kind, bound = joined, part
            else:
                running += part if joined == "+" else -part
        return self.rounded(tax, {"min": max, "max": min}.get(kind, first)(running, bound))

    def part(self, number, unit, currency, base, item):
        """Return one part of a rate in minor units; None where something is not known."""
        if unit == "%":
            return None if base is None else base * number / 100
        exchange = {"EUR": Decimal(1), "USD": Decimal("0.8977")}.get(currency)
        if currency == "GBP" and item["day"] < 20_000:
            exchange = Decimal("1.17")
        quantity = counted(item, unit)
        if exchange is None or quantity is None:
            return None
        return number * quantity * exchange * self.minor

    def rounded(self, which, exact):
        return exact.quantize(Decimal(1), ROUNDINGS[self.roundings[which]])


def first(running, _):
    return running


def holds(area, country):
    return not area or country in MEMBERS[area]


def narrowest(rows):
    """Return the rows of the smallest area first, of one area those in force longest."""
    sizes = {area: len(members) for area, members in MEMBERS.items()} | {"": 10**6}
    return sorted(rows, key=lambda row: (sizes[row[2]], row[4]))


def by_code(rows, declared):
    """Return the rate by a declared code, else without code, else for all other companies."""
    if not any(row[3] for row in rows):
        return rows[0][6]
    for wanted in (
        lambda row: row[3] and row[3] in declared,
        lambda row: not row[3],
        lambda row: row[3] == "C9" and row[1] == "ADD",
    ):
        for row in rows:
            if wanted(row):
                return row[6]
    return None


def counted(item, unit):
    dimension, size = DIMENSIONS[unit]
    for number, declared in ((item["quantity"], item["unit"]), (item["mass"], "KGM")):
        if number is not None and declared and DIMENSIONS[declared][0] == dimension:
            return number * DIMENSIONS[declared][1] / size
    return None


# -- the same for the kernel --------------------------------------------------------------------


OPERATIONS = {
    "+": Operation.SUM,
    "-": Operation.DIFFERENCE,
    "min": Operation.MINIMUM,
    "max": Operation.MAXIMUM,
    "to bound": Operation.SUM_TO_BOUND,
}


def compiled(law, roundings, exponent):
    def component(joined, number, unit, currency):
        if unit == "%":
            return Component(Kind.AD_VALOREM, int(number * 10**6), OPERATIONS[joined])
        return Component(
            Kind.SPECIFIC, int(number * 10**8), OPERATIONS[joined], currency=currency, unit=unit
        )

    rows = [
        LawRow(
            commodity,
            kind,
            expression(repr(rate), *(component(*part) for part in rate)),
            area,
            code,
            valid_from=start,
            valid_to=end,
        )
        for commodity, kind, area, code, start, end, rate in law
    ]
    return small_reference(
        rows,
        types=[
            MeasureType(kind, tax, family, residual_code="C9" if kind == "ADD" else "")
            for kind, (tax, family) in FAMILIES.items()
        ],
        taxes=[
            TaxRule(
                tax,
                {"DUTY": "duty", "REM": "remedy", "VAT": "vat"}.get(tax, "excise"),
                tax,
                ("value", *on),
                "inclusive" if tax == "LUX" else "exclusive",
                Rounding(roundings[tax]),
                Rounding(roundings["LUX base"]),
            )
            for tax, on in BASES.items()
        ],
        areas={area: members for area, members in MEMBERS.items() if area != "CN"},
        preferences=[
            PreferenceRule("100", ("MFN",)),
            PreferenceRule("300", ("PRF", "MFN"), ("N954",), "preferential"),
        ],
        exponent=exponent,
        exchange_rates={
            "USD": (ExchangeRate("USD", 8_977, 10_000),),
            "GBP": (ExchangeRate("GBP", 117, 100, Period(0, 20_000)),),
        },
    )


def lodged(item):
    scaled = {name: item[name] and int(item[name] * 10**6) for name in ("mass", "quantity")}
    return Lodgement(
        direction="IM",
        legal_date=item["day"],
        items=(
            Item(
                commodity=item["commodity"],
                origin=item["origin"],
                preferential_origin=item["preferential_origin"],
                preference=item["preference"],
                additional_codes=item["codes"],
                net_mass=scaled["mass"],
                quantity=scaled["quantity"],
                quantity_unit=item["unit"],
            ),
        ),
        documents=(DocumentRow(1, "N954"),) if item["proved"] else (),
    )


@pytest.mark.parametrize("seed", range(12))
def test_both_paths_charge_what_decimal_charges(seed):
    rng = random.Random(f"decimal oracle {seed}")
    exponent = rng.choice((0, 2, 3))
    roundings = {name: rng.choice(sorted(ROUNDINGS)) for name in (*BASES, "LUX base")}
    commodities = [f"{number:08d}" for number in range(1, 13)]
    law = a_law(rng, commodities)
    oracle, reference = Oracle(law, roundings, exponent), compiled(law, roundings, exponent)
    items = [an_item(rng, commodities) for _ in range(400)]
    lodgements = [lodged(item) for item in items]
    worths = [[ItemValue(1, item["value"])] for item in items]
    priced = price_bulk(encode(lodgements, worths, reference), reference)
    in_bulk = pricings(priced, [1] * len(items), reference)
    computed = 0
    for item, lodgement, worth, bulk in zip(items, lodgements, worths, in_bulk, strict=True):
        with localcontext(Context(prec=100)):
            expected = oracle.charges(item)
        small = price(lodgement, worth, reference, explain=False)
        assert [(line.tax, line.amount) for line in small.lines] == expected, item
        assert [(line.tax, line.amount) for line in bulk.lines] == expected, item
        computed += sum(amount is not None for _, amount in expected)
    assert computed > 800, computed
    assert (~priced.rare).sum() > 60, (~priced.rare).sum()
