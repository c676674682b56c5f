"""What a profile has been worth, beside goods drawn at random: pure, from counts alone.

The random draw is made for every declaration, so that what it finds is the share of offences among
all goods (card C06). A profile that finds no more than that costs officers' hours for nothing. How
sure one may be of it depends on how much was looked at: both rates are taken as Beta posteriors
over a flat prior, and the question is how likely the profile's rate is to be above the other's.
"""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.risk.outcomes.queries import Worth

LEAST_INSPECTED: Final = 30
"""Inspections of each kind below which nothing is proposed."""
LEAST_LIFT: Final = 1.25
"""A profile is to find a quarter more than the random draw; what finds as much finds nothing."""
AT_MOST: Final = 0.05
"""A retirement is proposed where the chance that it does is at most this."""
_CELLS: Final = 20_000


class Standing(msgspec.Struct, frozen=True):
    """What a profile has been worth: its rate, the random draw's, and the chance that it is above.

    ``chance`` is that of finding ``LEAST_LIFT`` times what the draw finds. Rates are None where
    nothing was inspected.
    """

    rate: float | None
    base: float | None
    chance: float
    retire: bool


def standing(profile: Worth, random: Worth) -> Standing:
    """Return what a profile has been worth beside the random draw."""
    chance = chance_above(profile, random, LEAST_LIFT)
    enough = min(profile.inspected, random.inspected) >= LEAST_INSPECTED
    return Standing(_rate(profile), _rate(random), chance, retire=enough and chance <= AT_MOST)


def chance_above(profile: Worth, random: Worth, lift: float = 1.0) -> float:
    """Return the chance that a profile's rate is above ``lift`` times the random draw's.

    Both rates are uncertain: Beta(1 + found, 1 + not found). Exact to about 1e-6.

    >>> round(chance_above(Worth(1, 1), Worth()), 4)  # two thirds
    0.6667
    """
    middle = (np.arange(_CELLS) + 0.5) / _CELLS
    below = np.concatenate([[0.0], np.cumsum(_density(profile, middle))])  # at the cells' edges
    edges = np.linspace(0.0, 1.0, _CELLS + 1)
    reached = np.interp(np.minimum(middle * lift, 1.0), edges, below)
    return float(np.sum(_density(random, middle) * (1.0 - reached)))


def _density(worth: Worth, at: NDArray[np.float64]) -> NDArray[np.float64]:
    missed = worth.inspected - worth.found
    logs = worth.found * np.log(at) + missed * np.log1p(-at)
    heights = np.exp(logs - logs.max())
    total: NDArray[np.float64] = heights / heights.sum()
    return total


def _rate(worth: Worth) -> float | None:
    return worth.found / worth.inspected if worth.inspected else None
