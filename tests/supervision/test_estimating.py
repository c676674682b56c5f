"""What estimates say, by figures worked by hand, and how often they are right on drawn worlds."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearway.supervision.estimating import (
    FEWEST,
    Interval,
    Stratum,
    horvitz_thompson,
    missed,
    precision_and_recall,
    rate_of,
    ratio,
    weighted_rate,
    wilson,
)


def test_the_figures_of_card_c29():
    assert precision_and_recall(200, 38, 76, 2_000) == (0.19, 0.5, 0.038, 5.0)
    rate, base = wilson(38, 200), wilson(76, 2_000)
    assert (rate.value, base.value) == (0.19, 0.038)
    assert ratio(rate, base).value == pytest.approx(5.0)


def test_wilson_by_hand():
    # 8 of 10: centre (0.8 + 1.92073/10) / (1 + 3.84146/10) = 0.992073 / 1.384146 = 0.716740;
    # half 1.959964 * sqrt(0.016 + 0.00960365) / 1.384146 = 0.313621 / 1.384146 = 0.226576
    told = wilson(8, 10)
    assert told.low == pytest.approx(0.490164, abs=2e-5)
    assert told.high == pytest.approx(0.943316, abs=2e-5)
    # none of 20: from 0 to z^2 / (20 + z^2) = 3.841459 / 23.841459
    assert wilson(0, 20) == Interval(0.0, 0.0, pytest.approx(0.161125, abs=1e-6))
    assert wilson(20, 20).high == 1.0


def test_few_looks_give_no_rate():
    assert rate_of(1, FEWEST - 1) is None
    assert rate_of(1, FEWEST).value == 0.05
    assert missed([Stratum(0.05, 1_000, FEWEST - 1, 3)], 3).violations is None
    assert missed([Stratum(0.05, 1_000, 50, 4, 900.0, 300_000.0)], 4).revenue is None


def test_a_ratio_whose_base_is_nought_is_not_told():
    assert ratio(wilson(5, 40), wilson(0, 40)) is None
    told = ratio(wilson(0, 40), wilson(4, 40))
    assert (told.value, told.low) == (0.0, 0.0)
    assert math.isfinite(told.high)


def test_what_was_missed_by_hand():
    # 1,000 declarations, one in ten drawn, 100 looked at, 4 with something: 4 % of 1,000 are 40, of
    # which 4 are known, so 36 were missed. Wilson on 100 / 0.9 = 111.11 looks, 4.444 found, has
    # its centre at (0.04 + 1.920729 / 111.111) / (1 + 3.841459 / 111.111), which is 0.0553722,
    # and its half: the root of (0.0384 / 111.111 + 3.841459 / (4 * 12345.68)), times 1.959964,
    # over 1.0345731, which is 0.0389815.
    told = missed([Stratum(0.1, 1_000, 100, 4, 4_000.0, 4_000_000.0, drawn=100)], 4, 4_000.0)
    assert told.violations.value == pytest.approx(36.0)
    assert told.violations.low == pytest.approx(16.39 - 4, abs=0.02)
    assert told.violations.high == pytest.approx(94.35 - 4, abs=0.02)
    assert told.unadjusted.value == pytest.approx(36.0)
    assert told.revenue is None  # four findings are too few for money


def test_where_some_that_were_drawn_were_not_looked_at_the_rate_stands_for_them():
    told = missed([Stratum(0.1, 1_000, 50, 2, drawn=100)], 2)
    assert told.violations.value == pytest.approx(0.04 * 1_000 - 2)
    assert told.unadjusted is None


def test_two_chances_weigh_each_look_by_its_own():
    # 10 % of 1,000 (100 looks, 10 found) and 50 % of 400 (200 looks, 40 found): the weighted rate
    # is (10 / 0.1 + 40 / 0.5) / (100 / 0.1 + 200 / 0.5) = 180 / 1,400, and 1,400 * that are 180.
    strata = [Stratum(0.1, 1_000, 100, 10, drawn=100), Stratum(0.5, 400, 200, 40, drawn=200)]
    k, n = weighted_rate(strata)
    assert k / n == pytest.approx(180 / 1_400)
    assert n == pytest.approx(1_400**2 / (100 / 0.01 + 200 / 0.25))
    assert missed(strata, 50).violations.value == pytest.approx(130)
    assert horvitz_thompson(strata).value == pytest.approx(180)


@given(st.integers(0, 400), st.integers(1, 400), st.integers(0, 400), st.integers(1, 400))
def test_intervals_hold_their_figures(found, more, base_found, base_more):
    rate, base = wilson(found, found + more), wilson(base_found, base_found + base_more)
    assert 0 <= rate.low <= rate.value <= rate.high <= 1
    told = ratio(rate, base)
    if base_found == 0:
        assert told is None
    else:
        assert 0 <= told.low <= told.value + 1e-9
        assert told.value <= told.high + 1e-9


@given(st.integers(1, 9_999), st.integers(0, 500), st.integers(1, 2_000), st.integers(0, 5_000))
def test_nothing_below_nought_is_missed(rate, found, more, others):
    looked = found + more
    stratum = Stratum(rate / 10_000, looked + others, looked, found, drawn=looked)
    told = missed([stratum], found)
    if looked < FEWEST:
        assert told.violations is None
    else:
        for one in (told.violations, told.unadjusted):
            assert 0 <= one.low <= one.value + 1e-6
            assert one.value <= one.high + 1e-6
            assert one.high <= others + more + 1e-6


def _worlds(size, violations, rates, times, seed):
    """Yield what is told of drawn samples of one world, and what was missed in truth.

    Half of its declarations had the first chance, half the second; amounts are drawn once.
    """
    random = np.random.default_rng(seed)
    wrong = np.zeros(size, bool)
    wrong[random.permutation(size)[:violations]] = True
    amounts = np.where(wrong, np.round(random.gamma(2.0, 50_000.0, size)), 0.0)
    chances = np.where(np.arange(size) < size // 2, rates[0], rates[1])
    for _ in range(times):
        drawn = random.random(size) < chances
        strata = []
        for chance in sorted(set(rates)):
            mine = drawn & (chances == chance)
            strata.append(
                Stratum(
                    float(chance), int((chances == chance).sum()), int(mine.sum()),
                    int((mine & wrong).sum()), float(amounts[mine].sum()),
                    float((amounts[mine] ** 2).sum()), drawn=int(mine.sum()),
                )
            )  # fmt: skip
        told = missed(strata, int((drawn & wrong).sum()), float(amounts[drawn].sum()))
        yield told, int((~drawn & wrong).sum()), float(amounts[~drawn].sum())


@pytest.mark.parametrize("rates", [(0.05, 0.05), (0.15, 0.15), (0.05, 0.15)])
def test_the_interval_covers_the_truth_about_95_times_in_100(rates):
    inside = unadjusted = money = times = 0
    offs, off_money = [], []
    for told, truth, lost in _worlds(8_000, 400, rates, 1_500, seed=11):
        times += 1
        inside += told.violations.low <= truth <= told.violations.high
        unadjusted += told.unadjusted.low <= truth <= told.unadjusted.high
        money += told.revenue.low <= lost <= told.revenue.high
        offs.append(told.violations.value - truth)
        off_money.append(told.revenue.value - lost)
    assert 0.935 <= inside / times <= 0.97
    assert 0.935 <= unadjusted / times <= 0.97
    assert 0.90 <= money / times <= 0.97
    for rows in (offs, off_money):  # unbiased: the mean error is within three standard errors of 0
        assert abs(np.mean(rows)) <= 3 * np.std(rows) / math.sqrt(times)


def test_a_look_by_either_of_two_lots_counts_by_the_chance_of_either():
    """1,000 of known parties drawn by 2 %, 100 of new ones by 1 - 0.98 x 0.80 = 21.6 %.

    20 + 22 looks are 20 / 0.02 + 22 / 0.216 = 1,101.85 declarations, and 1 + 4 findings are
    1 / 0.02 + 4 / 0.216 = 68.52: a rate of 6.2185 %, of 1,100 declarations 68.40, less 5.
    """
    told = missed([Stratum(0.02, 1_000, 20, 1, drawn=20), Stratum(0.216, 100, 22, 4, drawn=22)], 5)
    assert told.violations.value == pytest.approx(63.40, abs=0.005)
    assert told.unadjusted.value == pytest.approx(63.52, abs=0.005)
    naive = missed([Stratum(0.02, 1_100, 42, 5, drawn=42)], 5)
    assert naive.violations.value == pytest.approx(1_100 * 5 / 42 - 5)  # 126: twice as much


def test_two_lots_by_their_own_chances_are_right_on_average_and_as_one_they_are_not():
    """New parties are wrong five times as often, and a lot of their own looks at them."""
    random = np.random.default_rng(14)
    size, rate, lot = 6_000, 0.03, 0.25
    new = np.arange(size) < size // 8
    wrong = random.random(size) < np.where(new, 0.20, 0.04)
    either = 1 - (1 - rate) * (1 - lot)
    fair, naive, inside, times = [], [], 0, 1_200
    for _ in range(times):
        drawn = (random.random(size) < rate) | (new & (random.random(size) < lot))
        strata = [
            Stratum(chance, int(which.sum()), int((drawn & which).sum()),
                    int((drawn & which & wrong).sum()), drawn=int((drawn & which).sum()))
            for chance, which in ((rate, ~new), (either, new))
        ]  # fmt: skip
        known, truth = int((drawn & wrong).sum()), int((~drawn & wrong).sum())
        told = missed(strata, known)
        fair.append(told.violations.value - truth)
        inside += told.violations.low <= truth <= told.violations.high
        as_one = Stratum(rate, size, int(drawn.sum()), known, drawn=int(drawn.sum()))
        naive.append(missed([as_one], known).violations.value - truth)
    error = [np.std(one) / math.sqrt(times) for one in (fair, naive)]
    assert abs(np.mean(fair)) <= 3 * error[0]
    assert np.mean(naive) > 50 * error[1]
    assert 0.93 <= inside / times <= 0.99


def test_the_interval_of_a_lift_covers_the_truth_about_95_times_in_100():
    random = np.random.default_rng(12)
    inside = 0
    for _ in range(3_000):
        told = ratio(
            wilson(random.binomial(150, 0.12), 150), wilson(random.binomial(400, 0.04), 400)
        )
        inside += told is not None and told.low <= 3.0 <= told.high
    assert 0.935 <= inside / 3_000 <= 0.97


def test_the_worked_example_of_the_guide():
    """The figures of docs/selection-ledger.md, read off the page and reckoned again."""
    guide = (Path(__file__).parents[2] / "docs" / "selection-ledger.md").read_text("utf-8")
    told = missed([Stratum(0.1, 1_000, 100, 4, 4_000.0, 4_000_000.0, drawn=100)], 4, 4_000.0)
    share = wilson(4 / 0.9, 100 / 0.9)
    low, value, high = told.violations.low, told.violations.value, told.violations.high
    for step in (
        f"| rate of the draw | 4 / 100 = {wilson(4, 100).value:.1%} |",
        f"| estimated violations among all 1,000 | 4.0% × 1,000 = {value + 4:.0f} |",
        f"| **missed, by estimate** | **{value:.0f}** |",
        f"| looks as they count, since a tenth was seen | 100 / 0.9 = {100 / 0.9:.1f} |",
        f"| interval of the rate (Wilson, 4.44 of 111.1) | {share.low:.2%} to {share.high:.2%} |",
        f"| **missed, interval** | **{low:.0f} to {high:.0f}** |",
    ):
        assert step in guide.replace(" %", "%")
    assert told.revenue is None
    assert "| revenue missed | not told: fewer than 5 findings |" in guide
