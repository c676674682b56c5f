"""Layer 3, single numbers: their sign, their size, their decimals. Numbers 31xx.

What makes a number impossible by itself stands here, before the sums that would repeat it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clearway.kernel.decisions import Severity
from clearway.kernel.validation.amounts import written_amount, written_quantity
from clearway.kernel.validation.case import Case
from clearway.kernel.validation.rule import Layer, Place, Rule, at, rule
from clearway.vocabulary.code_lists import BULK_PACKAGES

# What the WCO formats n..16,3, n..16,6 and n..8 hold.
MOST_AMOUNT = 10**16
MOST_QUANTITY = 10**16
MOST_PACKAGES = 10**8
COUNTED_UNITS = frozenset({"NAR", "C62", "H87", "PR", "NPR", "HEA", "SET", "EA"})
WHOLE = 1_000_000
_AMOUNT_FIELDS = (
    "invoice_amount",
    "freight_amount",
    "charges.amount",
    "items.item_amount",
    "items.customs_value_amount",
    "items.statistical_amount",
    "items.charges.amount",
    "items.taxes.base_amount",
    "items.taxes.assessed_amount",
    "items.documents.write_off_amount",
    "documents.write_off_amount",
)
_QUANTITY_FIELDS = (
    "total_gross_mass",
    "items.gross_mass",
    "items.net_mass",
    "items.quantity",
    "items.taxes.base_quantity",
    "items.documents.write_off_quantity",
    "documents.write_off_quantity",
)


def gross_mass_positive(case: Case) -> Iterator[Place]:
    """The gross mass of an item is above zero."""
    for i, item in enumerate(case.lodgement.items, 1):
        if item.gross_mass is not None and item.gross_mass <= 0:
            yield at("items.gross_mass", i, declared=written_quantity(item.gross_mass))


def net_mass_positive(case: Case) -> Iterator[Place]:
    """The net mass of an item is above zero."""
    for i, item in enumerate(case.lodgement.items, 1):
        if item.net_mass is not None and item.net_mass <= 0:
            yield at("items.net_mass", i, declared=written_quantity(item.net_mass))


def total_gross_positive(case: Case) -> Iterable[Place]:
    """The total gross mass is above zero."""
    total = case.lodgement.total_gross_mass
    if total is None or total > 0:
        return ()
    return (at("total_gross_mass", declared=written_quantity(total)),)


def packages_positive(case: Case) -> Iterator[Place]:
    """A number of packages is not negative, nor zero where the item stands alone.

    Zero is lawful for goods in bulk and for goods packed together with another item.
    """
    items = case.lodgement.items
    for i, item in enumerate(items, 1):
        count = item.packages
        if count is None or count > 0:
            continue
        bulk = not BULK_PACKAGES.isdisjoint(item.package_types)
        shared = any((other.packages or 0) > 0 for other in items)
        if count < 0 or not (bulk or shared):
            yield at("items.packages", i, declared=str(count))


def total_packages_sign(case: Case) -> Iterable[Place]:
    """The total number of packages is not negative."""
    total = case.lodgement.total_packages
    if total is None or total >= 0:
        return ()
    return (at("total_packages", declared=str(total)),)


def quantity_positive(case: Case) -> Iterator[Place]:
    """A quantity in the tariff's unit, or in a tax's, is above zero."""
    for i, item in enumerate(case.lodgement.items, 1):
        if item.quantity is not None and item.quantity <= 0:
            yield at("items.quantity", i, declared=written_quantity(item.quantity))
        for n, tax in enumerate(item.taxes, 1):
            if tax.base_quantity is not None and tax.base_quantity <= 0:
                declared = written_quantity(tax.base_quantity)
                yield at("items.taxes.base_quantity", i, n, declared=declared)


def write_off_positive(case: Case) -> Iterator[Place]:
    """A quantity written off a document is above zero."""
    if not case.lodgement.documents:
        return
    for field, i, n, quantity, _ in case.quantities:
        if quantity <= 0 and field.endswith("write_off_quantity"):
            yield at(field, i, n, declared=written_quantity(quantity))


def amounts_not_negative(case: Case) -> Iterator[Place]:
    """No declared amount is negative; what is deducted is told by the kind of charge."""
    for field, i, n, amount, currency in case.amounts:
        if amount < 0:
            yield at(field, i, n, declared=written_amount(amount, currency))


def price_not_zero(case: Case) -> Iterator[Place]:
    """A transaction value needs a price: zero under method 1 is looked at by an officer."""
    for i, item in enumerate(case.lodgement.items, 1):
        if item.item_amount == 0 and item.valuation_method in {"", "1"} and case.imports:
            yield at("items.item_amount", i)


def decimals_of_currency(case: Case) -> Iterator[Place]:
    """An amount has no more decimals than its currency has minor units."""
    for field, i, n, amount, currency in case.amounts:
        if currency and amount % case.law.step_of(currency):
            yield at(
                field,
                i,
                n,
                declared=written_amount(amount, currency),
                decimals=str(case.law.exponent_of(currency)),
                currency=currency,
            )


def number_too_large(case: Case) -> Iterator[Place]:
    """A number has no more digits than its data element holds."""
    lodgement = case.lodgement
    for field, i, n, amount, _ in case.amounts:
        if abs(amount) >= MOST_AMOUNT:
            yield at(field, i, n, format="n..16,3")
    for field, i, n, quantity, _ in case.quantities:
        if abs(quantity) >= MOST_QUANTITY:
            yield at(field, i, n, format="n..16,6")
    if abs(lodgement.total_packages or 0) >= MOST_PACKAGES:
        yield at("total_packages", format="n..8")
    for i, item in enumerate(lodgement.items, 1):
        if abs(item.packages or 0) >= MOST_PACKAGES:
            yield at("items.packages", i, format="n..8")


def currency_missing(case: Case) -> Iterator[Place]:
    """An amount is nothing without its currency."""
    for field, i, n, amount, currency in case.amounts:
        if not currency and amount:
            yield at(field, i, n, declared=written_amount(amount))


def whole_pieces(case: Case) -> Iterator[Place]:
    """Pieces, pairs and heads are counted in whole numbers."""
    for i, item in enumerate(case.lodgement.items, 1):
        if item.quantity_unit in COUNTED_UNITS and item.quantity and item.quantity % WHOLE:
            declared = written_quantity(item.quantity)
            yield at("items.quantity", i, declared=declared, unit=item.quantity_unit)


RULES: tuple[Rule, ...] = (
    rule(
        3108,
        "number larger than its field",
        Layer.ARITHMETIC,
        "WCO Data Model, formats n..16,3, n..16,6 and n..8",
        number_too_large,
        "total_packages",
        "items.packages",
        *_AMOUNT_FIELDS,
        *_QUANTITY_FIELDS,
    ),
    rule(
        3109,
        "currency missing",
        Layer.ARITHMETIC,
        "WTO Valuation Agreement, Article 9; WCO 135",
        currency_missing,
        *_AMOUNT_FIELDS,
    ),
    rule(
        3110,
        "negative amount",
        Layer.ARITHMETIC,
        "WTO Valuation Agreement, Articles 1 and 8",
        amounts_not_negative,
        *_AMOUNT_FIELDS,
    ),
    rule(
        3111,
        "more decimals than the currency has",
        Layer.ARITHMETIC,
        "ISO 4217, minor unit",
        decimals_of_currency,
        *_AMOUNT_FIELDS,
    ),
    rule(
        3112,
        "price of zero",
        Layer.ARITHMETIC,
        "WTO Valuation Agreement, Article 1",
        price_not_zero,
        "items.item_amount",
        severity=Severity.DOUBT,
    ),
    rule(
        3121,
        "gross mass not above zero",
        Layer.ARITHMETIC,
        "RKC General Annex standard 3.11; WCO 126",
        gross_mass_positive,
        "items.gross_mass",
    ),
    rule(
        3122,
        "net mass not above zero",
        Layer.ARITHMETIC,
        "RKC General Annex standard 3.11; WCO 128",
        net_mass_positive,
        "items.net_mass",
    ),
    rule(
        3124,
        "total gross mass not above zero",
        Layer.ARITHMETIC,
        "RKC General Annex standard 3.11; WCO 131",
        total_gross_positive,
        "total_gross_mass",
    ),
    rule(
        3125,
        "number of packages impossible",
        Layer.ARITHMETIC,
        "UN/CEFACT Recommendation 21; WCO 144",
        packages_positive,
        "items.packages",
    ),
    rule(
        3126,
        "total of packages negative",
        Layer.ARITHMETIC,
        "WCO Data Model 146",
        total_packages_sign,
        "total_packages",
    ),
    rule(
        3127,
        "quantity not above zero",
        Layer.ARITHMETIC,
        "HS Convention, Article 3 (units of quantity); WCO 130",
        quantity_positive,
        "items.quantity",
        "items.taxes.base_quantity",
    ),
    rule(
        3128,
        "write-off not above zero",
        Layer.ARITHMETIC,
        "UN/CEFACT Recommendation 33; WCO 502",
        write_off_positive,
        "items.documents.write_off_quantity",
        "documents.write_off_quantity",
    ),
    rule(
        3129,
        "broken number of pieces",
        Layer.ARITHMETIC,
        "UN/CEFACT Recommendation 20",
        whole_pieces,
        "items.quantity",
    ),
)
