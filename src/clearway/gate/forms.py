"""What the room's operations take."""

from __future__ import annotations

from typing import Annotated

from ninja import Path
from pydantic import Field, StringConstraints

from clearway.accounts.forms import Form, Instant
from clearway.accounts.forms import Reason as Why
from clearway.gate.answers import Direction, Kind, Reason
from clearway.gate.issuing import Wanted
from clearway.gate.reconciling import MOST, Kept
from clearway.gate.rules import Shown
from clearway.gate.tokens import LONGEST

_PRINTED = r"^[^\x00-\x1f\x7f]*$"
Serial = Annotated[
    str, Path(min_length=1, max_length=20, pattern="^[0-9A-Za-z]+$", examples=["7K3M9QX2AB"])
]
"""The number of a token, in an address."""
UnitNumber = Annotated[
    str,
    StringConstraints(min_length=1, max_length=70, pattern=_PRINTED),
    Field(examples=["CSQU3054383"]),
]
Plate = Annotated[
    str, StringConstraints(max_length=20, pattern=_PRINTED), Field(examples=["XP 12 AB 34"])
]
Packages = Annotated[int, Field(ge=1, le=999_999_999, examples=[40])]


class GateWanted(Form):
    """A gate to be opened."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=17, pattern=_PRINTED)] = Field(
        examples=["G1"]
    )
    called: Annotated[str, StringConstraints(max_length=70, pattern=_PRINTED)] = ""


class TokenWanted(Form):
    """A token for one unit, for one passage."""

    direction: Direction = "out"
    kind: Kind = "container"
    number: UnitNumber = Field(
        description="of packages, the number of their transport document", examples=["CSQU3054383"]
    )
    terminal: Annotated[str, StringConstraints(min_length=1, max_length=17)] = Field(
        description="the terminal's trader identification number", examples=["XP4000000001"]
    )
    plate: Plate = Field("", description="of the vehicle; any where it is left out")
    gate: Annotated[str, StringConstraints(max_length=17, pattern=_PRINTED)] = Field(
        "", description="code of the terminal's gate; any where it is left out"
    )
    packages: Packages | None = Field(
        None, description="how many of a lot; all that are left where it is left out"
    )

    def wanted(self) -> Wanted:
        """Return it as the service takes it."""
        return Wanted(**self.model_dump())


class TokenRecall(Form):
    """Why a token is recalled."""

    reason: Why = Field(examples=["The vehicle broke down"])


class ShownAtGate(Form):
    """What is shown at a gate: the token, and what stands before the barrier."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST, pattern=_PRINTED)] = (
        Field(description="as scanned; or its serial as typed", examples=["7K3M9QX2AB"])
    )
    direction: Direction = "out"
    unit: Annotated[str, StringConstraints(max_length=70, pattern=_PRINTED)] = Field(
        "", description="the number that is read off the unit", examples=["CSQU3054383"]
    )
    plate: Plate = ""
    packages: Packages | None = None

    def shown(self) -> Shown:
        """Return it as the service takes it."""
        return Shown(self.code, self.direction, self.unit, self.plate, self.packages)


class KeptAtGate(ShownAtGate):
    """An attempt as a gate kept it that was cut off."""

    sequence: int = Field(ge=1, le=2_147_483_647, examples=[1])
    at: Instant = Field(examples=["2026-03-02T08:20:00Z"])
    accepted: bool
    refusal: Reason = Field("", description="why it was refused", examples=[""])

    def kept(self) -> Kept:
        """Return it as the service takes it."""
        return Kept(self.sequence, self.at, self.shown(), self.accepted, self.refusal)


class KeptPassages(Form):
    """What a device decided while it was cut off. Sending it again changes nothing."""

    device: Annotated[str, StringConstraints(pattern="^[0-9A-Za-z-]{1,36}$")] = Field(
        description="the device's own name for itself", examples=["tablet-7"]
    )
    passages: list[KeptAtGate] = Field(max_length=MOST, examples=[[]])
