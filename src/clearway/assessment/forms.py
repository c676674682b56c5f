"""How findings, charges and lanes are told, for this room and those above."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Schema
from pydantic import Field

Severity = Literal["error", "doubt", "warning", "note"]
LaneName = Literal["green", "blue", "yellow", "red"]


class FindingTold(Schema):
    """One thing that a rule found."""

    code: str = Field(description="public number of the rule", examples=["CLW3103"])
    severity: Severity
    pointer: str = Field(description="WCO path of the datum", examples=["42A/67A/68A[2]/92A:063"])
    message: str
    remedy: str = ""
    item: int = Field(0, description="position of the goods item, 0 for the declaration itself")


class ChargeTold(Schema):
    """One charge on one goods item, in minor units of the currency named above."""

    item: int
    tax: str = Field(examples=["A00"])
    rate: str = Field(description="as the law writes it", examples=["10 %"])
    base: int | None = Field(None, description="taxable amount")
    base_quantity: int | None = Field(None, description="millionths of `base_unit`")
    base_unit: str = ""
    amount: int | None = Field(None, description="null where it cannot be computed")
    payable: int | None = Field(None, description="after relief")
    legal_basis: str = ""


class ChannelTold(Schema):
    """What one channel of selection said, for officers."""

    channel: str
    lane: LaneName | None
    reasons: list[str]


class HitTold(Schema):
    """A risk profile that hit an item, for officers."""

    item: int
    profile: str
    version: int
    lane: LaneName | None
    contribution: int


class QuestionTold(Schema):
    """What somebody else has to answer: a quota's balance, a permit."""

    item: int
    kind: str
    code: str
    agency: str
    legal_basis: str


class OfficerView(Schema):
    """What only customs and auditors see of a selection."""

    channel: str
    score: int | None = Field(description="thousandths of a point, after the AEO factor")
    draw: int | None = Field(description="the random draw, 0 to 9999")
    drawn: bool | None
    channels: list[ChannelTold]
    hits: list[HitTold]
    kernel_version: str
    reference_hash: str
    profile_set: str = Field(description="set of profiles in force; empty: the pack's own")


class AssessmentTold(Schema):
    """What the kernel decided on the newest version of a declaration."""

    mrn: str | None
    version: int
    occasion: Literal["lodgement", "arrival", "amendment", "cargo"]
    at: datetime
    accepted: bool
    lane: LaneName | None = Field(description="null until one is communicated")
    reasons: list[str] = Field(description="which data to check; names no profile or score")
    currency: str
    payable: int | None
    charges: list[ChargeTold]
    findings: list[FindingTold]
    questions: list[QuestionTold]
    officer: OfficerView | None = Field(description="null for traders")
