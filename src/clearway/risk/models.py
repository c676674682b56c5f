"""The room's tables, each in the module of its matter."""

from __future__ import annotations

from clearway.risk.learning.models import (
    ModelGeneration,
    ModelVersion,
    ModelWatch,
    ShadowChance,
)
from clearway.risk.memory.models import Evidence
from clearway.risk.outcomes.models import Outcome
from clearway.risk.profiles.models import (
    BackTest,
    Generation,
    ProfileText,
    ProfileVersion,
)

__all__ = [
    "BackTest",
    "Evidence",
    "Generation",
    "ModelGeneration",
    "ModelVersion",
    "ModelWatch",
    "Outcome",
    "ProfileText",
    "ProfileVersion",
    "ShadowChance",
]
