"""What the operations on audits take and answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from clearway.accounts.forms import Form, Reason
from clearway.audit.actor import Actor
from clearway.clearance.forms_goods import BallTold, ball_told
from clearway.clearance.standing import Ball
from clearway.post_clearance import queries, standing
from clearway.post_clearance.access import OFFICIALS
from clearway.post_clearance.changing import Change, Datum
from clearway.post_clearance.models import Audit, AuditedDeclaration, Draw
from clearway.vocabulary.dates import iso_of

AuditState = Literal[
    "selected", "notified", "field", "draft", "heard", "decided", "collected", "refunded", "closed",
]  # fmt: skip
Ground = Literal["ordinary", "negligence", "fraud"]
Long = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4000),
    Field(examples=["Item 1 is a machine of heading 8543, not a converter of heading 8504."]),
]
OneMrn = Annotated[
    str,
    StringConstraints(min_length=1, max_length=19, pattern="^[0-9A-Z]+$"),
    Field(examples=["26XP0000000000000A1"]),
]
Officer = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64, pattern="^(user|key):[0-9]{1,18}$"),
    Field(examples=["user:1"]),
]


class SelectionTold(Schema):
    """A released declaration that was selected for an audit and waits to be taken up."""

    id: int
    mrn: str
    party: str
    channel: Literal["lane", "score", "random"] = Field(description="why it was selected")
    propensity: int = Field(description="its chance of being selected, in ten-thousandths")
    score: int | None = Field(description="of its assessment, in points")
    selected_at: datetime


class SelectionPassedOver(Form):
    """Why a selected declaration is not audited."""

    reason: Reason


class SelectionPage(Schema):
    """Some selections, the earliest first."""

    items: list[SelectionTold]
    next: str | None


class AuditWanted(Form):
    """Which released declarations of one party are to be audited, and why."""

    declarations: Annotated[list[OneMrn], Field(min_length=1, max_length=200)]
    reason: Reason
    ground: Ground = Field("ordinary", description="sets the limitation period and the penalty")


class AuditTeamNamed(Form):
    """Who audits, and what the party is told."""

    team: Annotated[list[Officer], Field(min_length=1, max_length=20)]
    reason: Reason


class ChangeFound(Form):
    """One datum of one goods item as it should have been declared."""

    item: Annotated[int, Field(ge=1, le=9999)]
    datum: Datum
    value: Annotated[str, StringConstraints(min_length=1, max_length=512)] = Field(
        description="numbers with a decimal point; masses in kilograms", examples=["94033000"]
    )

    def change(self) -> Change:
        """Return it as the service takes it."""
        return Change(self.item, self.datum, self.value)


class DeclarationFound(Form):
    """What one declaration should have said."""

    mrn: OneMrn
    changes: Annotated[list[ChangeFound], Field(min_length=1, max_length=500)]


class FindingsDrafted(Form):
    """What was found; a declaration that is not named stands as it is."""

    findings: Long
    declarations: list[DeclarationFound] = Field(default=[], max_length=200)


class FindingsAnswered(Form):
    """The party's answer to the findings."""

    answer: Long


class AuditDecided(Form):
    """The decision. Other findings than the drafted ones are drafted, and heard, anew."""

    upheld: bool = Field(description="the findings stand; else the declarations do")
    reasons: Long


class DisclosureMade(Form):
    """What is wrong, told before customs told of an audit."""

    what: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
        Field(examples=["Freight of invoice 17 was left out of the value."]),
    ]


class AuditDropped(Form):
    """Why."""

    reason: Reason


class AuditLineTold(Schema):
    """A tax on an item, as it was and as it should have been. Minor units."""

    item: int
    tax: str
    before: int
    after: int


class AuditedTold(Schema):
    """A declaration in an audit."""

    mrn: str | None
    extra: int | None = Field(description="owed more; negative is owed back")
    interest: int | None
    interest_days: int | None
    lines: list[AuditLineTold]


def ball(found: Ball | None) -> dict[str, Any] | None:
    """Return who has to act, as it is told; nobody once it is over."""
    return None if found is None else ball_told(found)


class AuditTold(Schema):
    """An audit after release. Amounts in minor units of ``currency``."""

    id: int
    party: str = Field(description="identification number of the audited trader")
    office: str
    state: AuditState
    ball: BallTold | None = Field(description="who has to act now, what, and until when")
    ground: Ground
    channel: str | None = Field(description="how it was selected: told to officials alone")
    propensity: int | None = Field(description="ten-thousandths; told to officials alone")
    reason: str | None = Field(description="why it was opened: told to officials alone")
    declarations: list[str]
    opened_at: datetime
    disclosed_at: datetime | None
    notified_at: datetime | None
    hearing_until: str | None = Field(description="last day for the party's answer")
    heard_at: datetime | None
    upheld: bool | None
    decided_at: datetime | None
    currency: str
    extra: int | None
    penalty: int | None
    interest: int | None


class AuditWhole(AuditTold):
    """An audit with its team, findings, answer and decision."""

    team: list[str] | None = Field(description="told to officials alone")
    disclosure: str
    findings: str
    answer: str
    decision: str
    subjects: list[AuditedTold]


class AuditPage(Schema):
    """Some audits, the latest first."""

    items: list[AuditTold]
    next: str | None


def selection(row: Draw) -> dict[str, Any]:
    """Return a selection as it is told, its declaration loaded."""
    return {
        "id": row.pk,
        "mrn": row.declaration.mrn,
        "party": row.declaration.importer or row.declaration.exporter,
        "channel": row.channel,
        "propensity": row.propensity,
        "score": row.score,
        "selected_at": row.at,
    }


_PLAIN = (
    "party", "office", "state", "ground", "opened_at", "disclosed_at", "notified_at", "heard_at",
    "upheld", "decided_at", "currency", "extra", "penalty", "interest",
)  # fmt: skip


def audit(actor: Actor, row: Audit, subjects: Sequence[AuditedDeclaration]) -> dict[str, Any]:
    """Return an audit as this actor may know it.

    A party is not told how it was chosen, nor what was worked out before it was put to it.
    """
    official = actor.has(*OFFICIALS)
    told = {name: getattr(row, name) for name in _PLAIN}
    until = row.hearing_until
    return {
        "id": row.pk,
        **told,
        "ball": ball(standing.of_audit(row)),
        "channel": row.channel if official else None,
        "propensity": row.propensity if official else None,
        "reason": row.reason if official else None,
        "declarations": [one.declaration.mrn for one in subjects],
        "hearing_until": None if until is None else iso_of(until),
    }


def whole(actor: Actor, row: Audit) -> dict[str, Any]:
    """Return an audit with everything that this actor may know of it."""
    subjects = queries.subjects(row)
    return {
        **audit(actor, row, subjects),
        "team": queries.team(row) if actor.has(*OFFICIALS) else None,
        **{name: getattr(row, name) for name in ("disclosure", "findings", "answer", "decision")},
        "subjects": [subject(one) for one in subjects],
    }


def subject(row: AuditedDeclaration) -> dict[str, Any]:
    """Return a declaration of an audit as it is told."""
    names = ("item", "tax", "before", "after")
    return {
        "mrn": row.declaration.mrn,
        **{name: getattr(row, name) for name in ("extra", "interest", "interest_days")},
        "lines": [{name: getattr(one, name) for name in names} for one in queries.lines(row)],
    }
