"""What a passage does to the goods: clearance moves them, the gate says what passed."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from clearway.clearance import exits, moving
from clearway.clearance.units import Kind, Unit, declarations_of
from clearway.events.service import Act
from clearway.gate import direct, papers
from clearway.gate.models import Token
from clearway.vocabulary.errors import StateForbids


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
    refuse_wrong_way(one, token.direction)
    if token.direction == "in":
        exits.gate_in(doing, one, token.packages)
    else:
        moving.gate_out(doing, one, token.packages)
        direct.leave(doing, token.key, at)
    papers.void_order(doing, token, "used")


def refuse_wrong_way(one: Unit, direction: str) -> None:
    """Refuse a way through the gate that goods of this kind do not take.

    Goods for export come in, each unit once, and leave by the vessel: let out again they would
    stay in the country as if they had left it. Imported goods do not come in by the gate.

    Raises:
        StateForbids: it is the wrong way, or the goods came in already.
    """
    rows = [row for row in declarations_of(one) if row.goods_state != "none"]
    exports = [row for row in rows if row.direction == "EX"]
    if direction == "out" and exports:
        raise _may_not("export")
    if direction == "in" and len(exports) != len(rows):
        raise _may_not("import")
    if direction == "in" and exits.is_in(one):
        raise _may_not("came in")


def _may_not(why: str) -> StateForbids:
    return StateForbids(
        f"The unit may not pass yet: {why}.",
        remedy="Ask for the token once everything in it is released and nobody holds it.",
    )
