"""What one declaration owes: every tax of the pack on every item, in order and explained."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clearway.kernel.decisions import Finding, ItemValue, Question, TaxLine
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference
from clearway.kernel.tariff.candidates import Situation
from clearway.kernel.tariff.index import index_of
from clearway.kernel.tariff.item_pricing import ItemPricing
from clearway.kernel.tariff.quantities import in_own_unit
from clearway.kernel.tariff.relief import NO_RELIEF, Relief
from clearway.kernel.valuation.tax_additions import tax_additions

__all__ = ["NO_RELIEF", "Pricing", "Relief", "price"]

EXPORT = "EX"


class Pricing(msgspec.Struct, frozen=True):
    """The charges of one declaration, in the order of items and taxes, and what was found."""

    lines: tuple[TaxLine, ...] = ()
    questions: tuple[Question, ...] = ()
    findings: tuple[Finding, ...] = ()


def price(
    lodgement: Lodgement,
    values: Sequence[ItemValue],
    reference: Reference,
    *,
    explain: bool = True,
    relief: Relief = NO_RELIEF,
) -> Pricing:
    """Return the charges of one declaration.

    Args:
        lodgement: the declaration; measures are looked up as of its ``legal_date``.
        values: one customs value per item, in order (``valuation.value``).
        reference: the pack.
        explain: whether to write the working into ``TaxLine.steps``.
        relief: factors of a low-value regime; none by default.

    Returns:
        Lines in the order of items and of the pack's taxes. A charge that cannot be computed
        has ``amount`` None and a reason, never zero. Exports and declarations without a legal
        date have no lines (the missing date is valuation's finding).
    """
    day = lodgement.legal_date
    if day is None or lodgement.direction == EXPORT:
        return Pricing()
    index = index_of(reference)
    additions = tax_additions(lodgement, reference, day)
    findings: list[Finding] = []
    lines: list[TaxLine] = []
    questions: list[Question] = []
    for number, item in enumerate(lodgement.items, 1):
        counted = in_own_unit(item, reference, day)
        at = Situation(
            lodgement, counted, number, day, index, findings, quota_granted=item.quota_granted
        )
        worth = values[number - 1].value if number <= len(values) else None
        priced = ItemPricing(at, worth, additions, relief, explain=explain)
        priced.run()
        lines += priced.lines
        questions += priced.questions()
    return Pricing(tuple(lines), tuple(questions), tuple(findings))
