"""What follows when money or security of a declaration changes: notices' states, the debt's steps.

Whoever calls has locked the declaration.
"""

from __future__ import annotations

from clearway.declarations import debt as debts
from clearway.declarations.models import Declaration
from clearway.events.service import Act
from clearway.payments import queries, using
from clearway.payments.models import Notice


def state_of(notice: Notice) -> str:
    """Return the state of a notice by what is paid of it."""
    if not notice.open:
        return "paid"
    return "part_paid" if notice.paid else "due"


def settle(doing: Act, declaration: Declaration) -> None:
    """Let the debt follow what is paid and secured: paid, secured, or neither.

    What guarantees hold beyond what is still to be paid goes back to them.
    """
    debt = queries.debt_of(declaration.pk)
    if declaration.state in {"rejected", "invalidated"}:
        using.fit(doing, declaration, 0)
        return
    if debt.payable is None:
        return
    if debt.secured > debt.outstanding:
        using.fit(doing, declaration, debt.outstanding)
    settled = debt.paid or declaration.debt_state == "adjusted"
    if not debt.outstanding and settled and debts.can(declaration, "pay"):
        debts.move(doing, declaration, "pay", paid=debt.paid)
    elif debt.outstanding and debt.covered and debts.can(declaration, "secure"):
        named = ", ".join(use.guarantee.number for use in queries.open_uses(declaration.pk))
        debts.move(doing, declaration, "secure", security=named[:70])


def open_again(doing: Act, declaration: Declaration, reason: str) -> None:
    """Let a debt be owed again where more was found, as far as its table knows a way."""
    for act_name in ("adjust", "assess"):
        if debts.can(declaration, act_name):
            debts.move(doing, declaration, act_name, reason=reason)
            return
