"""The histories of the measure table: which row is in force on a day, for many items at once.

The rows of one commodity, measure type and area are one *history*. It is kept as *entries*, each
in force from its first day until the next one's; a gap between rows is an entry too, one that
says "none". An entry is one number: the row, and the rate where it is one plain percentage.

An item's entry is found without searching: a history's four latest first days stand side by
side in one 64-bit number, the item's day is subtracted from all four at once, and counting the
signs gives the place. Only items of days before these four, in histories longer than that, are
searched for, by halving steps.
"""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.kernel.tariff.bulk_columns import Ints, Places

NO_ENTRY: Final = -1
CODED_ENTRY: Final = -2
"""The answer of histories whose rows carry additional codes or quota orders, or overlap."""

LAST_DAY: Final = 2**15 - 2
"""The last day (in 2059) that the columns know; later items take the small path."""

NOT_PLAIN: Final = 2**32 - 1
"""Stands in the lower half of an entry whose rate is not one plain percentage."""

_NEVER: Final = 2**15 - 1
_LANES: Final = 4
_ONES: Final = np.uint64(0x0001_0001_0001_0001)
_SIGNS: Final = np.uint64(0x8000_8000_8000_8000)
_LOW: Final = np.int64(NOT_PLAIN)

Moments = NDArray[np.uint64]


class Rows(msgspec.Struct, frozen=True, eq=False):
    """The rows to keep, one element each: ``cell`` names a row's history.

    ``cell`` is pair x width + commodity; ``irregular`` marks rows that cannot stand in a
    history; ``plain`` is the rate in hundred-millionths, or ``NOT_PLAIN``.
    """

    cell: Ints
    valid_from: NDArray[np.int32]
    valid_to: NDArray[np.int32]
    plain: Ints
    irregular: NDArray[np.bool_]


