"""One measured page."""

from __future__ import annotations

import msgspec


class PageTime(msgspec.Struct, frozen=True, kw_only=True):
    """Server time of a page, in milliseconds, and how many statements it takes at most.

    ``least_ms`` is the quickest of all; ``cpu_ms`` the processor's time that the process itself
    takes (median), whatever else wants the machine. On SQLite it holds the database's work too.
    """

    page: str
    who: str
    cpu_ms: float
    least_ms: float
    p50_ms: float
    p95_ms: float
    statements: int
    database: str = ""
