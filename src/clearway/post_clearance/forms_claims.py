"""What the operations on claims to a refund take and answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from clearway.accounts.forms import LARGEST_ID, Form
from clearway.clearance.forms_goods import BallTold
from clearway.post_clearance import standing
from clearway.post_clearance.forms import Long, ball
from clearway.post_clearance.models import Claim, ClaimLine
from clearway.vocabulary.dates import iso_of

Amounts = Annotated[int, Field(ge=1, le=LARGEST_ID, description="minor units")]


class ClaimedTax(Form):
    """By how much one tax is too high."""

    tax: Annotated[str, StringConstraints(min_length=1, max_length=16)] = Field(examples=["A00"])
    amount: Amounts


class ClaimWanted(Form):
    """A claim to have money back."""

    lines: Annotated[list[ClaimedTax], Field(min_length=1, max_length=50)]
    grounds: Long


class ClaimDecided(Form):
    """The decision on a claim."""

    granted: list[ClaimedTax] = Field(
        default=[], max_length=50, description="what goes back by each tax; none refuses the claim"
    )
    reasons: Long


class ClaimLineTold(Schema):
    """What is claimed of one tax, and what of that was granted. Minor units."""

    tax: str
    claimed: int
    granted: int


class ClaimTold(Schema):
    """A claim to have money back, with its clock. Amounts in minor units of ``currency``."""

    id: int
    mrn: str | None
    state: Literal["lodged", "granted", "refused", "withdrawn"]
    ball: BallTold | None = Field(description="who has to act now, what, and until when")
    grounds: str
    currency: str
    amount: int
    granted: int = Field(description="by the decision, or by an appeal against it")
    lines: list[ClaimLineTold]
    lodged_at: datetime
    decide_due: str = Field(description="last day to decide it")
    reasons: str
    decided_at: datetime | None


class ClaimPage(Schema):
    """Some claims, the latest first."""

    items: list[ClaimTold]
    next: str | None


def claim(row: Claim, lines: Sequence[ClaimLine]) -> dict[str, Any]:
    """Return a claim as it is told, its declaration loaded."""
    names = (
        "state", "grounds", "currency", "amount", "granted", "lodged_at", "reasons", "decided_at",
    )  # fmt: skip
    return {
        "id": row.pk,
        "mrn": row.declaration.mrn,
        "ball": ball(standing.of_claim(row)),
        "decide_due": iso_of(row.decide_due),
        "lines": [
            {name: getattr(one, name) for name in ("tax", "claimed", "granted")} for one in lines
        ],
        **{name: getattr(row, name) for name in names},
    }
