"""The customs value of a declaration's items: WTO Valuation Agreement, methods 1 to 7.

Method 1 is worked out: price, additions, deductions, delivery term, freight and insurance
shared out by the pack's rule. Methods 2 to 7 stand as declared, with their evidence. All
working is exact; each item is rounded once, at the end. Where a shipment's charges are shared
out, the items' values add up to the shipment's value rounded once, and what rounding leaves
over goes to the largest line by the key of the first charge shared out (ties: the first line).
"""

from __future__ import annotations

import msgspec

from clearway.kernel.decisions import Finding, ItemValue, Severity
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.pointers import pointer
from clearway.kernel.reference import Reference
from clearway.kernel.valuation.findings import finding
from clearway.kernel.valuation.ordinary import ordinary_values
from clearway.kernel.valuation.shipment import Shipment


class Valuation(msgspec.Struct, frozen=True):
    """What an item is worth and what was found on the way; one value per item, in order."""

    values: tuple[ItemValue, ...]
    findings: list[Finding]


def value(lodgement: Lodgement, reference: Reference, *, explain: bool = True) -> Valuation:
    """Return the customs value of every item of one declaration.

    Args:
        lodgement: the declaration; ``legal_date`` names the day whose rates apply.
        reference: the pack; ``valuation`` holds its choice under Article 8.2 and its roundings.
        explain: whether to write the working into ``ItemValue.steps``.

    Returns:
        One ``ItemValue`` per item, in order. ``value`` is None, never zero, where it cannot be
        determined, and then a finding says why.
    """
    if lodgement.legal_date is None:
        missing = finding("CLW5001", Severity.ERROR, pointer("legal_date"))
        empty = tuple(ItemValue(number, None) for number in range(1, len(lodgement.items) + 1))
        return Valuation(empty, [missing])
    if not explain:
        values = ordinary_values(lodgement, reference, lodgement.legal_date)
        if values is not None:
            return Valuation(values, [])
    shipment = Shipment(lodgement, reference, lodgement.legal_date, explain=explain)
    return Valuation(shipment.values(), shipment.findings)
