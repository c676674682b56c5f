# ruff: noqa: D102 - a rule's name says what is done
"""What is paid on notices, and who looks at goods."""

from __future__ import annotations

from django.conf import settings as platform
from hypothesis import strategies as st
from hypothesis.stateful import rule

from clearway.accounts.queries import names_of_person
from clearway.audit.actor import system
from clearway.declarations.queries import locked
from clearway.events.service import act
from clearway.inspection import concluding, service
from clearway.inspection import queries as inspection
from clearway.payments import paying
from clearway.payments import queries as payments
from clearway.payments.ledger import BANK
from clearway.payments.paying import Money
from clearway.proving.lifecycle.judged import WHICH, Judged, some
from clearway.proving.lifecycle.lives import Life
from clearway.vocabulary.errors import StateForbids

_BANK = system("bank")

_NOTHING_OWED = "There is no notice."


class MoneyActs(Judged):
    """Payments by bank, whole, in part or too much; looks at goods by whoever was drawn."""

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
                day = platform.CLOCK.now().date()
                paying.pay(doing, row, notice, Money(amount, day, "bank", (BANK, "")))

        self.judge(f"pay {life.name} {part}", self.model.pay(life, amount), do)

    @some(lambda life: life.look)
    @rule(which=WHICH, place=st.integers(0, 2), ends=st.booleans())
    def look(self, which: int, place: int, ends: bool) -> None:  # noqa: FBT001
        life = self.life(which)
        team = self.team(life)
        who = ("ann", "ben", "far")[place]
        names = names_of_person(self.scene.actor(who).name)
        drawn = bool(team & set(names))
        opening = inspection.of_declaration(life.row).first()
        number = 2**40 if opening is None else opening.pk
        told = f"look {who} {life.name} {ends}"
        if ends:
            self.judge(
                told,
                self.model.end_look(life, drawn=drawn),
                lambda: concluding.in_order(self.scene.actor(who), number),
            )
        else:
            self.judge(
                told,
                self.model.start_look(life, drawn=drawn),
                lambda: service.start(self.scene.actor(who), number),
            )

    def team(self, life: Life) -> set[str]:
        """Return who was drawn to look at a declaration's goods: chance, and told by the record."""
        opening = inspection.of_declaration(life.row).first()
        if opening is None:
            return set()
        return set(inspection.members(opening.pk).values_list("person", flat=True))
