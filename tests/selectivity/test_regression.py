"""Logistic regression: worked by hand, held where nothing speaks, and never running away."""

import numpy as np
import pytest

from clearway.selectivity.regression import chance_of, log_odds, logistic


def test_a_share_is_found_again():
    """30 of 100: without anything that holds it, the constant is ln(30 / 70) = -0.8473."""
    found = np.r_[np.ones(30), np.zeros(70)]
    line = logistic(np.ones((100, 1)), found, np.ones(100), np.zeros(1), np.zeros((1, 1)))
    assert line == pytest.approx([-0.8473], abs=1e-4)


def test_rows_count_by_their_weight():
    """One violation worth 3 and one clean row worth 1 are 3 of 4: ln 3 = 1.0986."""
    line = logistic(np.ones((2, 1)), np.array([1.0, 0.0]), np.array([3.0, 1.0]),
                    np.zeros(1), np.zeros((1, 1)))  # fmt: skip
    assert line == pytest.approx([1.0986], abs=1e-4)


def test_what_may_not_move_stays():
    design = np.stack([np.linspace(-1, 1, 50), np.ones(50)], axis=1)
    found = (np.arange(50) % 5 == 0).astype(float)
    held = np.array([1.0, 0.0])
    line = logistic(design, found, np.ones(50), held, np.eye(2), np.array([False, True]))
    assert line[0] == 1.0
    assert line[1] < -0.5


def test_at_the_end_nothing_pulls_any_more():
    """Where the penalised likelihood is highest its slope is 0, whatever the data."""
    draws = np.random.default_rng(3)
    for spread in (1e-3, 1.0, 100.0):
        design = draws.normal(size=(300, 6)) * draws.lognormal(0, 3, 6)
        found = (draws.random(300) < 0.1).astype(float)
        weight, held = draws.random(300) * 5, draws.normal(size=6)
        hold = spread * np.eye(6)
        line = logistic(design, found, weight, held, hold)
        slope = design.T @ (weight * (found - chance_of(design @ line))) - hold @ (line - held)
        assert np.abs(slope / np.abs(design).max(axis=0)).max() < 1e-2


def test_what_is_told_apart_wholly_stays_finite():
    """Perfectly told apart, the likeliest line is infinitely steep: what holds it must hold it."""
    design = np.stack([np.r_[np.full(20, -40.0), np.full(20, 40.0)], np.ones(40)], axis=1)
    found = np.r_[np.zeros(20), np.ones(20)]
    line = logistic(design, found, np.ones(40), np.zeros(2), 1e-6 * np.eye(2))
    assert np.isfinite(line).all()
    assert (chance_of(design @ line) > 0.99)[20:].all()


def test_chances_and_log_odds_undo_each_other_and_never_overflow():
    chance = np.array([1e-6, 0.2, 0.5, 0.999])
    assert chance_of(log_odds(chance)) == pytest.approx(chance)
    with np.errstate(all="raise"):
        assert chance_of(np.array([-1e6, 1e6])) == pytest.approx([0.0, 1.0])
