"""The numbered findings of valuation, each in one place: CLW50nn."""

from __future__ import annotations

from clearway.kernel.decisions import Finding, Severity

RULES = {
    "CLW5001": "the day whose rates apply is not known",
    "CLW5002": "no rate of exchange is published for the currency on the day",
    "CLW5003": "the item's price is missing",
    "CLW5004": "a price or declared value is zero or negative",
    "CLW5006": "the delivery term leaves insurance out and none is declared",
    "CLW5007": "freight or insurance is declared and the delivery term is missing or unknown",
    "CLW5008": "the pack does not say what a charge type adds or deducts",
    "CLW5009": "the mass by which charges are shared out is missing",
    "CLW5010": "buyer and seller are related and no reason for method 1 is shown",
    "CLW5011": "a restriction, condition or proceeds indicator stands against method 1",
    "CLW5012": "the method's evidence is missing",
    "CLW5013": "a method other than 1 is declared without the value",
    "CLW5014": "the valuation method is not known",
    "CLW5015": "the value is too large to be stored",
    "CLW5016": "the value after deductions is not positive",
    "CLW5018": "freight in the price could be deducted if it were shown separately",
    "CLW5019": "an amount has no currency",
    "CLW5020": "a charge is negative",
}


def finding(
    rule: str,
    severity: Severity,
    pointer: str,
    item: int = 0,
    parameters: tuple[tuple[str, str], ...] = (),
) -> Finding:
    """Return a finding of valuation; ``rule`` is one of ``RULES``."""
    return Finding(rule, severity, pointer, item, parameters)
