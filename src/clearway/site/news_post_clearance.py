"""What released declarations mean to the time after release."""

from __future__ import annotations

import msgspec

from clearway.declarations import events as declarations
from clearway.events.queries import Told
from clearway.post_clearance import audit_decisions, selecting

RELEASED = (declarations.RELEASED,)
SETTLED = (declarations.DEBT_PAID, declarations.DEBT_REFUNDED)


def select(news: Told) -> None:
    """Draw for a released declaration whether it is audited."""
    selecting.on_released(msgspec.json.decode(news.body)["mrn"] or "")


def settle(news: Told) -> None:
    """End the audits whose money was collected or given back."""
    audit_decisions.on_debt_settled(msgspec.json.decode(news.body)["mrn"] or "")
