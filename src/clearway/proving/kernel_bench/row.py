"""One line of the kernel bench: ours against a peer doing the same work."""

from __future__ import annotations

import msgspec


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One measured comparison.

    ``ours`` and ``peer`` are in ``unit``; ``ratio`` above 1 means ours is better. ``equal`` tells
    that both gave the same results, which is checked before anything is timed. A row without a
    peer has ``peer`` and ``ratio`` ``None`` and an empty ``peer_name``.
    """

    name: str
    ours: float
    peer: float | None = None
    peer_name: str = ""
    ratio: float | None = None
    unit: str = "CPU seconds"
    equal: bool | None = None
