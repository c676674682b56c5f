# ruff: noqa: D102 - a rule's name says what is done
"""What is paid on notices."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from clearway.audit.actor import system
from clearway.declarations.queries import locked
from clearway.events.service import act
from clearway.payments import paying
from clearway.payments import queries as payments
from clearway.payments.ledger import BANK
from clearway.payments.paying import Money
from clearway.proving.lifecycle.judged import WHICH, Judged, some
from clearway.proving.lifecycle.scene import MORNING
from clearway.vocabulary.errors import StateForbids

_BANK = system("bank")

_NOTHING_OWED = "There is no notice."


class MoneyActs(Judged):
    """Payments by bank, whole, in part or too much, told as of a day before any is due."""

    @some(lambda life: life.owed)
    @rule(which=WHICH, part=st.sampled_from(("half", "rest", "rest", "more")))
    def pay(self, which: int, part: str) -> None:
        life = self.life(which)
        number = life.row
        notice = payments.notices_of(number).exclude(state="cancelled").first()
        if notice is None and not life.owed:
            return
        left = life.owed - life.paid
        amount = {"half": left // 2, "rest": left, "more": left + 1}[part] or 1

        def do() -> None:
            with act(_BANK) as doing:
                row = locked(number)
                if notice is None:
                    raise StateForbids(_NOTHING_OWED)
                paying.pay(doing, row, notice, Money(amount, MORNING.date(), "bank", (BANK, "")))

        self.judge(f"pay {life.name} {part}", self.model.pay(life, amount), do)
