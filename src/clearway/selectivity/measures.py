"""How good a selection was: precision, ranking, calibration, money, and how sure of it we are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearway.selectivity.evidence import Floats


def precision_at(violation: NDArray[Any], score: Floats, share: float) -> float:
    """Return the share of violations among the best-scored ``share`` of the items.

    >>> precision_at(np.array([1, 0, 1, 0]), np.array([0.9, 0.8, 0.3, 0.1]), 0.5)
    0.5
    """
    count = max(1, int(len(score) * share))
    best = np.argsort(-score, kind="stable")[:count]
    return float(np.mean(violation[best]))


def area_under_curve(violation: NDArray[Any], score: Floats) -> float:
    """Return the chance that a violation scores above a clean item, ties counted half (AUC).

    >>> area_under_curve(np.array([1, 0, 1, 0]), np.array([0.9, 0.8, 0.3, 0.1]))
    0.75
    """
    values, place, size = np.unique(score, return_inverse=True, return_counts=True)
    del values
    rank = np.cumsum(size) - (size - 1) / 2
    found = np.asarray(violation, dtype=bool)
    bad, good = int(found.sum()), int((~found).sum())
    return float((rank[place][found].sum() - bad * (bad + 1) / 2) / (bad * good))


def calibration_error(violation: NDArray[Any], chance: Floats, bins: int = 10) -> float:
    """Return the expected calibration error over bins of equally many items.

    The mean distance, item by item, between what a bin was said to hold and what it held.
    """
    order = np.argsort(chance, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [abs(float(np.mean(violation[p])) - float(np.mean(chance[p]))) * len(p) for p in parts]
    return sum(gaps) / len(chance)


def robust_interval(values: Floats) -> tuple[float, float]:
    """Return the 95 % interval of the mean of a few runs, by Student's t.

    >>> tuple(round(one, 3) for one in robust_interval(np.array([0.70, 0.72, 0.71])))
    (0.685, 0.735)
    """
    count = len(values)
    mean = float(np.mean(values))
    if count < 2:
        return mean, mean
    reach = _T[min(count - 2, len(_T) - 1)] * float(np.std(values, ddof=1)) / count**0.5
    return mean - reach, mean + reach


_T = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
      2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086)  # fmt: skip
"""Student's t at 97.5 % for 1 to 20 degrees of freedom."""
