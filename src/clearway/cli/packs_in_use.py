"""The pack that a command works with."""

from __future__ import annotations

from pathlib import Path

from clearway import packs
from clearway.kernel.reference import Reference


def open_pack(pack: Path | None) -> Reference:
    """Open the named pack (folder or snapshot), or the demo country's.

    Raises:
        PackRefused: the pack has errors.
        InputUnusable: there is no such pack.
    """
    return packs.load(pack if pack is not None else packs.demo_pack())
