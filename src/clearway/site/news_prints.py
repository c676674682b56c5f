"""What every room's news do to what was printed of a declaration: it is kept true, or void."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from clearway.clearance import events as clearance
from clearway.clearance import printing
from clearway.declarations import events as declarations
from clearway.events.queries import Told
from clearway.inspection import events as inspection
from clearway.payments import events as payments

KINDS: Final = (
    declarations.ACCEPTED,
    declarations.ASSESSED,
    declarations.AMENDED,
    declarations.PRESENTED,
    declarations.INVALIDATED,
    declarations.RELEASED,
    clearance.DECLARATION_HELD,
    clearance.DECLARATION_HOLD_LIFTED,
    clearance.DECLARATION_RECALLED,
    inspection.CLOSED,
    payments.NOTICE_ISSUED,
    payments.NOTICE_CANCELLED,
    payments.NOTICE_ADJUSTED,
    payments.PAYMENT_RECEIVED,
    payments.PAYMENT_ASSIGNED,
    payments.REFUND_PAID,
)


class _About(msgspec.Struct):
    """What is read of the news: which declaration they are about."""

    mrn: str | None = ""


_read = msgspec.json.Decoder(_About).decode


def still_to_do(news: Sequence[Told]) -> Sequence[Told]:
    """Leave out the declarations of which nothing was printed: they are nearly all."""
    mrns = {told.id: _read(told.body).mrn or "" for told in news}
    printed = printing.printed(mrns.values())
    return [told for told in news if mrns[told.id] in printed]


def keep_prints_true(news: Told) -> None:
    """Issue anew what would say something else now, and make void what was printed."""
    mrn = _read(news.body).mrn or ""
    if mrn:
        printing.follow(mrn)
