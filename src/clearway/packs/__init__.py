"""Country packs: read, check, compile to an immutable snapshot, open as a ``Reference``.

A pack is a folder of plain files (see ``docs/country-packs.md``). ``check`` finds every error in
one pass; ``compile`` writes a snapshot named by the hash of its content, or nothing at all;
``open_snapshot`` maps it into memory; ``load`` does all three and remembers the result.
"""

from clearway.packs.opening import check, compile, demo_pack, load  # noqa: A004 (what it does)
from clearway.packs.report import PROBLEMS, CheckReport, Problem
from clearway.packs.snapshot import open_snapshot

__all__ = [
    "PROBLEMS",
    "CheckReport",
    "Problem",
    "check",
    "compile",
    "demo_pack",
    "load",
    "open_snapshot",
]
