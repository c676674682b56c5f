"""What a passage does to the goods: clearance moves them, the gate says what passed."""

from __future__ import annotations

from typing import cast

from clearway.clearance import exits, moving
from clearway.clearance.units import Kind, Unit
from clearway.events.service import Act
from clearway.gate.models import Token


def moved(doing: Act, token: Token) -> None:
    """Let the goods of a token's unit have passed, within the act of its passage.

    Raises:
        StateForbids: clearance does not let them: something in the unit is held or not released.
    """
    one = Unit(cast("Kind", token.kind), token.key)
    if token.direction == "in":
        exits.gate_in(doing, one)
    else:
        moving.gate_out(doing, one, token.packages)
