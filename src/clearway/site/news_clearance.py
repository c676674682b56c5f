"""What every room's news do to a release: whatever was waiting is looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from clearway.clearance import automatic, exits
from clearway.clearance import events as clearance
from clearway.declarations import events as declarations
from clearway.events.queries import Told
from clearway.inspection import events as inspection
from clearway.permits import events as permits

KINDS: Final = (
    declarations.ACCEPTED,
    declarations.AMENDED,
    declarations.INVALIDATED,
    declarations.ASSESSED,
    declarations.PRESENTED,
    declarations.MATCHED,
    declarations.ARRIVED,
    declarations.SECURED,
    declarations.DEBT_PAID,
    declarations.DEBT_FINAL,
    declarations.DEBT_GONE,
    declarations.DEBT_REFUNDED,
    declarations.RELEASED,
    declarations.SUPPLEMENTED,
    declarations.REQUEST_DECIDED,
    declarations.REQUEST_WITHDRAWN,
    clearance.DECLARATION_HOLD_LIFTED,
    clearance.DEPARTED,
    permits.JOINT_STATUS,
    inspection.CLOSED,
    inspection.CANCELLED,
    inspection.DOUBT_SECURED,
    inspection.DOUBT_DECIDED,
    inspection.DOUBT_CLOSED,
    inspection.DOUBT_LAPSED,
)


_ALWAYS: Final = frozenset({clearance.DEPARTED, declarations.INVALIDATED, inspection.CLOSED})


class _About(msgspec.Struct):
    """What is read of the news: which declaration they are about."""

    mrn: str | None = ""
    outcome: str = ""


_read = msgspec.json.Decoder(_About).decode


def still_to_do(news: Sequence[Told]) -> Sequence[Told]:
    """Leave out the declarations about which nothing can be done now, by one look at all."""
    mrns = {told.id: _read(told.body).mrn or "" for told in news}
    worth = automatic.worth_a_look(mrns.values())
    return [told for told in news if mrns[told.id] in worth or told.kind in _ALWAYS]


def tell_clearance(news: Told) -> None:
    """Hold, release, clear or let out what is ready for it; await nothing of what is over."""
    about = _read(news.body)
    mrn = about.mrn or ""
    if not mrn:
        return
    if news.kind == clearance.DEPARTED:
        automatic.confirm_exit(mrn)
        return
    if news.kind == declarations.INVALIDATED:
        exits.end_of_invalidated(mrn, news.system_time)
        return
    if news.kind == inspection.CLOSED:
        automatic.goods_looked_at(mrn, about.outcome)
    automatic.look_at(mrn)
