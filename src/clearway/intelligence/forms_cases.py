"""What the operations on names, matches, targeting cases, links and hits take and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from clearway.accounts.forms import LARGEST_ID, Form, Reason
from clearway.intelligence.forms import Name, SecondKey, WatchEntryTold
from clearway.intelligence.matching import TOGETHER

StateOfMatch = Literal["open", "confirmed", "dismissed"]
StateOfCase = Literal["new", "reviewed", "targeted", "cleared"]


class NameAsked(Form):
    """A name to look for, with second keys where they are known."""

    name: Name
    keys: list[SecondKey] = Field(default=[], max_length=20)
    reason: Reason = Field(description="why you look: it is logged")


class ListedName(Schema):
    """An entry whose name is like the one asked for."""

    entry: WatchEntryTold
    score: float
    agreeing: list[str] = Field(description="kinds of second keys that agree")
    differing: list[str]


class PlaceOnRecord(Schema):
    """Where somebody stands on the record."""

    about: Literal["declaration", "document"]
    number: str
    role: str


class RecordedName(Schema):
    """Somebody whom the record names so."""

    key: str = Field(description="for the view of links")
    name: str
    identifier: str
    country: str
    score: float
    places: list[PlaceOnRecord]


class NamesFound(Schema):
    """What lists and record hold of a name."""

    listed: list[ListedName]
    recorded: list[RecordedName]


class WatchMatchTold(Schema):
    """Somebody on the record who may be an entry."""

    id: int
    state: StateOfMatch
    how: Literal["exact", "name"]
    score: float
    agreeing: list[str]
    differing: list[str]
    entry: WatchEntryTold
    name: str
    identifier: str
    country: str
    address: str
    key: str = Field(description="for the view of links")
    decided_by: str
    why: str


class WatchMatchPage(Schema):
    """Some matches, the latest first."""

    items: list[WatchMatchTold]
    next: str | None


class MatchDecision(Form):
    """Whether a candidate is who is looked for."""

    confirm: bool
    reason: Reason


class MatchesDecision(MatchDecision):
    """What is decided on several matches, for one reason."""

    numbers: list[Annotated[int, Field(ge=1, le=LARGEST_ID)]] = Field(
        min_length=1, max_length=TOGETHER, examples=[[1, 2]]
    )


class MatchNotDecided(Schema):
    """A match that could not be decided, and why."""

    id: int
    why: str
    remedy: str


class MatchesDecided(Schema):
    """What became of each match; those that were refused stand as they stood."""

    decided: list[int]
    refused: list[MatchNotDecided]


class TargetingCaseTold(Schema):
    """A case as it stands in a list."""

    id: int
    about: Literal["declaration", "document"]
    number: str
    office: str
    state: StateOfCase
    opened_at: datetime
    expected_at: datetime | None
    note: str
    wish: str
    decided_by: str


class TargetingAlert(Schema):
    """Why a case was opened."""

    role: str
    at: datetime
    match: WatchMatchTold


class TargetingCaseWhole(TargetingCaseTold):
    """A case with its alerts."""

    reviewed_by: str
    alerts: list[TargetingAlert]


class TargetingCasePage(Schema):
    """Some cases, the latest first."""

    items: list[TargetingCaseTold]
    next: str | None


class TargetingDecision(Form):
    """What is done with a case."""

    act: Literal["review", "target", "clear"]
    note: Annotated[str, StringConstraints(max_length=2000)] = Field(
        default="", description="the target note, or why it is cleared"
    )
    wish: Literal["", "inspect", "hold", "both"] = ""


class LinkNode(Schema):
    """Somebody or something in the view of links; step 0 is whom it is about."""

    key: str
    kind: str
    name: str
    identifier: str
    step: int
    watched: bool


class LinkEdge(Schema):
    """Two that stand on records together."""

    one: str
    other: str
    roles: list[str]
    records: int
    last: str


class LinksTold(Schema):
    """The view of links; ``cut`` says that more is on record than is shown."""

    nodes: list[LinkNode]
    edges: list[LinkEdge]
    cut: bool


class WatchHitTold(Schema):
    """An entry that stood behind a flag when a version was assessed."""

    version: int
    flag: str
    entry: WatchEntryTold


class WatchHits(Schema):
    """The entries behind a declaration's flags, the latest version first."""

    items: list[WatchHitTold]
