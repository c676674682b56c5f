"""One line of the intake bench."""

from __future__ import annotations

import msgspec


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One comparison. Rates in lodgements a second, times in milliseconds.

    ``ratio`` above 1 means ours is better. ``equal`` tells that both sides answered alike and
    wrote the same rows for each lodgement, which is checked before the ratio is given.
    """

    name: str
    ours: float
    peer: float | None = None
    peer_name: str = ""
    ratio: float | None = None
    unit: str = "lodgements/s"
    p50_ms: float | None = None
    p99_ms: float | None = None
    peer_p50_ms: float | None = None
    peer_p99_ms: float | None = None
    equal: bool | None = None
    note: str = ""
