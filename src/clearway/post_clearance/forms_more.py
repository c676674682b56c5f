"""What the operations on corrections and appeals take and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from clearway.accounts.forms import LARGEST_ID, Form, Reason
from clearway.audit.actor import Actor
from clearway.clearance.forms_goods import BallTold
from clearway.post_clearance import changing, standing
from clearway.post_clearance.access import OFFICIALS
from clearway.post_clearance.forms import ChangeFound, Long, ball
from clearway.post_clearance.models import Appeal, Correction
from clearway.vocabulary.dates import iso_of

Against = Literal["audit", "correction", "claim", "request"]
AppealOutcome = Literal["upheld", "changed", "annulled"]
AppealState = Literal["lodged", "admitted", "refused", "heard", "decided", "withdrawn"]


class CorrectionWanted(Form):
    """What a released declaration should have said."""

    changes: Annotated[list[ChangeFound], Field(min_length=1, max_length=500)]
    reason: Reason


class CorrectionConfirmed(Form):
    """The second person's word."""

    confirm: bool
    reason: Annotated[str, StringConstraints(max_length=512)] = Field(
        "", description="needed where it is sent back", examples=["Look at the contract first"]
    )


class CorrectionChangeTold(Schema):
    """One datum of one goods item as it should have been declared."""

    item: int
    datum: str
    value: str


class CorrectionTold(Schema):
    """A correction that customs makes of its own motion."""

    id: int
    mrn: str | None
    state: Literal["proposed", "done", "sent_back", "withdrawn"]
    ball: BallTold | None = Field(description="who has to act now, what, and until when")
    version: int = Field(description="the one that was looked at")
    changes: list[CorrectionChangeTold]
    reason: str
    currency: str
    difference: int = Field(description="owed more, minor units; negative is owed back")
    proposed_by: str | None = Field(description="told to officials alone")
    proposed_at: datetime
    decided_at: datetime | None
    decision: str


class CorrectionPage(Schema):
    """Some corrections, the latest first."""

    items: list[CorrectionTold]
    next: str | None


class AppealWanted(Form):
    """An appeal against a decision."""

    against: Against
    number: Annotated[int, Field(ge=1, le=LARGEST_ID, description="of what was decided")]
    grounds: Long
    suspension: bool = Field(default=False, description="that collection waits is asked for")


class AppealAdmitted(Form):
    """Whether an appeal is admitted."""

    admit: bool
    suspend: bool = Field(default=False, description="collection waits for the decision")
    reason: Annotated[str, StringConstraints(max_length=512)] = Field(
        "", description="needed where it is not admitted", examples=["Lodged by a stranger"]
    )


class AppealHeard(Form):
    """What was said at the hearing."""

    record: Long


class AppealTakenBack(Form):
    """What a tax is lowered by."""

    tax: Annotated[str, StringConstraints(min_length=1, max_length=16)] = Field(examples=["A00"])
    amount: Annotated[int, Field(ge=1, le=LARGEST_ID)]


class AppealDecided(Form):
    """The decision on an appeal."""

    outcome: AppealOutcome
    reasons: Long
    taken_back: list[AppealTakenBack] = Field(
        default=[], max_length=50, description="with the outcome changed"
    )


class AppealTold(Schema):
    """An appeal with its clocks."""

    id: int
    mrn: str | None
    against: Against
    number: int
    state: AppealState
    ball: BallTold | None = Field(description="who has to act now, what, and until when")
    grounds: str
    suspended: bool = Field(description="collection waits for the decision")
    lodged_at: datetime
    admit_due: str = Field(description="last day to admit or refuse it")
    decide_due: str | None = Field(description="last day to decide it")
    hearing: str
    outcome: str
    reasons: str
    amount: int = Field(description="taken back, minor units")
    decided_at: datetime | None


class AppealPage(Schema):
    """Some appeals, the latest first."""

    items: list[AppealTold]
    next: str | None


def correction(actor: Actor, row: Correction) -> dict[str, Any]:
    """Return a correction as this actor may know it, its declaration loaded."""
    names = (
        "state", "version", "reason", "currency", "difference", "proposed_at", "decided_at",
        "decision",
    )  # fmt: skip
    return {
        "id": row.pk,
        "mrn": row.declaration.mrn,
        "proposed_by": row.proposed_by if actor.has(*OFFICIALS) else None,
        "ball": ball(standing.of_correction(row)),
        "changes": [
            {"item": one.item, "datum": one.datum, "value": one.value}
            for one in changing.read(row.changes)
        ],
        **{name: getattr(row, name) for name in names},
    }


def appeal(row: Appeal) -> dict[str, Any]:
    """Return an appeal as it is told, its declaration loaded."""
    names = (
        "number", "state", "grounds", "suspended", "lodged_at", "hearing", "outcome", "reasons",
        "amount", "decided_at",
    )  # fmt: skip
    due = row.decide_due
    return {
        "id": row.pk,
        "mrn": row.declaration.mrn,
        "against": row.kind,
        "ball": ball(standing.of_appeal(row)),
        "admit_due": iso_of(row.admit_due),
        "decide_due": None if due is None else iso_of(due),
        **{name: getattr(row, name) for name in names},
    }
