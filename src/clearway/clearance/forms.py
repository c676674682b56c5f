"""What the room's operations take and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from clearway.accounts.forms import Form
from clearway.clearance.deciding import Outcome, order_of
from clearway.clearance.models import Assignment, Proposal
from clearway.clearance.queries import Desk
from clearway.declarations import told
from clearway.declarations.told import DeclarationTold, Free, LaneName

ActorName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64, pattern="^(user|key):[0-9]{1,18}$"),
    Field(examples=["user:1"]),
]


class HeldTold(Schema):
    """A declaration in your hands."""

    declaration: DeclarationTold
    taken_at: datetime


class QueueTold(Schema):
    """What lies before you, and what waits and nobody has taken, who waits longest first."""

    in_hand: list[HeldTold]
    waiting: list[DeclarationTold]
    counts: dict[LaneName, int] = Field(
        description="untaken ones by lane", examples=[{"yellow": 12, "red": 3}]
    )


class NextWanted(Form):
    """Of which lane the next one is to be."""

    lane: LaneName | None = Field(None, description="any where it is left out")


class NextTold(Schema):
    """What was taken."""

    declaration: DeclarationTold | None = Field(description="none where nothing waits")


class DecisionTaken(Form):
    """What an officer decides on a declaration.

    ``accept`` finds in order what the lane asked for and releases what is ready for it; ``ask``
    asks the trader for documents; ``control`` sends the goods to control.
    """

    decision: Literal["accept", "ask", "control"]
    reason: Free = Field(
        "",
        description="for ask, which documents, as the trader will read it; for control, why, "
        "which customs alone reads",
        examples=["The price list for item 2"],
    )
    documents_checked: bool = Field(default=False, description="with accept: they are in order")
    goods_controlled: bool = Field(default=False, description="with accept: they are in order")
    security: Annotated[str, StringConstraints(max_length=70)] = Field(
        "", description="with accept: what covers the debt", examples=["GRN-26-000017"]
    )
    version: int | None = Field(
        None,
        ge=1,
        le=32767,
        description="with accept: the version that you looked at; an amended one is refused",
    )


class OutcomeTold(Schema):
    """What became of a decision.

    ``proposed``: the pack asks for two persons, and a second one confirms it or sends it back.
    """

    outcome: Literal["released", "assessed", "proposed", "sent_back", "asked", "controlled"]
    declaration: DeclarationTold


class DeskTold(Schema):
    """An officer's desk."""

    officer: str = Field(description="his name as an actor; reassign by it", examples=["user:12"])
    called: str = Field(description="his address, or the key's name")
    offices: list[str] = Field(description="empty text for any; none: no officer any more")
    in_hand: int
    oldest: datetime | None = Field(description="when what lies there longest was taken")
    decided: int = Field(description="of what he had taken, in the last 24 hours")


class DesksTold(Schema):
    """The desks that you answer for, the fullest first."""

    items: list[DeskTold]


class ReassignmentWanted(Form):
    """Who is to have a declaration."""

    officer: ActorName


class ProposalTold(Schema):
    """A decision that waits for a second person."""

    id: int
    mrn: str | None
    version: int = Field(description="the one that was decided on")
    outdated: bool = Field(description="it was amended since: it can be sent back only")
    proposed_at: datetime
    proposed_by: str = Field(description="name of the first person as an actor")
    reason: str = Field(description="what he noted")


class ProposalPage(Schema):
    """Some decisions that you might confirm, the earliest first."""

    items: list[ProposalTold]
    next: str | None


class ConfirmationWanted(Form):
    """The second person's word."""

    confirm: bool
    reason: Free = Field("", description="needed where it is sent back", examples=["Weigh again"])


def held(row: Assignment) -> dict[str, Any]:
    """Return an assignment as its officer is told of it."""
    return {"declaration": told.declaration(row.declaration), "taken_at": row.taken_at}


def outcome(done: Outcome) -> dict[str, Any]:
    """Return an outcome as it is told."""
    return {"outcome": done.what, "declaration": told.declaration(done.declaration)}


def desk(one: Desk) -> dict[str, Any]:
    """Return a desk as it is told."""
    return {**one._asdict(), "offices": list(one.offices)}


def proposal(row: Proposal) -> dict[str, Any]:
    """Return a proposal as it is told, its declaration loaded."""
    return {
        "id": row.pk,
        "mrn": row.declaration.mrn,
        "version": row.version,
        "outdated": row.version != row.declaration.version,
        "proposed_at": row.proposed_at,
        "proposed_by": row.proposed_by,
        "reason": order_of(row).reason,
    }
