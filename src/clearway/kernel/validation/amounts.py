"""Every amount and quantity of a declaration, with what is needed to check it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from clearway.kernel.lodgement import Lodgement
from clearway.kernel.validation.rows import positions
from clearway.vocabulary.code_lists import minor_unit_exponent
from clearway.vocabulary.money import DECLARED_AMOUNT_SCALE, QUANTITY_SCALE, unscaled


class Amount(NamedTuple):
    """A declared amount in thousandths of its currency."""

    field: str
    i: int
    n: int
    amount: int
    currency: str


def amounts_of(lodgement: Lodgement) -> Iterator[Amount]:
    """Yield every declared amount."""
    if lodgement.invoice_amount is not None:
        yield Amount("invoice_amount", 0, 0, lodgement.invoice_amount, lodgement.invoice_currency)
    if lodgement.freight_amount is not None:
        yield Amount("freight_amount", 0, 0, lodgement.freight_amount, lodgement.freight_currency)
    for n, charge in enumerate(lodgement.charges, 1):
        yield Amount("charges.amount", 0, n, charge.amount, charge.currency)
    for i, item in enumerate(lodgement.items, 1):
        if item.item_amount is not None:
            yield Amount("items.item_amount", i, 0, item.item_amount, item.item_currency)
        if item.customs_value_amount is not None:
            currency = item.customs_value_currency
            yield Amount("items.customs_value_amount", i, 0, item.customs_value_amount, currency)
        if item.statistical_amount is not None:
            currency = item.statistical_currency
            yield Amount("items.statistical_amount", i, 0, item.statistical_amount, currency)
        for n, charge in enumerate(item.charges, 1):
            yield Amount("items.charges.amount", i, n, charge.amount, charge.currency)
        for n, tax in enumerate(item.taxes, 1):
            if tax.base_amount is not None:
                yield Amount("items.taxes.base_amount", i, n, tax.base_amount, tax.base_currency)
            if tax.assessed_amount is not None:
                amount, currency = tax.assessed_amount, tax.assessed_currency
                yield Amount("items.taxes.assessed_amount", i, n, amount, currency)
    for i, n, document in positions(lodgement.documents):
        if document.write_off_amount is not None:
            field = "items.documents.write_off_amount" if i else "documents.write_off_amount"
            yield Amount(field, i, n, document.write_off_amount, document.write_off_currency)


class Quantity(NamedTuple):
    """A declared mass or quantity in millionths of its unit (``KGM`` for masses)."""

    field: str
    i: int
    n: int
    quantity: int
    unit: str


def quantities_of(lodgement: Lodgement) -> Iterator[Quantity]:
    """Yield every declared mass and quantity."""
    if lodgement.total_gross_mass is not None:
        yield Quantity("total_gross_mass", 0, 0, lodgement.total_gross_mass, "KGM")
    for i, item in enumerate(lodgement.items, 1):
        if item.gross_mass is not None:
            yield Quantity("items.gross_mass", i, 0, item.gross_mass, "KGM")
        if item.net_mass is not None:
            yield Quantity("items.net_mass", i, 0, item.net_mass, "KGM")
        if item.quantity is not None:
            yield Quantity("items.quantity", i, 0, item.quantity, item.quantity_unit)
        for n, tax in enumerate(item.taxes, 1):
            if tax.base_quantity is not None:
                yield Quantity("items.taxes.base_quantity", i, n, tax.base_quantity, tax.base_unit)
    for i, n, document in positions(lodgement.documents):
        if document.write_off_quantity is not None:
            field = "items.documents.write_off_quantity" if i else "documents.write_off_quantity"
            unit = document.write_off_unit
            yield Quantity(field, i, n, document.write_off_quantity, unit)


def step_of(exponent: int) -> int:
    """Return the least amount of a currency in thousandths: 1000 without decimals, 10 with two.

    A currency with more than three decimals is held to the three that a declaration can carry.
    """
    return int(10 ** max(0, 3 - exponent))


def written_amount(amount: int, currency: str = "") -> str:
    """Return ``1234.5`` or ``1234.50 EUR`` for an amount in thousandths."""
    exact = unscaled(amount, DECLARED_AMOUNT_SCALE)
    if not currency:
        return f"{exact.normalize():f}"
    exponent = minor_unit_exponent(currency)
    places = exponent if amount % step_of(exponent) == 0 else 3
    return f"{exact:.{min(places, 3)}f} {currency}"


def written_quantity(quantity: int) -> str:
    """Return ``12.5`` for a quantity in millionths, without needless noughts."""
    text = f"{unscaled(quantity, QUANTITY_SCALE):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
