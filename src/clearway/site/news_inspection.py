"""Which news make, start and cancel inspections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from clearway.declarations import events as declarations
from clearway.events.queries import Told
from clearway.inspection import ordering, queries

WANTED: Final = "permit.inspection_wanted"
"""A permit case wants the goods looked at. Rooms of one floor never import each other."""
KINDS = (
    declarations.UNDER_CONTROL,
    declarations.AMENDED,
    WANTED,
    declarations.ARRIVED,
    declarations.PRESENTED,
    declarations.INVALIDATED,
)


class _Body(msgspec.Struct):
    """What is read of the news."""

    mrn: str | None = None
    agency: str = ""
    reason: str = ""


_read = msgspec.json.Decoder(_Body).decode


def still_to_do(news: Sequence[Told]) -> Sequence[Told]:
    """Leave out arrivals and cancellations of declarations for which no look is open."""
    mrns = {told.id: _read(told.body).mrn or "" for told in news}
    asks = {declarations.UNDER_CONTROL, declarations.AMENDED, WANTED}
    others = {mrns[told.id] for told in news if told.kind not in asks}
    # An order made by the same news is not there yet: what asks counts as awaited.
    asked = {mrns[told.id] for told in news if told.kind in asks}
    awaited = asked | (queries.awaited(others) if others else set())
    return [told for told in news if told.kind in asks or mrns[told.id] in awaited]


def tell_inspection(news: Told) -> None:
    """Order a look at goods, anew where they were amended, start its clock, or cancel it."""
    body = _read(news.body)
    if not body.mrn:
        return
    if news.kind == declarations.UNDER_CONTROL:
        ordering.order_by_news(body.mrn, news=news.id)
    elif news.kind == declarations.AMENDED:
        ordering.amended(body.mrn, news=news.id)
    elif news.kind == WANTED:
        if body.agency:
            ordering.order_by_news(body.mrn, news=news.id, asked_by=body.agency, reason=body.reason)
    elif news.kind == declarations.INVALIDATED:
        ordering.cancel(body.mrn, body.reason)
    else:
        ordering.goods_came(body.mrn, news.legal_time)
