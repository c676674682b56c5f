"""How profiles are asked for and told by the API."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from clearway.accounts.forms import Day, Form, Reason
from clearway.risk.profiles.rules import MOST_WEIGHT

LaneAsked = Literal["blue", "yellow", "red"]
ChannelAsked = Literal["profile", "watchlist", "legal_stop"]
ProfileStanding = Literal[
    "draft", "tested", "shadow", "proposed", "approved", "live", "retiring", "expired", "retired"
]
Code = Annotated[
    str,
    StringConstraints(pattern="^[A-Z][A-Z0-9]*(-[A-Z0-9]+){0,4}$", max_length=32),
    Field(examples=["UV-017"]),
]
Digest = Annotated[
    str,
    StringConstraints(pattern="^[0-9a-f]{64}$"),
    Field(description="`digest` of the text that was read"),
]
Condition = Annotated[
    str,
    StringConstraints(max_length=4096),
    Field(
        description="in the profile language",
        examples=["origin IN ('CN', 'VN') AND hs LIKE '8517%' AND value_per_kg < 3"],
    ),
]


class ConditionForm(Form):
    """A condition to be checked; nothing is kept."""

    condition: Condition


class ProfileForm(Form):
    """What is written of a profile."""

    name: Annotated[str, StringConstraints(max_length=160)] = Field(examples=["Cheap telephones"])
    condition: Condition
    lane: LaneAsked | None = Field(None, description="none: it adds its weight to the score only")
    weight: Annotated[int, Field(ge=0, le=MOST_WEIGHT)] = Field(0, description="whole points")
    channel: ChannelAsked = "profile"
    trader_text: Annotated[str, StringConstraints(max_length=40)] = Field(
        "", description="sentence that tells a trader which datum to mend; names no profile"
    )
    owner: Annotated[str, StringConstraints(max_length=80)] = Field(
        description="office that answers for it", examples=["Risk Management Office"]
    )
    reasons: Annotated[str, StringConstraints(max_length=4000)] = Field(
        description="why it is needed", examples=["Four undervalued consignments in February"]
    )
    valid_from: Day
    valid_to: Day = Field(description="the first day without it; two years later at most")


class NewProfileForm(ProfileForm):
    """A new version of a profile, the first or the next one."""

    code: Code


class AmendedProfileForm(ProfileForm):
    """What is written anew."""

    seen: Digest


class ProfileSeenForm(Form):
    """The text that was read."""

    seen: Digest


class ProfileTrialForm(Form):
    """A period of history, both days included; a year at most."""

    seen: Digest
    since: Day
    until: Day


class ProfileDecisionForm(Form):
    """A second person's word."""

    seen: Digest
    reason: Reason


class ProfileRetirementForm(Form):
    """Why it is to go."""

    reason: Reason


class ProblemOfCondition(Schema):
    """One thing wrong with a condition."""

    column: int = Field(description="place in the text, from 1")
    what: str
    remedy: str = Field(description="names the nearest column where one is unknown")


class ConditionChecked(Schema):
    """What is wrong with a condition; nothing, where it can be used."""

    sound: bool
    problems: list[ProblemOfCondition]


class ProfileColumn(Schema):
    """A column that a condition may name."""

    name: str
    type: Literal["text", "number", "boolean", "date"]
    meaning: str
    source: str
    wco_id: str
    formula: str


class ProfileColumns(Schema):
    """All of them."""

    items: list[ProfileColumn]


class ProfileWorthTold(Schema):
    """What inspections showed of its hits, beside what they showed of goods drawn at random."""

    inspected: int
    found: int
    rate: float | None
    base_rate: float | None = Field(description="of goods drawn at random")
    chance: float = Field(description="that it finds a quarter more than the random draw")
    retire: bool = Field(description="whether the evidence speaks for its end")


class ProfileTextTold(Schema):
    """What was written of a version."""

    number: int
    name: str
    condition: str
    lane: LaneAsked | None
    weight: int
    channel: ChannelAsked
    trader_text: str
    owner: str
    reasons: str
    valid_from: dt.date
    valid_to: dt.date
    author: str
    at: dt.datetime
    digest: str


class ProfileLoadTold(Schema):
    """What an office would have had to look at."""

    office: str
    declarations: int
    hits: int
    days: int
    busiest: int = Field(description="hits of the busiest day")


class ProfileOverlapTold(Schema):
    """A profile in force that hits the same declarations."""

    profile: str
    hits: int
    both: int


class ProfileFindsTold(Schema):
    """What inspections showed: declarations opened, those with a finding, taxes at stake."""

    inspected: int
    found: int
    at_stake: int = Field(description="minor units of the pack's currency")


class ProfileTrialTold(Schema):
    """What a text did on history, counted in declarations."""

    text: int
    since: dt.date
    until: dt.date
    passed: bool
    share: int = Field(description="hits of the declarations, in hundredths of a per cent")
    most: int = Field(description="the share that the pack allows")
    whole: bool = Field(description="false: only the newest declarations of the period")
    declarations: int
    hits: int
    items: int
    item_hits: int
    alone: int = Field(description="hits that no profile in force had")
    loads: list[ProfileLoadTold]
    overlaps: list[ProfileOverlapTold]
    among_hits: ProfileFindsTold
    among_all: ProfileFindsTold
    by: str
    at: dt.datetime


class ProfileTrialOrdered(Schema):
    """A trial on a long history, which a job carries out."""

    text: int
    since: dt.date
    until: dt.date
    state: Literal["waiting", "working", "done", "failed"]
    seen: int = Field(description="declarations that it has run over")
    total: int = Field(description="declarations that it is to run over")
    trouble: str = Field(description="why it failed")
    by: str
    at: dt.datetime


class ProfileShadowTold(Schema):
    """What a version hit in the shadow, in declarations, and what was found of it."""

    hits: int
    inspected: int
    found: int


class ProfileVersionTold(Schema):
    """A version with the text that counts."""

    number: int
    standing: ProfileStanding
    text: ProfileTextTold
    trial: ProfileTrialTold | None = Field(description="the newest of that very text")
    ordered: ProfileTrialOrdered | None = Field(
        description="the newest trial of that very text that was given to a job"
    )
    shadow: ProfileShadowTold | None = Field(description="absent where it hit nothing there")
    damaged: Literal["", "unreadable", "altered"] = Field(
        description="of a version in force or in the shadow whose stored text is damaged"
    )
    asked_by: str
    asked_reason: str
    approved_by: str
    approved_at: dt.datetime | None
    approval: str
    retired_by: str
    retired_at: dt.datetime | None
    reason: str


class ProfileTold(Schema):
    """A profile as it stands."""

    code: str
    standing: ProfileStanding
    source: Literal["pack", "platform"]
    version: int
    name: str
    lane: LaneAsked | None
    weight: int
    channel: ChannelAsked
    owner: str
    valid_from: dt.date
    valid_to: dt.date
    being_written: int | None = Field(description="version that is being written, if any")
    worth: ProfileWorthTold


class ProfileWhole(ProfileTold):
    """A profile with its condition and all its versions, the newest first."""

    condition: str
    trader_text: str
    versions: list[ProfileVersionTold]


class ProfilePage(Schema):
    """Some profiles by code."""

    items: list[ProfileTold]
    next: str | None
