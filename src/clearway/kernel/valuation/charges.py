"""Charges beside the price: what they do to the value, and how a shipment's are shared out.

The roles come from the pack (``ValuationRules.charge_roles``). Freight and insurance depend on
the delivery term: what the price already holds is not added again, and under a FOB boundary
what it holds and the trader shows separately is taken out (Valuation Agreement, Article 8.2).
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from clearway.kernel.lodgement import Charge, Lodgement
from clearway.kernel.reference import ValuationRules

EXPORT = "EX"
FREIGHT = "freight"
INSURANCE = "insurance"
ADDITION = "addition"
DEDUCTION = "deduction"
TAX_ADDITION = "tax_addition:"
DECLARED_FREIGHT = "117"
"""Stands for the declaration's own freight amount (WCO 117), which has no charge type."""


class Treatment(msgspec.Struct, frozen=True, gc=False):
    """What the delivery term and the cost boundary make of freight and insurance.

    ``+1`` adds, ``-1`` deducts, ``0`` leaves the charge out because the price is right already.
    ``known`` tells whether the pack knows the term.
    """

    freight: int
    insurance: int
    known: bool


def boundary_of(rules: ValuationRules, direction: str) -> str:
    """Return up to where costs belong to the value: the pack's choice, FOB for exports."""
    return "FOB" if direction == EXPORT else rules.cost_boundary


def treatment(rules: ValuationRules, incoterm: str, boundary: str) -> Treatment:
    """Return what a delivery term means at a cost boundary (exports are valued at FOB).

    A term that the pack does not know is taken to hold neither freight nor insurance: what is
    declared is then added under CIF, and nothing is deducted under FOB. A finding tells.
    """
    term = rules.incoterms.get(incoterm)
    freight_in = term is not None and term.freight_included
    insurance_in = term is not None and term.insurance_included
    if boundary == "FOB":
        return Treatment(-int(freight_in), -int(insurance_in), term is not None)
    return Treatment(int(not freight_in), int(not insurance_in), term is not None)


def role_of(rules: ValuationRules, type_code: str) -> str:
    """Return a charge type's role, empty where the pack gives it none."""
    return FREIGHT if type_code == DECLARED_FREIGHT else rules.charge_roles.get(type_code, "")


def sign_of(role: str, terms: Treatment) -> int:
    """Return +1, -1 or 0: what a charge of this role does to the customs value."""
    if role == FREIGHT:
        return terms.freight
    if role == INSURANCE:
        return terms.insurance
    if role == ADDITION:
        return 1
    return -1 if role == DEDUCTION else 0


def key_name(rules: ValuationRules, role: str) -> str:
    """Return what a shipment's charge of this role is apportioned by."""
    if role == FREIGHT:
        return rules.freight_by
    return rules.insurance_by if role == INSURANCE else rules.charges_by


def shipment_charges(lodgement: Lodgement) -> Iterator[Charge]:
    """Yield the charges declared for the whole shipment, its freight amount first."""
    if lodgement.freight_amount is not None:
        currency = lodgement.freight_currency or lodgement.invoice_currency
        yield Charge(DECLARED_FREIGHT, lodgement.freight_amount, currency)
    yield from lodgement.charges
