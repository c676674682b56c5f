"""Where a batch's rows stand on an axis of numbers: the interval of each, exact and quick.

The leading bits of a floating-point quotient name a narrow bucket, and a table knows the interval
of every bucket that no literal falls into. Rows in the other buckets are searched for. Rounding
keeps order, so only a quotient that rounds to the very number of a literal is in doubt: there the
whole numbers are multiplied out.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearway.kernel.columns import Batch, Numbers
from clearway.kernel.profiles.arithmetic import ONE
from clearway.kernel.profiles.axes import Quotient
from clearway.kernel.profiles.signs import Signs

Places = NDArray[np.int64]
EXACT = 1 << 53  # whole numbers up to here are exact in floating point
FIRST_SHIFT = 40  # leaves 12 bits behind the point: buckets 1/4000 wide
BUCKETS = 1 << 15
DOUBT = -1


class Scale:
    """The intervals between the ends that literals make on one axis, ascending.

    An end ``(t, 0)`` stands just before ``t``, ``(t, 1)`` just behind it. The interval of a
    number is how many ends it is beyond; a row where the number is NULL has ``absent``.
    """

    def __init__(self, axis: Quotient, ends: Sequence[tuple[Fraction, int]]) -> None:
        self.axis = axis
        self.absent = len(ends) + 1
        self._floats = np.array([float(end) for end, _ in ends], dtype=np.float64)
        self._over = np.array([end.numerator for end, _ in ends], dtype=np.int64)
        self._under = np.array([end.denominator for end, _ in ends], dtype=np.int64)
        self._behind = np.array([side for _, side in ends], dtype=np.int64)
        self._buckets()

    def _buckets(self) -> None:
        """Make the table from bucket to interval, DOUBT where an end falls into the bucket."""
        ends = self._floats
        positive = ends.compress(ends > 0)
        if not len(positive):
            positive = np.ones(1)
        bits = np.array([positive.min(), positive.max()]).view(np.int64)
        self._shift = FIRST_SHIFT
        while (int(bits[1]) >> self._shift) - (int(bits[0]) >> self._shift) > BUCKETS - 3:
            self._shift += 1
        # what is smaller than every positive end, zero and below included, is one bucket
        self._first, last = (bits >> self._shift) + [-1, 1]
        size = int(last - self._first) + 1
        counts = np.bincount(self._bucket(ends.copy()).clip(0, size - 1), minlength=size)
        self._table = np.cumsum(counts) - counts
        self._table[counts > 0] = DOUBT

    def _bucket(self, values: NDArray[np.float64]) -> Places:
        """Return the place in the table; what lies beyond it has the place of its end.

        The values are used up. A negative one has a negative place.
        """
        places = values.view(np.int64)
        places >>= self._shift
        places -= self._first
        return places

    def fits(self, batch: Batch, signs: Signs) -> bool:
        """Tell whether the batch's numbers are small enough for this way of placing them."""
        if not all(isinstance(batch.columns.get(name), Numbers) for name in self.axis.columns):
            return True  # absent in every row
        bounds = [signs.largest(self.axis.terms), signs.largest(((1, self.axis.denominator),))]
        return all(bound is not None and bound < EXACT for bound in bounds)

    def intervals(self, batch: Batch, signs: Signs, rows: Places | None) -> NDArray[np.intp]:
        """Return the interval of each row (of all rows where ``rows`` is None)."""
        absent: Any = None
        for name in self.axis.columns:
            column = batch.columns.get(name)
            if not isinstance(column, Numbers):
                size = batch.rows if rows is None else len(rows)
                return np.full(size, self.absent, dtype=np.intp)
            if column.present is not None:
                here = column.present if rows is None else column.present.take(rows)
                absent = ~here if absent is None else absent | ~here
        over = signs.linear(self.axis.terms, rows)
        value = over.astype(np.float64)
        under = None
        if self.axis.denominator != ONE:
            under = signs.linear(((1, self.axis.denominator),), rows)
            void = under == 0
            absent = void if absent is None else absent | void
            with np.errstate(divide="ignore", invalid="ignore"):
                value /= under
        found = self._table.take(self._bucket(value), mode="clip")
        doubtful = np.flatnonzero(found == DOUBT)
        if len(doubtful):
            found[doubtful] = self._searched(
                over.take(doubtful), None if under is None else under.take(doubtful)
            )
        if absent is not None:
            np.putmask(found, absent, self.absent)
        return found

    def _searched(self, over: Places, under: Places | None) -> NDArray[np.intp]:
        """Place rows by looking among the ends; at a tie whole numbers are multiplied out."""
        with np.errstate(divide="ignore", invalid="ignore"):
            value = over.astype(np.float64) if under is None else over / under
        found = np.searchsorted(self._floats, value, "left")
        last = np.searchsorted(self._floats, value, "right")
        end, tied = found.copy(), np.flatnonzero(found < last)
        while len(tied):
            ends = end.take(tied)
            # The difference is far below 64 bits where both round to one number, so that it is
            # right even when the products have wrapped around.
            below = np.int64(1) if under is None else under.take(tied)
            apart = over.take(tied) * self._under.take(ends) - self._over.take(ends) * below
            found[tied] += np.sign(apart) * np.sign(below) >= self._behind.take(ends)
            end[tied] += 1
            tied = tied.compress(ends + 1 < last.take(tied))
        return found
