"""One line of the risk bench."""

from __future__ import annotations

import msgspec


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One measured figure: ``ours`` and ``peer`` in ``unit``, on the same rows and seeds.

    A row that is held against a bar names it as its peer. ``note`` says what the reader should know
    before he believes the figure.
    """

    name: str
    ours: float
    peer: float | None = None
    peer_name: str = ""
    unit: str = "share"
    note: str = ""
