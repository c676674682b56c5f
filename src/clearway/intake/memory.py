"""How the collector of garbage treats a process of the line."""

from __future__ import annotations

import gc


def settle_memory() -> None:
    """Tell the collector that what is loaded stays: packs, catalogues and code hold no garbage.

    Called once in a server process, after everything is loaded. A lodgement makes thousands of
    small objects and no circles; looking through them all the time cost a tenth of the line.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
