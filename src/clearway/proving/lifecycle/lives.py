"""What the model keeps of declarations, holds, looks, doubts, tokens, moves and corrections."""

from __future__ import annotations

import msgspec

from clearway.proving.lifecycle.messages import KINDS, PACKAGES


class Look(msgspec.Struct, kw_only=True):
    """An opening that keeps goods: assigned, started or discrepancy, and for which version.

    ``noted`` are the findings of it, ``number`` counts the looks of a declaration.
    """

    number: int = 0
    state: str = "assigned"
    version: int = 1
    noted: int = 0


class Doubt(msgspec.Struct, kw_only=True):
    """A doubt about the value of the first item; minutes since the run's morning."""

    state: str = "asked"
    asked_at: int = 0
    told_at: int = 0
    replied: bool = False
    fixed: bool = False
    secured: bool = False
    number: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it is not decided: what was released against security is not cleared before."""
        return self.state in {"asked", "replied", "grounds_told", "heard"}

    @property
    def keeps(self) -> bool:
        """Whether goods have to wait for it."""
        return self.is_open and not self.secured


class Life(msgspec.Struct, kw_only=True):
    """One declaration. The three states, and all that decides about them.

    ``row`` is its number in the record. ``looks`` are the inspections that keep the goods,
    ``opened`` counts all of them; ``in_order`` is the version that the last of them found in order.
    ``owed``, ``paid`` and ``reserved`` (by a guarantee) are minor units. ``came_on`` is the day it
    was lodged and ``out_by`` the day an export should be out, counted from the run's morning;
    ``enquired`` whether somebody asked where it is. ``left`` packages are still here, and of an
    export ``entered`` came in. ``released`` are goods items that were released before the others.
    ``completes`` names the simplified declaration that a supplementary one completes; ``payable``
    is what the kernel found of this one, whoever owes it. ``departs`` is what a determined value
    added to ``departs_from``, what was payable then.
    """

    name: str
    kind: str
    mrn: str = ""
    row: int = 0
    state: str = ""
    goods: str = ""
    debt: str = ""
    lane: int | None = None
    asked: str = ""
    desk: str = ""
    proposed_by: str = ""
    proposed_version: int = 0
    proposes_security: bool = False
    version: int = 1
    permit: str = ""
    looks: list[Look] = []
    opened: int = 0
    in_order: int = 0
    doubt: Doubt | None = None
    owed: int = 0
    paid: int = 0
    reserved: int = 0
    left: int = PACKAGES
    entered: int = 0
    released: list[int] = []
    loaded: int = 0
    awaits_exit: bool = False
    came_on: int = 0
    out_by: int = 0
    enquired: bool = False
    completes: str = ""
    payable: int = 0
    departs: int = 0
    departs_from: int = 0

    @property
    def away(self) -> bool:
        """Whether it is an export."""
        return KINDS[self.kind].is_export

    @property
    def has_lot(self) -> bool:
        """Whether its goods are a lot of the cargo report: neither an export nor a supplement."""
        return not self.away and not self.completes

    @property
    def boxed(self) -> bool:
        """Whether it is a house in the run's container."""
        return KINDS[self.kind].boxed

    @property
    def parts(self) -> tuple[int, ...]:
        """The packages of each of its goods items."""
        return KINDS[self.kind].parts

    @property
    def look(self) -> str:
        """How far the newest look is that keeps the goods; empty where none does."""
        return self.looks[-1].state if self.looks else ""

    @property
    def is_doubted(self) -> bool:
        """Whether a doubt about its value keeps the goods."""
        return self.doubt is not None and self.doubt.keeps

    @property
    def states(self) -> tuple[str, str, str]:
        """The three states as the record has to have them."""
        return self.state, self.goods, self.debt


class Held(msgspec.Struct, kw_only=True):
    """A hold: on a declaration or one goods item of it, or on the lot that its goods are."""

    life: Life
    owner: str
    item: int = 0
    open: bool = True
    number: int = 0


class Pass(msgspec.Struct, kw_only=True):
    """A gate's token for packages of a lot, or for an export to come in."""

    life: Life
    asked_by: str
    packages: int
    plate: str
    until: int
    way: str = "out"
    state: str = "live"
    serial: str = ""


class Change(msgspec.Struct, kw_only=True):
    """A correction by customs after release, and the appeal against it."""

    life: Life
    version: int
    by: str
    state: str = "proposed"
    second: str = ""
    done_at: int = 0
    number: int = 0
    appeal: str = ""
    appeal_number: int = 0


class Moved(msgspec.Struct, kw_only=True):
    """A movement of the container to a freight station: authorised, under_way, or over."""

    state: str = "authorised"
    number: int = 0
