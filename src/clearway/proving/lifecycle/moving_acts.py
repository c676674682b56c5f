# ruff: noqa: D102 - a rule's name says what is done
"""A container of several houses: out of the gate, or under control to a freight station."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from clearway.clearance import moving
from clearway.clearance.leaving import Unit
from clearway.events.service import act
from clearway.proving.lifecycle.judged import DESKS, Judged, some
from clearway.proving.lifecycle.lives import Moved
from clearway.proving.lifecycle.messages import BOX

_BOX = Unit("container", BOX)
_HOUSES = some(lambda life: life.boxed)
_MOVED = precondition(lambda self: bool(self.model.moves))
_ANY = st.integers(0, 3)


class MovingActs(Judged):
    """What officers authorise, the gate lets out and the station's keeper takes in."""

    @_HOUSES
    @rule(who=DESKS)
    def authorise_move(self, who: str) -> None:
        to = moving.Destination(station=self.scene.people.terminal.identifier, seals="CU-1")
        may = self.model.authorise_move(who)

        def do() -> None:
            made = moving.authorise(self.scene.actor(who), _BOX, to)
            if may:
                self.model.moves[-1].number = made.pk

        self.judge(f"authorise_move {who}", may, do)

    @_HOUSES
    @rule()
    def box_out(self) -> None:
        def do() -> None:
            with act(self.scene.people.terminal) as doing:
                moving.gate_out(doing, _BOX)

        self.judge("box_out", self.model.box_out(), do)

    @_MOVED
    @rule(who=st.sampled_from(("terminal", "terminal", "carrier", "ann")), place=_ANY)
    def receive_move(self, who: str, place: int) -> None:
        one = self._move(place)
        self.judge(
            f"receive_move {who} {one.number}",
            self.model.receive_move(who, one),
            lambda: moving.arrive(self.scene.actor(who), one.number),
        )

    @_MOVED
    @rule(who=DESKS, place=_ANY)
    def cancel_move(self, who: str, place: int) -> None:
        one = self._move(place)
        self.judge(
            f"cancel_move {who} {one.number}",
            self.model.cancel_move(who, one),
            lambda: moving.cancel(self.scene.actor(who), one.number, "It stays"),
        )

    def _move(self, place: int) -> Moved:
        return self.model.moves[-1 - place % len(self.model.moves)]
