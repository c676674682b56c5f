"""What makes a declared value doubtful without changing it (Valuation Agreement, Articles 1, 17).

Nothing here compares a price with a reference band: minimum and reference values are forbidden
(Article 7.2); an unusual price is a reason for risk, not an error.
"""

from __future__ import annotations

from itertools import chain

from clearway.kernel.decisions import Finding, Severity
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.pointers import pointer
from clearway.kernel.reference import ValuationRules
from clearway.kernel.valuation import charges as charging
from clearway.kernel.valuation.findings import finding

RELATED = "related"
"""Key of ``evidence_documents`` for what shows that a relationship did not touch the price."""


def doubts(
    lodgement: Lodgement, rules: ValuationRules, number: int, method: str, found: list[Finding]
) -> None:
    """Append the doubts that an item's indicators and missing evidence raise.

    ``valuation_indicators`` has four digits, 1 = yes: related parties; restrictions on the
    goods; conditions on the price; proceeds or royalties to the seller.
    """
    item = lodgement.items[number - 1]
    wanted = rules.evidence_documents.get(method) or rules.evidence_documents.get(
        item.valuation_method
    )
    if wanted and not _has_document(lodgement, number, wanted):
        parameters = (("method", method), ("documents", ", ".join(wanted)))
        where = pointer("items.valuation_method", number)
        found.append(finding("CLW5012", Severity.DOUBT, where, number, parameters))
    indicators = item.valuation_indicators
    if method != "1" or not indicators or "1" not in indicators:
        return
    where = pointer("items.valuation_indicators", number)
    reasons = rules.evidence_documents.get(RELATED, ())
    if indicators[0] == "1" and not _has_document(lodgement, number, reasons):
        found.append(
            finding("CLW5010", Severity.DOUBT, where, number, (("documents", ", ".join(reasons)),))
        )
    if "1" in indicators[1:]:
        found.append(
            finding("CLW5011", Severity.DOUBT, where, number, (("indicators", indicators),))
        )


def term_findings(
    lodgement: Lodgement,
    rules: ValuationRules,
    terms: charging.Treatment,
    found: list[Finding],
) -> None:
    """Append what the delivery term and the charges say against each other.

    A term without freight and no freight declared is an error that validation tells (CLW3611).
    """
    freight = _declared(lodgement, rules, charging.FREIGHT)
    insurance = _declared(lodgement, rules, charging.INSURANCE)
    where = pointer("incoterm")
    term = (("incoterm", lodgement.incoterm),)
    if not terms.known:
        if freight or insurance:
            found.append(finding("CLW5007", Severity.DOUBT, where, 0, term))
        return
    if terms.insurance > 0 and not insurance:
        found.append(finding("CLW5006", Severity.WARNING, where, 0, term))
    if terms.freight < 0 and not freight:
        found.append(finding("CLW5018", Severity.NOTE, where, 0, term))


def _declared(lodgement: Lodgement, rules: ValuationRules, role: str) -> bool:
    """Tell whether a charge of the role with an amount above zero is declared anywhere."""
    if role == charging.FREIGHT and lodgement.freight_amount:
        return True
    every = chain(lodgement.charges, *(item.charges for item in lodgement.items))
    return any(
        charge.amount and rules.charge_roles.get(charge.type_code) == role for charge in every
    )


def _has_document(lodgement: Lodgement, number: int, wanted: tuple[str, ...]) -> bool:
    return any(
        document.item in (0, number) and document.code in wanted for document in lodgement.documents
    )
