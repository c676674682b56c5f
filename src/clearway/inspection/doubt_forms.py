"""What the operations on doubts about values take and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, StringConstraints, model_validator

from clearway.accounts.forms import Form
from clearway.inspection.models import ValueDoubt

Written = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4000),
    Field(
        description="in writing; the other side reads it",
        examples=["Identical goods were declared at twice this price last month."],
    ),
]
MinorUnits = Annotated[int, Field(ge=1, le=10**15, description="minor units", examples=[2000000])]
DoubtState = Literal[
    "asked", "replied", "grounds_told", "heard", "accepted", "determined", "closed", "lapsed"
]


class ValueDoubtTold(Schema):
    """The procedure about a declared value (WTO Valuation Agreement; Decision 6.1)."""

    id: int
    mrn: str | None
    item: int
    state: DoubtState
    reasons: str
    asked_at: datetime
    reply_by: datetime
    reply: str
    replied_at: datetime | None
    grounds: str = Field(description="why it is still doubted")
    grounds_at: datetime | None
    heard_by: datetime | None = Field(description="end of the period to respond to the grounds")
    response: str
    responded_at: datetime | None
    security: int | None = Field(description="against which the goods may leave, minor units")
    deposit_number: str = Field(
        description="quoted by who deposits the security", examples=["VD00000007"]
    )
    secured_by: str
    secured_at: datetime | None
    declared: int | None = Field(description="customs value, minor units")
    value: int | None = Field(description="as decided")
    method: str = Field(description="article by which it was decided")
    difference: int | None = Field(description="what is payable besides, minor units")
    currency: str
    decision: str
    decided_at: datetime | None
    appeal_until: datetime | None


class ValueDoubtPage(Schema):
    """Some doubts about values, the latest first."""

    items: list[ValueDoubtTold]
    next: str | None


class DoubtWanted(Form):
    """Which item's value is doubted, and why."""

    item: Annotated[int, Field(ge=1, le=999)]
    reasons: Written


class ValueExplained(Form):
    """The trader's explanation, or his response to the grounds."""

    text: Written


class GroundsGiven(Form):
    """Why the value is still doubted."""

    grounds: Written


class SecurityWanted(Form):
    """The customs value that is suspected; the security is what it would add."""

    value: MinorUnits


class SecurityCovered(Form):
    """What covers the security: a guarantee, or the number under which it was deposited."""

    reference: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=70),
        Field(examples=["GRN-26-000017"]),
    ]


class ValueDecision(Form):
    """The decision on a value, with its reasons in writing."""

    accept: bool = Field(description="the declared value stands")
    decision: Written
    method: Literal["2", "3", "5", "6", "7"] | None = Field(
        None, description="where it does not stand: the article by which it is determined"
    )
    value: MinorUnits | None = Field(None, description="where it does not stand: the customs value")

    @model_validator(mode="after")
    def _whole(self) -> ValueDecision:
        if not self.accept and (self.method is None or self.value is None):
            raise ValueError("a value that does not stand needs method and value")
        return self


def deposit_number(number: int) -> str:
    """Return what who deposits the security of a doubt quotes; ``payments.rules`` reads it.

    >>> deposit_number(7)
    'VD00000007'
    """
    return f"VD{number:08d}"


def doubt(row: ValueDoubt) -> dict[str, Any]:
    """Return a doubt as it is told, its declaration loaded."""
    made = {"id", "mrn", "deposit_number"}
    names = [name for name in ValueDoubtTold.model_fields if name not in made]
    return {
        "id": row.pk,
        "mrn": row.declaration.mrn,
        "deposit_number": deposit_number(row.pk),
        **{name: getattr(row, name) for name in names},
    }
