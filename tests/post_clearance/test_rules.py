"""Interest, penalty, limitation, terms and the draw, by themselves."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearway.kernel.reference import WorkingCalendar
from clearway.post_clearance.life_cycle import NOTHING, TABLES, states, taken
from clearway.post_clearance.rules import (
    Law,
    drawn,
    interest,
    is_late,
    last_day,
    penalty,
    working_days_after,
)
from clearway.vocabulary.dates import day_from_iso
from clearway.vocabulary.errors import StateForbids

LAW = Law(
    penalty={"ordinary": Fraction(1, 5), "fraud": Fraction(1)},
    penalty_disclosed=Fraction(1, 20),
    random_rate=200,
    score_from=40,
)


def test_interest_of_the_card():
    """C18: 59,420,625 × 0.03 % × 90 days = 1,604,356.875, half up 1,604,357."""
    assert interest(59_420_625, Fraction(3, 10_000), 90) == 1_604_357


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.integers(0, 10**15), st.integers(0, 1000), st.integers(0, 5000))
def test_interest_is_exact_and_rounded_half_up_once(amount, tenths, days):
    exact = Decimal(amount) * Decimal(tenths) * days / Decimal(10_000)
    told = interest(amount, Fraction(tenths, 10_000), days)
    assert told == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.integers(-(10**12), 10**12), st.sampled_from(["ordinary", "negligence", "fraud"]))
def test_a_disclosure_never_makes_a_penalty_higher_and_never_excuses_fraud(extra, ground):
    told = penalty(extra, LAW, ground, disclosed=False)
    disclosed = penalty(extra, LAW, ground, disclosed=True)
    assert 0 <= disclosed <= told
    if ground == "fraud":
        assert disclosed == told


def test_a_voluntary_disclosure_lowers_the_penalty():
    assert penalty(1_000_00, LAW, "ordinary", disclosed=False) == 200_00
    assert penalty(1_000_00, LAW, "ordinary", disclosed=True) == 50_00


@pytest.mark.parametrize(
    ("begin", "months", "end"),
    [
        ("2026-03-03", 36, "2029-03-03"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-10-31", 1, "2026-11-30"),
        ("2026-12-15", 1, "2027-01-15"),
    ],
)
def test_a_period_of_months_ends_on_its_day(begin, months, end):
    assert last_day(day_from_iso(begin), months) == day_from_iso(end)


def test_the_last_day_is_in_time_and_the_next_is_late():
    begin = day_from_iso("2026-03-03")
    assert not is_late(begin, day_from_iso("2029-03-03"), LAW, "ordinary")
    assert is_late(begin, day_from_iso("2029-03-04"), LAW, "ordinary")
    assert not is_late(begin, day_from_iso("2029-03-04"), LAW, "fraud")


def test_working_days_pass_over_weekends_and_holidays():
    monday = day_from_iso("2026-03-02")
    assert working_days_after(WorkingCalendar(), monday, 10) == day_from_iso("2026-03-16")
    closed = WorkingCalendar(holidays={day_from_iso("2026-03-10"): "a feast"})
    assert working_days_after(closed, monday, 10) == day_from_iso("2026-03-17")


def test_the_draw_is_made_whatever_selects_and_its_chance_is_kept():
    told = {
        (blue, score): drawn("secret", "26XP1", LAW, blue=blue, score=score)
        for blue in (True, False)
        for score in (None, 39, 40)
    }
    assert len({one.draw for one in told.values()}) == 1
    assert told[True, None].channel == "lane"
    assert told[False, 40].channel == "score"
    assert (told[True, None].propensity, told[False, 39].propensity) == (10_000, 200)


def test_the_draw_finds_its_share_and_is_the_same_each_time():
    law = Law(random_rate=1_500)
    first = [drawn("secret", f"26XP{n}", law, blue=False, score=None) for n in range(4_000)]
    again = [drawn("secret", f"26XP{n}", law, blue=False, score=None) for n in range(4_000)]
    assert first == again
    share = sum(one.channel == "random" for one in first) / len(first)
    assert 0.13 < share < 0.17


def test_without_a_secret_nothing_is_drawn():
    assert drawn("", "26XP1", LAW, blue=False, score=None).channel == "none"


@pytest.mark.parametrize("name", TABLES)
def test_every_pair_of_state_and_act_is_as_the_table_says(name):
    table = TABLES[name]
    acts = {act for _, act in table}
    for state in (NOTHING, *states(table)):
        for act in acts:
            if (state, act) in table:
                assert taken(table, state, act) == table[state, act]
            else:
                with pytest.raises(StateForbids):
                    taken(table, state, act)
