# ruff: noqa: D102 - a rule's name says what is done
"""Tokens for the gate: who is given one, what it opens and how often, who ends it."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from clearway.gate import access, issuing, passing, recalling
from clearway.gate.issuing import Wanted
from clearway.gate.rules import Shown
from clearway.proving.lifecycle.judged import PARTS, WHICH, Judged, some
from clearway.proving.lifecycle.lives import Pass
from clearway.vocabulary.errors import ActRefused

_PLATES = st.sampled_from(("", "", "XP12AB34", "XP99ZZ99"))
_ISSUED = precondition(lambda self: bool(self.model.passes))
_ANY = st.integers(0, 5)


class GateActs(Judged):
    """Tokens for lots that were imported, whole or in part, with a plate or without."""

    @some(lambda life: not life.away)
    @rule(
        who=st.sampled_from(("trader", "trader", "trader", "carrier", "stranger", "plants")),
        which=WHICH,
        packages=PARTS,
        plate=_PLATES,
    )
    def issue(self, who: str, which: int, packages: int | None, plate: str) -> None:
        life = self.life(which)
        if life.away:
            return
        made = self.model.issue(who, life, packages, plate)
        wanted = Wanted(
            direction="out", kind="packages", number=life.name,
            terminal=self.scene.people.terminal.identifier, plate=plate, packages=packages,
        )  # fmt: skip

        def do() -> None:
            token = issuing.issue(self.scene.actor(who), wanted)
            if made is not None:
                made.serial = token.serial

        self.judge(f"issue {who} {life.name} {packages} {plate}", made is not None, do)

    @some(lambda life: life.away)
    @rule(which=WHICH)
    def issue_out_for_export(self, which: int) -> None:
        life = self.life(which)
        if not life.away:
            return
        wanted = Wanted(
            direction="out", kind="packages", number=life.mrn,
            terminal=self.scene.people.terminal.identifier,
        )  # fmt: skip
        who = self.scene.people.trader
        self.judge(f"issue_out {life.name}", False, lambda: issuing.issue(who, wanted))  # noqa: FBT003

    @_ISSUED
    @rule(
        place=_ANY,
        right_unit=st.sampled_from((True, True, True, True, False)),
        plate=st.sampled_from(("own", "own", "own", "other")),
        gate=st.sampled_from(("here", "here", "here", "away")),
    )
    def show(self, place: int, right_unit: bool, plate: str, gate: str) -> None:  # noqa: FBT001
        one = self._pass(place)
        plate = one.plate if plate == "own" else "XP00AA00"
        may = self.model.show(one, right_unit=right_unit, plate=plate, gate=gate)
        shown = Shown(
            code=one.serial, direction="out", unit=one.life.name if right_unit else "HBL99",
            plate=plate,
        )  # fmt: skip

        def do() -> None:
            at = self.scene.gate if gate == "here" else self.scene.gate_elsewhere
            found = passing.present(self.scene.people.terminal, at, shown)
            if found.reason:
                raise ActRefused(found.reason)

        told = f"show {one.life.name} {one.packages} {right_unit} {plate} {gate}"
        self.judge(told, may, do)

    @_ISSUED
    @rule(
        who=st.sampled_from(("trader", "carrier", "stranger", "terminal", "ann", "far")),
        place=_ANY,
    )
    def recall_token(self, who: str, place: int) -> None:
        one = self._pass(place)

        def do() -> None:
            actor = self.scene.actor(who)
            recalling.recall(actor, access.token_for(actor, one.serial, to="recall"), "Lost")

        self.judge(f"recall {who} {one.life.name}", self.model.recall(who, one), do)

    def _pass(self, place: int) -> Pass:
        return self.model.passes[place % len(self.model.passes)]
