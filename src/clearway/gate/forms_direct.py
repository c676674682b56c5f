"""What the operations on bookings and interchange receipts take."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Path
from pydantic import Field, StringConstraints

from clearway.accounts.forms import Form, Instant
from clearway.cargo.forms import Mass
from clearway.cargo.rules import millionths
from clearway.gate.answers import Kind
from clearway.gate.answers_direct import Code, Way
from clearway.gate.direct import Wanted
from clearway.gate.exchanging import Condition, Handed, Stated
from clearway.gate.forms import Plate, UnitNumber
from clearway.vocabulary.errors import DataRefused

_PRINTED = r"^[^\x00-\x1f\x7f]*$"
ReceiptNumber = Annotated[
    str, Path(min_length=1, max_length=20, pattern="^[0-9A-Za-z-]+$", examples=["EIR-7K3M9QX2AB"])
]
BookingNumber = Annotated[
    str, Path(min_length=1, max_length=20, pattern="^[0-9A-Za-z]+$", examples=["7K3M9QX2AB"])
]
Seal = Annotated[str, StringConstraints(min_length=1, max_length=35, pattern=_PRINTED)]


class BookingWanted(Form):
    """A unit that is to go from ship to lorry, or from lorry to ship, without the yard."""

    way: Way = "pick_up"
    kind: Kind = "container"
    unit: UnitNumber
    terminal: Annotated[str, StringConstraints(min_length=1, max_length=17)] = Field(
        examples=["XP4000000001"]
    )
    plate: Plate
    planned_at: Instant = Field(
        description="when it comes off the vessel or goes aboard", examples=["2026-03-02T18:30:00Z"]
    )

    def wanted(self) -> Wanted:
        """Return it as the service takes it."""
        return Wanted(**self.model_dump())


class SlotWanted(Form):
    """When a lorry may come."""

    slot_from: Instant = Field(examples=["2026-03-02T18:10:00Z"])
    slot_to: Instant = Field(examples=["2026-03-02T19:10:00Z"])


class BookingMove(Form):
    """What happened to a booking: its lorry came, the unit was handled, it is out, or it fell back.

    `fall_back` leads to the yard; from a trader it gives the booking up.
    """

    act: Literal["come", "handle", "finish", "fall_back"] = Field(examples=["fall_back"])
    plate: Plate = Field("", description="with come")
    at: Instant | None = Field(None, description="with handle; now where it is left out")
    reason: Annotated[str, StringConstraints(max_length=512)] = Field(
        "", description="with fall_back", examples=["The crane is out of order"]
    )

    def why(self) -> str:
        """Return the reason of a falling back.

        Raises:
            DataRefused: there is none.
        """
        if not self.reason.strip():
            raise DataRefused(
                "This act needs a reason.",
                faults=(("/body/reason", "must not be empty"),),
                remedy="Say why in a few words; the record keeps it.",
            )
        return self.reason.strip()


class UnitConditionStated(Form):
    """A condition of a unit, and where on it."""

    code: Code = Field(examples=["OK"])
    place: Annotated[str, StringConstraints(max_length=70, pattern=_PRINTED)] = ""


class ConditionStatementWanted(Form):
    """What a party saw of a unit that changed hands: OK alone where it is sound."""

    conditions: list[UnitConditionStated] = Field(
        min_length=1, max_length=30, examples=[[{"code": "OK"}]]
    )
    seals: list[Seal] = Field(default=[], max_length=20, examples=[["SL4411"]])
    remarks: Annotated[str, StringConstraints(max_length=512, pattern=_PRINTED)] = ""

    def stated(self) -> Stated:
        """Return it as the service takes it."""
        return Stated(
            conditions=tuple(Condition(one.code, one.place) for one in self.conditions),
            seals=tuple(self.seals),
            remarks=self.remarks,
        )


class EquipmentReceiptWanted(ConditionStatementWanted):
    """The receipt of a passage, with the terminal's statement."""

    size_type: Annotated[str, StringConstraints(max_length=4, pattern=_PRINTED)] = Field(
        "", examples=["22G1"]
    )
    full: bool | None = None
    gross_mass: Mass | None = None
    tare_mass: Mass | None = None

    def handed(self) -> Handed:
        """Return what is known of the unit as the service takes it."""
        masses = {
            name: None if given is None else millionths(given)
            for name, given in (("gross_mass", self.gross_mass), ("tare_mass", self.tare_mass))
        }
        return Handed(size_type=self.size_type, full=self.full, **masses)
