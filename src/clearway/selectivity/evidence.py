"""What inspections showed, gathered by key: violations and inspections, and the posterior of both.

The share of violations under a key is estimated as the mean of a Beta distribution: its prior is
what is known more generally, worth ``strength`` inspections, and each inspection adds itself.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.selectivity.hashing import Hashes

Floats = NDArray[np.float64]


class Tally(msgspec.Struct, frozen=True):
    """Evidence under the values of one key, which ``hashes`` lists in ascending order.

    ``violations`` and ``inspections`` are weighted counts, the former never above the latter.
    """

    hashes: Hashes
    violations: Floats
    inspections: Floats

    @classmethod
    def of(cls, hashes: Hashes, violation: Floats, weight: Floats) -> Tally:
        """Count rows: ``violation`` is 1 or 0 for each, ``weight`` what the row is worth."""
        return cls.at(*np.unique(hashes, return_inverse=True), violation, weight)

    @classmethod
    def at(
        cls, values: Hashes, place: NDArray[np.int64], violation: Floats, weight: Floats
    ) -> Tally:
        """Count rows of which each one's place among the ascending values is known."""
        size = len(values)
        return cls(values, counted(place, weight * violation, size), counted(place, weight, size))

    def places(self, hashes: Hashes) -> NDArray[np.int64]:
        """Return the place of each value, one past the end where it was never inspected."""
        places = np.searchsorted(self.hashes, hashes)
        found = places < len(self.hashes)
        found[found] = self.hashes[places[found]] == hashes[found]
        places[~found] = len(self.hashes)
        return places

    def look_up(self, hashes: Hashes) -> tuple[Floats, Floats]:
        """Return violations and inspections of each row's value, 0 where it was never inspected."""
        places = self.places(hashes)
        known = places < len(self.hashes)
        violations, inspections = np.zeros(len(hashes)), np.zeros(len(hashes))
        violations[known] = self.violations[places[known]]
        inspections[known] = self.inspections[places[known]]
        return violations, inspections


def counted(place: NDArray[np.int64], weight: Floats, size: int) -> Floats:
    """Return the sum of the weights at each of ``size`` places."""
    return np.bincount(place, weight, size).astype(np.float64)


def posterior(
    violations: Floats, inspections: Floats, prior: Floats | float, strength: float
) -> Floats:
    """Return the mean of the Beta posterior, its prior worth ``strength`` inspections.

    >>> posterior(np.array([7.0]), np.array([8.0]), 0.2, 2.0).round(2)
    array([0.74])
    """
    return np.asarray((violations + strength * prior) / (inspections + strength))


def intraclass(hashes: Hashes, violation: Floats) -> float:
    """Return how alike the outcomes of the same goods are: 0 not at all, 1 wholly.

    The one-way analysis of variance estimator of the intraclass correlation (Donner 1986). By it a
    further inspection of the same goods is worth less than the first: n of them are worth
    ``n / (1 + (n - 1) x correlation)`` (the design effect of Kish).
    """
    _, place, size = np.unique(hashes, return_inverse=True, return_counts=True)
    return alikeness(size.astype(np.float64), counted(place, violation, len(size)))


def alikeness(inspections: Floats, violations: Floats) -> float:
    """Return how alike outcomes are that were counted under each goods' own key: ``intraclass``."""
    groups, rows = len(inspections), float(inspections.sum())
    if groups < 2 or groups == rows:
        return 0.0
    mean = violations / inspections
    whole = float(violations.sum()) / rows
    between = float((inspections * (mean - whole) ** 2).sum()) / (groups - 1)
    within = float((violations * (1 - mean)).sum()) / (rows - groups)
    usual = (rows - float((inspections**2).sum()) / rows) / (groups - 1)
    spread = between + (usual - 1) * within
    return float(np.clip((between - within) / spread, 0, 1)) if spread > 0 else 0.0


def worth(hashes: Hashes, correlation: float) -> Floats:
    """Return what each row is worth as evidence, when the same goods speak alike.

    n rows of the same goods are worth what the design effect says, but never less than the root of
    n: what is brought often tells more of what will be brought than what came once.
    """
    _, place, size = np.unique(hashes, return_inverse=True, return_counts=True)
    rows = size[place].astype(np.float64)
    return np.asarray(np.maximum(1.0 / (1.0 + (rows - 1.0) * correlation), rows**-0.5))
