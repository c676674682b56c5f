"""Ranges of numbers for many (row, rule) pairs at once: each rule's bounds stand in a table."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.kernel.columns import Batch, Numbers
from clearway.kernel.profiles.tree import NumberRange
from clearway.vocabulary.money import INT64_MAX, INT64_MIN

Places = NDArray[np.int64]


class Bounds(msgspec.Struct, frozen=True, eq=False):
    """The ranges of one column: ``low[r]`` and ``high[r]`` where ``asks[r]``, inclusive."""

    column: str
    asks: NDArray[np.bool_]
    low: Places
    high: Places

    def kept(self, piece: Batch, rows: Places, rules: Places) -> NDArray[np.bool_] | None:
        """Return which pairs the column leaves over; None where no pair's rule asks."""
        asked = np.flatnonzero(self.asks.take(rules))
        if not len(asked):
            return None
        kept = np.ones(len(rows), dtype=np.bool_)
        column = piece.columns.get(self.column)
        if not isinstance(column, Numbers):  # absent in every row
            kept[asked] = False
            return kept
        whole = len(asked) == len(rows)
        some, by = (rows, rules) if whole else (rows.take(asked), rules.take(asked))
        values = column.values.take(some)
        found = values >= self.low.take(by)
        found &= values <= self.high.take(by)
        if column.present is not None:
            found &= column.present.take(some)
        kept[asked] = found
        return kept


def bounds_of(
    rules: Sequence[Sequence[tuple[int, NumberRange]]], exact: frozenset[str]
) -> list[Bounds]:
    """Return the bounds of all rules, the column that most rules ask first.

    Columns in ``exact`` are left out: bounds of 64 bits cannot hold theirs.
    """
    made: dict[str, Bounds] = {}
    size = len(rules)
    for number, ranges in enumerate(rules):
        for _, wanted in ranges:
            if wanted.column in exact:
                continue
            if wanted.column not in made:
                made[wanted.column] = Bounds(
                    wanted.column,
                    np.zeros(size, dtype=np.bool_),
                    np.full(size, INT64_MIN, dtype=np.int64),
                    np.full(size, INT64_MAX, dtype=np.int64),
                )
            bounds = made[wanted.column]
            bounds.asks[number] = True
            low = INT64_MIN if wanted.low is None else wanted.low
            high = INT64_MAX if wanted.high is None else wanted.high
            if low > INT64_MAX or high < INT64_MIN:  # beyond every 64-bit value
                low, high = INT64_MAX, INT64_MIN
            bounds.low[number] = max(low, INT64_MIN)
            bounds.high[number] = min(high, INT64_MAX)
    return sorted(made.values(), key=lambda bounds: -int(np.count_nonzero(bounds.asks)))


def exact_columns(batch: Batch) -> frozenset[str]:
    """Return the columns with a number beyond 64 bits: their values are Python integers."""
    return frozenset(
        name
        for name, column in batch.columns.items()
        if isinstance(column, Numbers) and column.values.dtype == object
    )
