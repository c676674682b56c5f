"""The room's operations."""

from __future__ import annotations

from ninja import Router

from clearway.risk.profiles.api import router as profiles
from clearway.risk.scoring.api import router as scoring

router = Router()
router.add_router("", profiles)
router.add_router("", scoring)

__all__ = ["router"]
