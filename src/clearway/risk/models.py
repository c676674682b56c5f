"""The room's tables, each in the module of its matter."""

from __future__ import annotations

from clearway.risk.learning.models import (
    ModelGeneration,
    ModelVersion,
    ModelWatch,
    ShadowChance,
)
from clearway.risk.memory.models import Evidence
from clearway.risk.outcomes.models import Outcome, ProfileWorth, WorthUntil
from clearway.risk.prices.models import PriceReference, PriceRound, PriceSeen
from clearway.risk.profiles.models import (
    BackTest,
    Generation,
    ProfileText,
    ProfileVersion,
    TrialOrder,
)
from clearway.risk.scoring.models import DayPlan, ItemScore, OfficeCapacity

__all__ = [
    "BackTest",
    "DayPlan",
    "Evidence",
    "Generation",
    "ItemScore",
    "ModelGeneration",
    "ModelVersion",
    "ModelWatch",
    "OfficeCapacity",
    "Outcome",
    "PriceReference",
    "PriceRound",
    "PriceSeen",
    "ProfileText",
    "ProfileVersion",
    "ProfileWorth",
    "ShadowChance",
    "TrialOrder",
    "WorthUntil",
]
