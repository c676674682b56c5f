"""The measure table indexed for bulk: a direct way from (commodity, type, area) to its rows.

The rows of one commodity, measure type and area stand together, ordered by date: a *block*.
Types and areas that occur together are numbered as *pairs*; ``ends_of[commodity x pairs +
pair]`` holds the block's first and last row in one number. Where that table would be too
large, the same keys are kept sorted and searched. Which areas hold a country is turned round
once: for a country, the pairs to try, the narrowest area first, each with the days of
membership.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.kernel.reference import Reference
from clearway.kernel.tariff.bulk_columns import Flags, Ints, Places
from clearway.kernel.tariff.index import TariffIndex, index_of
from clearway.kernel.tariff.measures import OPEN_END, Kind
from clearway.kernel.tariff.units import UNITS

DENSE_CELLS: Final = 2**23
NO_BLOCK: Final = -1
CODED_BLOCK: Final = -2
LAST_DAY: Final = 2**15 - 2
"""The last day (in 2059) that the columns know; later items take the small path."""
_LOW: Final = np.int64(2**32 - 1)
_DAYS: Final = np.int64(2**15 - 1)
_FROM, _TO = 48, 32


class Trials(msgspec.Struct, frozen=True, eq=False):
    """For each country the pairs to try in order, shape ``(countries, tries)``; -1 = none.

    ``since`` and ``until`` are the days of membership; None where all are members always.
    ``constant`` is the one pair that every country tries, where that is all there is.
    """

    pair: Places
    since: Places | None
    until: Places | None
    constant: int | None = None


class BulkIndex:
    """Everything about one reference that bulk pricing looks up, as arrays."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.small: TariffIndex = index_of(reference)
        table = self.table = reference.measures
        self.countries = self._countries()
        self.country = {code: place for place, code in enumerate(self.countries) if place}
        self.units = ("", *sorted({*table.units, *UNITS} - {""}))
        self.unit = {code: place for place, code in enumerate(self.units) if place}
        self.preferences = tuple(reference.preferences.values())
        self.additional_code = {code: at for at, code in enumerate(table.additional_codes) if at}
        self.breadth = np.array(self.small.breadth, np.int64)
        self.rate = table.rate
        self.record = _records(table.valid_from, table.valid_to, table.rate)
        self._index_blocks()
        self._index_types()
        self._index_rates()
        self.ever, self.always = self._membership()
        self._trials: dict[tuple[int, ...], Trials] = {}
        self._vat_plans: dict[
            tuple[int, ...], tuple[Flags, bool, tuple[tuple[int, Flags], ...]]
        ] = {}

    # -- building -----------------------------------------------------------------------------

    def _countries(self) -> tuple[str, ...]:
        named = {entry.code for entries in self.reference.areas.values() for entry in entries}
        alone = {area for area in self.table.areas[1:] if area not in self.reference.areas}
        return ("", *sorted(named | alone))

    def _index_blocks(self) -> None:
        table = self.table
        areas = max(len(table.areas), 1)
        rows = len(table.commodity)
        pair_key = table.measure_type.astype(np.int64) * areas + table.area
        pairs, pair = np.unique(pair_key, return_inverse=True)
        self.pair_count = max(len(pairs), 1)
        self.pair_type = (pairs // areas).astype(np.intp)
        self.pair_area = (pairs % areas).astype(np.intp)
        key = table.commodity.astype(np.int64) * self.pair_count + pair
        starts = np.ones(rows, np.bool_)
        starts[1:] = key[1:] != key[:-1]
        first = np.flatnonzero(starts)
        self.block_key = key[first]
        last = np.append(first[1:], rows) - 1
        coded = (table.additional_code != 0) | (table.quota_order != 0)
        block = np.cumsum(starts) - 1
        first[block[coded]] = CODED_BLOCK
        self.block_ends = (first << 32) | last
        self.any_coded = bool(coded.any())
        cells = len(table.commodities) * self.pair_count
        self.ends_of: Ints | None = None
        if cells <= DENSE_CELLS:
            self.ends_of = np.full(cells, NO_BLOCK, np.int64)
            self.ends_of[self.block_key] = self.block_ends
            self.last_record_of = np.full(cells, NO_BLOCK, np.int64)
            self.last_record_of[self.block_key] = self.record[last]

    def _index_types(self) -> None:
        """Note which types a commodity has, and where their rows stand."""
        table = self.table
        commodities, types = len(table.commodities), max(len(table.measure_types), 1)
        key = table.commodity.astype(np.int64) * types + table.measure_type
        self.type_first = np.searchsorted(key, np.arange(commodities * types)).astype(np.int64)
        self.type_end = np.searchsorted(key, np.arange(commodities * types), side="right")
        self.has_type = (self.type_end > self.type_first).reshape(commodities, types)
        coded = np.zeros(commodities * types, np.bool_)
        coded[key[table.additional_code != 0]] = True
        self.type_coded = coded.reshape(commodities, types)
        residual = [self.small.types[at].residual_code for at in range(len(table.measure_types))]
        self.residual = np.array(
            [self.additional_code.get(code, -1) if code else -1 for code in residual] or [-1],
            np.int64,
        )
        self.commodity_first = table.first_of_commodity.astype(np.int64)

    def _index_rates(self) -> None:
        """Note the rates that are one plain percentage, and order all by their leading one."""
        table = self.table
        first, end = table.rate_first[:-1].astype(np.intp), table.rate_first[1:].astype(np.intp)
        rates = len(first)
        self.plain_rate = np.full(rates, -1, np.int64)
        leading = np.full(rates, 10**18, np.int64)
        if len(table.component_kind):
            lead = np.minimum(first, len(table.component_kind) - 1)
            kind = table.component_kind[lead]
            percentage = (kind == Kind.AD_VALOREM) | (kind == Kind.FREE)
            charged = np.where(kind == Kind.FREE, 0, table.component_rate[lead])
            some = end > first
            leading[some & percentage] = table.component_rate[lead][some & percentage]
            plain = (end - first == 1) & percentage & (table.component_season_from[lead] == 0)
            plain &= (table.component_operation[lead] == 0) & (charged >= 0)
            self.plain_rate[plain] = charged[plain]
        self.rate_order = np.unique(leading, return_inverse=True)[1].astype(np.int64)

    def _membership(self) -> tuple[Flags, Flags]:
        """Return whether each area holds each country ever, and always: two matrices."""
        shape = (max(len(self.table.areas), 1), len(self.countries))
        ever, always = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
        ever[0], always[0] = True, True
        for place, area in enumerate(self.table.areas):
            if not place:
                continue
            for country, since, until in self._members(area):
                ever[place, self.country[country]] = True
                always[place, self.country[country]] |= since <= 0 and until >= OPEN_END
        return ever, always

    def _members(self, area: str) -> list[tuple[str, int, int]]:
        entries = self.reference.areas.get(area)
        if entries is None:
            return [(area, 0, OPEN_END)]
        return [(one.code, one.period.valid_from, one.period.valid_to) for one in entries]

    def trials(self, types: Sequence[int]) -> Trials:
        """Return the pairs of the types to try for each country, the narrowest area first."""
        key = tuple(types)
        if key not in self._trials:
            self._trials[key] = self._turn_round(key)
        return self._trials[key]

    def _turn_round(self, types: tuple[int, ...]) -> Trials:
        found: list[list[tuple[int, int, int, int]]] = [[] for _ in self.countries]
        for pair, (kind, area) in enumerate(
            zip(self.pair_type.tolist(), self.pair_area.tolist(), strict=True)
        ):
            if kind not in types:
                continue
            order = int(self.breadth[area])
            if not area:
                for tries in found:
                    tries.append((order, pair, 0, OPEN_END))
                continue
            for country, since, until in self._members(self.table.areas[area]):
                found[self.country[country]].append((order, pair, since, until))
        width = max(1, *(len(tries) for tries in found))
        columns = np.full((3, len(found), width), -1, np.intp)
        dated = False
        for place, tries in enumerate(found):
            for at, (_, pair, since, until) in enumerate(sorted(tries)):
                columns[:, place, at] = pair, since, until
                dated |= since > 0 or until < OPEN_END
        if not dated:
            same = width == 1 and bool((columns[0] == columns[0, 0]).all())
            return Trials(columns[0], None, None, int(columns[0, 0, 0]) if same else None)
        return Trials(columns[0], columns[1], columns[2])

    # -- looking up ---------------------------------------------------------------------------

    def blocks(self, commodity: Places, pair: Places | int) -> tuple[Places, Places, Ints]:
        """Return the first and last row of each block, and the last row's record.

        The first row is -1 where there is no block, and -2 for one whose measures carry
        additional codes or quota orders and are no plain history. The records of last rows
        stand in a table of their own: most items need no other, and a small table is near.
        """
        key = commodity * self.pair_count + pair
        if self.ends_of is not None:
            ends, record = self.ends_of.take(key), self.last_record_of.take(key)
        else:
            place = np.minimum(np.searchsorted(self.block_key, key), len(self.block_key) - 1)
            there = self.block_key[place] == key
            ends = np.where(there, self.block_ends[place], NO_BLOCK)
            record = self.record.take(self.block_ends[place] & _LOW)
        return ends >> 32, ends & _LOW, record

    def rows_on(self, first: Places, last: Places, record: Ints, day: Places) -> Places:
        """Return the row and rate of each block in force on the day, -1 where there is none.

        A block's rows do not overlap and stand in order of date. Most items ask for the last
        row; for the others the last one that has begun is found by halving steps, all at once.
        ``record`` is the last rows' and is written over.
        The answer holds the row in its upper and the rate in its lower 32 bits (``split``).
        """
        limit = (day + 1) << _FROM
        row = last
        earlier = np.flatnonzero(record >= limit)
        if len(earlier):
            row = last.copy()
            starts = limit[earlier]
            found = self._last_begun(first[earlier], last[earlier], starts)
            before = self.record.take(found)
            row[earlier] = found
            before[before >= starts] = 0  # not begun: ends on day 0, so that it never covers
            record[earlier] = before
        result: Places = (row << 32) | (record & _LOW)
        ended = ((record >> _TO) & _DAYS) <= day
        if ended.any():
            result[ended] = -1
        return result

    def _last_begun(self, first: Places, last: Places, limit: Places) -> Places:
        row = first
        longest = int((last - first).max(initial=0))
        step = 1 << longest.bit_length() >> 1
        while step:
            later = np.minimum(row + step, last)
            row = np.where(self.record.take(later) < limit, later, row)
            step >>= 1
        return row

    def joined(self, row: Places) -> Places:
        """Return rows with their rates as ``rows_on`` gives them; -1 stays -1."""
        return np.where(row < 0, -1, (row << 32) | self.rate[row])

    def vat_plan(self, types: tuple[int, ...]) -> tuple[Flags, bool, tuple[tuple[int, Flags], ...]]:
        """Return which commodities need a choice among VAT measures, and the plain ones.

        The second answer tells whether any needs one; the third gives for each type the
        commodities that have it alone, for all origins and without additional codes.
        """
        if types not in self._vat_plans:
            present = self.has_type[:, types]
            areas = self.pair_area[np.isin(self.pair_type, types)]
            choice = self.type_coded[:, types].any(axis=1) | (present.sum(axis=1) > 1)
            choice |= bool((areas != 0).any())
            plain = tuple((kind, present[:, at] & ~choice) for at, kind in enumerate(types))
            self._vat_plans[types] = (choice, bool(choice.any()), plain)
        return self._vat_plans[types]


def split(found: Places) -> tuple[Places, Places]:
    """Return the rows and the rates of what ``rows_on`` found."""
    return found >> 32, found & _LOW


def _records(
    valid_from: NDArray[np.int32], valid_to: NDArray[np.int32], rate: NDArray[np.int32]
) -> Ints:
    """Return both days and the rate of each row in one number: one look at memory for all.

    Days are held to 15 bits, which is exact for items dated from 0 to ``LAST_DAY``.
    """
    since = np.clip(valid_from.astype(np.int64), 0, _DAYS)
    until = np.clip(valid_to.astype(np.int64), 0, _DAYS)
    return (since << _FROM) | (until << _TO) | rate.astype(np.int64)


@lru_cache(maxsize=4)
def bulk_index_of(reference: Reference) -> BulkIndex:
    """Return the reference's bulk lookups, built at first use (0.2 s for 1.4 million rows)."""
    return BulkIndex(reference)
