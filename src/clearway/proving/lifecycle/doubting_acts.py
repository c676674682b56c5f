# ruff: noqa: D102 - a rule's name says what is done
"""Doubts about a declared value, from the question to the decision."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import rule

from clearway.inspection import doubting
from clearway.inspection.models import ValueDoubt
from clearway.proving.lifecycle.judged import DESKS, WHICH, Judged, some
from clearway.proving.lifecycle.lives import Life
from clearway.proving.lifecycle.messages import KINDS

_PRICED = {"plain", "bicycles", "dear"}
"""Kinds whose duty is a share of their value, so that another value owes something else."""
_DOUBTABLE = some(lambda life: life.kind in _PRICED)
_DOUBTED = some(lambda life: life.doubt is not None)
_CENTS = 100


class DoubtingActs(Judged):
    """What officers write and traders answer; time passes by ``days``."""

    @_DOUBTABLE
    @rule(who=DESKS, which=WHICH)
    def doubt(self, who: str, which: int) -> None:
        life = self.life(which)
        again = life.doubt is not None and life.doubt.state == "determined"
        if life.kind not in _PRICED or again:
            return  # what two determined values add to one another is held to by other tests
        may = self.model.doubt(who, life)

        def do() -> None:
            made = doubting.ask(self.scene.actor(who), life.mrn, 1, "Far below the like")
            if may and life.doubt is not None:
                life.doubt.number = made.pk

        self.judge(f"doubt {who} {life.name}", may, do)

    @_DOUBTED
    @rule(
        who=st.sampled_from(("trader", "trader", "trader", "stranger", "ann")),
        which=WHICH,
    )
    def reply(self, who: str, which: int) -> None:
        self._about(which, who, "reply", self.model.reply, lambda who, number: doubting.reply(
            self.scene.actor(who), number, "A discount for quantity"
        ))  # fmt: skip

    @_DOUBTED
    @rule(who=DESKS, which=WHICH)
    def tell_grounds(self, who: str, which: int) -> None:
        self._about(which, who, "tell_grounds", self.model.tell_grounds, lambda who, number:
            doubting.tell_grounds(self.scene.actor(who), number, "No proof of it")
        )  # fmt: skip

    @_DOUBTED
    @rule(who=DESKS, which=WHICH)
    def fix_security(self, who: str, which: int) -> None:
        self._about(which, who, "fix_security", self.model.fix, lambda who, number:
            doubting.fix_security(self.scene.actor(who), number, self._more(self.life(which)))
        )  # fmt: skip

    @_DOUBTED
    @rule(who=DESKS, which=WHICH)
    def cover_security(self, who: str, which: int) -> None:
        self._about(which, who, "cover_security", self.model.cover, lambda who, number:
            doubting.secure(self.scene.actor(who), number, "Deposit 7")
        )  # fmt: skip

    @_DOUBTED
    @rule(who=DESKS, which=WHICH)
    def accept_value(self, who: str, which: int) -> None:
        self._about(which, who, "accept_value", self.model.accept_value, lambda who, number:
            doubting.accept(self.scene.actor(who), number, "Explained")
        )  # fmt: skip

    @_DOUBTED
    @rule(who=DESKS, which=WHICH)
    def determine(self, who: str, which: int) -> None:
        life = self.life(which)

        def do(who: str, number: int) -> None:
            actor, value = self.scene.actor(who), self._more(life)
            row = doubting.determine(actor, number, decision="As the like", method="3", value=value)
            self.model.add_value(life, row.difference or 0)

        self._about(which, who, "determine", self.model.determine, do)

    def _about(
        self,
        which: int,
        who: str,
        told: str,
        expected: Callable[[str, Life], bool],
        do: Callable[[str, int], object],
    ) -> None:
        life = self.life(which)
        if life.doubt is None or self.model.is_unsure(life):
            return
        number = life.doubt.number
        self.judge(f"{told} {who} {life.name}", expected(who, life), lambda: do(who, number))

    def _more(self, life: Life) -> int:
        """Return a value that no later price makes up to the unit: two and a half times as much."""
        declared = ValueDoubt.objects.values_list("declared", flat=True)
        number = 0 if life.doubt is None else life.doubt.number
        found = declared.filter(pk=number).first()
        return 5 * (found or KINDS[life.kind].price * _CENTS) // 2
