"""The law in force at an instant, as the kernel reads it: memory-mapped and remembered.

Which pack rules from when is a handful of rows. They are believed for half a second and then read
again, so that a pack published by any process rules in all of them within one second of its hour.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings

from clearway import packs
from clearway.kernel.reference import Reference
from clearway.reference.models import PublishedPack
from clearway.vocabulary.clock import microseconds
from clearway.vocabulary.errors import StateForbids

FRESH_FOR: Final = 0.5
"""Seconds for which the list of packs is believed without a look at the database."""


class _Timetable:
    """From which instants (microseconds) which snapshots rule, in order."""

    def __init__(self, rows: list[tuple[int, str]], believed_until: float) -> None:
        self.starts = [start for start, _ in rows]
        self.folders = [folder for _, folder in rows]
        self.believed_until = believed_until  # by the machine's running time


_timetable = _Timetable([], 0.0)


def snapshots() -> Path:
    """Return the folder that holds the snapshots of published packs."""
    folder: Path = settings.DATA / "packs"
    return folder


def reference_at(instant: datetime) -> Reference:
    """Return the law in force at an instant.

    Raises:
        StateForbids: no pack was in force then.
        InputUnusable: the snapshot is missing or damaged.
    """
    timetable = _current()
    place = bisect_right(timetable.starts, microseconds(instant)) - 1
    if place < 0:
        raise StateForbids(
            "No country pack is in force at that instant.",
            where=instant.isoformat(),
            remedy="Propose a pack and let a second person approve it.",
        )
    return opened(timetable.folders[place])


def snapshot_rules(instant: datetime) -> bool:
    """Tell whether a pack is in force at an instant: not so before the first one is published."""
    return bisect_right(_current().starts, microseconds(instant)) > 0


@lru_cache(maxsize=8)
def opened(folder: str) -> Reference:
    """Return the pack of a snapshot's folder, opened once in each process."""
    reference = packs.open_snapshot(snapshots() / folder)
    _folders[reference.hash] = snapshots() / folder
    return reference


_folders: Final[dict[str, Path]] = {}


def folder_of(reference: Reference) -> Path:
    """Return the folder of the snapshot that a reference was opened from by this process."""
    return _folders[reference.hash]


def forget() -> None:
    """Read the list of packs again at the next question."""
    global _timetable  # noqa: PLW0603 - replaced as a whole, so that readers need no lock
    _timetable = _Timetable([], 0.0)


def _current() -> _Timetable:
    global _timetable  # noqa: PLW0603 - see ``forget``
    now = time.monotonic()
    timetable = _timetable
    if now >= timetable.believed_until:
        approved = PublishedPack.objects.filter(state="approved").order_by("valid_from")
        rows = [(microseconds(each.valid_from), each.folder) for each in approved]
        _timetable = timetable = _Timetable(rows, now + FRESH_FOR)
    return timetable
