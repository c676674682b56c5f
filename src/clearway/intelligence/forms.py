"""What the room's operations take and answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from clearway.accounts.forms import Day, Form, Reason

Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=350),
    Field(examples=["Nguyễn Văn Ân"]),
]
Code = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$"),
    Field(examples=["own-targets"]),
]
KindOfList = Literal["targeting", "conveyances", "sanctions"]
KindOfEntry = Literal["person", "organisation", "conveyance", "container"]
KindOfKey = Literal["birth", "identity", "trader", "country", "address", "means", "container"]
StateOfEntry = Literal["proposed", "in_force", "refused", "ended"]
StateOfVersion = Literal["proposed", "in_force", "superseded", "refused"]
StateOfMatch = Literal["open", "confirmed", "dismissed"]
StateOfCase = Literal["new", "reviewed", "targeted", "cleared"]
SubjectKind = Literal["party", "route", "commodity", "conveyance", "address"]
Grade = Literal["A", "B", "C", "D", "E"]
Credibility = Literal["1", "2", "3", "4", "5"]


class WatchlistWanted(Form):
    """A list to be made."""

    code: Code
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    kind: KindOfList
    publisher: Annotated[str, StringConstraints(max_length=120)] = ""


class WatchlistTold(Schema):
    """A list, with how many entries count and the version in force of an imported one."""

    code: str
    name: str
    kind: KindOfList
    publisher: str
    entries: int
    version: int = Field(description="0: none, or a list of one's own")


class Watchlists(Schema):
    """Every list."""

    items: list[WatchlistTold]


class SecondKey(Form):
    """What tells two bearers of one name apart."""

    kind: KindOfKey
    value: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=350)
    ] = Field(examples=["XP1000000001"])


class WatchEntryWanted(Form):
    """An entry of a list of one's own. It has a reason and an end."""

    kind: KindOfEntry
    name: Name
    aliases: list[Name] = Field(default=[], max_length=20)
    keys: list[SecondKey] = Field(default=[], max_length=20)
    effect: Literal["stop", "alert"] = Field(
        examples=["alert"],
        description="stop: fills the flags of profiles, and needs a second person",
    )
    reason: Reason
    starts: Day = Field(examples=["2026-03-01"])
    ends: Day = Field(
        examples=["2027-03-01"], description="the first day on which it counts no more"
    )


class WatchEntryTold(Schema):
    """An entry as it stands in a list of entries."""

    id: int
    watchlist: str
    number: str
    kind: str
    name: str
    effect: Literal["stop", "alert"]
    state: StateOfEntry
    reason: str
    starts: date
    ends: date | None = Field(description="absent: until a version of its list lacks it")


class EntryNameTold(Schema):
    """A name of an entry: primary, aka, fka or nka."""

    kind: str
    name: str


class SecondKeyTold(Schema):
    """A second key of an entry."""

    kind: KindOfKey
    value: str


class WatchEntryWhole(WatchEntryTold):
    """An entry with its names, second keys and who did what."""

    remarks: str
    names: list[EntryNameTold]
    keys: list[SecondKeyTold]
    author: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    decided_why: str
    ended_why: str


class WatchEntryPage(Schema):
    """Some entries."""

    items: list[WatchEntryTold]
    next: str | None


class SecondDecision(Form):
    """What a second person decides."""

    approve: bool
    reason: Reason


class EntryEnding(Form):
    """Why an entry ends."""

    reason: Reason


class ListVersionTold(Schema):
    """A version of an imported list, with what it changes."""

    number: int
    label: str
    published: date
    state: StateOfVersion
    entries: int
    added: int
    changed: int
    removed: int
    reason: str
    imported_by: str
    imported_at: datetime
    decided_by: str
    decided_why: str
    sha256: str


class ListVersions(Schema):
    """The versions of a list, the latest first."""

    items: list[ListVersionTold]


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


class IntelligenceContent(Form):
    """An entry of the register: source, grades, subject, text, reasons, who may see it, its end."""

    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    reliability: Grade = Field(description="of the source: A always reliable … E untested")
    credibility: Credibility = Field(description="of what it says: 1 known … 5 suspected false")
    subject_kind: SubjectKind
    subject: Name
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
    reasons: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=512)]
    audience: Literal["analysts", "customs"]
    ends: Day = Field(examples=["2027-03-01"])


class IntelligenceAmended(IntelligenceContent):
    """A new version of an entry, and why."""

    why: Reason


class IntelligenceLinkWanted(Form):
    """What an entry is linked to: a party's or case's number, a profile's code, an MRN."""

    kind: Literal["party", "profile", "declaration", "case"] = Field(examples=["profile"])
    key: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128)]


class IntelligenceClosing(Form):
    """Why an entry is closed."""

    reason: Reason


class IntelligenceTold(Schema):
    """An entry of the register."""

    id: int
    source: str
    reliability: Grade
    credibility: Credibility
    subject_kind: SubjectKind
    subject: str
    text: str
    reasons: str
    audience: Literal["analysts", "customs"]
    ends: date
    state: Literal["open", "closed"]
    version: int
    author: str
    recorded_at: datetime


class IntelligenceLinkTold(Schema):
    """What an entry is linked to."""

    kind: Literal["party", "profile", "declaration"]
    key: str
    by: str
    at: datetime


class IntelligenceVersionTold(Schema):
    """A version of an entry."""

    number: int
    text: str
    why: str
    by: str
    at: datetime


class IntelligenceWhole(IntelligenceTold):
    """An entry with its links and versions, the latest first."""

    links: list[IntelligenceLinkTold]
    versions: list[IntelligenceVersionTold]
    closed_why: str


class IntelligencePage(Schema):
    """Some entries of the register, the latest first."""

    items: list[IntelligenceTold]
    next: str | None
