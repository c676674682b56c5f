"""Charges that enter one tax's base only, such as inland carriage in the base of VAT."""

from __future__ import annotations

from clearway.kernel.lodgement import Charge, Lodgement
from clearway.kernel.reference import Reference
from clearway.kernel.valuation import charges as charging
from clearway.kernel.valuation.conversion import NOTHING, Share, add, conversion

Additions = dict[str, list[Share | None]]
"""By tax code, one exact amount of minor units per item; None where it cannot be told."""


def tax_additions(lodgement: Lodgement, reference: Reference, day: int) -> Additions:
    """Return what the declaration's charges add to the bases of single taxes, per item."""
    found: Additions = {}
    if not lodgement.charges and not any(item.charges for item in lodgement.items):
        return found
    rules = reference.valuation
    for charge in lodgement.charges:
        tax = _tax(rules.charge_roles.get(charge.type_code, ""))
        if tax:
            keys = _keys(lodgement, rules.charges_by)
            for index, key in enumerate(keys):
                _add(found, tax, lodgement, index, _share(charge, reference, day, (key, sum(keys))))
    for index, item in enumerate(lodgement.items):
        for charge in item.charges:
            tax = _tax(rules.charge_roles.get(charge.type_code, ""))
            if tax:
                _add(found, tax, lodgement, index, _share(charge, reference, day, (1, 1)))
    return found


def _tax(role: str) -> str:
    prefix = charging.TAX_ADDITION
    return role.removeprefix(prefix) if role.startswith(prefix) else ""


def _keys(lodgement: Lodgement, by: str) -> list[int]:
    """Return the keys; zeros where one is missing, which makes every share unknown."""
    if len(lodgement.items) == 1:
        return [1]
    if by == "gross_mass":
        keys = [item.gross_mass or 0 for item in lodgement.items]
    else:
        one_currency = len({item.item_currency for item in lodgement.items}) == 1
        keys = [(item.item_amount or 0) if one_currency else 0 for item in lodgement.items]
    return keys if min(keys) > 0 else [0] * len(keys)


def _share(charge: Charge, reference: Reference, day: int, key: tuple[int, int]) -> Share | None:
    factor = conversion(reference, charge.currency, day)
    if factor is None or not key[1]:
        return None
    return charge.amount * factor[0] * key[0], factor[1] * key[1]


def _add(found: Additions, tax: str, lodgement: Lodgement, index: int, share: Share | None) -> None:
    amounts = found.setdefault(tax, [NOTHING] * len(lodgement.items))
    before = amounts[index]
    amounts[index] = None if share is None or before is None else add(before, share)
