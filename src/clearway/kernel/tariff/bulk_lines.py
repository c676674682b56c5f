"""One item's charges out of a priced batch, as the rows that people and files are shown."""

from __future__ import annotations

import numpy as np

from clearway.kernel.decisions import Finding, Question, TaxLine
from clearway.kernel.reference import Reference
from clearway.kernel.tariff.bulk_columns import ChargeColumn, EncodedItems, PricedColumns
from clearway.kernel.tariff.bulk_index import BulkIndex, bulk_index_of
from clearway.kernel.tariff.expressions import in_season
from clearway.kernel.tariff.measures import Component, Kind
from clearway.kernel.tariff.units import factor


def lines(priced: PricedColumns, place: int, reference: Reference, number: int) -> list[TaxLine]:
    """Return the charges of the item at ``place``, equal to the small path's without steps.

    Args:
        priced: a batch that ``price_bulk`` returned.
        place: the item's position in the batch, from 0.
        reference: the same pack.
        number: the item's position in its declaration, from 1.
    """
    if priced.rare[place]:
        return list(priced.small[place].lines)
    if priced.encoded.exempt[place]:
        return []
    index = bulk_index_of(reference)
    found = []
    for column in priced.charges:
        at = _position(column, place)
        if at is not None:
            found.append(_line(priced.encoded, place, column, at, index, number))
    return found


def findings(priced: PricedColumns, place: int) -> tuple[Finding, ...]:
    """Return the findings of the item at ``place``; items in the columns have none."""
    return priced.small[place].findings if priced.rare[place] else ()


def questions(priced: PricedColumns, place: int) -> tuple[Question, ...]:
    """Return the questions about the item at ``place``; items in the columns have none."""
    return priced.small[place].questions if priced.rare[place] else ()


def _position(column: ChargeColumn, place: int) -> int | None:
    if column.items is None:
        return place
    at = int(np.searchsorted(column.items, place))
    return at if at < len(column.items) and column.items[at] == place else None


def _line(
    items: EncodedItems, place: int, column: ChargeColumn, at: int, index: BulkIndex, number: int
) -> TaxLine:
    table = index.table
    row = int(column.measure[at])
    measure_type = index.small.types[table.measure_type[row]]
    rate = int(table.rate[row])
    components = in_season(index.small.components(rate), int(items.day[place]))
    counted = next((part for part in components if part.kind == Kind.SPECIFIC), None)
    quantity, unit = _counted(items, place, counted, index)
    only_counted = bool(components) and all(part.kind == Kind.SPECIFIC for part in components)
    amount = int(column.amount[at])
    claimed = column.claimed is not None and bool(column.claimed[at])
    basis = int(table.legal_basis[row])
    return TaxLine(
        number,
        column.tax,
        measure_type.family,
        None if only_counted else int(column.base[at]),
        table.rate_texts[rate],
        amount,
        amount,
        table.legal_bases[basis] if basis >= 0 else "",
        row,
        index.preferences[int(items.preference[place]) - 1].code if claimed else "",
        table.quota_orders[table.quota_order[row]] if table.quota_order[row] else "",
        quantity,
        unit,
    )


def _counted(
    items: EncodedItems, place: int, component: Component | None, index: BulkIndex
) -> tuple[int | None, str]:
    """Return the quantity charged in millionths of the rate's unit, as the small path shows it."""
    if component is None or not component.unit:
        return None, ""
    unit = int(items.quantity_unit[place])
    declared = (
        (int(items.quantity[place]), index.units[unit] if unit > 0 else ""),
        (int(items.net_mass[place]), "KGM"),
        (int(items.gross_mass[place]), "KGM.gross"),
    )
    for amount, code in declared:
        ratio = factor(code, component.unit) if code and amount >= 0 else None
        if ratio is not None:
            return amount * ratio[0] // ratio[1], component.unit
    return None, component.unit
