"""The measure table indexed for bulk: a direct way from (commodity, type, area) to its rows.

Types and areas that occur together are numbered as *pairs*. The rows of a commodity and a pair
are a history (``bulk_history``); the histories of one pair stand together, because a batch asks
for few pairs and many commodities. Which areas hold a country is turned round once: for a
country, the pairs to try, the narrowest area first, each with the days of membership.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import msgspec
import numpy as np

from clearway.kernel.measures import OPEN_END, Kind
from clearway.kernel.reference import Reference
from clearway.kernel.tariff.bulk_columns import Flags, Ints, Places
from clearway.kernel.tariff.bulk_history import (
    NO_ENTRY,
    NOT_PLAIN,
    Histories,
    Moments,
    Rows,
)
from clearway.kernel.tariff.index import TariffIndex, index_of
from clearway.kernel.tariff.units import UNITS

DENSE_CELLS: Final = 2**23


class Trials(msgspec.Struct, frozen=True, eq=False):
    """For each country the pairs to try in order, shape ``(countries, tries)``; -1 = none.

    ``since`` and ``until`` are the days of membership; None where all are members always.
    ``constant`` is the one pair that every country tries, where that is all there is, and
    ``first`` the first column of ``pair``.
    """

    pair: Places
    since: Places | None
    until: Places | None
    first: Places
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
        self._index_rates()
        self._index_histories()
        self._index_types()
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

    def _index_histories(self) -> None:
        table = self.table
        areas = max(len(table.areas), 1)
        pair_key = table.measure_type.astype(np.int64) * areas + table.area
        pairs, pair = np.unique(pair_key, return_inverse=True)
        self.pair_type = (pairs // areas).astype(np.intp)
        self.pair_area = (pairs % areas).astype(np.intp)
        # One commodity and one pair more than there are: -1 of either leads to no measure.
        self.width = len(table.commodities) + 1
        plain = self.plain_rate[table.rate]
        fits = (plain >= 0) & (plain < NOT_PLAIN)
        rows = Rows(
            cell=pair * self.width + table.commodity,
            valid_from=table.valid_from,
            valid_to=table.valid_to,
            plain=np.where(fits, plain, NOT_PLAIN),
            irregular=(table.additional_code != 0) | (table.quota_order != 0),
        )
        self.histories = Histories(rows, (len(pairs) + 1) * self.width, DENSE_CELLS)
        self.deep = np.zeros(len(pairs) + 1, np.bool_)
        self.deep[self.histories.deep_cells // self.width] = True
        self.any_deep = bool(self.deep.any())

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
            constant = int(columns[0, 0, 0]) if same else None
            return Trials(columns[0], None, None, columns[0, :, 0].copy(), constant)
        return Trials(columns[0], columns[1], columns[2], columns[0, :, 0].copy())

    # -- looking up ---------------------------------------------------------------------------

    def entries(self, commodity: Places, pair: Places | int, moment: Moments) -> Ints:
        """Return the entry in force of each commodity and pair at each moment.

        A commodity or pair of -1 has none. See ``Histories.on``.
        """
        deep = bool(self.deep[pair]) if isinstance(pair, int) else self.any_deep
        return self.histories.on(pair * self.width + commodity, moment, deep=deep)

    def entries_of(self, row: Places) -> Ints:
        """Return rows as the entries that they have in a history; -1 stays -1."""
        plain = self.plain_rate[self.rate[row]]
        plain[(plain < 0) | (plain > NOT_PLAIN)] = NOT_PLAIN
        return np.where(row < 0, NO_ENTRY, (row << 32) | plain)

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


@lru_cache(maxsize=4)
def bulk_index_of(reference: Reference) -> BulkIndex:
    """Return the reference's bulk lookups, built at first use (0.2 s for 1.4 million rows)."""
    return BulkIndex(reference)
