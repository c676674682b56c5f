"""How much of a unit an item holds: the quantity that a specific rate multiplies.

Order: what the trader states for this very tax; the tariff quantity; what he states for any
other tax; and for plain mass the net mass, for gross mass the gross mass. Per cent of alcohol
by volume per hectolitre is a strength that the law assumes times volume, or litres of pure
alcohol, or else strength times volume. A tariff quantity declared without a unit is in the
tariff line's own.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from clearway.kernel.lodgement import Item
from clearway.kernel.reference import Reference
from clearway.kernel.tariff.units import factor
from clearway.vocabulary.money import QUANTITY_SCALE

Quantity = tuple[int, int]
"""Exact millionths of the wanted unit: numerator, denominator."""

ALCOHOL = "ASV.HLT"
STRENGTH = "ASV"
ASSUMED = "EAS"
"""A strength that the law lets stand in place of the real one, for goods that declare it (United
Kingdom: wine from 1 August 2023 to 31 January 2025)."""


def in_own_unit(item: Item, reference: Reference, day: int | None) -> Item:
    """Return the item with its tariff quantity in the unit of its tariff line.

    A quantity declared without a unit is in the unit that the nomenclature gives the line; where
    that gives none, the quantity stays without, however few units a rate could mean.
    """
    if item.quantity is None or item.quantity_unit or day is None:
        return item
    line = reference.commodity(item.commodity, day)
    if line is None or not line.unit:
        return item
    return msgspec.structs.replace(item, quantity_unit=line.unit)


def quantity_of(item: Item, tax: str, unit: str) -> Quantity | None:
    """Return the item's quantity in millionths of ``unit``; None where it is not declared.

    A unit without a code means "per goods item": the quantity is one.
    """
    if not unit:
        return QUANTITY_SCALE, 1
    if unit == ALCOHOL and (assumed := _strength_times_volume(item, tax, ASSUMED)) is not None:
        return assumed
    for amount, declared in _declared(item, tax):
        ratio = factor(declared, unit)
        if ratio is not None and amount >= 0:
            return amount * ratio[0], ratio[1]
    if unit == ALCOHOL:
        return _strength_times_volume(item, tax, STRENGTH)
    return None


def _declared(item: Item, tax: str) -> Iterator[tuple[int, str]]:
    """Yield (millionths, unit) of all that the item declares, the most telling first."""
    others: list[tuple[int, str]] = []
    for supplied in item.taxes:
        if supplied.base_quantity is not None and supplied.base_unit:
            pair = (supplied.base_quantity, supplied.base_unit)
            if supplied.type_code == tax:
                yield pair
            else:
                others.append(pair)
    if item.quantity is not None and item.quantity_unit:
        yield item.quantity, item.quantity_unit
    yield from others
    if item.net_mass is not None:
        yield item.net_mass, "KGM"
    if item.gross_mass is not None:
        yield item.gross_mass, "KGM.gross"


def _strength_times_volume(item: Item, tax: str, unit: str) -> Quantity | None:
    strength = quantity_of(item, tax, unit)
    if strength is None:
        return None
    volume = quantity_of(item, tax, "HLT")
    if volume is None:
        return None
    return strength[0] * volume[0], strength[1] * volume[1] * QUANTITY_SCALE
