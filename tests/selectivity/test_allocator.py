"""The budget: spent wholly, never twice, and the random share open to everybody alike."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearway.selectivity.allocator import NEW, RANDOM, STAKE, Shares, allocate
from clearway.selectivity.measures import area_under_curve, precision_at, robust_interval

SHARES = Shares(chance=0.5, stake=0.2, random=0.2, new=0.1)


def test_each_share_takes_its_own_first():
    chance = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05])
    stake = np.array([0.0] * 8 + [1_000, 10])
    new = np.array([0.0] * 7 + [1.0, 0.0, 0.0])
    draws = np.arange(10)[::-1]
    found = allocate(chance, stake, new, draws, 10, SHARES)
    assert found.chosen[:5].tolist() == [9, 8, 7, 0, 1]
    assert found.channel[:3] == (RANDOM, RANDOM, NEW) or found.channel[:2] == (RANDOM, RANDOM)


def test_the_worth_of_a_hit_is_its_chance_times_what_is_at_stake():
    chance, stake = np.array([0.9, 0.1, 0.5, 0.4]), np.array([1.0, 100.0, 10.0, 0.0])
    found = allocate(chance, stake, np.zeros(4), np.arange(4), 2,
                     Shares(chance=0.0, stake=1.0, random=0.0, new=0.0))  # fmt: skip
    assert found.chosen.tolist() == [1, 2]
    assert found.channel == (STAKE, STAKE)


@given(
    rows=st.integers(0, 60), budget=st.integers(0, 80), seed=st.integers(0, 9_999),
    parts=st.tuples(*[st.integers(0, 10)] * 4).filter(any),
)  # fmt: skip
def test_the_budget_is_spent_wholly_and_nothing_twice(rows, budget, seed, parts):
    draw = np.random.default_rng(seed)
    whole = sum(parts)
    shares = Shares(*(part / whole for part in parts))
    new = np.maximum(draw.random(rows) - 0.8, 0)
    found = allocate(draw.random(rows), draw.random(rows), new, draw.random(rows), budget, shares)
    assert len(found.chosen) == min(budget, rows) == len(set(found.chosen.tolist()))
    assert len(found.channel) == len(found.chosen)
    assert found.drawn.sum() == sum(name == RANDOM for name in found.channel)
    if rows:
        assert found.propensity.sum() == pytest.approx(found.drawn.sum())


def test_the_random_share_looks_at_no_score():
    """Whatever the scores, the same draws choose the same rows."""
    draws = np.random.default_rng(1).random(50)
    none = np.zeros(50)
    one = allocate(np.linspace(0, 1, 50), np.ones(50), none, draws, 20, SHARES)
    other = allocate(np.linspace(1, 0, 50), np.ones(50), none, draws, 20, SHARES)
    assert one.drawn.tolist() == other.drawn.tolist()


@pytest.mark.parametrize("parts", [(0.5, 0.5, 0.5, 0.0), (1.2, -0.2, 0.0, 0.0)])
def test_shares_that_are_no_parts_are_refused(parts):
    with pytest.raises(ValueError, match="add up to one"):
        Shares(*parts)


def test_the_card_s_figures():
    """C29: of 2,000 with 76 illicit the best 200 hold 38: precision 19 %, recall 50 %, lift 5."""
    violation = np.zeros(2_000)
    violation[:38] = 1
    violation[1_000:1_038] = 1
    score = np.linspace(1, 0, 2_000)
    precision = precision_at(violation, score, 0.1)
    assert precision == pytest.approx(0.19)
    assert precision * 200 / violation.sum() == pytest.approx(0.5)
    assert precision / violation.mean() == pytest.approx(5.0)


def test_ties_count_half():
    assert area_under_curve(np.array([1, 0, 1, 0]), np.zeros(4)) == pytest.approx(0.5)


def test_the_interval_of_three_runs_by_hand():
    """Mean 0.71, standard deviation 0.01: 0.71 -+ 4.303 x 0.01 / 1.732 = 0.685 to 0.735."""
    low, high = robust_interval(np.array([0.70, 0.72, 0.71]))
    assert (round(low, 3), round(high, 3)) == (0.685, 0.735)
