"""What is owed on a declaration moves by its own table; the room of payments asks for each step."""

from __future__ import annotations

from typing import Final

from clearway.declarations import events
from clearway.declarations.guards import Facts, take
from clearway.declarations.life_cycle import DEBT
from clearway.declarations.models import Declaration
from clearway.declarations.service import announce
from clearway.events.service import Act

_TOLD: Final = {
    "secured": events.SECURED,
    "paid": events.DEBT_PAID,
    "final": events.DEBT_FINAL,
    "adjusted": events.DEBT_ADJUSTED,
    "refunded": events.DEBT_REFUNDED,
    "assessed": events.DEBT_ASSESSED,
    "none": events.DEBT_GONE,
}


def move(doing: Act, declaration: Declaration, act_name: str, **body: object) -> None:
    """Take a step of the debt's table within an act, save it and announce it.

    Args:
        doing: the act.
        declaration: locked.
        act_name: an act of ``life_cycle.DEBT``: assess, secure, pay, adjust, finalise, refund.
        body: what else is announced; ``security`` is kept with the declaration.

    Raises:
        StateForbids: the debt's state does not know the act.
    """
    declaration.debt_state = take(DEBT, declaration.debt_state, act_name, Facts())
    if "security" in body:
        declaration.security = str(body["security"])[:70]
    declaration.save(update_fields=["debt_state", "security"])
    told = _TOLD[declaration.debt_state]
    announce(doing, declaration, told, debt_state=declaration.debt_state, **body)


def can(declaration: Declaration, act_name: str) -> bool:
    """Tell whether the debt's table knows an act in the declaration's state."""
    return (declaration.debt_state, act_name) in DEBT
