"""The numbered findings of low-value clearance, CLW70nn, and the features they read."""

from __future__ import annotations

RULES = {
    "CLW7001": "the claimed regime does not exist on the day",
    "CLW7002": "the consignment's value is unknown, so no limit can be checked",
    "CLW7003": "the consignment is above the regime's limit",
    "CLW7004": "the buyer's year would pass the regime's limit",
    "CLW7005": "what the buyer has used of the year is not known",
    "CLW7006": "one single item above the limit enters at full charges and counts in the year",
    "CLW7007": "the commodity is excluded from the regime",
    "CLW7101": "the payment differs from the order",
    "CLW7102": "the declared price differs from the order",
    "CLW7103": "the payer is not the buyer",
    "CLW7104": "the waybill was used before",
    "CLW7105": "orders of one buyer, address and day add up beyond the limit",
    "CLW7106": "the description says gift or sample instead of the goods",
    "CLW7107": "the consignee of the waybill is not the order's",
}


def features_read() -> dict[str, str]:
    """Return the features of the three-way match: order, payment and waybill.

    Amounts are whole minor units of the pack's currency; the others are true or false. A
    feature that is missing means that nobody has compared, and raises nothing.
    """
    return {
        "order_amount": "what was ordered, minor units",
        "payment_amount": "what was paid, minor units",
        "payer_is_buyer": "the payer is the buyer",
        "waybill_reused": "the waybill has served another order",
        "same_day_value": "the buyer's other orders to this address on this day, minor units",
        "consignee_matches_order": "the waybill's consignee is the order's",
    }
