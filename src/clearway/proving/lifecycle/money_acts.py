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
    """Payments by bank, whole, in part or too much, told as of a day before any is due.

    One payment is for all notices that are open; what is too much is so on the last of them.
    """

    @some(lambda life: life.owed)
    @rule(which=WHICH, part=st.sampled_from(("half", "rest", "rest", "more")))
    def pay(self, which: int, part: str) -> None:
        life = self.life(which)
        number = life.row
        notices = list(payments.notices_of(number).exclude(state="cancelled"))
        if not notices and not life.owed:
            return
        due = [one for one in notices if one.open] or notices[:1]
        left = life.owed - life.paid
        amount = {"half": left // 2, "rest": left, "more": left + 1}[part] or 1

        def do() -> None:
            with act(_BANK) as doing:
                row, rest = locked(number), amount
                if not due:
                    raise StateForbids(_NOTHING_OWED)
                for notice in due:
                    part = rest if notice is due[-1] else min(rest, notice.open)
                    rest -= part
                    money = Money(part, MORNING.date(), "bank", (BANK, ""))
                    if part:
                        paying.pay(doing, row, notice, money)

        self.judge(f"pay {life.name} {part}", self.model.pay(life, amount), do)
