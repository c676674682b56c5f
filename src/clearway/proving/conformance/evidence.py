"""What else a declaration and the law say of a charge that shows no base and rate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.kernel.lodgement import Item, Lodgement
from clearway.kernel.reference import Reference
from clearway.kernel.tariff import price
from clearway.kernel.valuation import Valuation
from clearway.messages.records import Declaration

Key = tuple[int, str]
"""The number of an item as declared, and a tax."""
Former = Mapping[Key, Mapping[Decimal, str]]
"""Amounts by rates no longer in force, each with the first day of the rate."""
_EPOCH = date(1970, 1, 1)


def supplied_amounts(declaration: Declaration | None) -> dict[Key, frozenset[Decimal]]:
    """Return the amounts that the declarant works out and supplies himself."""
    found: dict[Key, set[Decimal]] = defaultdict(set)
    shipment = declaration.goods_shipment if declaration is not None else None
    for position, item in enumerate(shipment.goods_items if shipment else (), start=1):
        number = int(item.sequence_numeric) if item.sequence_numeric else position
        for fee in item.commodity.duty_tax_fees if item.commodity else ():
            payment = fee.payment
            if payment is not None and payment.payment_amount is not None:
                found[number, fee.type_code or ""].add(payment.payment_amount.decimal)
    return {key: frozenset(amounts) for key, amounts in found.items()}


def former_rate(former: Former, key: Key, amount: Decimal | None) -> str:
    """Return the first day of the former rate that gives the amount; empty where none does."""
    return former.get(key, {}).get(amount, "") if amount is not None else ""


def excise_taxes(reference: Reference) -> frozenset[str]:
    """Return the excise duties by the names that notices give them.

    The pack's own codes; and where one tax stands for several (``excise_code_prefix`` of the
    pack), its additional codes without that prefix, but for those that say "no charge"
    (``excise_free_codes``).
    """
    own = {tax.code for tax in reference.taxes if tax.family == "excise"}
    prefix = reference.settings.get("excise_code_prefix", "")
    known = reference.code_lists.get("additional_code")
    if not own or not prefix or known is None:
        return frozenset(own)
    free = reference.settings.get("excise_free_codes", "").split()
    codes = (code for code in known.entries if code.startswith(prefix) and code not in free)
    return frozenset(own) | {code.removeprefix(prefix) for code in codes}


def tax_on_notice(item: Item, tax: str, excise: frozenset[str], reference: Reference) -> str:
    """Return what a notice calls our tax on an item: excise by the code that declares its kind."""
    prefix = reference.settings.get("excise_code_prefix", "")
    if not prefix or tax not in excise:
        return tax
    declared = [code.removeprefix(prefix) for code in item.additional_codes if code[:1] == prefix]
    return next((code for code in declared if code in excise), tax)


def former_excise(
    lodgement: Lodgement, valuation: Valuation, reference: Reference, excise: frozenset[str]
) -> Former:
    """Return what excise was on the same goods at the rates that the law had before their day.

    A service that is not brought up to date goes on charging a rate which the law has replaced.
    """
    found: dict[Key, dict[Decimal, str]] = defaultdict(dict)
    day = lodgement.legal_date
    if day is None or not any(item.additional_codes for item in lodgement.items):
        return found
    own = {tax.code for tax in reference.taxes if tax.family == "excise"}
    if not own:
        return found
    starts = np.unique(reference.measures.valid_from[_rows(reference, own)])
    now = {
        (line.item, line.tax): line.amount
        for line in price(lodgement, valuation.values, reference).lines
    }
    for start in (int(start) for start in starts if start < day):
        earlier = msgspec.structs.replace(lodgement, legal_date=start)
        for line in price(earlier, valuation.values, reference).lines:
            if line.amount == now.get((line.item, line.tax)):
                continue
            if line.tax in own and line.amount:
                item = lodgement.items[line.item - 1]
                tax = tax_on_notice(item, line.tax, excise, reference)
                amount = Decimal(line.amount).scaleb(-reference.exponent)
                found[item.sequence or line.item, tax][amount] = str(_EPOCH + timedelta(start))
    return found


def _rows(reference: Reference, taxes: set[str]) -> NDArray[np.bool_]:
    """Tell of every row of the measure table whether it is of one of these taxes."""
    table = reference.measures
    kinds = {code for code, kind in reference.measure_types.items() if kind.tax in taxes}
    numbers = [at for at, code in enumerate(table.measure_types) if code in kinds]
    return np.isin(table.measure_type, numbers)
