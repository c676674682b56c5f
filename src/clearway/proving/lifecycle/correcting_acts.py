# ruff: noqa: D102 - a rule's name says what is done
"""Corrections by customs after release, by two persons, and appeals against them."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from clearway.post_clearance import appealing, correcting
from clearway.post_clearance.changing import Change as Datum
from clearway.proving.lifecycle.judged import DESKS, WHICH, Judged, some
from clearway.proving.lifecycle.lives import Change
from clearway.proving.lifecycle.messages import KINDS

PRICED = {"plain", "bicycles"}
"""Kinds of which a higher price owes more duty."""
_CORRECTED = precondition(lambda self: bool(self.model.changes))
_ANY = st.integers(0, 3)
_PARTY = st.sampled_from(("trader", "trader", "trader", "stranger", "ann"))
_JUDGES = st.sampled_from(("ann", "ben", "chief", "supervisor", "far", "trader"))


class CorrectingActs(Judged):
    """A price that was higher than declared: duty is asked for, so that two persons decide."""

    @some(lambda life: life.kind in PRICED and life.state in {"released", "cleared"})
    @rule(who=DESKS, which=WHICH)
    def propose(self, who: str, which: int) -> None:
        life = self.life(which)
        if life.kind not in PRICED:
            return
        made = self.model.propose(who, life)
        self.prices += 1
        price = f"{KINDS[life.kind].price * (1 + self.prices)}.00"

        def do() -> None:
            actor = self.scene.actor(who)
            with self.scene.standing():
                row = correcting.propose(actor, life.mrn, [Datum(1, "price", price)], "Invoice 2")
            if made is None:
                return
            made.number = row.pk
            if row.difference == 0:  # a value that customs determined asks for as much already
                made.state, made.done_at = "done", self.model.now
                self.model.amended(life, *self.found(life))

        self.judge(f"propose {who} {life.name}", made is not None, do)

    @_CORRECTED
    @rule(who=DESKS, place=_ANY, yes=st.sampled_from((True, True, True, False)))
    def confirm_change(self, who: str, place: int, yes: bool) -> None:  # noqa: FBT001
        one = self._change(place)

        def do() -> None:
            with self.scene.standing():
                correcting.confirm(self.scene.actor(who), one.number, confirmed=yes, reason="Seen")
            if yes:
                self.model.amended(one.life, *self.found(one.life))

        told = f"confirm_change {who} {one.life.name} {yes}"
        self.judge(told, self.model.confirm_change(who, one, yes=yes), do)

    @_CORRECTED
    @rule(who=_PARTY, place=_ANY)
    def appeal(self, who: str, place: int) -> None:
        one = self._change(place)
        may = self.model.appeal(who, one)

        def do() -> None:
            row = appealing.lodge(self.scene.actor(who), "correction", one.number, "It was less")
            if may:
                one.appeal_number = row.pk

        self.judge(f"appeal {who} {one.life.name}", may, do)

    @_CORRECTED
    @rule(who=_JUDGES, place=_ANY, step=st.sampled_from(("admit", "hear", "decide")))
    def judge_appeal(self, who: str, place: int, step: str) -> None:
        one = self._change(place)
        if not one.appeal_number:
            return

        def do() -> None:
            actor, number = self.scene.actor(who), one.appeal_number
            if step == "admit":
                appealing.admit(actor, number, admitted=True)
            elif step == "hear":
                appealing.hear(actor, number, "He explained it")
            else:
                appealing.decide(actor, number, "upheld", "As the invoice says")

        told = f"{step} {who} {one.life.name}"
        self.judge(told, self.model.judge_appeal(who, one, step), do)

    @_CORRECTED
    @rule(who=_PARTY, place=_ANY)
    def withdraw_appeal(self, who: str, place: int) -> None:
        one = self._change(place)
        if one.appeal_number:
            self.judge(
                f"withdraw_appeal {who} {one.life.name}",
                self.model.withdraw_appeal(who, one),
                lambda: appealing.withdraw(self.scene.actor(who), one.appeal_number),
            )

    def _change(self, place: int) -> Change:
        return self.model.changes[place % len(self.model.changes)]
