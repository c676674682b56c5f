"""Layer 3, the sums: what is counted and what is said of the whole. Numbers 3101 to 3105 and on.

A sum is compared only where every part of it was declared and is sound; a total that differs
because an item is wrong is told once, at the item.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clearway.kernel.decisions import Severity
from clearway.kernel.validation.amounts import written_amount, written_quantity
from clearway.kernel.validation.case import Case
from clearway.kernel.validation.rule import Layer, Place, Rule, at, rule

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
        3113,
        "item in another currency",
        Layer.ARITHMETIC,
        "WTO Valuation Agreement, Article 9",
        mixed_currencies,
        "items.item_currency",
        severity=Severity.WARNING,
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
