"""The customs value of an ordinary shipment: the same law as ``method``, by a short way.

Ordinary means: every item is valued by its price, all prices are in one currency, the delivery
term is known, charges are the shipment's and none is doubtful. Then an item's exact value is
``price x p + mass x r`` for two fractions of the whole shipment, and only these are worked out.
Whatever else is declared, and every finding and explanation, is ``method``'s: this answers None.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from clearway.kernel.decisions import ItemValue
from clearway.kernel.lodgement import Item, Lodgement
from clearway.kernel.reference import Reference, ValuationRules
from clearway.kernel.valuation import charges as charging
from clearway.kernel.valuation.conversion import NOTHING, Share, add, conversion
from clearway.vocabulary.money import INT64_MAX, Rounding, divide

TRANSACTION_VALUE = "1"
REMEMBERED_RATES = 4_096
_BY_MASS = "gross_mass"


class _Prepared(msgspec.Struct, frozen=True):
    """What a pack's rules mean for ordinary shipments.

    ``evidence`` holds the declared method codes that mean the price, each with the documents of
    which one must be declared. ``terms`` is keyed by delivery term and boundary.
    """

    reference: Reference
    rules: ValuationRules
    evidence: dict[str, tuple[str, ...]]
    terms: dict[tuple[str, str], charging.Treatment]
    rates: dict[tuple[str, int], Share | None]

    def conversion(self, currency: str, day: int) -> Share | None:
        """Return the pack's rate of a currency on a day, remembered as the tariff's rows are."""
        key = currency, day
        if key not in self.rates:
            if len(self.rates) >= REMEMBERED_RATES:
                self.rates.clear()
            self.rates[key] = conversion(self.reference, currency, day)
        return self.rates[key]


@lru_cache(maxsize=8)
def _prepared(reference: Reference) -> _Prepared:
    rules = reference.valuation
    codes = {"", *rules.methods} if rules.methods else {"", TRANSACTION_VALUE}
    documents = rules.evidence_documents
    return _Prepared(
        reference,
        rules,
        {
            code: documents.get(TRANSACTION_VALUE) or documents.get(code) or ()
            for code in codes
            if (rules.methods.get(code, code) or TRANSACTION_VALUE) == TRANSACTION_VALUE
        },
        {
            (term, boundary): charging.treatment(rules, term, boundary)
            for term in rules.incoterms
            for boundary in (rules.cost_boundary, "FOB")
        },
        {},
    )


def ordinary_values(
    lodgement: Lodgement, reference: Reference, day: int
) -> tuple[ItemValue, ...] | None:
    """Return the values of an ordinary shipment without steps; None where it is not one.

    Args:
        lodgement: the declaration.
        reference: the pack.
        day: the declaration's legal date.
    """
    ready = _prepared(reference)
    items = lodgement.items
    boundary = charging.boundary_of(ready.rules, lodgement.direction)
    terms = ready.terms.get((lodgement.incoterm, boundary))
    if terms is None:
        return None
    currency = _currency(lodgement, ready)
    factor = ready.conversion(currency, day) if currency else None
    if factor is None:
        return None
    shared = _shared(lodgement, ready, terms, day)
    if shared is None:
        return None
    rounded = _rounded(items, ready.rules, factor, shared)
    if not rounded or min(rounded) <= 0 or max(rounded) > INT64_MAX:
        return None
    return tuple([ItemValue(number, worth, worth) for number, worth in enumerate(rounded, 1)])


def _currency(lodgement: Lodgement, ready: _Prepared) -> str:
    """Return the one currency of all prices; empty where an item is not ordinary."""
    evidence, invoice = ready.evidence, lodgement.invoice_currency
    currency, wanted = "", None
    for item in lodgement.items:
        amount = item.item_amount
        own = item.item_currency or invoice
        if (
            amount is None
            or amount <= 0
            or item.charges
            or item.valuation_indicators
            or item.statistical_amount is not None
            or item.valuation_method not in evidence
            or (currency and own != currency)
        ):
            return ""
        currency = own
        if evidence[item.valuation_method] != wanted:
            if wanted is not None:
                return ""
            wanted = evidence[item.valuation_method]
    return currency if not wanted or _shown(lodgement, wanted) else ""


def _shown(lodgement: Lodgement, wanted: Sequence[str]) -> bool:
    """Tell whether one of the documents is declared for the whole shipment, or each item."""
    having = set()
    for document in lodgement.documents:
        if document.code in wanted:
            if not document.item:
                return True
            having.add(document.item)
    return having.issuperset(range(1, len(lodgement.items) + 1))


class _Shared(msgspec.Struct):
    """What the shipment's charges add: parts by mass and by price, and which came first."""

    by_mass: Share = NOTHING
    by_value: Share = NOTHING
    first: str = ""


def _shared(
    lodgement: Lodgement, ready: _Prepared, terms: charging.Treatment, day: int
) -> _Shared | None:
    """Return the sums of the shipment's charges; None where one is doubtful or missing."""
    found = _Shared()
    freight = insurance = False
    rules = ready.rules
    for charge in charging.shipment_charges(lodgement):
        role, amount = charging.role_of(rules, charge.type_code), charge.amount
        if not role or amount < 0:
            return None
        if not amount:
            continue
        freight = freight or role == charging.FREIGHT
        insurance = insurance or role == charging.INSURANCE
        sign = charging.sign_of(role, terms)
        if not sign:
            continue
        factor = ready.conversion(charge.currency, day) if charge.currency else None
        if factor is None:
            return None
        whole = sign * amount * factor[0], factor[1]
        by = charging.key_name(rules, role)
        found.first = found.first or by
        if by == _BY_MASS:
            found.by_mass = add(found.by_mass, whole)
        else:
            found.by_value = add(found.by_value, whole)
    unsaid = (terms.insurance > 0 and not insurance) or (terms.freight < 0 and not freight)
    return None if unsaid else found


def _rounded(
    items: Sequence[Item], rules: ValuationRules, factor: Share, shared: _Shared
) -> list[int] | None:
    """Return each value rounded, the remainder with the largest; None where a mass is missing."""
    rounding = rules.value_rounding
    prices = [item.item_amount or 0 for item in items]
    rate, by_value, by_mass = factor, shared.by_value, shared.by_mass
    if by_value[0]:
        rate = add(rate, (by_value[0], by_value[1] * sum(prices)))
    masses: list[int] | None = None
    if by_mass[0] or shared.first == _BY_MASS:
        masses = [1] if len(items) == 1 else [item.gross_mass or 0 for item in items]
        if min(masses) <= 0:
            return None
    if masses is not None and by_mass[0]:
        above, below = by_mass[0], by_mass[1] * sum(masses)
        steep, flat, below = rate[0] * below, above * rate[1], below * rate[1]
        exact = [price * steep + mass * flat for price, mass in zip(prices, masses, strict=True)]
    else:
        steep, below = rate
        exact = [price * steep for price in prices]
    rounded = _divided(exact, below, rounding)
    if shared.first and len(rounded) > 1:
        rest = divide(sum(exact), below, rounding) - sum(rounded)
        if rest:
            keys = masses if masses is not None and shared.first == _BY_MASS else prices
            rounded[keys.index(max(keys))] += rest
    return rounded


def _divided(numerators: list[int], below: int, rounding: Rounding) -> list[int]:
    """Return every quotient rounded; the usual rule for positive numbers without a call each."""
    if rounding is Rounding.NEAREST and min(numerators) >= 0:
        twice = 2 * below
        return [(2 * one + below) // twice for one in numerators]
    return [divide(one, below, rounding) for one in numerators]
