"""What a passage does to the goods: clearance moves them, the gate says what passed."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from clearway.clearance import exits, moving
from clearway.clearance.units import Kind, Unit
from clearway.events.service import Act
from clearway.gate import direct, papers
from clearway.gate.models import Token


def moved(doing: Act, token: Token, at: datetime) -> None:
    """Let the goods of a token's unit have passed, within the act of its passage.

    Args:
        doing: the act.
        token: it was used just now.
        at: when the unit passed.

    Raises:
        StateForbids: clearance does not let them: something in the unit is held or not released.
    """
    one = Unit(cast("Kind", token.kind), token.key)
    if token.direction == "in":
        exits.gate_in(doing, one)
    else:
        moving.gate_out(doing, one, token.packages)
        direct.leave(doing, token.key, at)
    papers.void_order(doing, token, "used")
