"""What the room's operations take and tell. Amounts are minor units of the pack's currency."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from ninja import Query, Schema
from pydantic import Field

from clearway.supervision.periods import PATTERN

Span = Annotated[
    str,
    Query(
        pattern=f"^({PATTERN})?$",
        description="2026 a year, 2026-Q4 a quarter, 2026-11 a month; this year if left out",
        examples=["2026-Q1"],
    ),
]
OfOffice = Annotated[
    str,
    Query(
        pattern="^[A-Za-z0-9]{0,17}$",
        description="customs office (WCO 065); all if left out",
        examples=["XP000110"],
    ),
]
OfDirection = Annotated[Literal["IM", "EX"] | None, Query(description="both if left out")]
OfYear = Annotated[
    int | None, Query(ge=1970, le=9000, description="this year if left out", examples=[2026])
]
_COUNT = Field(description="declarations; null where so few that it is not told")


class SelectionInterval(Schema):
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float | None = Field(description="null: it has no end")


_RATE = Field(description="found / inspected; null where fewer than 20 were inspected")
_JUDGED = Field(
    description="judged_found / judged_inspected; null where fewer than 20 were inspected"
)
_LIFT = Field(description="the rate over the base rate; null where either is not told")


class SelectionLine(Schema):
    """What a channel of selection came to, or a profile in a version; counts of declarations."""

    channel: str = Field(
        description="legal_stop, watchlist, profile, doubt, score, random; of a model, besides "
        "score, share_chance, share_stake and share_new: the shares of its budget that asked",
        examples=["profile"],
    )
    profile: str = Field(
        description="its code, MODEL for a model; empty for a channel", examples=["UV-017"]
    )
    version: int = Field(description="of a model its number")
    name: str
    asks: bool = Field(description="false: a profile that only weighs in the score")
    selected: int = Field(description="it asked for more than a release, whoever decided the lane")
    waiting: int = Field(description="to be inspected")
    inspected: int
    found: int = Field(description="inspected, with a discrepancy")
    checked: int = Field(description="decided on documents")
    on_documents: int = Field(description="a value was determined on documents")
    revenue: int = Field(description="minor units")
    officer_hours: float
    found_alone: int = Field(description="found where nothing else had asked")
    revenue_alone: int = Field(description="minor units")
    found_after_release: int = Field(description="by an audit or a correction alone")
    judged_by_draw: bool = Field(
        description="it never asked for a look itself: the random draw's looks alone judge it"
    )
    judged_inspected: int = Field(description="looks that say what its goods are like")
    judged_found: int
    rate: SelectionInterval | None = _JUDGED
    lift: SelectionInterval | None = _LIFT
    better: bool | None = Field(
        description="the whole interval of the lift lies above 1; null where it is not told"
    )


class SelectionProfileLine(SelectionLine):
    """What a profile came to in a version."""

    retire: bool = Field(
        description="it is in force, and all evidence of any period speaks for its end"
    )


class SelectionBase(Schema):
    """The base rate: what the random draw found, wherever it was made."""

    drawn: int
    inspected: int
    found: int
    rate: SelectionInterval | None = Field(
        description="each look counts 1 / its chance of being drawn"
    )


class SelectionMissed(Schema):
    """What nobody found among what only the draw could have had inspected, by estimate."""

    inspected: int = Field(description="drawn and inspected")
    violations: SelectionInterval | None = Field(description="Hájek; null: too few inspected")
    violations_unadjusted: SelectionInterval | None = Field(
        description="Horvitz and Thompson; null where some that were drawn were not inspected"
    )
    revenue: SelectionInterval | None = Field(description="minor units; null: fewer than 5 found")


class SelectionLedger(Schema):
    """What selection was worth in a period."""

    period: str
    office: str
    direction: str
    currency: str
    declarations: int
    inspected: int
    found: int
    checked: int
    on_documents: int
    revenue: int
    officer_hours: float
    found_after_release: int
    revenue_after_release: int
    base: SelectionBase
    channels: list[SelectionLine]
    profiles: list[SelectionProfileLine]
    unseen: int = Field(description="that only a lot could have had inspected")
    without_chance: int = Field(description="whose chance of being drawn is not on record")
    as_of: dt.datetime | None = Field(
        description="of the sums that later news has passed by; none: all as it stands"
    )
    missed: SelectionMissed
    found_share: SelectionInterval | None = Field(
        description="of all violations, found and missed, the share that was found"
    )


class SelectionSummaryLine(Schema):
    """A channel in the public summary, or the whole, whose channel is empty."""

    channel: str
    selected: int | None = _COUNT
    inspected: int | None = _COUNT
    found: int | None = _COUNT
    rate: SelectionInterval | None = _RATE
    lift: SelectionInterval | None = _LIFT
    revenue: int | None = Field(
        description="minor units, to two digits; null where few, or mostly one, made it"
    )


class SelectionSummary(Schema):
    """What selection was worth in a year, as the public may read it."""

    year: int
    until: dt.datetime = Field(description="the first instant that does not count")
    under_way: bool = Field(description="the year is not over: counts are rounded to tens")
    currency: str
    whole: SelectionSummaryLine
    channels: list[SelectionSummaryLine]
    base: SelectionInterval | None = Field(description="the rate of the random draw")
    missed: SelectionInterval | None = Field(
        description="violations that nobody found, by estimate, to two digits"
    )
    missed_revenue: SelectionInterval | None = Field(description="minor units, to two digits")
    caught: SelectionInterval | None = Field(
        description="of all violations, found and missed, the share that was found"
    )
