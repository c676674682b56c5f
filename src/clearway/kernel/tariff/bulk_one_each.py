"""Measures chosen by origin, additional code and rate, for the items of a batch that meet them.

Trade remedies, excise, fees, and VAT where a commodity has more than one: the rows of each item's
commodity and type are laid side by side, those not in force or for another origin drop out,
and of the rest the best one wins by one sortable number: kind of match, breadth of the area,
rate (VAT), position.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clearway.kernel.tariff.bulk_columns import EncodedItems, Flags, Ints, Places
from clearway.kernel.tariff.bulk_index import BulkIndex

DECLARED, NO_CODE, RESIDUAL, NO_MATCH = range(4)
_BREADTH_BITS, _RATE_BITS, _PLACE_BITS = 20, 20, 20
_NOTHING = np.iinfo(np.int64).max


def one_each_rows(
    index: BulkIndex,
    items: EncodedItems,
    at: Places,
    types: Sequence[int],
    rare: Flags,
    *,
    by_rate: bool = False,
) -> Places:
    """Return the row that applies to each item at ``at``, -1 where none meets it.

    Items for which codes are wanted and none matches, or whose country joined or left an area
    at some time, are marked in ``rare`` (shape: the whole batch).
    """
    if not len(at):
        return np.full(0, -1, np.intp)
    owner, row = _laid_out(index, items.commodity[at], types)
    day = items.day[at][owner]
    table = index.table
    held = (table.valid_from[row] <= day) & (day < table.valid_to[row])
    owner, row = owner[held], row[held]
    area = table.area[row].astype(np.intp)
    country = np.maximum(items.origin[at][owner], 0)
    ever = index.ever[area, country]
    dated = ever & ~index.always[area, country]
    rare[at[owner[dated]]] = True
    owner, row, area = owner[ever], row[ever], area[ever]
    match = _match(index, items.additional_codes[at][owner], row)
    best = np.full(len(at), _NOTHING, np.int64)
    order = index.rate_order[index.rate[row]] if by_rate else np.zeros(len(row), np.int64)
    offset = row - index.commodity_first[items.commodity[at][owner]]
    number = (match << _BREADTH_BITS) | np.minimum(index.breadth[area], (1 << 20) - 1)
    number = (((number << _RATE_BITS) | order) << _PLACE_BITS) | offset
    np.minimum.at(best, owner, number)
    found = best != _NOTHING
    wanting = found & ((best >> (_BREADTH_BITS + _RATE_BITS + _PLACE_BITS)) == NO_MATCH)
    rare[at[wanting]] = True
    chosen = index.commodity_first[items.commodity[at]] + (best & ((1 << _PLACE_BITS) - 1))
    return np.where(found & ~wanting, chosen, -1).astype(np.intp)


def _laid_out(index: BulkIndex, commodity: Places, types: Sequence[int]) -> tuple[Places, Places]:
    """Return (position in ``commodity``, row) of every row of the types, side by side."""
    owners, rows = [], []
    width = index.has_type.shape[1]
    for kind in types:
        key = commodity * width + kind
        first, count = index.type_first[key], index.type_end[key] - index.type_first[key]
        owner = np.repeat(np.arange(len(commodity)), count)
        before = np.cumsum(count) - count
        owners.append(owner)
        rows.append(first[owner] + np.arange(len(owner)) - before[owner])
    return np.concatenate(owners), np.concatenate(rows)


def _match(index: BulkIndex, declared: Places, row: Places) -> Ints:
    """Return how each row's additional code meets the codes declared for its item."""
    table = index.table
    code = table.additional_code[row].astype(np.int64)
    match = np.full(len(row), NO_MATCH, np.int64)
    residual = index.residual[table.measure_type[row]]
    match[code == residual] = RESIDUAL
    match[code == 0] = NO_CODE
    match[(code != 0) & (declared == code[:, None]).any(axis=1)] = DECLARED
    return match