class Histories:
    """All histories of a measure table.

    Args:
        rows: the table's rows.
        cells: how many cells there are; a cell without rows has no measure on any day.
        dense: up to how many cells a table of all of them is kept. Beyond that the cells that
            have rows are searched, which is slower and takes less memory.
    """

    def __init__(self, rows: Rows, cells: int, dense: int) -> None:
        if not len(rows.cell):
            rows = _NOTHING
        order = np.argsort(rows.cell, kind="stable")
        cell = rows.cell[order]
        begins = np.ones(len(cell), np.bool_)
        begins[1:] = cell[1:] != cell[:-1]
        first = np.flatnonzero(begins)
        since = np.clip(rows.valid_from[order].astype(np.int64), 0, _NEVER)
        until = np.clip(rows.valid_to[order].astype(np.int64), 0, _NEVER)
        following = np.full(len(cell), _NEVER, np.int64)
        following[:-1] = np.where(begins[1:], _NEVER, since[1:])
        odd = rows.irregular[order] | ((until <= since) & (since < _NEVER)) | (until > following)
        coded = np.zeros(len(first), np.bool_)
        coded[(np.cumsum(begins) - 1)[odd]] = True
        value = (order << 32) | rows.plain[order]
        start, size = self._write_entries(begins, (since, until, following), value)
        self._write_heads(cell[first], start[first], np.add.reduceat(size, first), coded)
        self._spread(cells, dense)

    def _write_entries(
        self, begins: NDArray[np.bool_], days: tuple[Ints, Ints, Ints], value: Ints
    ) -> tuple[Ints, Ints]:
        """Write rows and gaps in order; return each row's first entry and count of entries."""
        since, until, following = days
        before = begins & (since > 0)
        after = until < following
        size = 1 + before.astype(np.int64) + after
        start = np.cumsum(size) - size + _LANES
        total = int(size.sum())
        # Four more on both sides: counting cannot lead out of the arrays, whatever the day is.
        self.entries = np.full(total + 2 * _LANES, NO_ENTRY, np.int64)
        self.entries[0] = CODED_ENTRY
        self.days = np.zeros(total + 2 * _LANES, np.int32)
        at = start + before
        self.entries[at], self.days[at] = value, since
        self.days[at[after] + 1] = until[after]
        return start, size

    def _write_heads(self, cell: Ints, first: Ints, count: Ints, coded: NDArray[np.bool_]) -> None:
        """Write what is looked at first: each history's latest first days and where they count."""
        self.cell = cell
        shown = np.minimum(count - 1, _LANES)
        base = first + count - 1 - shown
        latest = np.zeros(len(cell), np.uint64)
        for lane in range(_LANES):
            day = np.where(lane < shown, self.days[base + 1 + np.minimum(lane, shown)], _NEVER)
            latest |= day.astype(np.uint64) << np.uint64(16 * lane)
        nothing = np.uint64(_NEVER) * _ONES
        self.latest = np.append(np.where(coded, nothing, latest), nothing)
        self.base = np.append(np.where(coded, 0, base), 1).astype(np.intp)
        self.first = np.append(np.where(coded, 0, first), 1).astype(np.intp)

    def _spread(self, cells: int, dense: int) -> None:
        """Lay the heads out over all cells where that is not too large."""
        self.deep_cells = self.cell[self.base[:-1] > self.first[:-1]]
        self.dense = cells <= dense
        if not self.dense:
            return
        used = self.cell >= 0
        for name in ("latest", "base", "first"):
            heads = getattr(self, name)
            table = np.full(cells, heads[-1], heads.dtype)
            table[self.cell[used]] = heads[:-1][used]
            setattr(self, name, table)

    def on(self, cell: Places, moment: Moments, *, deep: bool = True) -> Ints:
        """Return the entry of each cell's history at each moment (see ``moments``).

        ``NO_ENTRY`` where none is in force, ``CODED_ENTRY`` where the history cannot tell.
        ``deep`` is false where all the histories asked about have no earlier entries. Negative
        cells count from the end, so that one that is never filled can stand there.
        """
        head = cell if self.dense else self._searched(cell)
        began = (moment - self.latest.take(head)) & _SIGNS
        count = np.bitwise_count(began)
        place = self.base.take(head) + count
        if deep:
            early = np.flatnonzero(count == 0)
            if len(early):
                self._go_back(head[early], early, moment, place)
        found: Ints = self.entries.take(place)
        return found

    def _searched(self, cell: Places) -> Places:
        place = np.minimum(np.searchsorted(self.cell, cell), len(self.cell) - 1)
        return np.where(self.cell[place] == cell, place, len(self.cell))

    def _go_back(self, head: Places, early: Places, moment: Moments, place: Ints) -> None:
        """Correct the places of moments before a history's latest entries, by halving steps."""
        last, first = place[early], self.first.take(head)
        deep = np.flatnonzero(last > first)
        if not len(deep):
            return
        early, last, first = early[deep], last[deep], first[deep]
        day = (moment[early] & np.uint64(_NEVER)).astype(np.int32)
        step = 1 << int((last - first).max()).bit_length() >> 1
        while step:
            later = np.minimum(first + step, last)
            first = np.where(self.days.take(later) <= day, later, first)
            step >>= 1
        place[early] = first


# A table without rows is indexed as one row that no cell of a batch can name.
_NOTHING: Final = Rows(
    np.array([-(2**62)]),
    np.zeros(1, np.int32),
    np.zeros(1, np.int32),
    np.zeros(1, np.int64),
    np.ones(1, np.bool_),
)


def moments(day: Places) -> Moments:
    """Return days as ``Histories.on`` wants them: four times in one number, signs set."""
    return (day.astype(np.uint64) * _ONES) | _SIGNS


def rows_of(entries: Ints) -> Places:
    """Return the rows of entries; negative where there is none."""
    return entries >> 32


def plain_of(entries: Ints) -> Ints:
    """Return the plain percentages of entries, ``NOT_PLAIN`` where there is none."""
    return entries & _LOW
