"""How good a ranking of inspected goods was, and how sure one may be of it: pure, weights allowed.

Every figure takes a weight for each row, so that its uncertainty can be had by drawing declarations
with replacement (the bootstrap of Efron 1979): the items of a declaration stand or fall together,
and are drawn together. Rows of one score are one group: where the budget ends within it, the share
that fits counts. So no order of rows can flatter a ranking that has few different scores, such as
the points of profiles.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.selectivity.evidence import Floats

DRAWS: Final = 400
BINS: Final = 10


class Figure(msgspec.Struct, frozen=True):
    """A figure with its 95 % interval. All are None where it cannot be computed."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


class Ranking:
    """Rows in the order of a score, the highest first, equal scores as one group."""

    def __init__(self, score: Floats) -> None:
        self.order = np.argsort(-score, kind="stable")
        ordered = score[self.order]
        self._starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))

    def groups(self, *columns: Floats) -> Iterator[Floats]:
        """Yield the sums of columns over each group, from the highest score down."""
        for column in columns:
            yield np.add.reduceat(column[self.order], self._starts)

    def caught(self, share: float, weight: Floats, *worth: Floats) -> list[float]:
        """Return what a budget catches of each worth.

        Args:
            share: the part of all rows that is inspected.
            weight: of each row.
            worth: of each row, such as 1 for a violation, or the duty at stake.
        """
        (rows,) = self.groups(weight)
        before = np.cumsum(rows) - rows
        part = np.clip(share * rows.sum() - before, 0, rows)
        part = np.divide(part, rows, out=np.zeros_like(rows), where=rows > 0)
        return [float((part * one).sum()) for one in self.groups(*(weight * w for w in worth))]

    def area(self, violation: Floats, weight: Floats) -> float | None:
        """Return the area under the curve, ties counted half; None without both outcomes."""
        bad, rows = self.groups(weight * violation, weight)
        good = rows - bad
        if bad.sum() <= 0 or good.sum() <= 0:
            return None
        below = good.sum() - np.cumsum(good)
        return float((bad * (below + good / 2)).sum() / (bad.sum() * good.sum()))


def calibration_error(violation: Floats, chance: Floats, weight: Floats) -> float | None:
    """Return the expected calibration error over ten bins of equally many rows."""
    if not len(chance) or weight.sum() <= 0:
        return None
    place = np.empty(len(chance), dtype=np.int64)
    order = np.argsort(chance, kind="stable")
    place[order] = np.arange(len(chance)) * BINS // len(chance)
    gap = np.bincount(place, weight * (violation - chance), BINS)
    return float(np.abs(gap).sum() / weight.sum())


def draws(declaration: NDArray[np.int64], count: int = DRAWS, seed: int = 0) -> list[Floats]:
    """Return weights of rows: for each draw how often each row's declaration was drawn."""
    _, place = np.unique(declaration, return_inverse=True)
    clusters = int(place.max()) + 1 if len(place) else 0
    draw = np.random.default_rng(seed)
    even = np.full(clusters, 1 / max(clusters, 1))
    return [draw.multinomial(clusters, even)[place].astype(np.float64) for _ in range(count)]


def figure(value: float | None, drawn: list[float | None]) -> Figure:
    """Return a figure with the 95 % interval of what it was among the draws."""
    known = [one for one in drawn if one is not None]
    if value is None or len(known) < len(drawn) / 2 or not known:
        return Figure(value)
    low, high = np.quantile(np.array(known), [0.025, 0.975])
    return Figure(value, float(low), float(high))


def history(
    known: NDArray[np.uint64], found: Floats, asked: NDArray[np.uint64], strength: float = 4.0
) -> Floats:
    """Return the baseline of card C29: the share of violations that an importer's past showed.

    Args:
        known: the importers' hashes of what was inspected before.
        found: 1 where that was a violation.
        asked: the importers to be ranked; of whom nothing is known the share of all stands.
        strength: how many inspections the share of all is worth beside an importer's own.
    """
    prior = (float(found.sum()) + 0.1) / (len(found) + 2)
    values, place = np.unique(known, return_inverse=True)
    looked = np.append(np.bincount(place, minlength=len(values)), 0).astype(np.float64)
    seen = np.append(np.bincount(place, found, len(values)), 0.0)
    at = np.searchsorted(values, asked)
    at[at < len(values)] = np.where(
        values[at[at < len(values)]] == asked[at < len(values)], at[at < len(values)], len(values)
    )
    return np.asarray((seen[at] + strength * prior) / (looked[at] + strength))
