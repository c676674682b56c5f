"""What the operations on the register of intelligence take and answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from clearway.accounts.forms import Day, Form, Reason
from clearway.intelligence.forms import Name
from clearway.intelligence.register import Wanted

SubjectKind = Literal["party", "route", "commodity", "conveyance", "address"]
Grade = Literal["A", "B", "C", "D", "E"]
Credibility = Literal["1", "2", "3", "4", "5"]
KindOfLink = Literal["party", "profile", "declaration", "case"]


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

    def wanted(self) -> Wanted:
        """Return it as the service takes it."""
        return Wanted(**self.model_dump(include=set(Wanted.__struct_fields__)))


class IntelligenceAmended(IntelligenceContent):
    """A new version of an entry, and why."""

    why: Reason


class IntelligenceLinkWanted(Form):
    """What an entry is linked to: a party's or case's number, a profile's code, an MRN."""

    kind: KindOfLink = Field(examples=["profile"])
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

    kind: KindOfLink
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
