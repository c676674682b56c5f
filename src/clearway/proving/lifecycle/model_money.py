"""What the model knows of money: notices, payments, and what a guarantee covers."""

from __future__ import annotations

from clearway.proving.lifecycle.lives import Life
from clearway.proving.lifecycle.model_base import USABLE, Base


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

    def _charge(self, life: Life, payable: int) -> None:
        """Ask for what an accepted version owes; what was paid counts on."""
        life.owed, life.paid = payable, min(life.paid, payable)
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
