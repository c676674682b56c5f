"""What the operations on lists and their entries take and answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from clearway.accounts.forms import Day, Form, Reason
from clearway.intelligence.keys import Key
from clearway.intelligence.rules import EntryWanted

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

    def wanted(self) -> EntryWanted:
        """Return it as the service takes it."""
        told = self.model_dump(exclude={"aliases", "keys"})
        keys = tuple(Key(one.kind, one.value) for one in self.keys)
        return EntryWanted(**told, aliases=tuple(self.aliases), keys=keys)


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
