"""Order, payment and waybill against the declaration: what one declaration can show.

The match has no tolerance (card C13): what differs is told with both figures.
"""

from __future__ import annotations

import re

from clearway.kernel.decisions import Finding, Severity
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.pointers import pointer
from clearway.kernel.reference import Reference
from clearway.kernel.valuation.conversion import minor_text
from clearway.vocabulary.money import DECLARED_AMOUNT_SCALE

VAGUE_SETTING = "low_value.vague_words"
VAGUE_WORDS = (
    "gift,gifts,present,sample,cadeau,échantillon,礼品,礼物,样品,quà,quà tặng,hàng mẫu,هدية,عينة"
)
_NOT_A_LETTER = re.compile(r"[^\w]+")


def mismatches(lodgement: Lodgement, reference: Reference) -> list[Finding]:
    """Return what does not match, one finding each, in the order of the rules' numbers."""
    found = _amounts(lodgement, reference)
    features = lodgement.features
    for feature, bad, rule, field in (
        ("payer_is_buyer", False, "CLW7103", "buyer"),
        ("waybill_reused", True, "CLW7104", "ucr"),
        ("consignee_matches_order", False, "CLW7107", "consignee"),
    ):
        if features.get(feature) is bad:
            found.append(Finding(rule, Severity.ERROR, pointer(field)))
    found += _split(lodgement, reference)
    found += _vague(lodgement, reference)
    return sorted(found, key=lambda finding: (finding.rule, finding.item))


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _amounts(lodgement: Lodgement, reference: Reference) -> list[Finding]:
    order = _whole(lodgement.features.get("order_amount"))
    payment = _whole(lodgement.features.get("payment_amount"))
    found = []
    currency = ("currency", reference.currency)

    def text(amount: int) -> str:
        return minor_text(amount, reference.exponent)

    where = pointer("invoice_amount")
    if order is not None and payment is not None and order != payment:
        parameters = (("order", text(order)), ("payment", text(payment)), currency)
        found.append(Finding("CLW7101", Severity.ERROR, where, 0, parameters))
    declared = lodgement.invoice_amount
    local = lodgement.invoice_currency in ("", reference.currency)
    if order is not None and declared is not None and local:
        minor = 10**reference.exponent
        if declared * minor != order * DECLARED_AMOUNT_SCALE:
            shown = minor_text(declared, 3)
            parameters = (("order", text(order)), ("declared", shown), currency)
            found.append(Finding("CLW7102", Severity.ERROR, where, 0, parameters))
    return found


def _split(lodgement: Lodgement, reference: Reference) -> list[Finding]:
    """Tell when one buyer's orders of one day to one address add up beyond the limit."""
    others = _whole(lodgement.features.get("same_day_value"))
    order = _whole(lodgement.features.get("order_amount"))
    regime = next(
        (one for one in reference.low_value_regimes if one.code == lodgement.low_value_regime),
        None,
    )
    if not others or order is None or regime is None or regime.consignment_limit is None:
        return []
    limit = regime.consignment_limit
    if order > limit or others + order <= limit:
        return []
    parameters = (
        ("sum", minor_text(others + order, reference.exponent)),
        ("limit", minor_text(limit, reference.exponent)),
        ("currency", reference.currency),
    )
    return [Finding("CLW7105", Severity.DOUBT, pointer("buyer"), 0, parameters)]


def _vague(lodgement: Lodgement, reference: Reference) -> list[Finding]:
    """Tell descriptions that name an occasion instead of the goods."""
    words = reference.settings.get(VAGUE_SETTING, VAGUE_WORDS).split(",")
    vague = {_folded(word) for word in words}
    return [
        Finding(
            "CLW7106",
            Severity.ERROR,
            pointer("items.description", number),
            number,
            (("description", item.description[:80]),),
        )
        for number, item in enumerate(lodgement.items, 1)
        if _folded(item.description) in vague
    ]


def _folded(text: str) -> str:
    return _NOT_A_LETTER.sub(" ", text).strip().casefold()
