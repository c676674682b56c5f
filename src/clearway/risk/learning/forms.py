"""What is said about models through the API."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from ninja import Field, Schema

ModelState = Literal[
    "data", "trained", "tested", "shadow", "proposed", "live", "retiring", "retired", "refused"
]
ConditionKey = Literal["enough", "back_test", "window", "importer", "profiles", "labels", "recall"]
_Reason = Annotated[str, Field(min_length=1, max_length=512, pattern=r"\S")]
_Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of its content")]
Part = Annotated[float | None, Field(description="part of one")]


class ModelSeenForm(Schema):
    """Which content the actor has before him."""

    seen: _Digest


class ModelDecisionForm(ModelSeenForm):
    """A decision with its reason."""

    reason: _Reason


class ModelRetirementForm(Schema):
    """Why a model is to end."""

    reason: _Reason


class ModelFigure(Schema):
    """A figure with its 95 % interval; null where it cannot be computed."""

    value: float | None
    low: float | None
    high: float | None


class ModelData(Schema):
    """Goods items that were inspected: what was learnt from, or measured on."""

    rows: int
    violations: int
    random: int = Field(description="rows that the random draw chose")
    declarations: int
    importers: int
    since: dt.date
    until: dt.date
    offices: list[str]


class ModelShare(Schema):
    """What a column looked like among declarations at the time of training."""

    column: str
    shares: list[float]
    edges: list[float]
    words: list[str]


class ModelFigures(Schema):
    """How good one ranking was, at 5 % and at 10 % of the window inspected."""

    name: Literal["model", "importer", "profiles", "chance", "serving"]
    area: ModelFigure = Field(description="area under the curve")
    precision_5: ModelFigure
    precision_10: ModelFigure
    recall: ModelFigure
    revenue: ModelFigure
    error: ModelFigure = Field(description="calibration error")


class ModelTrack(Schema):
    """Figures on the window, or on those of its goods that were not inspected before."""

    name: Literal["all", "unseen"]
    rows: int
    violations: int
    figures: list[ModelFigures]


class ModelGroup(Schema):
    """How one office, or the importers of one size, fare."""

    name: str
    rows: int
    rate: float
    expected: float
    selected: float
    hit_rate: Part


class ModelCompared(Schema):
    """What is found beyond what another ranking finds, in violations."""

    name: str
    more: ModelFigure
    better: float = Field(description="chance that more is found")


class ModelLabels(Schema):
    """How often inspections of the same goods disagreed."""

    odd: int
    compared: int
    odd_before: int
    compared_before: int
    serving: bool
    worse: bool


class ModelBackTest(Schema):
    """What the recipe was worth on the latest window, trained on what was earlier."""

    trained: ModelData
    window: ModelData
    tracks: list[ModelTrack]
    compared: list[ModelCompared]
    offices: list[ModelGroup]
    sizes: list[ModelGroup]
    labels: ModelLabels
    serving: int = Field(description="number of the model that served then, 0 for none")
    fresh: int
    recall: Part
    recall_serving: Part


class ModelCard(Schema):
    """All that is known of a model."""

    data: ModelData
    layout: list[str]
    keys: list[str]
    recipe: dict[str, float]
    seed: int
    size: int = Field(description="bytes")
    shares: list[ModelShare]
    limits: list[str]
    back_test: ModelBackTest | None
    enough: bool


class ModelCondition(Schema):
    """What a model must have shown, and what it has."""

    key: ConditionKey
    met: bool
    found: str
    needed: str


class ModelDrift(Schema):
    """How far a column is from what it was when the model was trained."""

    column: str
    index: float | None = Field(description="population stability index")


class ModelWatchTold(Schema):
    """How a model fared on a day."""

    day: dt.date
    alarm: bool
    at: dt.datetime
    declarations: int
    items: int
    drift: list[ModelDrift]
    inspected: int
    found: int
    expected: float
    surprise: float | None = Field(description="standard errors between found and expected")
    compared: int
    agreement: Part
    selected: int
    selected_inspected: int
    selected_found: int
    alarms: list[str]


class ModelTold(Schema):
    """A model as it stands."""

    number: int
    state: ModelState
    digest: str
    work: Literal["", "train", "test"] = Field(description="job that is at it")
    trouble: str
    learnt_until: dt.date | None = Field(description="first day that it has not learnt from")
    rows: int
    violations: int
    area: float | None
    precision_10: Part
    unmet: list[ConditionKey]
    made_by: str
    made_at: dt.datetime
    trained_at: dt.datetime | None
    tested_by: str
    tested_at: dt.datetime | None
    asked_by: str
    asked_at: dt.datetime | None
    asked_reason: str
    decided_by: str
    decided_at: dt.datetime | None
    decision: str
    ended_by: str
    ended_at: dt.datetime | None
    reason: str


class ModelWhole(ModelTold):
    """A model with its card."""

    card: ModelCard | None
    conditions: list[ModelCondition]
    watches: list[ModelWatchTold]


class ModelPage(Schema):
    """Some models, the newest first."""

    items: list[ModelTold]
    next: str | None
