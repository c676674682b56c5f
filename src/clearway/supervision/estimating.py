"""Rates with their intervals, and what the random draw says of all that was not looked at. Pure.

- A *rate* is found / looked at. Its 95 % interval is Wilson's score interval, which stays within 0
  and 1 and is honest where little was found (E. B. Wilson, 1927).
- A *lift* is a rate divided by the base rate, that of the random draw. Its interval is recovered
  from the two Wilson intervals (MOVER; A. Donner and G. Zou, 2012).
- *Where selection probabilities differ* (the pack's random rate was changed), each result counts
  1 / probability, and the interval is that of the effective number of looks: (sum of weights)^2 /
  sum of squared weights (E. L. Korn and B. I. Graubard, 1998).
- *What was missed* is the estimated total less what is known. The total is Hajek's estimate (the
  weighted rate times the known number of declarations), which bears drawn declarations that were
  not looked at yet, and beside it Horvitz and Thompson's (1952), which needs no such number.

Money is in minor units; estimates are floats because they are no sums that anybody owes.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, sqrt
from typing import Final

import msgspec

Z: Final = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""
FEWEST: Final = 20
"""Looks below which no rate is told: an interval there is wider than what it would say."""
FEWEST_FOUND: Final = 5
"""Findings below which no revenue is estimated: one large case would decide it."""


class Interval(msgspec.Struct, frozen=True):
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


class Stratum(msgspec.Struct, frozen=True):
    """Declarations that had the same chance of being drawn and that nothing else had looked at.

    Attributes:
        rate: the chance of being drawn, 0 to 1.
        size: how many there are, drawn or not.
        looked: how many of them were drawn and looked at.
        found: in how many of these something was found.
        revenue: what was found in them, in minor units.
        squares: the sum of the squares of these amounts.
        drawn: how many were drawn, looked at or not.
    """

    rate: float
    size: int
    looked: int
    found: int
    revenue: float = 0.0
    squares: float = 0.0
    drawn: int = 0


class Missed(msgspec.Struct, frozen=True):
    """What nobody found, as the random draw lets it be estimated.

    ``violations`` and ``revenue`` (minor units) are Hajek's; ``unadjusted`` is Horvitz and
    Thompson's number of violations, told only where all that was drawn was looked at. None: too
    little was looked at, or found, to say.
    """

    violations: Interval | None
    revenue: Interval | None
    unadjusted: Interval | None
    looked: int


def wilson(found: float, looked: float) -> Interval:
    """Return a rate with its Wilson interval.

    >>> told = wilson(38, 200)
    >>> f"{told.value:.3f}, {told.low:.3f} to {told.high:.3f}"
    '0.190, 0.142 to 0.250'
    """
    if looked <= 0:
        return Interval(0.0, 0.0, 1.0)
    share, square = found / looked, Z * Z
    middle = (share + square / (2 * looked)) / (1 + square / looked)
    half = Z * sqrt(share * (1 - share) / looked + square / (4 * looked * looked))
    half /= 1 + square / looked
    low = 0.0 if found <= 0 else max(0.0, middle - half)
    high = 1.0 if found >= looked else min(1.0, middle + half)
    return Interval(share, low, high)


def rate_of(found: float, looked: float) -> Interval | None:
    """Return a rate, or None where fewer than ``FEWEST`` were looked at."""
    return None if looked < FEWEST else wilson(found, looked)


def ratio(rate: Interval, base: Interval) -> Interval | None:
    """Return how many times the base rate a rate is; None where the base rate is 0.

    >>> told = ratio(wilson(38, 200), wilson(76, 2000))
    >>> f"{told.value:.1f}, {told.low:.1f} to {told.high:.1f}"
    '5.0, 3.5 to 7.1'
    """
    if base.value <= 0:
        return None
    product = rate.value * base.value
    lower = product**2 - rate.low * (2 * rate.value - rate.low) * base.high * (
        2 * base.value - base.high
    )
    upper = product**2 - rate.high * (2 * rate.value - rate.high) * base.low * (
        2 * base.value - base.low
    )
    # Written so that nothing is divided by 2 * base.value - base.high, which may be 0.
    under = product + sqrt(max(0.0, lower))
    low = rate.low * (2 * rate.value - rate.low) / under if under > 0 else 0.0
    over = base.low * (2 * base.value - base.low)
    high = (product + sqrt(max(0.0, upper))) / over if over > 0 else inf
    return Interval(rate.value / base.value, max(0.0, low), high)


def precision_and_recall(
    selected: int, found: int, violations: float, population: int
) -> tuple[float, float, float, float]:
    """Return precision, recall, base rate and lift of a selection (card C29).

    >>> precision_and_recall(200, 38, 76, 2000)
    (0.19, 0.5, 0.038, 5.0)
    """
    precision, base = found / selected, violations / population
    return precision, found / violations, base, precision / base


def weighted_rate(strata: Sequence[Stratum]) -> tuple[float, float]:
    """Return found and looked at as effective numbers: each look counts 1 / its chance.

    Where all had the same chance these are the plain numbers.

    >>> weighted_rate([Stratum(0.1, 100, 10, 2)])
    (2.0, 10.0)
    """
    weights = sum(one.looked / one.rate for one in strata if one.rate > 0)
    squares = sum(one.looked / one.rate**2 for one in strata if one.rate > 0)
    if squares <= 0:
        return 0.0, 0.0
    effective = weights * weights / squares
    share = sum(one.found / one.rate for one in strata if one.rate > 0) / weights
    return share * effective, effective


def missed(strata: Sequence[Stratum], known: int, known_revenue: float = 0.0) -> Missed:
    """Return what nobody found among declarations that nothing but the draw had looked at.

    Args:
        strata: these declarations, by their chance of being drawn. Those without a chance on
            record must not stand among them.
        known: in how many of them something was found, by the draw or otherwise.
        known_revenue: what was found in them, in minor units.
    """
    size = sum(one.size for one in strata)
    looked = sum(one.looked for one in strata)
    found = sum(one.found for one in strata)
    drawn = sum(one.drawn for one in strata)
    most = float(size - known)
    if looked < FEWEST:
        return Missed(None, None, None, looked)
    k, effective = weighted_rate(strata)
    left = 1 - min(1.0, looked / size)
    if left <= 0:  # all were looked at: nothing is estimated
        nothing = Interval(0.0, 0.0, 0.0)
        return Missed(nothing, nothing, nothing, looked)
    # Of a population that has an end, the share that was seen is no longer uncertain.
    share = wilson(k / left, effective / left)
    total = Interval(share.value * size, share.low * size, share.high * size)
    violations = _less(total, known, most)
    revenue = None
    if found >= FEWEST_FOUND:
        revenue = _less(_revenue(strata, size, effective, left), known_revenue, inf)
    unadjusted = None
    if drawn == looked:
        unadjusted = _less(horvitz_thompson(strata), known, most)
    return Missed(violations, revenue, unadjusted, looked)


def horvitz_thompson(strata: Sequence[Stratum]) -> Interval:
    """Return the number of violations as Horvitz and Thompson estimate it, with its interval.

    The number found is binomial: so many violations, each drawn by its chance. The interval holds
    the numbers that such a draw does not speak against (the score test).

    >>> told = horvitz_thompson([Stratum(0.1, 1000, 100, 4)])
    >>> f"{told.value:.0f}, {told.low:.0f} to {told.high:.0f}"
    '40, 16 to 97'
    """
    total = sum(one.found / one.rate for one in strata)
    variance = sum(one.found * (1 - one.rate) / one.rate**2 for one in strata)
    if total > 0:
        chance = total / (total + variance)
    else:
        chance = sum(one.rate * one.size for one in strata) / sum(one.size for one in strata)
    count = total * chance
    middle = 2 * count * chance + Z * Z * chance * (1 - chance)
    root = sqrt(max(0.0, middle * middle - 4 * chance * chance * count * count))
    return Interval(total, (middle - root) / (2 * chance**2), (middle + root) / (2 * chance**2))


def _revenue(strata: Sequence[Stratum], size: int, effective: float, left: float) -> Interval:
    weights = sum(one.looked / one.rate for one in strata)
    mean = sum(one.revenue / one.rate for one in strata) / weights
    square = sum(one.squares / one.rate for one in strata) / weights
    spread = sqrt(max(0.0, square - mean * mean) / max(1.0, effective - 1) * left)
    return Interval(mean * size, max(0.0, mean - Z * spread) * size, (mean + Z * spread) * size)


def _less(total: Interval, known: float, most: float) -> Interval:
    """Return what is left of a total when what is known is taken off: never below 0."""
    value, low, high = (
        min(most, max(0.0, one - known)) for one in (total.value, total.low, total.high)
    )
    return Interval(value, low, high)
