"""One measured page."""

from __future__ import annotations

import msgspec


class PageTime(msgspec.Struct, frozen=True, kw_only=True):
    """Server time of a page, in milliseconds, and how many statements it takes at most."""

    page: str
    who: str
    p50_ms: float
    p95_ms: float
    statements: int
    database: str = ""
