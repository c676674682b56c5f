"""The goods items of a declaration as learning reads them: one function for the day and the past.

Training reads what is stored of declarations that were inspected, serving reads one that is just
being decided. Both give the same four things to ``rows_of``, so that a model is asked about goods
in the very columns in which it learnt them (``selectivity.layout.BORDER``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import nan
from typing import Final, Protocol

import msgspec

from clearway.declarations.storing import stored_text
from clearway.kernel.lodgement import Item, Lodgement
from clearway.selectivity.items import Items
from clearway.selectivity.layout import BORDER
from clearway.traders.identities import identity_of
from clearway.vocabulary.money import QUANTITY_SCALE, fits_int64

_LONGEST: Final = 200
"""Characters of a text that count: what is longer is nobody's name or code."""


class Valued(Protocol):
    """The customs value of an item: ``ItemValue`` of the kernel, or a stored goods item."""

    @property
    def item(self) -> int:
        """The position of the item, from 1."""

    @property
    def value(self) -> int | None:
        """Minor units; None where it cannot be determined."""


class Charged(Protocol):
    """One charge on one item: ``TaxLine`` of the kernel, or a stored charge."""

    @property
    def item(self) -> int:
        """The position of the item, from 1."""

    @property
    def payable(self) -> int | None:
        """Minor units after relief; None where it cannot be computed."""


class Row(msgspec.Struct, frozen=True, gc=False):
    """One goods item. What is not declared is the empty text, or NaN.

    ``tax_rate`` is all charges in per cent of the customs value, to one decimal: minor units round
    each charge, and the same goods must have the same rate whatever they cost. ``net_mass`` is in
    kilograms, ``quantity`` in the tariff's unit, ``value`` and ``duty`` (all charges) in whole
    units of the pack's currency. Parties are told apart as ``traders.identities`` does.
    """

    office: str
    declarant: str
    importer: str
    seller: str
    commodity: str
    departure: str
    origin: str
    procedure: str
    mode: str
    payment: str
    preference: str
    tax_rate: float
    net_mass: float
    quantity: float
    value: float
    duty: float


def rows_of(
    lodgement: Lodgement,
    values: Iterable[Valued],
    charges: Iterable[Charged],
    *,
    exponent: int,
) -> list[Row]:
    """Return the goods items of a declaration with what they are worth and what is due on them.

    Args:
        lodgement: the declaration as the kernel saw it.
        values: the customs value of each item, from the decision or from the record.
        charges: the charges on all items, likewise.
        exponent: the decimals of the currency of both (``Reference.exponent``).

    Returns:
        One row for each item, in the order of their positions.
    """
    worth = {one.item: one.value for one in values}
    due: dict[int, int | None] = {}
    for line in charges:
        before = due.get(line.item, 0)
        due[line.item] = None if before is None or line.payable is None else before + line.payable
    unit = 10**exponent
    return [
        _row(lodgement, item, _held(worth.get(place)), _held(due.get(place, 0)), unit)
        for place, item in enumerate(lodgement.items, 1)
    ]


def items_of(rows: Sequence[Row]) -> Items:
    """Return rows as the table that the learning engine reads."""
    columns = {
        name: [getattr(row, name) for row in rows] for name in (*BORDER.text, *BORDER.number)
    }
    return Items.from_columns(columns, BORDER.text, BORDER.number)


def _row(lodgement: Lodgement, item: Item, value: int | None, due: int | None, unit: int) -> Row:
    payment = next((tax.payment_method for tax in item.taxes if tax.payment_method), "")
    seller = identity_of(item.seller, lodgement.seller, lodgement.exporter, item.consignor)
    return Row(
        office=_text(lodgement.office),
        declarant=_text(identity_of(lodgement.declarant)),
        importer=_text(identity_of(lodgement.importer, lodgement.consignee, item.consignee)),
        seller=_text(seller),
        commodity=_text(item.commodity),
        departure=_text(item.export_country or lodgement.export_country),
        origin=_text(item.origin),
        procedure=_text(item.procedure),
        mode=_text(lodgement.border_mode),
        payment=_text(payment),
        preference=_text(item.preference),
        tax_rate=_rate(due, value),
        net_mass=_number(item.net_mass, QUANTITY_SCALE),
        quantity=_number(item.quantity, QUANTITY_SCALE),
        value=_number(value, unit),
        duty=_number(due, unit),
    )


def _held(amount: int | None) -> int | None:
    """Leave out an amount that no column can hold, as the record does."""
    return amount if amount is not None and fits_int64(amount) else None


def _text(declared: str) -> str:
    return stored_text(declared[:_LONGEST])


def _number(value: int | None, scale: int) -> float:
    return nan if value is None else value / scale


def _rate(due: int | None, value: int | None) -> float:
    if due is None or value is None or value <= 0:
        return nan
    return (2000 * due + value) // (2 * value) / 10
