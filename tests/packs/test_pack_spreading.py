"""Overlaps, gaps and the spreading of measures, each against a plain day-by-day oracle."""

from hypothesis import given
from hypothesis import strategies as st

from clearway import packs
from clearway.kernel.measures import OPEN_END, RateExpression
from clearway.kernel.reference import Period
from clearway.packs.model import Located, MeasureRow
from clearway.packs.nomenclature import hs2022, prefixes
from clearway.packs.spreading import Spread, gaps, overlaps

PERIODS = st.tuples(st.integers(0, 40), st.integers(1, 15)).map(
    lambda pair: Period(pair[0], pair[0] + pair[1])
)


def days(period):
    return set(range(period.valid_from, period.valid_to))


@given(st.lists(PERIODS, max_size=12))
def test_overlaps_are_the_pairs_that_share_a_day(periods):
    expected = [
        (one, other)
        for one in range(len(periods))
        for other in range(one + 1, len(periods))
        if days(periods[one]) & days(periods[other])
    ]
    assert overlaps(periods) == expected


@given(PERIODS, st.lists(PERIODS, max_size=8))
def test_gaps_are_the_days_that_nothing_covers(within, periods):
    covered = set().union(*map(days, periods)) if periods else set()
    found = gaps(within, periods)
    assert set().union(*map(days, found), set()) == days(within) - covered
    assert sum(len(days(gap)) for gap in found) == len(days(within) - covered)


def row(commodity, kind, period, number):
    at = Located("measures.csv", number)
    return MeasureRow(at, commodity, kind, "", "", "", period, RateExpression("Free", ()), "")


@given(
    st.lists(
        st.tuples(st.sampled_from(["", "85", "8504", "850440", "85044090", "22"]),
                  st.sampled_from(["103", "305"]), PERIODS),
        max_size=10,
    )
)  # fmt: skip
def test_on_every_day_the_measure_on_the_longest_code_applies(drawn):
    kept = {}
    for commodity, kind, period in drawn:  # no overlap on one code: the check refuses it
        rows = kept.setdefault((commodity, kind), [])
        if not any(days(period) & days(other) for other in rows):
            rows.append(period)
    rows = [
        row(commodity, kind, period, number)
        for (commodity, kind), periods in kept.items()
        for number, period in enumerate(periods)
    ]
    spread = list(Spread(rows).of_line("85044090"))
    for day in range(60):
        for kind in ("103", "305"):
            standing = [
                r for r in rows
                if r.type == kind and day in days(r.period) and "85044090".startswith(r.commodity)
            ]  # fmt: skip
            longest = max(standing, key=lambda r: len(r.commodity), default=None)
            applied = [r for r, period in spread if r.type == kind and day in days(period)]
            assert applied == ([longest] if longest else [])


def test_prefixes_run_from_the_code_to_everything():
    assert prefixes("85044090") == ["85044090", "850440", "8504", "85", ""]
    assert prefixes("8504401") == ["8504401", "850440", "8504", "85", ""]


def test_the_base_is_the_harmonized_system_2022():
    codes = hs2022()
    assert sum(len(code) == 4 for code in codes) == 1_228
    assert sum(len(code) == 6 for code in codes) == 5_612
    assert not {"TOTAL", "9999", "999999", "77"} & set(codes)


def test_the_table_is_sorted_and_its_rows_are_found_by_commodity(tmp_path):
    table = packs.open_snapshot(packs.compile(packs.demo_pack(), tmp_path)).measures
    rows = list(
        zip(table.commodity.tolist(), table.measure_type.tolist(), table.area.tolist(),
            table.valid_from.tolist(), strict=True)
    )  # fmt: skip
    assert rows == sorted(rows)
    first = table.first_of_commodity
    assert (first[0], first[-1]) == (0, len(rows))
    place = table.commodities.index("87120010")
    assert set(table.commodity[first[place] : first[place + 1]].tolist()) == {place}
    assert table.areas[0] == "1011"
    assert table.additional_codes[0] == table.quota_orders[0] == ""
    assert max(table.valid_to.tolist()) == OPEN_END


def test_a_seasonal_and_a_dated_rate_stand_on_the_days_they_were_written_for(small, tmp_path):
    table = packs.open_snapshot(packs.compile(small.folder, tmp_path)).measures
    kind, place = table.measure_types.index("103"), table.commodities.index("85044010")
    found = [
        (table.rate_texts[table.rate[i]], int(table.valid_from[i]), int(table.valid_to[i]))
        for i in range(len(table.rate))
        if (table.commodity[i], table.measure_type[i]) == (place, kind)
    ]
    assert found == [("5.00%", 0, 20_635), ("3.00%", 20_635, OPEN_END)]
