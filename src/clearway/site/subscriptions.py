"""Who is told which news: events of the rooms below, to functions of the rooms above.

Rooms never import upwards. A room announces what happened; whoever stands above it and has to act
on it offers a function, and is named here. The dispatcher tells each in order and misses none; a
function may be told twice after a crash, and must bear it.

A name is for ever: it is the key under which the consumer's place is kept.
"""

from __future__ import annotations

from typing import Final

from clearway.events import webhooks
from clearway.events.dispatch import Subscription
from clearway.site import (
    news,
    news_clearance,
    news_gate,
    news_inspection,
    news_intelligence,
    news_payments,
    news_permits,
    news_post_clearance,
    news_prints,
)

SUBSCRIPTIONS: Final[tuple[Subscription, ...]] = (
    Subscription("declarations.cargo", news.tell_declarations, news.KINDS, news.still_to_do),
    Subscription("intake.cancelled", news.give_back_year, news.CANCELLED),
    Subscription(
        "post_clearance.selection", news_post_clearance.select, news_post_clearance.RELEASED
    ),
    Subscription("post_clearance.settled", news_post_clearance.settle, news_post_clearance.SETTLED),
    Subscription(
        "inspection.orders",
        news_inspection.tell_inspection,
        news_inspection.KINDS,
        news_inspection.still_to_do,
    ),
    Subscription(
        "payments.declarations",
        news_payments.tell_payments,
        news_payments.KINDS,
        news_payments.still_to_do,
    ),
    Subscription("payments.determined", news_payments.collect_determined, news_payments.DETERMINED),
    Subscription("gate.recalls", news_gate.recall_tokens, news_gate.RECALLS),
    Subscription(
        "gate.bookings", news_gate.follow_bookings, news_gate.BOOKINGS, news_gate.any_booked
    ),
    Subscription(
        "permits.declarations",
        news_permits.follow_declaration,
        news_permits.KINDS,
        news_permits.still_to_do,
    ),
    Subscription(
        "clearance.release",
        news_clearance.tell_clearance,
        news_clearance.KINDS,
        news_clearance.still_to_do,
    ),
    Subscription(
        "clearance.prints",
        news_prints.keep_prints_true,
        news_prints.KINDS,
        news_prints.still_to_do,
    ),
    Subscription("intelligence.records", news_intelligence.follow_record, news_intelligence.KINDS),
    Subscription(
        "intelligence.targeted", news_intelligence.do_what_is_wished, news_intelligence.TARGETED
    ),
    webhooks.subscription(),
)
