"""One measured page."""

from __future__ import annotations

import msgspec


class PageTime(msgspec.Struct, frozen=True, kw_only=True):
    """Server time of a page, in milliseconds, and how many statements it takes at most.

    ``least_ms`` is the quickest of all: what the page costs where nothing else wants the machine.
    """

    page: str
    who: str
    least_ms: float
    p50_ms: float
    p95_ms: float
    statements: int
    database: str = ""
