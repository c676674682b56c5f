"""Printed rates: golden readings worked by hand, and promises that hold for any text."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearway.kernel.measures import Component, Kind, Operation, RateExpression
from clearway.packs.rates import parse_program_rates, parse_rate, render_rate


def parts(text, currency="GBP"):
    expression = parse_rate(text, currency)
    assert expression.understood, expression.reason
    return expression.components


def ad_valorem(percent_millionths, operation=Operation.SUM, **season):
    return Component(Kind.AD_VALOREM, percent_millionths, operation, **season)


def specific(rate, currency, unit, count=1, operation=Operation.SUM, **season):
    return Component(
        Kind.SPECIFIC,
        rate,
        operation,
        currency=currency,
        unit=unit,
        unit_count=count * 1_000_000,
        **season,
    )


def reference(target):
    return Component(Kind.REFERENCE, unit=target)


# One text for each of the shapes in which the United Kingdom prints its duties.
UNITED_KINGDOM = {
    "2.0%": (ad_valorem(2_000_000),),
    "34.00 GBP/100kg": (specific(3_400_000_000, "GBP", "KGM", 100),),
    "10.00 GBP / hl": (specific(1_000_000_000, "GBP", "HLT"),),
    "26.00 GBP/hl": (specific(2_600_000_000, "GBP", "HLT"),),
    "10.00% + 77.00 GBP/100kg": (
        ad_valorem(10_000_000),
        specific(7_700_000_000, "GBP", "KGM", 100),
    ),
    "1.40 GBP / % vol / hl": (specific(140_000_000, "GBP", "ASV.HLT"),),
    "1.00 GBP/%vol/hl": (specific(100_000_000, "GBP", "ASV.HLT"),),
    "1.00 GBP/kg/lactic matter + 23.00 GBP/100kg": (
        specific(100_000_000, "GBP", "KGM.lactic"),
        specific(2_300_000_000, "GBP", "KGM", 100),
    ),
    "0.20 GBP/ item": (specific(20_000_000, "GBP", "NAR"),),
    "43.00 GBP/1000 items": (specific(4_300_000_000, "GBP", "NAR", 1000),),
    "127.00 GBP/ 1000 items": (specific(12_700_000_000, "GBP", "NAR", 1000),),
    "4.00% + 7.80 GBP/100kg eda": (
        ad_valorem(4_000_000),
        specific(780_000_000, "GBP", "KGM.drained", 100),
    ),
    "0.30 GBP/100kg/net/%sacchar.": (specific(30_000_000, "GBP", "KGM.sacchar", 100),),
    "42.00 GBP/100kg mas": (specific(4_200_000_000, "GBP", "KGM.dry", 100),),
    "16.00% + 42.00 GBP/100kg mas": (
        ad_valorem(16_000_000),
        specific(4_200_000_000, "GBP", "KGM.dry", 100),
    ),
    "28.00 GBP/100kg std qual": (specific(2_800_000_000, "GBP", "KGM.standard_quality", 100),),
    "40.00% + 101.00 GBP/hl + 17 GBP/100kg": (
        ad_valorem(40_000_000),
        specific(10_100_000_000, "GBP", "HLT"),
        specific(1_700_000_000, "GBP", "KGM", 100),
    ),
    "0.50 GBP/%vol/hl + 2.60 GBP/hl": (
        specific(50_000_000, "GBP", "ASV.HLT"),
        specific(260_000_000, "GBP", "HLT"),
    ),
    "14.00% (01 JUL - 31 JAN), 0.00% (01 FEB - 30 JUN)": (
        ad_valorem(14_000_000, season_from=701, season_to=131),
        ad_valorem(0, season_from=201, season_to=630),
    ),
    "4.00% (01 JAN - 31 MAR), 0.00% (01 APR - 31 JUL), 8.00% (01 AUG - 31 DEC)": (
        ad_valorem(4_000_000, season_from=101, season_to=331),
        ad_valorem(0, season_from=401, season_to=731),
        ad_valorem(8_000_000, season_from=801, season_to=1231),
    ),
}


@pytest.mark.parametrize(("text", "expected"), UNITED_KINGDOM.items())
def test_rates_of_the_united_kingdom(text, expected):
    assert parts(text) == expected


def test_minimum_and_maximum_bound_what_stands_before_them():
    minimum, maximum = Operation.MINIMUM, Operation.MAXIMUM
    assert parts("4.50% MIN 0.30 EUR / item MAX 0.80 EUR / item") == (
        ad_valorem(4_500_000),
        specific(30_000_000, "EUR", "NAR", operation=minimum),
        specific(80_000_000, "EUR", "NAR", operation=maximum),
    )
    assert parts("9.10% + 45.10 EUR / 100 kg MAX 18.90% + 16.50 EUR / 100 kg") == (
        ad_valorem(9_100_000),
        specific(4_510_000_000, "EUR", "KGM", 100),
        ad_valorem(18_900_000, maximum),
        specific(1_650_000_000, "EUR", "KGM", 100, Operation.SUM_TO_BOUND),
    )


def test_a_season_of_several_windows_repeats_its_expression():
    assert parts("15.00% (01 JAN-14 FEB, 16 JUN-31 DEC), 0.00% (15 FEB-15 JUN)") == (
        ad_valorem(15_000_000, season_from=101, season_to=214),
        ad_valorem(15_000_000, season_from=616, season_to=1231),
        ad_valorem(0, season_from=215, season_to=615),
    )


def test_a_rate_without_a_season_beside_seasonal_ones_holds_for_the_rest_of_the_year():
    rest = {"season_from": 415, "season_to": 1130}
    found = parts("9.60% MIN 1.1 €/100 kg/net (01 JAN-14 APR, 1 DEC-31 DEC), 13.60%", "EUR")
    assert found[-1] == ad_valorem(13_600_000, **rest)
    assert found[1] == specific(
        110_000_000, "EUR", "KGM", 100, Operation.MINIMUM, season_from=101, season_to=414
    )


def test_american_rates():
    dollars = {"currency": "USD"}
    assert parts("6.4¢/kg + 3%", **dollars) == (
        specific(6_400_000, "USD", "KGM"),
        ad_valorem(3_000_000),
    )
    assert parts("$1.646/kg", **dollars) == (specific(164_600_000, "USD", "KGM"),)
    assert parts("89.6¢/1000", **dollars) == (specific(89_600_000, "USD", "NAR", 1000),)
    assert parts("18.7¢/m<sup>2</sup>", **dollars) == (specific(18_700_000, "USD", "MTK"),)
    assert parts("12 1/2%", **dollars) == (ad_valorem(12_500_000),)
    assert parts("18.9¢/pf. liter", **dollars) == (specific(18_900_000, "USD", "PFL"),)


def test_a_share_of_a_part_is_an_amount_per_unit_of_that_parts_value():
    text = "44¢ each + 6% on the case + 14% on the strap, band or bracelet + 5.3% on the battery"
    assert parts(text, "USD") == (
        specific(44_000_000, "USD", "NAR"),
        specific(6_000_000, "USD", "VAL.case"),
        specific(14_000_000, "USD", "VAL.strap_band_or_bracelet"),
        specific(5_300_000, "USD", "VAL.battery"),
    )
    assert parts("6.5% on the entire set", "USD") == (ad_valorem(6_500_000),)


def test_sugar_is_charged_less_for_each_degree_but_not_less_than_a_floor():
    text = (
        "3.6606¢/kg less 0.020668¢/kg for each degree under 100 degrees (and fractions of a"
        " degree in proportion) but not less than 3.143854¢/kg"
    )
    assert parts(text, "USD") == (
        specific(3_660_600, "USD", "KGM"),
        specific(20_668, "USD", "KGM.degree_under_100", operation=Operation.DIFFERENCE),
        specific(3_143_854, "USD", "KGM", operation=Operation.MINIMUM),
    )


def test_nine_decimals_of_an_amount_are_exact_by_counting_more_units():
    (found,) = parts("0.0622005¢/kg", "USD")
    assert (found.rate, found.unit_count) == (124_401, 2_000_000)  # 0.00124401 USD per 2 kg


@pytest.mark.parametrize(
    ("text", "components"),
    [
        ("No change", (reference("applicable"),)),
        (
            "The duty provided in the applicable subheading + 25%",
            (reference("applicable"), ad_valorem(25_000_000)),
        ),
        (
            "The duty rate provided in such subheading minus 0.5%",
            (reference("applicable"), ad_valorem(500_000, Operation.DIFFERENCE)),
        ),
        ("See 9823.04.01-9823.04.54", (reference("line:9823.04.01-9823.04.54"),)),
        ("The rate applicable to the natural juice in heading 2009", (reference("line:2009"),)),
        ("Free, under bond, as prescribed in U.S. note 2 to this subchapter",
         (Component(Kind.FREE), reference("note:2"))),
        ("9.00% +  EA MAX 18.70%  + ADSZ", (
            ad_valorem(9_000_000),
            reference("table:EA"),
            ad_valorem(18_700_000, Operation.MAXIMUM),
            Component(Kind.REFERENCE, 0, Operation.SUM_TO_BOUND, unit="table:ADSZ"),
        )),
    ],
)  # fmt: skip
def test_a_reference_is_understood_but_not_supported(text, components):
    expression = parse_rate(text, "USD")
    assert expression.components == components
    assert expression.understood
    assert not expression.supported


def test_entry_price_and_free():
    assert parts("Entry Price") == (Component(Kind.ENTRY_PRICE),)
    assert parts("Free") == parts("No additional duty") == (Component(Kind.FREE),)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("33 1/3%", "more than eight decimals"),
        ("6.4 + 24.6 EUR/100 kg", "without % or currency"),
        ("5 XQQ/kg", "currency"),
        ("5 GBP/moon", "unit"),
        ("5 GBP", "without the unit"),
        ("5% on mondays", "value"),
        ("2 EUR / 0 kg", "zero units"),
        ("1% (31 APR - 01 MAY), 2% (02 MAY - 30 APR)", "season"),
        ("1% (01 JAN - 31 MAR), 2% (01 MAR - 31 DEC)", "overlap"),
        ("1%, 2%", "without a season"),
        ("99999999999999999999%", "too large"),
        ("5 % or thereabouts", "not expected"),
        ("x" * 2000, "longer"),
    ],
)
def test_what_is_not_understood_is_unsupported_with_its_reason(text, reason):
    expression = parse_rate(text, "GBP")
    assert expression.text
    assert reason in expression.reason
    assert [part.kind for part in expression.components] == [Kind.UNSUPPORTED]


def test_a_dollar_sign_says_nothing_in_a_tariff_of_another_currency():
    assert not parse_rate("$5/kg", "GBP").understood
    assert parts("$5/kg", "CAD")[0].currency == "CAD"
    assert parts("$5/kg", "")[0].currency == "USD"


def test_programme_groups():
    groups = parse_program_rates("Free (A+,AU, BH) 3.2% (JP) See 9822.05.20 (P+)", "USD")
    assert [group.programs for group in groups] == [("A+", "AU", "BH"), ("JP",), ("P+",)]
    assert groups[1].expression.components == (ad_valorem(3_200_000),)
    assert groups[2].expression.components == (reference("line:9822.05.20"),)
    assert parse_program_rates("", "USD") == ()
    (whole,) = parse_program_rates("No change", "USD")
    assert whole.programs == ()
    lost = parse_program_rates("Free (A,AU) who knows (JP)", "USD")
    assert [group.expression.understood for group in lost] == [True, False]


# -- properties -----------------------------------------------------------------------------------

CURRENCIES = st.sampled_from(["GBP", "EUR", "USD", "VND"])
UNITS = st.sampled_from(["KGM", "HLT", "ASV.HLT", "KGM.lactic", "NAR", "VAL.case", "BLL", "MTK"])
RATES = st.integers(min_value=0, max_value=10**15)


@dataclass
class Term:
    kind: Kind
    rate: int
    currency: str
    unit: str
    count: int

    def component(self, operation, season):
        first, last = season
        if self.kind is Kind.AD_VALOREM:
            return Component(
                Kind.AD_VALOREM, self.rate, operation, season_from=first, season_to=last
            )
        return Component(
            Kind.SPECIFIC, self.rate, operation, self.currency, self.unit, self.count, first, last
        )


TERMS = st.builds(
    Term,
    st.sampled_from([Kind.AD_VALOREM, Kind.SPECIFIC]),
    RATES,
    CURRENCIES,
    UNITS,
    st.integers(min_value=1, max_value=10**12),
)
SEASONS = st.sampled_from([((0, 0),), ((101, 630), (701, 1231)), ((1101, 228), (301, 1031))])


@st.composite
def expressions(draw):
    components = []
    for season in draw(SEASONS):
        for first, following in draw(
            st.sampled_from(
                [
                    [(Operation.SUM, Operation.SUM)],
                    [(Operation.SUM, Operation.SUM), (Operation.MINIMUM, Operation.SUM_TO_BOUND)],
                    [
                        (Operation.SUM, Operation.DIFFERENCE),
                        (Operation.MINIMUM, Operation.SUM_TO_BOUND),
                        (Operation.MAXIMUM, Operation.SUM_TO_BOUND),
                    ],
                ]
            )
        ):
            terms = draw(st.lists(TERMS, min_size=1, max_size=3))
            components.append(terms[0].component(first, season))
            components += [term.component(following, season) for term in terms[1:]]
    return RateExpression("drawn", tuple(components))


@given(expressions())
def test_what_is_written_reads_back_to_the_same_components(expression):
    again = parse_rate(render_rate(expression), "GBP")
    assert again.components == expression.components, again.reason


@given(
    st.text(
        alphabet="0123456789.,%/+-() GBPEURkghlMINMAXfre¢$€each on the case JANDEC", max_size=80
    )
)
def test_reading_never_raises_and_always_says_something(text):
    expression = parse_rate(text, "GBP")
    assert expression.text
    assert expression.components
    assert expression.understood == (not expression.reason)


@given(st.text(max_size=60))
def test_reading_any_text_never_raises(text):
    assert parse_rate(text).components
    for group in parse_program_rates(text):
        assert group.expression.components
