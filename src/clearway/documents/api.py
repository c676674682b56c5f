"""The room's operations."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["documents"])
