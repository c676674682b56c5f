"""Layer 3, the sums: totals, signs, decimals and sizes of numbers. Numbers 31xx.

A sum is compared only where every part of it was declared and is sound; a total that differs
because an item is wrong is told once, at the item.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clearway.kernel.decisions import Severity
from clearway.kernel.validation.amounts import (
    step_of,
    written_amount,
    written_quantity,
)
from clearway.kernel.validation.case import Case
from clearway.kernel.validation.rule import Layer, Place, Rule, at, rule
from clearway.vocabulary.code_lists import BULK_PACKAGES, minor_unit_exponent

# What the WCO formats n..16,3, n..16,6 and n..8 hold.
_MOST_AMOUNT = 10**16
_MOST_QUANTITY = 10**16
_MOST_PACKAGES = 10**8
_COUNTED_UNITS = frozenset({"NAR", "C62", "H87", "PR", "NPR", "HEA", "SET", "EA"})
_WHOLE = 1_000_000
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
_PER_MILLE = 1_000


def item_count(case: Case) -> Iterable[Place]:
    """The declared number of items is the number of items that follow."""
    declared, counted = case.lodgement.item_count, len(case.lodgement.items)
    if declared is None or declared == counted or not case.whole:
        return ()
    return (at("item_count", declared=str(declared), counted=str(counted)),)


def sequence_numbers(case: Case) -> Iterator[Place]:
    """Items are numbered from 1 without gap and without repetition."""
    for i, item in enumerate(case.lodgement.items, 1):
        if item.sequence is not None and item.sequence != i:
            yield at("items.sequence", i, declared=str(item.sequence), expected=str(i))
            # All later numbers are shifted by the same slip.
            return


def total_packages(case: Case) -> Iterable[Place]:
    """The total number of packages is the sum over the items."""
    total = case.lodgement.total_packages
    counts = [item.packages for item in case.lodgement.items]
    if total is None or not counts or None in counts:
        return ()
    counted = sum(count for count in counts if count is not None)
    if total == counted:
        return ()
    parts = tuple(("items.packages", i, 0) for i in range(1, len(counts) + 1))
    return (at("total_packages", rests_on=parts, declared=str(total), counted=str(counted)),)


def total_gross_mass(case: Case) -> Iterable[Place]:
    """The total gross mass is the sum over the items, within the pack's tolerance."""
    total = case.lodgement.total_gross_mass
    masses = [item.gross_mass for item in case.lodgement.items]
    if total is None or not masses or None in masses:
        return ()
    counted = sum(mass for mass in masses if mass is not None)
    limits = case.limits
    share = abs(counted) * limits.mass_tolerance_per_mille // _PER_MILLE
    if abs(total - counted) <= max(limits.mass_tolerance, share):
        return ()
    parts = tuple(("items.gross_mass", i, 0) for i in range(1, len(masses) + 1))
    return (
        at(
            "total_gross_mass",
            rests_on=parts,
            declared=written_quantity(total),
            counted=written_quantity(counted),
        ),
    )


def invoice_total(case: Case) -> Iterable[Place]:
    """The invoice amount is the sum of the item amounts where all are in its currency."""
    lodgement = case.lodgement
    total, currency = lodgement.invoice_amount, lodgement.invoice_currency
    if total is None or not lodgement.items:
        return ()
    counted = 0
    for item in lodgement.items:
        if item.item_amount is None or item.item_currency != currency:
            return ()
        counted += item.item_amount
    if abs(total - counted) <= case.limits.amount_tolerance:
        return ()
    parts = tuple(
        (field, i, 0)
        for i in range(1, len(lodgement.items) + 1)
        for field in ("items.item_amount", "items.item_currency")
    )
    return (
        at(
            "invoice_amount",
            rests_on=parts,
            declared=written_amount(total, currency),
            counted=written_amount(counted, currency),
        ),
    )


def too_many_items(case: Case) -> Iterable[Place]:
    """A declaration holds at most 999 items; the pack may set another number."""
    counted, most = len(case.lodgement.items), case.limits.max_items
    if counted <= most:
        return ()
    return (at("items", most + 1, counted=str(counted), most=str(most)),)


def no_items(case: Case) -> Iterable[Place]:
    """A declaration that is not a cancellation has at least one item."""
    if case.lodgement.items or not case.whole:
        return ()
    return (at("items", 1),)


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


def gross_not_below_net(case: Case) -> Iterator[Place]:
    """The gross mass is at least the net mass."""
    for i, item in enumerate(case.lodgement.items, 1):
        gross, net = item.gross_mass, item.net_mass
        if gross is not None and net is not None and gross < net:
            yield at(
                "items.gross_mass",
                i,
                rests_on=(("items.net_mass", i, 0),),
                gross=written_quantity(gross),
                net=written_quantity(net),
            )


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
        if currency and amount % step_of(currency):
            yield at(
                field,
                i,
                n,
                declared=written_amount(amount, currency),
                decimals=str(minor_unit_exponent(currency)),
                currency=currency,
            )


