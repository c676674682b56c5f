"""What the model keeps of each declaration and of each hold."""

from __future__ import annotations

import msgspec

from clearway.proving.lifecycle.messages import KINDS, PACKAGES


class Life(msgspec.Struct, kw_only=True):
    """One declaration. The three states, and all that decides about them.

    ``row`` is its number in the record. ``look`` is empty, assigned or started: the inspection
    that keeps the goods. ``owed``, ``paid`` and ``reserved`` (by a guarantee) are minor units.
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
    look: str = ""
    owed: int = 0
    paid: int = 0
    reserved: int = 0
    left: int = PACKAGES
    loaded: int = 0
    awaits_exit: bool = False

    @property
    def away(self) -> bool:
        """Whether it is an export."""
        return KINDS[self.kind].is_export

    @property
    def states(self) -> tuple[str, str, str]:
        """The three states as the record has to have them."""
        return self.state, self.goods, self.debt


class Held(msgspec.Struct, kw_only=True):
    """A hold: on a declaration, or on the lot that its goods are."""

    life: Life
    owner: str
    open: bool = True
    number: int = 0
