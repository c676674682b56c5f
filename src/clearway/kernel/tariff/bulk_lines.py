"""The charges of a priced batch as the rows that people and files are shown.

``pricings`` writes those of every declaration, column by column; ``lines`` reads one item's.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np

from clearway.kernel.decisions import Finding, Question, TaxLine
from clearway.kernel.measures import Component, Kind
from clearway.kernel.reference import Reference
from clearway.kernel.tariff.bulk_columns import (
    ChargeColumn,
    EncodedItems,
    Flags,
    PricedColumns,
)
from clearway.kernel.tariff.bulk_index import BulkIndex, bulk_index_of
from clearway.kernel.tariff.expressions import in_season
from clearway.kernel.tariff.pricing import Pricing
from clearway.kernel.tariff.units import factor


def pricings(priced: PricedColumns, counts: Sequence[int], reference: Reference) -> list[Pricing]:
    """Return the charges, questions and findings of every declaration of a batch, in order.

    Args:
        priced: a batch that ``price_bulk`` returned.
        counts: how many items each declaration has; in sum the batch's.
        reference: the same pack.
    """
    numbers = [number for count in counts for number in range(1, count + 1)]
    written = _lines_of_all(priced, numbers, reference)
    rare = priced.rare.tolist()
    found, first = [], 0
    for count in counts:
        last = first + count
        lines_here = tuple(chain.from_iterable(written[first:last]))
        if True in rare[first:last]:
            small = [priced.small[place] for place in range(first, last) if rare[place]]
            questions = tuple(chain.from_iterable(one.questions for one in small))
            findings = tuple(chain.from_iterable(one.findings for one in small))
            found.append(Pricing(lines_here, questions, findings))
        else:
            found.append(Pricing(lines_here))
        first = last
    return found


def _lines_of_all(
    priced: PricedColumns, numbers: Sequence[int], reference: Reference
) -> list[list[TaxLine]]:
    """Return the charges of every item, in order, as ``lines`` gives those of one."""
    index = bulk_index_of(reference)
    written: list[list[TaxLine]] = [[] for _ in range(len(priced))]
    absent = priced.rare | priced.encoded.exempt
    for place in np.flatnonzero(priced.rare).tolist():
        written[place] += priced.small[place].lines
    for column in priced.charges:
        _write(priced.encoded, column, absent, index, (numbers, written))
    return written


def _write(
    items: EncodedItems,
    column: ChargeColumn,
    absent: Flags,
    index: BulkIndex,
    into: tuple[Sequence[int], list[list[TaxLine]]],
) -> None:
    """Append the lines of one column to its items'; a measure's own words are read once."""
    numbers, written = into
    places = np.arange(len(items)) if column.items is None else column.items
    present = np.flatnonzero(~absent[places])
    places = places[present]
    claims = [0] * len(places)
    if column.claimed is not None:
        claims = (items.preference[places] * column.claimed[present]).tolist()
    codes = ("", *(rule.code for rule in index.preferences))
    tax, words = (
        column.tax,
        {row: _words(index, row) for row in np.unique(column.measure[present]).tolist()},
    )
    for place, at, row, base, amount, claim in zip(
        places.tolist(),
        present.tolist(),
        column.measure[present].tolist(),
        column.base[present].tolist(),
        column.amount[present].tolist(),
        claims,
        strict=True,
    ):
        number, said = numbers[place], words[row]
        if said is None:
            line = _line(items, place, column, at, index, number)
        else:
            family, text, basis, quota = said
            line = TaxLine(
                number, tax, family, base, text, amount, amount, basis, row, codes[claim], quota
            )
        written[place].append(line)


def _words(index: BulkIndex, row: int) -> tuple[str, str, str, str] | None:
    """Return family, rate, legal basis and quota of a measure; None where quantities count."""
    table = index.table
    rate, basis = int(table.rate[row]), int(table.legal_basis[row])
    if index.small.plain_rate(rate) is None:
        return None
    return (
        index.small.types[table.measure_type[row]].family,
        table.rate_texts[rate],
        table.legal_bases[basis] if basis >= 0 else "",
        table.quota_orders[table.quota_order[row]] if table.quota_order[row] else "",
    )


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
