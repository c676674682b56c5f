"""What the room's operations take and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from clearway.accounts.forms import Form, Instant, Reason

Note = Annotated[str, StringConstraints(max_length=512)]
Container = Annotated[str, StringConstraints(max_length=35)]
Agency = Annotated[str, StringConstraints(max_length=17)]
ItemPlace = Annotated[int, Field(ge=0, le=999, description="0 for all goods", examples=[1])]
LookAt = Literal["documents", "goods", "seals", "sample", "weight"]
StateOfInspection = Literal[
    "ordered", "assigned", "started", "sampled", "satisfactory", "discrepancy", "approved",
    "closed", "cancelled",
]  # fmt: skip
FindingCode = Literal[
    "quantity_excess", "quantity_short", "classification", "origin", "value", "undeclared_goods",
    "ipr", "prohibited", "seal_broken",
]  # fmt: skip
Question = Literal[
    "documents_agree", "marks_and_packages", "description", "quantity", "classification",
    "origin_marks", "nothing_undeclared", "seals_intact", "sample_drawn", "weight",
]  # fmt: skip


class InspectionBrief(Schema):
    """A look at goods as its declaration's parties are told of it."""

    id: int
    mrn: str | None
    unit: str = Field(description="container it is about; empty for all goods")
    state: StateOfInspection
    asked_by: list[str] = Field(description="agencies that asked; customs: empty text")
    ordered_at: datetime
    due_at: datetime | None = Field(description="end of the service clock, once it runs")
    started_at: datetime | None
    ended_at: datetime | None
    outcome: str = Field(description="satisfactory or discrepancy, once it is closed")
    amount_at_stake: int | None = Field(description="minor units, once it is closed")
    currency: str


class InspectionBriefs(Schema):
    """The looks at one declaration's goods, the latest first."""

    items: list[InspectionBrief]


class InspectionTold(InspectionBrief):
    """A look at goods as officials are told of it."""

    office: str
    containers: list[str]
    team: list[str] = Field(description="those who were drawn, as actors")


class InspectionPage(Schema):
    """Some inspections, the latest first."""

    items: list[InspectionTold]
    next: str | None


class OrderOfInspection(Schema):
    """Who asked, at what to look, and what its officer found."""

    asked_by: str
    look_at: list[LookAt]
    reason: str
    ordered_at: datetime
    state: Literal["open", "answered", "cancelled"]
    outcome: str
    note: str


class ChecklistAnswer(Schema):
    """A question of the checklist with its answer, empty where it has none."""

    code: Question
    answer: str
    note: str


class InspectionFinding(Schema):
    """What differs from the declaration."""

    id: int
    asked_by: str
    code: FindingCode
    item: int
    declared: str
    found: str
    note: str
    at: datetime


class InspectionPhoto(Schema):
    """A picture. Its bytes are at ``…/photos/{photo}``."""

    id: int
    item: int
    name: str
    media_type: str
    size: int
    sha256: str
    at: datetime


class InspectionSample(Schema):
    """A sample with what the laboratory found, once it has answered."""

    id: int
    number: str
    item: int
    what: str
    seal: str
    laboratory: str
    at: datetime
    conclusion: str
    report: str
    text: str


class InspectionSeal(Schema):
    """A seal that was broken or set."""

    id: int
    what: Literal["broken", "set"]
    number: str
    unit: str
    party: str
    seal_class: str
    known: bool
    at: datetime


class TaxAtStake(Schema):
    """One tax of one item as declared and as found, in minor units."""

    item: int
    tax: str
    declared: int | None
    found: int | None


class InspectionWhole(InspectionTold):
    """A look at goods with everything that was noted."""

    orders: list[OrderOfInspection]
    checklist: list[ChecklistAnswer]
    findings: list[InspectionFinding]
    photos: list[InspectionPhoto]
    samples: list[InspectionSample]
    seals: list[InspectionSeal]
    taxes: list[TaxAtStake]
    reason: str = Field(description="what the second person said")


class InspectionWanted(Form):
    """At what to look, and why, which officers alone read."""

    look_at: Annotated[list[LookAt], Field(min_length=1, max_length=5, examples=[["goods"]])]
    reason: Reason
    unit: Container = Field("", description="a container of the declaration; all goods otherwise")


class InspectorsWanted(Form):
    """Why a team is drawn anew."""

    reason: Reason
    asked_by: Agency = Field("", description="of which agency; customs otherwise")


