"""How the budget of inspections is asked for and told by the API."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from ninja import Schema
from pydantic import Field

from clearway.accounts.forms import Form, Reason
from clearway.risk.scoring.service import MOST_PER_DAY, Shares

Percent = Annotated[int, Field(ge=0, le=100)]


class CapacityForm(Form):
    """What an office can inspect on a day, and how a model spends what others leave of it."""

    per_day: Annotated[int, Field(ge=0, le=MOST_PER_DAY, description="declarations")]
    chance: Percent = Shares().chance
    stake: Percent = Shares().stake
    new: Percent = Shares().new
    reason: Reason


class DayPlanTold(Schema):
    """By which cuts a day's budget is spent; a cut is absent where its share has no room."""

    day: dt.date
    model: int | None = Field(description="number of the model in force, absent where none is")
    part: float = Field(description="part of all declarations that can be inspected")
    comes: float = Field(description="declarations a day, of the last four weeks")
    others: float = Field(description="part that law, lists, profiles and the draw ask for")
    sampled: int = Field(description="declarations on which the cuts were set")
    chance_cut: int | None = Field(description="millionths")
    stake_cut: int | None = Field(description="expected minor units: chance x charges")
    new_rate: int = Field(description="ten-thousandths of new parties that are drawn")
    score_cut: int | None = Field(description="thousandths of a point")
    used_up: bool = Field(description="whether others leave nothing for the score")


class CapacityTold(Schema):
    """An office's capacity, absent where nobody has set one, and its newest plan."""

    office: str
    per_day: int | None
    chance: int | None
    stake: int | None
    new: int | None
    plan: DayPlanTold | None


class Capacities(Schema):
    """The offices that have a capacity or a plan."""

    items: list[CapacityTold]
