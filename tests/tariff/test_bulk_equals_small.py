"""Bulk pricing gives what the small path gives, to the last minor unit, on generated law."""

import random

import pytest

from clearway.kernel.decisions import ItemValue
from clearway.kernel.lodgement import DocumentRow, Item, Lodgement
from clearway.kernel.measures import (
    OPEN_END,
    Component,
    Kind,
    Operation,
    RateExpression,
)
from clearway.kernel.reference import (
    CodeEntry,
    ExchangeRate,
    MeasureType,
    Period,
    PreferenceRule,
    Reference,
    TaxRule,
)
from clearway.kernel.tariff import bulk_index, price
from clearway.kernel.tariff.bulk import encode, lines, price_bulk
from clearway.kernel.tariff.bulk_lines import findings, pricings, questions
from clearway.proving.small_law import LawRow, percent, small_reference
from clearway.vocabulary.money import Rounding

COUNTRIES = ("CN", "VN", "JP", "FR", "KE", "", "XX")
AREAS = {"ASEAN": ("VN", "ID"), "ALLY": ("JP", "FR", "KE"), "WIDE": ("CN", "VN", "JP", "FR")}
COMMODITIES = tuple(f"{number:08d}" for number in range(1001, 1031))
DAYS = (0, 19_999, 20_000, 20_001, 20_057, 20_088, 20_180, 20_300, 20_450, 20_500)
TYPES = (
    MeasureType("ADD", "REM", "remedy", residual_code="C999"),
    MeasureType("CVD", "REM", "remedy"),
    MeasureType("EXC", "EXC", "excise"),
    MeasureType("FEE", "FEE", "fee"),
    MeasureType("MFN", "DUTY", "duty"),
    MeasureType("PRF", "DUTY", "preference"),
    MeasureType("QTA", "DUTY", "quota"),
    MeasureType("SUS", "DUTY", "suspension"),
    MeasureType("VTR", "VAT", "vat"),
    MeasureType("VTS", "VAT", "vat"),
)
PREFERENCES = (
    PreferenceRule("100", ("MFN",)),
    PreferenceRule("110", ("SUS", "MFN")),
    PreferenceRule("300", ("PRF",), ("N954", "U112"), "preferential"),
    PreferenceRule("320", ("QTA", "PRF"), (), "preferential", quota=True),
)


def specific(rng: random.Random) -> Component:
    unit = rng.choice(
        (
            "KGM",
            "DTN",
            "TNE",
            "NAR",
            "DZN",
            "",
            "KGM",
            "KGM",
            rng.choice(("KGM", "DTN", "TNE", "LTR", "NAR", "DZN", "KGM.gross", "ASV.HLT", "")),
        )
    )
    return Component(
        Kind.SPECIFIC,
        rng.choice((1, 150_000_000, 7_700_000_000, 12_345_678)),
        rng.choice(list(Operation)),
        rng.choice(("", "EUR", "EUR", "USD", "USD", rng.choice(("GBP", "EUR")))),
        unit,
        rng.choice((1_000_000, 100_000_000)),
    )


def rate(rng: random.Random) -> RateExpression:
    shape = rng.random()
    if shape < 0.5:
        return percent(rng.choice(("0", "2.7", "10", "8.25", "70", "0.000001", "1000")))
    parts = [Component(Kind.AD_VALOREM, rng.choice((0, 2_700_000, 33_333_333)))]
    for _ in range(rng.randint(0, 4)):
        part = specific(rng)
        if rng.random() < 0.3:
            part = Component(Kind.AD_VALOREM, rng.randint(0, 10**8), rng.choice(list(Operation)))
        parts.append(part)
    if shape > 0.95:
        parts.append(Component(rng.choice((Kind.UNSUPPORTED, Kind.ENTRY_PRICE, Kind.REFERENCE))))
    elif shape > 0.85:
        first, last = rng.choice(((101, 630), (1101, 314), (229, 301)))
        parts = [
            Component(p.kind, p.rate, p.operation, p.currency, p.unit, p.unit_count, first, last)
            for p in parts
        ]
        parts += rng.choice(((), (Component(Kind.FREE),)))
    if shape < 0.6:
        parts = parts[1:] or [Component(Kind.FREE)]
    return RateExpression(repr(parts), tuple(parts))


def law(rng: random.Random) -> list[LawRow]:
    rows = []
    for commodity in COMMODITIES:
        for measure_type in TYPES:
            if rng.random() < (0.05 if measure_type.code in ("MFN", "VTS") else 0.6):
                continue
            areas = set(rng.sample(("", *AREAS, "KE"), rng.choice((1, 1, 2))))
            if measure_type.code in ("MFN", "VTS") and rng.random() < 0.9:
                areas = {""}
            for area in sorted(areas):
                rows += dated(rng, commodity, measure_type, area)
    return rows


def dated(rng, commodity, measure_type, area):
    codes = [""]
    if measure_type.family in ("remedy", "excise", "vat") and rng.random() < 0.4:
        codes = rng.sample(("", "C001", "C002", "C999"), 2)
    quota = "098001" if measure_type.family == "quota" else ""
    for code in codes:
        edges = sorted(rng.sample(DAYS[1:], rng.choice((0, 1, 2))))
        starts, ends = [0, *edges], [*edges, rng.choice((OPEN_END, OPEN_END, 20_490))]
        for start, end in zip(starts, ends, strict=True):
            if rng.random() < 0.95 and start < end:
                yield LawRow(
                    commodity, measure_type.code, rate(rng), area, code, quota, start, end, "law"
                )


