"""What every part of the model stands on: the run's declarations, holds, reports and its clock."""

from __future__ import annotations

from typing import Final

from clearway.proving.lifecycle.lives import Change, Held, Life, Pass

HERE_OFFICERS: Final = {"ann", "ben", "chief"}
DECIDERS: Final = {*HERE_OFFICERS, "supervisor"}
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
        self.reported: dict[str, str] = {}
        self.permitted = permitted
        self.now = 0

    @property
    def day(self) -> int:
        """Days since the run's morning; all its minutes lie within the working day."""
        return self.now // A_DAY

    def is_held(self, life: Life) -> bool:
        """Tell whether anybody holds its goods."""
        return any(one.open and one.life is life for one in self.holds)
