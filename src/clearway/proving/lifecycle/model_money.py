"""What the model knows of money: notices, payments, and what a guarantee covers."""

from __future__ import annotations

from typing import Final

from clearway.proving.lifecycle.lives import Life
from clearway.proving.lifecycle.model_base import USABLE, Base

_OPEN_AGAIN: Final = {
    "none": "assessed", "secured": "assessed",
    "paid": "adjusted", "final": "adjusted", "refunded": "adjusted",
}  # fmt: skip


class Money(Base):
    """Amounts in minor units."""

    def pay(self, life: Life, amount: int) -> bool:
        """Pay a part of what is open on the notice, never more."""
        if not 0 < amount <= life.owed - life.paid:
            return False
        life.paid += amount
        self._follow_money(life)
        return True

    def is_short(self, life: Life, *, secured: bool) -> bool:
        """Tell whether a guarantee that an officer names is over, and so nothing he orders holds.

        What it covered while it was good stays covered.
        """
        open_ = life.debt in {"assessed", "adjusted"} and life.owed - life.paid > life.reserved
        return secured and open_ and self.day > USABLE

    def completed(self, life: Life) -> Life | None:
        """Return the live supplementary declaration that completes a simplified one."""
        mine = [one for one in self.lives if one.completes == life.name]
        return next((one for one in mine if one.state != "invalidated"), None)

    def may_complete(self, life: Life) -> bool:
        """Tell whether a simplified declaration may be completed: once, while it stands."""
        stands = life.kind == "simplified" and life.state not in {"received", "invalidated"}
        return stands and self.completed(life) is None

    def _charge(self, life: Life, payable: int) -> None:
        """Ask for what an accepted version owes; what was paid counts on.

        A supplementary declaration owes nothing: it says what its simplified one owes.
        """
        life.payable = payable
        if life.completes:
            life.debt = "none"
            self._determine(life)
            return
        payable = (self.completed(life) or life).payable + self._left_of_value(life)
        life.owed, life.paid = payable, min(life.paid, payable)
        self._follow_money(life)

    def _left_of_value(self, life: Life) -> int:
        """Return what a determined value still adds: what later versions declare counts first."""
        declared = max(0, life.payable - life.departs_from)
        return max(0, life.departs - declared) if life.departs else 0

    def add_value(self, life: Life, difference: int) -> None:
        """Ask for what a value that customs determined adds, told by the kernel."""
        life.departs, life.departs_from = difference, life.payable
        life.owed += difference
        if difference:
            life.debt = _OPEN_AGAIN.get(life.debt, life.debt)
            self._follow_money(life)

    def _determine(self, supplement: Life) -> None:
        """Let a simplified declaration owe what its supplementary one says, or did say."""
        life = next(one for one in self.lives if one.name == supplement.completes)
        if life.state == "invalidated":
            return
        ruling = self.completed(life) or life
        life.owed, life.paid = ruling.payable, min(life.paid, ruling.payable)
        if life.owed > life.paid:
            life.debt = _OPEN_AGAIN.get(life.debt, life.debt)
        self._follow_money(life)

    def _secure(self, life: Life, *, secured: bool) -> None:
        if secured and life.debt in {"assessed", "adjusted"}:
            life.reserved = max(life.reserved, life.owed - life.paid)
            self._follow_money(life)

    def _follow_money(self, life: Life) -> None:
        left = life.owed - life.paid
        life.reserved = min(life.reserved, left)
        if not left and life.debt in {"assessed", "secured", "adjusted"}:
            if life.paid or life.debt == "adjusted":
                life.debt = "paid"
        elif left and life.reserved == left and life.debt == "assessed":
            life.debt = "secured"
