# ruff: noqa: D102 - a rule's name says what is done
"""Looks at goods by whoever was drawn, what they find, and the second person who closes it."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import rule

from clearway.accounts.queries import names_of_person
from clearway.inspection import concluding, noting, service
from clearway.inspection import queries as inspection
from clearway.inspection.models import Opening
from clearway.proving.lifecycle.judged import WHICH, Judged, some
from clearway.proving.lifecycle.lives import Life

_LOOKERS = ("ann", "ben", "chief", "far")
_PLACE = st.sampled_from((0, 0, 1, 1, 2, 2, 3))
_LOOKED_AT = some(lambda life: life.looks)


class LookingActs(Judged):
    """The newest open look is meant; chance has drawn who may, and the record says whom."""

    @_LOOKED_AT
    @rule(which=WHICH, place=_PLACE)
    def start_look(self, which: int, place: int) -> None:
        life, who, drawn = self.looker(which, place)
        self.judge(
            f"start_look {who} {life.name}",
            self.model.start_look(life, drawn=drawn),
            lambda: service.start(self.scene.actor(who), self.opening(life)),
        )

    @_LOOKED_AT
    @rule(which=WHICH, place=_PLACE)
    def end_look(self, which: int, place: int) -> None:
        life, who, drawn = self.looker(which, place)
        self.judge(
            f"end_look {who} {life.name}",
            self.model.end_look(life, drawn=drawn),
            lambda: concluding.in_order(self.scene.actor(who), self.opening(life)),
        )

    @_LOOKED_AT
    @rule(which=WHICH, place=_PLACE)
    def note(self, which: int, place: int) -> None:
        life, who, drawn = self.looker(which, place)
        self.judge(
            f"note {who} {life.name}",
            self.model.note(life, drawn=drawn),
            lambda: noting.find(self.scene.actor(who), self.opening(life), code="ipr", item=1),
        )

    @_LOOKED_AT
    @rule(which=WHICH, place=_PLACE)
    def differ(self, which: int, place: int) -> None:
        life, who, drawn = self.looker(which, place)

        def do() -> None:
            concluding.conclude(
                self.scene.actor(who), self.opening(life), outcome="discrepancy", all_yes=True
            )

        self.judge(f"differ {who} {life.name}", self.model.differ(life, drawn=drawn), do)

    @_LOOKED_AT
    @rule(which=WHICH, who=st.sampled_from(("supervisor", "chief", "ann")), yes=st.booleans())
    def approve(self, which: int, who: str, yes: bool) -> None:  # noqa: FBT001
        life = self.life(which)
        drawn = self.is_drawn(life, who)
        self.judge(
            f"approve {who} {life.name} {yes}",
            self.model.approve(who, life, drawn=drawn, yes=yes),
            self._approving(life, who, yes=yes),
        )

    def _approving(self, life: Life, who: str, *, yes: bool) -> Callable[[], object]:
        def do() -> None:
            concluding.approve(
                self.scene.actor(who), self.opening(life), confirmed=yes, reason="Seen"
            )

        return do

    def looker(self, which: int, place: int) -> tuple[Life, str, bool]:
        """Return a declaration, who wants to look, and whether he was drawn for it."""
        life, who = self.life(which), _LOOKERS[place]
        return life, who, self.is_drawn(life, who)

    def is_drawn(self, life: Life, who: str) -> bool:
        """Tell whether somebody was drawn for the newest look: chance, and told by the record."""
        found = self._newest(life)
        if found is None:
            return False
        team = set(inspection.members(found.pk).values_list("person", flat=True))
        return bool(team & names_of_person(self.scene.actor(who).name))

    def opening(self, life: Life) -> int:
        """Return the number of the newest look; one of none where nobody ever looked."""
        found = self._newest(life)
        return 2**40 if found is None else found.pk

    def _newest(self, life: Life) -> Opening | None:
        open_ = inspection.still_open(life.row).last()
        return open_ or inspection.of_declaration(life.row).first()