def reference(rng: random.Random) -> Reference:
    rounding = list(Rounding)
    taxes = (
        TaxRule("DUTY", "duty", "d", ("value",), rounding=rng.choice(rounding)),
        TaxRule("REM", "remedy", "r", ("value",), rounding=rng.choice(rounding)),
        TaxRule(
            "EXC",
            "excise",
            "e",
            ("value", "@duty", "REM"),
            rng.choice(("exclusive", "inclusive")),
            rng.choice(rounding),
            rng.choice(rounding),
            rng.random() < 0.7,
        ),
        TaxRule("FEE", "fee", "f", (), rounding=rng.choice(rounding)),
        TaxRule("VAT", "vat", "v", ("value", "@duty", "@remedy", "@excise", "additions")),
    )
    made = small_reference(
        law(rng),
        types=TYPES,
        taxes=taxes,
        areas=AREAS,
        preferences=PREFERENCES,
        exponent=rng.choice((0, 2, 3)),
        exchange_rates={
            "GBP": (ExchangeRate("GBP", 117, 100, Period(0, 20_300)),),
            "USD": (
                ExchangeRate("USD", 8_977, 10_000, Period(0, 20_100)),
                ExchangeRate("USD", 91_234, 100_000, Period(20_100)),
            ),
        },
    )
    dated_area = (CodeEntry("VN", period=Period(20_050)), CodeEntry("CN", period=Period(0, 20_050)))
    made.areas["WIDE"] = (*made.areas["WIDE"][2:], *dated_area)
    return made


def item(rng: random.Random, *, wild: bool) -> tuple[Item, int | None]:
    quantity = rng.choice((None, 0, 1, 12_000_000, 999_999_999_999, -5))
    net_mass = rng.choice((None, 1, 1_500_000, 20_000_000_000, 10**18, -1))
    unit = rng.choice(("", "NAR", "KGM", "LTR", "HLT", "LPA", "QQQ"))
    if not wild:
        quantity, net_mass, unit = rng.randint(1, 10**9), rng.randint(1, 10**11), "NAR"
    made = Item(
        commodity=rng.choice((*COMMODITIES, "99999999"))
        if rng.random() < 0.02
        else rng.choice(COMMODITIES),
        origin=rng.choice(COUNTRIES),
        preferential_origin=rng.choice(COUNTRIES),
        preference=rng.choice(("", "", "", "", "100", "100", "300", "320", "110", "999")),
        quota_order=rng.choice(("", "098001", "098002")),
        additional_codes=tuple(
            rng.sample(("C001", "C002", "C999", "ZZZZ"), rng.choice((0, 0, 1, 2, 4)))
        ),
        net_mass=net_mass,
        gross_mass=rng.choice((None, 2_000_000)),
        quantity=quantity,
        quantity_unit=unit,
    )
    worth = rng.choice(
        (
            None,
            0,
            1,
            -7,
            99,
            12_345,
            10**9 + 7,
            618_225_000,
            10**12,
            3 * 10**15,
            10**17,
            2**62,
            2**63 - 1,
        )
    )
    return made, worth if wild else rng.randint(1, 10 ** rng.randint(1, 14))


@pytest.mark.parametrize("seed", range(15))
def test_both_paths_agree(seed, monkeypatch):
    if seed >= 12:  # the table of blocks would be too large: the keys are searched instead
        monkeypatch.setattr(bulk_index, "DENSE_CELLS", 0)
    rng = random.Random(seed)
    pack = reference(rng)
    wild = seed % 3 == 0
    lodgements, values = [], []
    for _ in range(120):
        pairs = [item(rng, wild=wild) for _ in range(rng.randint(1, 4))]
        documents = rng.choice(((), (DocumentRow(0, "N954"),), (DocumentRow(1, "U112"),)))
        day = rng.choice((None, *DAYS, *(edge - 1 for edge in DAYS[1:])) if wild else DAYS[3:9])
        lodgements.append(
            Lodgement(
                direction=rng.choice(("IM", "IM", "IM", "IM", "EX")),
                legal_date=day,
                items=tuple(one for one, _ in pairs),
                documents=documents,
            )
        )
        values.append([ItemValue(at, worth) for at, (_, worth) in enumerate(pairs, 1)])
    priced = price_bulk(encode(lodgements, values, pack), pack)
    place, in_columns = 0, 0
    whole = pricings(priced, [len(one.items) for one in lodgements], pack)
    for lodgement, worths, at_once in zip(lodgements, values, whole, strict=True):
        expected = price(lodgement, worths, pack, explain=False)
        got_lines, got_findings, got_questions = [], [], []
        for number in range(1, len(lodgement.items) + 1):
            got_lines += lines(priced, place, pack, number)
            got_findings += findings(priced, place)
            got_questions += questions(priced, place)
            in_columns += not priced.rare[place] and not priced.encoded.exempt[place]
            place += 1
        for got, wanted in zip(got_lines, expected.lines, strict=True):
            assert got == wanted, [
                (name, getattr(got, name), getattr(wanted, name))
                for name in got.__struct_fields__
                if getattr(got, name) != getattr(wanted, name)
            ]
        assert tuple(got_findings) == expected.findings
        assert tuple(got_questions) == expected.questions
        assert at_once == expected
    assert in_columns >= (1 if wild else 8)
