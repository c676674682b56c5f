"""Building a ``Reference`` from a pack that has no errors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearway.kernel.measures import MeasureTable, RateExpression
from clearway.kernel.reference import (
    CodeEntry,
    CodeList,
    CommodityLine,
    ExchangeRate,
    MeasureType,
    Reference,
)
from clearway.packs.lists import code_lists
from clearway.packs.model import Pack
from clearway.packs.nomenclature import declarable_lines
from clearway.packs.spreading import Spread
from clearway.vocabulary.errors import PackRefused


def build_reference(pack: Pack) -> Reference:
    """Return the pack as the kernel reads it. The hash is still empty: a snapshot gives it."""
    head = pack.head
    lines = declarable_lines(head, pack.lines)
    areas = _areas(pack)
    types = {row.type.code: row.type for row in pack.types}
    rates: dict[str, list[ExchangeRate]] = defaultdict(list)
    for row in sorted(pack.rates, key=lambda row: (row.rate.currency, row.rate.period.valid_from)):
        rates[row.rate.currency].append(row.rate)
    return Reference(
        name=head.name,
        version=head.version,
        hash="",
        country=head.country,
        currency=head.currency,
        exponent=head.exponent,
        time_zone=head.time_zone,
        languages=head.languages,
        commodities=lines,
        measures=_measure_table(pack, lines, areas, types),
        measure_types=types,
        areas=areas,
        preferences={row.rule.code: row.rule for row in pack.preferences},
        taxes=pack.taxes,
        valuation=pack.valuation,
        exchange_rates={currency: tuple(entries) for currency, entries in rates.items()},
        code_lists=_code_lists(pack),
        low_value_regimes=tuple(row.regime for row in pack.regimes),
        permits=tuple(row.permit for row in pack.permits),
        profiles=tuple(row.profile for row in pack.profiles),
        selection=pack.selection,
        settings=pack.settings,
        calendar=pack.calendar,
    )


def _areas(pack: Pack) -> dict[str, tuple[CodeEntry, ...]]:
    """Return area → members. A country that a measure names is an area of its own."""
    members: dict[str, list[CodeEntry]] = {pack.head.all_origins: []}
    for row in pack.areas:
        entries = members.setdefault(row.area, [])
        if row.country:
            entries.append(CodeEntry(row.country, row.name, row.period))
    for measure in pack.measures:
        if measure.area and measure.area not in members:
            members[measure.area] = [CodeEntry(measure.area)]
    return {area: tuple(entries) for area, entries in members.items()}


def _code_lists(pack: Pack) -> dict[str, CodeList]:
    """Return the pack's lists by name, the standard ones where the pack gives none."""
    return {name: CodeList(name, entries) for name, entries in code_lists(pack).items()}


class _Vocabulary:
    """Texts and their positions; position 0 is fixed beforehand, the others are sorted."""

    def __init__(self, first: str, texts: Iterable[str], *, narrow: bool = False) -> None:
        self.texts = (first, *sorted(set(texts) - {first}))
        if narrow and len(self.texts) > np.iinfo(np.int16).max:
            raise PackRefused(
                f"a pack holds at most {np.iinfo(np.int16).max:,} areas, types, units or currencies"
            )
        self.index = {text: position for position, text in enumerate(self.texts)}


def _measure_table(
    pack: Pack,
    lines: Mapping[str, Sequence[CommodityLine]],
    areas: Mapping[str, Sequence[CodeEntry]],
    types: Mapping[str, MeasureType],
) -> MeasureTable:
    rows = pack.measures
    all_origins = pack.head.all_origins
    vocabularies = {
        "type": _Vocabulary(min(types, default=""), types, narrow=True),
        "area": _Vocabulary(all_origins, areas, narrow=True),
        "additional": _Vocabulary("", (row.additional_code for row in rows)),
        "quota": _Vocabulary("", (row.quota_order for row in rows)),
        "basis": _Vocabulary("", (row.legal_basis for row in rows)),
    }
    expressions = {row.rate.text: row.rate for row in rows}
    rate_texts = sorted(expressions)
    rate_index = {text: position for position, text in enumerate(rate_texts)}
    encoded = {
        id(row): (
            vocabularies["type"].index[row.type],
            vocabularies["area"].index[row.area or all_origins],
            vocabularies["additional"].index[row.additional_code],
            vocabularies["quota"].index[row.quota_order],
            rate_index[row.rate.text],
            vocabularies["basis"].index[row.legal_basis],
        )
        for row in rows
    }
    spread = Spread(rows)
    table = np.array(
        [
            (position, *encoded[id(row)], period.valid_from, period.valid_to)
            for position, code in enumerate(lines)
            for row, period in spread.of_line(code)
        ],
        dtype=np.int32,
    ).reshape(-1, 9)
    # Sorted by commodity, type, area and first day; the other columns make the order total.
    order = np.lexsort(table.T[[5, 4, 3, 8, 7, 2, 1, 0]])
    columns = np.ascontiguousarray(table[order].T)
    first = np.searchsorted(columns[0], np.arange(len(lines) + 1)).astype(np.int32)
    return MeasureTable(
        commodity=columns[0],
        measure_type=columns[1].astype(np.int16),
        area=columns[2].astype(np.int16),
        additional_code=columns[3],
        quota_order=columns[4],
        valid_from=columns[7],
        valid_to=columns[8],
        rate=columns[5],
        legal_basis=columns[6],
        first_of_commodity=first,
        **_component_columns([expressions[text] for text in rate_texts]),
        commodities=tuple(lines),
        measure_types=vocabularies["type"].texts if types else (),
        areas=vocabularies["area"].texts,
        additional_codes=vocabularies["additional"].texts,
        quota_orders=vocabularies["quota"].texts,
        rate_texts=tuple(rate_texts),
        legal_bases=vocabularies["basis"].texts,
    )


def _component_columns(rates: Sequence[RateExpression]) -> dict[str, Any]:
    """Return the rate columns of the table and the vocabularies of currencies and units."""
    components = [component for rate in rates for component in rate.components]
    currencies = _Vocabulary("", (component.currency for component in components), narrow=True)
    units = _Vocabulary("", (component.unit for component in components), narrow=True)
    lengths = np.array([0, *(len(rate.components) for rate in rates)], dtype=np.int32)

    def column(values: Iterable[int], kind: type[np.signedinteger]) -> NDArray[np.signedinteger]:
        return np.fromiter(values, dtype=kind, count=len(components))

    return {
        "rate_first": np.cumsum(lengths, dtype=np.int32),
        "component_kind": column((int(part.kind) for part in components), np.int8),
        "component_operation": column((int(part.operation) for part in components), np.int8),
        "component_rate": column((part.rate for part in components), np.int64),
        "component_currency": column(
            (currencies.index[part.currency] for part in components), np.int16
        ),
        "component_unit": column((units.index[part.unit] for part in components), np.int16),
        "component_unit_count": column((part.unit_count for part in components), np.int64),
        "component_season_from": column((part.season_from for part in components), np.int16),
        "component_season_to": column((part.season_to for part in components), np.int16),
        "currencies": currencies.texts,
        "units": units.texts,
    }
