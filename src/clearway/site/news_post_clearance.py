"""What released declarations mean to the time after release."""

from __future__ import annotations

import msgspec

from clearway.declarations import events as declarations
from clearway.events.queries import Told
from clearway.post_clearance import selecting

RELEASED = (declarations.RELEASED,)


def select(news: Told) -> None:
    """Draw for a released declaration whether it is audited."""
    selecting.on_released(msgspec.json.decode(news.body)["mrn"] or "")
