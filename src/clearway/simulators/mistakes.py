"""Mistakes that traders really make, one function each. Each changes a declaration in place."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from clearway.messages.goods import GovernmentAgencyGoodsItem
from clearway.messages.records import Declaration
from clearway.simulators.conveyances import container

Mistake = Callable[[Declaration, Random], bool]


def make_mistake(declaration: Declaration, rng: Random) -> str:
    """Make one mistake that fits the declaration; return its name, empty where none fits."""
    for _ in range(8):
        mistake = rng.choice(MISTAKES)
        if mistake(declaration, rng):
            return mistake.__name__
    return ""


def packages_do_not_add_up(declaration: Declaration, rng: Random) -> bool:
    """The total of packages differs from the items'."""
    total = declaration.total_package_quantity
    if total is None:
        return False
    total.value = str(int(total.value) + rng.randint(1, 3))
    return True


def items_miscounted(declaration: Declaration, _rng: Random) -> bool:
    """The number of items is one too many."""
    count = declaration.goods_item_quantity
    if count is None:
        return False
    count.value = str(int(count.value) + 1)
    return True


def gross_mass_does_not_add_up(declaration: Declaration, rng: Random) -> bool:
    """The total gross mass was typed for another consignment."""
    total = declaration.total_gross_mass_measure
    if total is None:
        return False
    whole = total.value.partition(".")[0]
    total.value = str(int(whole) + rng.randint(50, 900))
    return True


def net_above_gross(declaration: Declaration, rng: Random) -> bool:
    """Net and gross mass of an item are swapped."""
    commodity = _any_item(declaration, rng).commodity
    if commodity is None or commodity.goods_measure is None:
        return False
    measure = commodity.goods_measure
    measure.gross_mass_measure, measure.net_net_weight_measure = (
        measure.net_net_weight_measure,
        measure.gross_mass_measure,
    )
    return True


def unknown_origin(declaration: Declaration, rng: Random) -> bool:
    """A country of origin that is no country."""
    origins = _any_item(declaration, rng).origins
    if not origins:
        return False
    origins[0].country_code = rng.choice(("XX", "ZZ", "UK"))
    return True


def invoice_does_not_add_up(declaration: Declaration, rng: Random) -> bool:
    """The invoice total holds something that no item has."""
    amount = declaration.invoice_amount
    if amount is None:
        return False
    whole, dot, fraction = amount.value.partition(".")
    amount.value = str(int(whole) + rng.randint(5, 400)) + dot + fraction
    return True


def code_too_short(declaration: Declaration, rng: Random) -> bool:
    """A commodity code that lost its last digits."""
    commodity = _any_item(declaration, rng).commodity
    if commodity is None or not commodity.classifications:
        return False
    classification = commodity.classifications[0]
    classification.id = (classification.id or "")[:-2]
    return True


def wrong_container(declaration: Declaration, rng: Random) -> bool:
    """A container number with a wrong check digit."""
    shipment = declaration.goods_shipment
    boxes = shipment.consignment.transport_equipment if shipment and shipment.consignment else ()
    if not boxes:
        return False
    right = container(rng)
    boxes[0].id = right[:-1] + str((int(right[-1]) + 1) % 10)
    return True


def vague_description(declaration: Declaration, rng: Random) -> bool:
    """A description that describes nothing."""
    commodity = _any_item(declaration, rng).commodity
    if commodity is None:
        return False
    commodity.description = rng.choice(("general cargo", "parts", "as per invoice", "various"))
    return True


def freight_forgotten(declaration: Declaration, _rng: Random) -> bool:
    """A price without freight, and no freight declared."""
    shipment = declaration.goods_shipment
    if shipment is None or shipment.customs_valuation is None or shipment.trade_terms is None:
        return False
    if shipment.trade_terms.condition_code not in {"FOB", "EXW", "FCA"}:
        return False
    shipment.customs_valuation.freight_charge_amount = None
    return True


def expired_currency(declaration: Declaration, rng: Random) -> bool:
    """A currency that no longer exists."""
    commodity = _any_item(declaration, rng).commodity
    if commodity is None or commodity.invoice_line is None:
        return False
    amount = commodity.invoice_line.item_charge_amount
    if amount is None:
        return False
    amount.currency = rng.choice(("DEM", "FRF", "ITL"))
    return True


MISTAKES: tuple[Mistake, ...] = (
    packages_do_not_add_up,
    items_miscounted,
    gross_mass_does_not_add_up,
    net_above_gross,
    unknown_origin,
    invoice_does_not_add_up,
    code_too_short,
    wrong_container,
    vague_description,
    freight_forgotten,
    expired_currency,
)


def _any_item(declaration: Declaration, rng: Random) -> GovernmentAgencyGoodsItem:
    shipment = declaration.goods_shipment
    assert shipment is not None
    return rng.choice(shipment.goods_items)
