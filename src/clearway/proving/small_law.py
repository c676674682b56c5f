"""Small packs written in a few lines, for benches and proofs that need a law of their own.

A row of law is written as one tuple; ``measure_table`` sorts and encodes the rows as a compiled
pack does. Real packs come from ``clearway.packs``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from clearway.kernel.measures import (
    OPEN_END,
    Component,
    Kind,
    MeasureTable,
    RateExpression,
)
from clearway.kernel.reference import (
    CodeEntry,
    MeasureType,
    Period,
    PreferenceRule,
    Reference,
    TaxRule,
    ValuationRules,
)


class LawRow(msgspec.Struct, frozen=True):
    """One measure: codes as text, days as numbers, the rate as an expression."""

    commodity: str
    measure_type: str
    rate: RateExpression
    area: str = ""
    additional_code: str = ""
    quota_order: str = ""
    valid_from: int = 0
    valid_to: int = OPEN_END
    legal_basis: str = ""


def percent(rate: str) -> RateExpression:
    """Return an ad valorem rate written in per cent, e.g. ``percent("2.7")``."""
    whole, _, decimals = rate.partition(".")
    scaled = int(whole) * 10**6 + int(f"{decimals:0<6}"[:6] or 0)
    return RateExpression(f"{rate}%", (Component(Kind.AD_VALOREM, scaled),))


def expression(text: str, *components: Component) -> RateExpression:
    """Return a rate of several components with the text that the law has."""
    return RateExpression(text, components)


def measure_table(rows: Sequence[LawRow]) -> MeasureTable:
    """Return the rows as a measure table, sorted and encoded."""
    commodities = sorted({row.commodity for row in rows})
    types = sorted({row.measure_type for row in rows})
    areas = ["", *sorted({row.area for row in rows} - {""})]
    extras = ["", *sorted({row.additional_code for row in rows} - {""})]
    quotas = ["", *sorted({row.quota_order for row in rows} - {""})]
    bases = ["", *sorted({row.legal_basis for row in rows} - {""})]
    place = {
        "commodity": {code: at for at, code in enumerate(commodities)},
        "measure_type": {code: at for at, code in enumerate(types)},
        "area": {code: at for at, code in enumerate(areas)},
    }
    ordered = sorted(
        rows,
        key=lambda row: (
            place["commodity"][row.commodity],
            place["measure_type"][row.measure_type],
            place["area"][row.area],
            row.valid_from,
        ),
    )
    rates = {row.rate.text: row.rate for row in ordered}
    rate_place = {text: at for at, text in enumerate(rates)}
    counts = np.bincount(
        [place["commodity"][row.commodity] for row in ordered], minlength=len(commodities)
    )
    return MeasureTable(
        commodity=np.array([place["commodity"][row.commodity] for row in ordered], np.int32),
        measure_type=np.array([place["measure_type"][r.measure_type] for r in ordered], np.int16),
        area=np.array([place["area"][row.area] for row in ordered], np.int16),
        additional_code=np.array([extras.index(r.additional_code) for r in ordered], np.int32),
        quota_order=np.array([quotas.index(row.quota_order) for row in ordered], np.int32),
        valid_from=np.array([row.valid_from for row in ordered], np.int32),
        valid_to=np.array([row.valid_to for row in ordered], np.int32),
        rate=np.array([rate_place[row.rate.text] for row in ordered], np.int32),
        legal_basis=np.array([bases.index(row.legal_basis) for row in ordered], np.int32),
        first_of_commodity=np.concatenate(([0], np.cumsum(counts))).astype(np.int32),
        commodities=tuple(commodities),
        measure_types=tuple(types),
        areas=tuple(areas),
        additional_codes=tuple(extras),
        quota_orders=tuple(quotas),
        rate_texts=tuple(rates),
        legal_bases=tuple(bases),
        **_component_columns(list(rates.values())),
    )


def _component_columns(rates: Sequence[RateExpression]) -> dict[str, Any]:
    parts = [component for rate in rates for component in rate.components]
    currencies = ["", *sorted({part.currency for part in parts} - {""})]
    units = ["", *sorted({part.unit for part in parts} - {""})]
    ends = np.cumsum([0] + [len(rate.components) for rate in rates])
    return {
        "rate_first": ends.astype(np.int32),
        "component_kind": np.array([part.kind for part in parts], np.int8),
        "component_operation": np.array([part.operation for part in parts], np.int8),
        "component_rate": np.array([part.rate for part in parts], np.int64),
        "component_currency": np.array([currencies.index(p.currency) for p in parts], np.int16),
        "component_unit": np.array([units.index(part.unit) for part in parts], np.int16),
        "component_unit_count": np.array([part.unit_count for part in parts], np.int64),
        "component_season_from": np.array([part.season_from for part in parts], np.int16),
        "component_season_to": np.array([part.season_to for part in parts], np.int16),
        "currencies": tuple(currencies),
        "units": tuple(units),
    }


def small_reference(
    rows: Sequence[LawRow] | MeasureTable,
    *,
    types: Sequence[MeasureType],
    taxes: Sequence[TaxRule],
    areas: Mapping[str, Sequence[str]] | None = None,
    preferences: Sequence[PreferenceRule] = (),
    currency: str = "EUR",
    exponent: int = 2,
    **more: Any,
) -> Reference:
    """Return a reference of the rows, with members of areas in force at all times."""
    table = rows if isinstance(rows, MeasureTable) else measure_table(rows)
    members = {
        area: tuple(CodeEntry(country, period=Period()) for country in countries)
        for area, countries in (areas or {}).items()
    }
    settings: dict[str, Any] = {
        "valuation": ValuationRules(),
        "exchange_rates": {},
        "code_lists": {},
    }
    return Reference(
        name="small",
        version="1",
        hash="0" * 64,
        country="XX",
        time_zone="UTC",
        languages=("en",),
        commodities={},
        measures=table,
        measure_types={one.code: one for one in types},
        areas=members,
        preferences={one.code: one for one in preferences},
        taxes=tuple(taxes),
        currency=currency,
        exponent=exponent,
        **(settings | more),
    )
