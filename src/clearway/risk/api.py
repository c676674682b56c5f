"""The room's operations."""

from __future__ import annotations

from clearway.risk.profiles.api import router

__all__ = ["router"]