class InspectorsDrawn(Schema):
    """A draw with all that went in, worked out again now."""

    asked_by: str
    round: int
    at: datetime
    by: str
    reason: str
    day: int = Field(description="of the secret, since 1970-01-01")
    key: str
    size: int
    pool: list[str]
    left_out: dict[str, str] = Field(
        description="who could not be drawn: interest, of_party, replaced",
        examples=[{"user:12": "interest"}],
    )
    drawn: list[str]
    secret_digest: str = Field(description="SHA-256 of the secret of the day")
    reference_hash: str
    holds: bool = Field(description="the same persons come out of it again")


class DrawsOfInspectors(Schema):
    """The draws of an inspection."""

    items: list[InspectorsDrawn]


class BeginningTold(Form):
    """When a look began, where a device tells it later."""

    at: Instant | None = Field(None, examples=["2026-03-02T08:15:00Z"])


class AnswerGiven(Form):
    """One answer of the checklist."""

    answer: Literal["yes", "no", "not_applicable"]
    note: Note = ""


class AnswersGiven(Form):
    """Answers to questions of the checklist, by question."""

    answers: dict[Question, AnswerGiven] = Field(
        min_length=1, max_length=20, examples=[{"quantity": {"answer": "yes"}}]
    )


class FindingWanted(Form):
    """What differs from the declaration; what was declared is read from the record."""

    code: FindingCode
    item: ItemPlace = 0
    found: Annotated[str, StringConstraints(max_length=70)] = Field(
        "",
        description="the quantity, code, country or amount found; of undeclared goods their code",
        examples=["560"],
    )
    value: Annotated[str, StringConstraints(max_length=24, pattern=r"^[0-9.]*$")] = Field(
        "", description="of undeclared goods their worth, in the invoice's currency"
    )
    note: Note = ""


class SampleWanted(Form):
    """A sample drawn from the goods."""

    item: Annotated[int, Field(ge=1, le=999)]
    what: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    seal: Annotated[str, StringConstraints(min_length=1, max_length=35)]
    laboratory: Annotated[str, StringConstraints(min_length=1, max_length=70)]


class LabResultGiven(Form):
    """What a laboratory found in a sample."""

    conclusion: Literal["conforms", "differs"]
    report: Annotated[str, StringConstraints(min_length=1, max_length=70)]
    text: Annotated[str, StringConstraints(max_length=2000)] = ""


class SealGiven(Form):
    """A seal broken or set."""

    what: Literal["broken", "set"]
    seal: Annotated[str, StringConstraints(min_length=1, max_length=35, pattern="^[0-9A-Za-z-]+$")]
    unit: Container = ""
    party: Annotated[str, StringConstraints(min_length=1, max_length=17)] = "customs"
    seal_class: Literal["", "H", "S", "I"] = Field("", description="ISO 17712")


class ResultGiven(Form):
    """The result for those for whom you inspect."""

    outcome: Literal["satisfactory", "discrepancy"]
    note: Note = ""
    at: Instant | None = Field(None, description="when the look ended; now otherwise")
    rest_in_order: bool = Field(
        default=False, description="answer every open question of the checklist with yes"
    )


class ApprovalGiven(Form):
    """The second person's word on a discrepancy."""

    confirm: bool
    reason: Note = Field("", description="needed where it is sent back", examples=["Weigh again"])


class InspectionReport(Schema):
    """The report of a closed inspection, with the hash of its content."""

    number: str
    sha256: str
    at: datetime
    content: dict[str, Any] = Field(examples=[{"mrn": "26XP0000000000000A1"}])


class InterestWanted(Form):
    """The party in which you have an interest."""

    party: Annotated[
        str,
        StringConstraints(min_length=1, max_length=17, pattern="^[0-9A-Za-z]+$"),
        Field(examples=["XP1000000001"]),
    ]
    reason: Reason


class InterestTold(Schema):
    """A declared interest."""

    id: int
    person: str
    party: str
    reason: str
    declared_at: datetime
    ended_at: datetime | None


class InterestPage(Schema):
    """Some declared interests, the latest first."""

    items: list[InterestTold]
    next: str | None


class InterestEnded(Form):
    """Why an interest is no more."""

    reason: Reason


class LabelTold(Schema):
    """What looking at one item showed."""

    id: int
    mrn: str | None
    item: int
    commodity: str
    origin: str
    importer: str
    office: str
    lane: int | None
    channel: str
    score: int | None
    features: dict[str, Any] = Field(examples=[{"procedure": "40"}])
    outcome: Literal["satisfactory", "discrepancy"]
    codes: list[str]
    at_stake: int | None
    at: datetime


class LabelPage(Schema):
    """Some labelled rows, the earliest first."""

    items: list[LabelTold]
    next: str | None
