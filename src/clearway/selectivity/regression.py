"""Logistic regression held towards what was believed before, by Newton's method.

Two straight lines are fitted with it: the one through all evidence (``generaliser.Line``) and the
one that calibrates (``generaliser.Calibration``).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from clearway.selectivity.evidence import Floats

_MOST_STEPS: Final = 25
_MOST_HALVINGS: Final = 20
_SMALL: Final = 1e-6
_SURE: Final = 500.0
"""Log-odds beyond which a chance is 0 or 1 to the last bit."""


def log_odds(chance: Floats) -> Floats:
    """Return the log-odds of chances; 0 and 1 count as one in ten million off."""
    safe = np.clip(chance, 1e-7, 1 - 1e-7)
    return np.asarray(np.log(safe / (1 - safe)))


def chance_of(odds: Floats) -> Floats:
    """Return the chances of log-odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -_SURE, _SURE))))


def logistic(
    design: Floats,
    found: Floats,
    weight: Floats,
    held: Floats,
    spread: Floats,
    free: NDArray[np.bool_] | None = None,
) -> Floats:
    """Return the coefficients that are likeliest, of those near ``held``.

    Args:
        design: one row for each observation, one column for each coefficient.
        found: 1 or 0 for each row.
        weight: what each row is worth.
        held: the coefficients believed before.
        spread: how strongly, as the inverse of a normal distribution's covariance.
        free: which coefficients may move; all without it.
    """
    moving = np.ones(len(held), dtype=np.bool_) if free is None else free
    # Its matrices are small: threads that wait for each other would cost more than they bring.
    with threadpool_limits(1, "blas"):  # type: ignore[no-untyped-call]
        return _newton(design, found, weight, held, spread, moving)


def _newton(
    design: Floats,
    found: Floats,
    weight: Floats,
    held: Floats,
    spread: Floats,
    moving: NDArray[np.bool_],
) -> Floats:
    def loss(line: Floats) -> float:
        odds, off = design @ line, line - held
        own = np.logaddexp(0.0, odds) - found * odds
        return float((weight * own).sum() + off @ spread @ off / 2)

    line = held.copy()
    for _ in range(_MOST_STEPS):
        chance = chance_of(design @ line)
        slope = design.T @ (weight * (found - chance)) - spread @ (line - held)
        curve = (design * (weight * chance * (1 - chance))[:, None]).T @ design + spread
        step = np.zeros(len(held))
        step[moving] = np.linalg.solve(curve[np.ix_(moving, moving)], slope[moving])
        before = loss(line)
        for _ in range(_MOST_HALVINGS):  # a whole step may reach beyond the valley
            if loss(line + step) <= before:
                break
            step /= 2
        line = line + step
        if np.abs(step).max() < _SMALL:
            break
    return line
