"""What bulk pricing takes and gives: goods items and charges as columns of whole numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.kernel.tariff.pricing import Pricing

ADDITIONAL_CODES = 3
"""How many additional codes of an item are priced in columns; more go to the small path."""

ABSENT = -1
Ints = NDArray[np.int64]
Places = NDArray[np.intp]
Flags = NDArray[np.bool_]


class EncodedItems(msgspec.Struct, frozen=True, eq=False):
    """The goods items of a batch, encoded. Every column has shape ``(items,)``.

    ``commodity`` is the place in the measure table's commodities, -1 = not there. ``origin``
    and ``preferential_origin`` are places in ``BulkIndex.countries``: 0 = a country that no
    area names, -1 = not declared. ``day`` is the legal date. ``value`` is the customs value in
    minor units. ``net_mass``, ``gross_mass`` and ``quantity`` are millionths, -1 = not declared;
    ``quantity_unit`` a place in ``BulkIndex.units``, 0 = none. ``preference`` is 0 = not
    claimed, else a place in ``BulkIndex.preferences`` plus one, -1 = unknown to the pack;
    ``proved`` tells whether its proof is declared. ``additional_codes`` has shape
    ``(items, 3)``: places in the table's vocabulary, 0 = none. ``exempt`` items owe nothing
    (exports); ``rare`` items must take the small path (supplied quantities, charges in one
    tax's base, no value, no legal date, more than three additional codes).

    ``small`` prices one item, by its position here, on the small path. It may be None where no
    item is rare and every measure is found.
    """

    commodity: Places
    origin: Places
    preferential_origin: Places
    day: Places
    value: Ints
    net_mass: Ints
    gross_mass: Ints
    quantity: Ints
    quantity_unit: Places
    preference: Places
    proved: Flags
    additional_codes: Places
    exempt: Flags
    rare: Flags
    small: Callable[[int], Pricing] | None = None

    def __len__(self) -> int:
        return len(self.commodity)


class ChargeColumn(msgspec.Struct, frozen=True, eq=False):
    """One kind of charge over the items that owe it.

    ``items`` are positions in the batch, ascending; None means every item. ``measure`` is the
    row of the measure table, -1 where the item's charges came from the small path. ``base`` and
    ``amount`` are minor units. ``claimed`` tells whether the claimed preference gave the row.
    """

    tax: str
    items: Places | None
    measure: Places
    base: Ints
    amount: Ints
    claimed: Flags | None = None


class PricedColumns(msgspec.Struct, frozen=True, eq=False):
    """The charges of a batch: columns for the common case, small-path answers for the rest.

    ``rare`` marks the items whose charges stand in ``small`` instead of the columns.
    """

    charges: tuple[ChargeColumn, ...]
    rare: Flags
    small: Mapping[int, Pricing]
    encoded: EncodedItems

    def __len__(self) -> int:
        return len(self.rare)
