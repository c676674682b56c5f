# ruff: noqa: D102 - a rule's name says what is done
"""Tokens for the gate: who is given one, what it opens and how often, who ends it."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from clearway.gate import access, issuing, passing, recalling
from clearway.gate.issuing import Wanted
from clearway.gate.rules import Shown
from clearway.proving.lifecycle.judged import PARTS, SOME, WHICH, Judged
from clearway.proving.lifecycle.lives import Pass
from clearway.vocabulary.errors import ActRefused

_PLATES = st.sampled_from(("", "", "XP12AB34", "XP99ZZ99"))
_MOSTLY = st.sampled_from((True, True, True, True, False))
_ISSUED = precondition(lambda self: bool(self.model.passes))
_ANY = st.integers(0, 5)
WAY = {False: "out", True: "in"}
"""The way through the gate: imports go out, exports come in."""


class GateActs(Judged):
    """Tokens for lots, whole or in part, with a plate or without: imports out, exports in."""

    @SOME
    @rule(
        who=st.sampled_from(("trader", "trader", "trader", "carrier", "stranger", "plants")),
        which=WHICH,
        packages=PARTS,
        plate=_PLATES,
        right_way=_MOSTLY,
    )
    def issue(
        self,
        who: str,
        which: int,
        packages: int | None,
        plate: str,
        right_way: bool = True,  # noqa: FBT001, FBT002
    ) -> None:
        life = self.life(which)
        way = WAY[life.away == right_way]
        made = self.model.issue(who, life, packages, plate, way=way)
        wanted = Wanted(
            direction=way, kind="packages", number=self.lot(life).number,
            terminal=self.scene.people.terminal.identifier, plate=plate, packages=packages,
        )  # fmt: skip

        def do() -> None:
            token = issuing.issue(self.scene.actor(who), wanted)
            if made is not None:
                made.serial = token.serial

        told = f"issue {who} {life.name} {way} {packages} {plate}"
        self.judge(told, made is not None, do)

    @_ISSUED
    @rule(
        place=_ANY,
        right_unit=_MOSTLY,
        plate=st.sampled_from(("own", "own", "own", "other")),
        gate=st.sampled_from(("here", "here", "here", "away")),
        right_way=_MOSTLY,
    )
    def show(
        self,
        place: int,
        right_unit: bool = True,  # noqa: FBT001, FBT002
        plate: str = "own",
        gate: str = "here",
        right_way: bool = True,  # noqa: FBT001, FBT002
    ) -> None:
        one = self._pass(place)
        plate = one.plate if plate == "own" else "XP00AA00"
        way = WAY[(one.way == "in") == right_way]
        may = self.model.show(one, right_unit=right_unit, plate=plate, gate=gate, way=way)
        unit = self.lot(one.life).number if right_unit else "HBL99"
        shown = Shown(code=one.serial, direction=way, unit=unit, plate=plate)

        def do() -> None:
            at = self.scene.gate if gate == "here" else self.scene.gate_elsewhere
            found = passing.present(self.scene.people.terminal, at, shown)
            if found.reason:
                raise ActRefused(found.reason)

        told = f"show {one.life.name} {way} {one.packages} {right_unit} {plate} {gate}"
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
