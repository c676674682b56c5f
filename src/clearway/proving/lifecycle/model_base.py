"""What every part of the model stands on: the run's declarations, holds, reports and its clock."""

from __future__ import annotations

from typing import Final

from clearway.proving.lifecycle.lives import Change, Held, Life, Moved, Pass
from clearway.proving.lifecycle.messages import PACKAGES

HERE_OFFICERS: Final = {"ann", "ben", "chief"}
DECIDERS: Final = {*HERE_OFFICERS, "supervisor"}
COMING: Final = frozenset({"released", "gated_in", "loaded"})
"""Where an export stands of which more may come in, or go aboard."""
A_DAY: Final = 24 * 60
USABLE: Final = 29
"""Days from the run's morning, the 3rd of March, to the 1st of April: the permit is good until the
day before, the guarantee to that day."""


class Base:
    """The fields of a run. ``now`` counts minutes since its morning."""

    def __init__(self, permitted: int) -> None:
        self.lives: list[Life] = []
        self.holds: list[Held] = []
        self.passes: list[Pass] = []
        self.changes: list[Change] = []
        self.moves: list[Moved] = []
        self.reported: dict[str, str] = {}
        self.permitted = permitted
        self.now = 0

    @property
    def day(self) -> int:
        """Days since the run's morning; all its minutes lie within the working day."""
        return self.now // A_DAY

    def is_held(self, life: Life) -> bool:
        """Tell whether anybody holds its goods as a whole."""
        return any(one.open and one.life is life and not one.item for one in self.holds)

    def is_kept(self, life: Life) -> bool:
        """Tell whether anybody holds its goods, or an item of them."""
        return any(one.open and one.life is life for one in self.holds)

    def held_items(self, life: Life) -> set[int]:
        """Return the goods items that are held by themselves."""
        return {one.item for one in self.holds if one.open and one.life is life and one.item}

    @property
    def move(self) -> str:
        """How far the newest movement of the container is; empty without one."""
        return self.moves[-1].state if self.moves else ""

    def free(self, life: Life) -> int:
        """Return how many packages may leave: all that are left, or those of released items.

        None of a house in a container that is on its way to a freight station.
        """
        if life.boxed and self.reported.get(life.name) and self.move == "under_way":
            return 0
        if life.away:
            coming = life.goods in COMING and not self.is_kept(life)
            return PACKAGES - life.entered if coming else 0
        if life.goods == "released" and not self.is_kept(life):
            return life.left
        if not life.released or self.is_held(life) or life.goods not in {"arrived", "presented"}:
            return 0
        apart = set(life.released) - self.held_items(life)
        return max(0, sum(life.parts[item - 1] for item in apart) - (PACKAGES - life.left))
