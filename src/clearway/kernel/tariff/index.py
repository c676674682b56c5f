"""A compiled pack seen from one item: its commodity's measures, areas by day, rates as objects.

The measure table is columns; the small path wants a handful of rows as objects, quickly, and
again and again for the same commodities. What is built here is remembered per reference and
commodity, within bounds: it is derived from immutable data, so remembering changes no answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from clearway.kernel.measures import Component, Kind, Operation
from clearway.kernel.reference import MeasureType, Reference

REMEMBERED_COMMODITIES = 20_000
REMEMBERED_DAYS = 100_000
ALL_ORIGINS_SIZE = 1_000_000
DUTY_FAMILIES = frozenset({"duty", "preference", "suspension", "quota"})


class MeasureRow(msgspec.Struct, frozen=True, gc=False):
    """One line of law with its codes resolved. ``breadth`` orders areas, the narrowest first."""

    row: int
    type_code: str
    tax: str
    family: str
    area: str
    breadth: int
    additional_code: str
    quota_order: str
    valid_from: int
    valid_to: int
    rate: int
    legal_basis: str


Measures = Mapping[str, Sequence[MeasureRow]]
"""The measures in force for one commodity on one day, by tax."""


ChosenKey = tuple[str, int, str, str, int]
"""Commodity, day, origin, claimed preference, and the stage of the plan."""


class TariffIndex:
    """Lookups of one reference. Ask ``index_of`` for it, so that it is built once."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.table = reference.measures
        self.commodity = {code: place for place, code in enumerate(self.table.commodities)}
        self.types = [
            reference.measure_types.get(code, MeasureType(code, "", ""))
            for code in self.table.measure_types
        ]
        self.breadth = [self._breadth(place) for place in range(len(self.table.areas))]
        self._rows: dict[str, tuple[MeasureRow, ...]] = {}
        self._days: dict[tuple[str, int], Measures] = {}
        self._rates: dict[int, tuple[Component, ...]] = {}
        self.chosen: dict[ChosenKey, Any] = {}
        self._plain: dict[int, int | None] = {}
        self._held: dict[tuple[str, str, int], bool] = {}

    def _breadth(self, place: int) -> int:
        if place == 0:
            return ALL_ORIGINS_SIZE
        return len(self.reference.areas.get(self.table.areas[place], "1"))

    def in_force(self, code: str, day: int) -> Measures | None:
        """Return the commodity's measures on the day, by tax; None if it has none at all."""
        key = (code, day)
        found = self._days.get(key)
        if found is not None:
            return found
        if code not in self.commodity:
            return None
        by_tax: dict[str, list[MeasureRow]] = {}
        for row in self._rows_of(code):
            if row.valid_from <= day < row.valid_to:
                by_tax.setdefault(row.tax, []).append(row)
        if len(self._days) >= REMEMBERED_DAYS:
            self._days.clear()
        self._days[key] = by_tax
        return by_tax

    def _rows_of(self, code: str) -> tuple[MeasureRow, ...]:
        if code not in self._rows:
            if len(self._rows) >= REMEMBERED_COMMODITIES:
                self._rows.clear()
            place = self.commodity[code]
            first, end = self.table.first_of_commodity[place : place + 2].tolist()
            self._rows[code] = tuple(self._decode(first, end))
        return self._rows[code]

    def _decode(self, first: int, end: int) -> list[MeasureRow]:
        table = self.table
        columns = (
            table.measure_type,
            table.area,
            table.additional_code,
            table.quota_order,
            table.valid_from,
            table.valid_to,
            table.rate,
            table.legal_basis,
        )
        rows = zip(*(column[first:end].tolist() for column in columns), strict=True)
        found = []
        for row, (kind, area, extra, quota, start, stop, rate, basis) in enumerate(rows, first):
            measure_type = self.types[kind]
            found.append(
                MeasureRow(
                    row,
                    measure_type.code,
                    measure_type.tax,
                    measure_type.family,
                    table.areas[area] if area else "",
                    self.breadth[area],
                    table.additional_codes[extra] if extra else "",
                    table.quota_orders[quota] if quota else "",
                    start,
                    stop,
                    rate,
                    table.legal_bases[basis] if basis >= 0 else "",
                )
            )
        return found

    def holds(self, area: str, country: str, day: int) -> bool:
        """Tell whether an area (empty = all origins) holds a country on a day."""
        if not area:
            return True
        key = (area, country, day)
        found = self._held.get(key)
        if found is None:
            members = self.reference.areas.get(area)
            if members is None:
                found = area == country
            else:
                found = any(m.code == country and m.period.covers(day) for m in members)
            if len(self._held) >= REMEMBERED_DAYS:
                self._held.clear()
            self._held[key] = found
        return found

    def remember(self, key: ChosenKey, chosen: Any) -> None:
        """Keep which measures apply to goods of a kind."""
        if len(self.chosen) >= REMEMBERED_DAYS:
            self.chosen.clear()
        self.chosen[key] = chosen

    def plain_rate(self, rate: int) -> int | None:
        """Return the percentage of a rate that is nothing else (0 for free), else None."""
        if rate not in self._plain:
            parts = self.components(rate)
            plain = len(parts) == 1 and not parts[0].season_from
            plain = plain and parts[0].operation == Operation.SUM
            kind = parts[0].kind if plain else Kind.UNSUPPORTED
            found = parts[0].rate if kind == Kind.AD_VALOREM else None
            self._plain[rate] = 0 if kind == Kind.FREE else found
        return self._plain[rate]

    def components(self, rate: int) -> tuple[Component, ...]:
        """Return the components of a rate of the table."""
        found = self._rates.get(rate)
        if found is None:
            first, end = self.table.rate_first[rate : rate + 2].tolist()
            found = tuple(self._component(place) for place in range(first, end))
            self._rates[rate] = found
        return found

    def _component(self, place: int) -> Component:
        table = self.table
        currency, unit = int(table.component_currency[place]), int(table.component_unit[place])
        return Component(
            Kind(int(table.component_kind[place])),
            int(table.component_rate[place]),
            Operation(int(table.component_operation[place])),
            table.currencies[currency] if currency >= 0 else "",
            table.units[unit] if unit >= 0 else "",
            int(table.component_unit_count[place]),
            int(table.component_season_from[place]),
            int(table.component_season_to[place]),
        )


@lru_cache(maxsize=8)
def index_of(reference: Reference) -> TariffIndex:
    """Return the reference's lookups, built at first use and kept for the last eight packs."""
    return TariffIndex(reference)
