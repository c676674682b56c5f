"""What the room's operations take. Quantities are written exactly as text."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Path, Schema
from pydantic import Field, StringConstraints

from clearway.accounts.forms import Day, Form, Reason
from clearway.cargo.rules import millionths
from clearway.permits.applying import Line, Wish
from clearway.permits.deciding import Grant, Part

Commodity = Annotated[str, StringConstraints(pattern="^[0-9]{4,10}$"), Field(examples=["10019910"])]
Country = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$"), Field(examples=["US"])]
Direction = Literal["IM", "EX"]
Procedure = Annotated[str, StringConstraints(pattern="^([0-9A-Z]{2})?$")]
EndUse = Annotated[str, StringConstraints(pattern="^[0-9A-Z]{0,5}$")]
Quantity = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,6})?$"),
    Field(description="at most six decimals", examples=["500"]),
]
Unit = Annotated[
    str,
    StringConstraints(pattern="^[0-9A-Z]{1,7}$"),
    Field(description="UN/ECE Rec 20, or the pack's", examples=["KGM"]),
]
Money = Annotated[
    int,
    Field(ge=0, le=10**15, description="minor units of the country's currency", examples=[2500000]),
]
FieldName = Annotated[
    str,
    Path(min_length=1, max_length=80, pattern="^[a-z0-9_.]+$", examples=["items.net_mass"]),
]


class Asked(Schema):
    """What goods a trader has in mind."""

    commodity: Commodity
    direction: Direction = Field("IM", examples=["IM"])
    country: Country = Field(description="of origin (import) or of destination (export)")
    procedure: Procedure = Field("", description="40 for imports, 10 for exports if left out")
    end_use: EndUse = Field("", description="additional procedure that says what for")
    day: Day | None = Field(None, description="today where it is left out")


class ApplicationLineWanted(Form):
    """Goods that are applied for."""

    commodity: Commodity
    description: Annotated[str, StringConstraints(min_length=3, max_length=200)] = Field(
        examples=["Wheat, for milling"]
    )
    quantity: Quantity
    unit: Unit
    value: Money | None = None

    def line(self) -> Line:
        """Return it as the service takes it."""
        return Line(
            self.commodity, self.description, millionths(self.quantity), self.unit, self.value
        )


class ApplicationWanted(Form):
    """One application, for every agency concerned."""

    direction: Direction
    country: Country = Field(description="of origin (import) or of destination (export)")
    holder: Annotated[str, StringConstraints(max_length=17)] = Field(
        "", description="whose permit it is to be: a principal's; one's own where it is left out"
    )
    procedure: Procedure = ""
    end_use: EndUse = ""
    remarks: Annotated[str, StringConstraints(max_length=512)] = ""
    lines: list[ApplicationLineWanted] = Field(min_length=1, max_length=50)

    def wish(self) -> Wish:
        """Return it as the service takes it."""
        lines = tuple(one.line() for one in self.lines)
        return Wish(lines=lines, **self.model_dump(exclude={"lines"}))


class InformationWanted(Form):
    """What an agency asks."""

    question: Reason


class InformationGiven(Form):
    """What a trader answers."""

    answer: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
        Field(examples=["Harvested in 2025; the certificate follows by post."]),
    ]


class AgencyReason(Form):
    """Why an agency does so."""

    reason: Reason


class PartGranted(Form):
    """What is granted of one line, where it is less than was applied for."""

    line: int = Field(ge=1, le=50)
    quantity: Quantity | None = None
    value: Money | None = None


class CaseDecision(Form):
    """What an agency decides on a case. Without more, all is granted for the pack's days."""

    approve: bool
    reason: Annotated[str, StringConstraints(max_length=512)] = Field(
        "", description="needed where it is refused", examples=["Certificate in order"]
    )
    valid_from: Day | None = Field(None, description="today where it is left out")
    valid_to: Day | None = Field(None, description="first day without it")
    conditions: Annotated[str, StringConstraints(max_length=512)] = ""
    parts: list[PartGranted] = Field(default=[], max_length=50)

    def grant(self) -> Grant:
        """Return it as the service takes it."""
        parts = {
            one.line: Part(None if one.quantity is None else millionths(one.quantity), one.value)
            for one in self.parts
        }
        rest: dict[str, Any] = self.model_dump(exclude={"approve", "parts"})
        return Grant(parts=parts, **rest)


class PaperDecision(Form):
    """What an agency decides on a need of a declaration."""

    decision: Literal["confirm", "refuse", "inspect"]
    reason: Annotated[str, StringConstraints(max_length=512)] = Field(
        "", description="needed but for confirming a document", examples=["Seen and in order"]
    )
