"""Figures of rankings: worked by hand, and what must hold of any ranking."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearway.risk.learning.figures import (
    Figure,
    Ranking,
    calibration_error,
    draws,
    figure,
    history,
)
from clearway.selectivity.measures import area_under_curve

FOUND = np.array([1.0, 0.0, 1.0, 0.0])
EVEN = np.ones(4)


def test_the_card_of_the_standard_example():
    """Card C29: 2,000 inspections, 76 illicit; the top 200 find 38: 19 %, recall 50 %."""
    found = np.zeros(2000)
    found[:38] = 1  # among the best 200
    found[500:538] = 1
    score = np.arange(2000, 0, -1.0)
    (caught,) = Ranking(score).caught(0.10, np.ones(2000), found)
    assert caught == 38
    assert caught / 200 == pytest.approx(0.19)
    assert caught / found.sum() == 0.5
    assert (caught / 200) / (found.sum() / 2000) == pytest.approx(5.0)


def test_rows_of_one_score_are_shared_out():
    flat = Ranking(np.zeros(4))
    assert flat.caught(0.5, EVEN, FOUND) == [1.0]  # half of two violations
    assert flat.area(FOUND, EVEN) == 0.5
    sharp = Ranking(np.array([3.0, 2.0, 2.0, 1.0]))
    # the budget of two takes the first row and one of two equal ones, a violation and a clean one
    assert sharp.caught(0.5, EVEN, FOUND) == [1.5]


def test_money_beside_violations():
    stake = np.array([100.0, 0.0, 300.0, 0.0])
    best = Ranking(np.array([1.0, 0.2, 0.9, 0.1]))
    assert best.caught(0.25, EVEN, FOUND, stake) == [1.0, 100.0]


def test_calibration_by_hand():
    chance = np.array([0.1] * 10 + [0.9] * 10)
    found = np.array([0.0] * 8 + [1.0] * 2 + [1.0] * 10)
    # bins of two rows: eight rows 0.1 off, two rows 0.9 off, ten rows 0.1 off
    assert calibration_error(found, chance, np.ones(20)) == pytest.approx(
        (8 * 0.1 + 2 * 0.9 + 10 * 0.1) / 20
    )


def test_the_baseline_by_hand():
    known = np.array([7, 7, 7, 9], dtype=np.uint64)
    found = np.array([1.0, 1.0, 0.0, 0.0])
    prior = 2.1 / 6
    asked = np.array([7, 9, 8], dtype=np.uint64)
    expected = [(2 + 4 * prior) / 7, (0 + 4 * prior) / 5, prior]
    assert history(known, found, asked) == pytest.approx(expected)


def test_declarations_are_drawn_whole():
    for weight in draws(np.array([5, 5, 9, 9, 9]), count=20):
        assert weight[0] == weight[1]
        assert weight[2] == weight[3] == weight[4]
        assert weight[0] + weight[2] == 2


def test_an_interval_needs_draws_that_say_something():
    assert figure(None, [1.0]) == Figure()
    assert figure(0.5, [None, None, 0.5]) == Figure(0.5)
    wide = figure(0.5, [one / 100 for one in range(101)])
    assert (wide.low, wide.high) == pytest.approx((0.025, 0.975))


scores = st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40)


@given(scores, st.floats(0.05, 1))
def test_no_order_of_rows_changes_a_figure(rows, share):
    score = np.array([one[0] for one in rows], dtype=np.float64)
    found = np.array([one[1] for one in rows], dtype=np.float64)
    even = np.ones(len(rows))
    one, other = Ranking(score), Ranking(score[::-1])
    assert one.caught(share, even, found) == pytest.approx(other.caught(share, even, found[::-1]))
    area = one.area(found, even)
    if 0 < found.sum() < len(rows):
        assert area == pytest.approx(area_under_curve(found, score))
    else:
        assert area is None


@given(scores, st.integers(1, 3))
def test_a_weight_is_as_many_rows(rows, times):
    score = np.array([one[0] for one in rows], dtype=np.float64)
    found = np.array([one[1] for one in rows], dtype=np.float64)
    weighed = Ranking(score).caught(0.3, np.full(len(rows), float(times)), found)
    repeated = Ranking(np.repeat(score, times)).caught(
        0.3, np.ones(len(rows) * times), np.repeat(found, times)
    )
    assert weighed == pytest.approx(repeated)