def number_too_large(case: Case) -> Iterator[Place]:
    """A number has no more digits than its data element holds."""
    lodgement = case.lodgement
    for field, i, n, amount, _ in case.amounts:
        if abs(amount) >= _MOST_AMOUNT:
            yield at(field, i, n, format="n..16,3")
    for field, i, n, quantity, _ in case.quantities:
        if abs(quantity) >= _MOST_QUANTITY:
            yield at(field, i, n, format="n..16,6")
    if abs(lodgement.total_packages or 0) >= _MOST_PACKAGES:
        yield at("total_packages", format="n..8")
    for i, item in enumerate(lodgement.items, 1):
        if abs(item.packages or 0) >= _MOST_PACKAGES:
            yield at("items.packages", i, format="n..8")


def currency_missing(case: Case) -> Iterator[Place]:
    """An amount is nothing without its currency."""
    for field, i, n, amount, currency in case.amounts:
        if not currency and amount:
            yield at(field, i, n, declared=written_amount(amount))


def mixed_currencies(case: Case) -> Iterator[Place]:
    """Items are invoiced in the invoice's currency; else their sum proves nothing."""
    lodgement = case.lodgement
    currency = lodgement.invoice_currency
    if not currency:
        return
    for i, item in enumerate(lodgement.items, 1):
        if item.item_currency and item.item_currency != currency:
            yield at(
                "items.item_currency",
                i,
                rests_on=(("invoice_currency", 0, 0),),
                item=item.item_currency,
                invoice=currency,
            )


def whole_pieces(case: Case) -> Iterator[Place]:
    """Pieces, pairs and heads are counted in whole numbers."""
    for i, item in enumerate(case.lodgement.items, 1):
        if item.quantity_unit in _COUNTED_UNITS and item.quantity and item.quantity % _WHOLE:
            declared = written_quantity(item.quantity)
            yield at("items.quantity", i, declared=declared, unit=item.quantity_unit)


def kilograms_agree(case: Case) -> Iterator[Place]:
    """A tariff quantity in kilograms is the net mass."""
    for i, item in enumerate(case.lodgement.items, 1):
        if item.quantity_unit != "KGM" or item.quantity is None or item.net_mass is None:
            continue
        share = abs(item.net_mass) * case.limits.mass_tolerance_per_mille // _PER_MILLE
        if abs(item.quantity - item.net_mass) > max(case.limits.mass_tolerance, share):
            yield at(
                "items.quantity",
                i,
                rests_on=(("items.net_mass", i, 0),),
                declared=written_quantity(item.quantity),
                net=written_quantity(item.net_mass),
            )


RULES: tuple[Rule, ...] = (
    rule(
        3101,
        "number of items differs",
        Layer.ARITHMETIC,
        "RKC General Annex standard 3.11; WCO 228",
        item_count,
        "item_count",
    ),
    rule(
        3102,
        "item numbers do not run",
        Layer.ARITHMETIC,
        "WCO Data Model 006",
        sequence_numbers,
        "items.sequence",
    ),
    rule(
        3106,
        "too many items",
        Layer.ARITHMETIC,
        "WCO Data Model 68A, 0..999; pack setting validation.max_items",
        too_many_items,
        "items",
    ),
    rule(
        3107,
        "no goods item",
        Layer.ARITHMETIC,
        "RKC General Annex standard 3.11",
        no_items,
        "items",
    ),
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
        3113,
        "item in another currency",
        Layer.ARITHMETIC,
        "WTO Valuation Agreement, Article 9",
        mixed_currencies,
        "items.item_currency",
        severity=Severity.WARNING,
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
        3123,
        "gross mass below net mass",
        Layer.ARITHMETIC,
        "WCO Data Model 126, 128",
        gross_not_below_net,
        "items.gross_mass",
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
    rule(
        3130,
        "kilograms differ from net mass",
        Layer.ARITHMETIC,
        "HS Convention, Article 3 (units of quantity)",
        kilograms_agree,
        "items.quantity",
        severity=Severity.WARNING,
    ),
    rule(
        3103,
        "total of packages differs",
        Layer.ARITHMETIC,
        "RKC General Annex standard 3.11; WCO 146",
        total_packages,
        "total_packages",
    ),
    rule(
        3104,
        "total gross mass differs",
        Layer.ARITHMETIC,
        "RKC General Annex standard 3.11; pack settings validation.mass_tolerance",
        total_gross_mass,
        "total_gross_mass",
    ),
    rule(
        3105,
        "invoice amount differs",
        Layer.ARITHMETIC,
        "WTO Valuation Agreement, Article 1; pack setting validation.amount_tolerance",
        invoice_total,
        "invoice_amount",
    ),
)
