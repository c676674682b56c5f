"""A month, a quarter or a year, as it is written and as instants. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from clearway.vocabulary.clock import microseconds
from clearway.vocabulary.errors import DataRefused

PATTERN: Final = r"[0-9]{4}(-(0[1-9]|1[0-2])|-Q[1-4])?"
_WRITTEN: Final = re.compile(PATTERN)
_FIRST_YEAR, _LAST_YEAR = 1970, 9_000


class Period(NamedTuple):
    """A span of calendar months: how it is written, and its first and first later microsecond."""

    name: str
    begins: int
    ends: int


class Scope(NamedTuple):
    """What is counted: a period, of one office and direction where they are named."""

    period: Period
    office: str = ""
    direction: str = ""


def period(written: str, zone: str) -> Period:
    """Return a period as the country's clocks bound it.

    Args:
        written: ``2026`` a year, ``2026-Q4`` a quarter, ``2026-11`` a month.
        zone: the country's time zone.

    Raises:
        DataRefused: it is none of these.

    >>> found = period("2026-Q4", "UTC")
    >>> (found.ends - found.begins) // 86_400_000_000  # October, November, December
    92
    """
    year = int(written[:4]) if _WRITTEN.fullmatch(written) else 0
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise DataRefused(
            "This is no month, quarter or year.",
            faults=[("/period", "2026, 2026-Q4 or 2026-11")],
            remedy="Write a year (2026), a quarter (2026-Q4) or a month (2026-11).",
        )
    rest = written[5:]
    if not rest:
        first, months = 1, 12
    elif rest.startswith("Q"):
        first, months = 3 * int(rest[1]) - 2, 3
    else:
        first, months = int(rest), 1
    return Period(written, _start(year, first, zone), _start(year, first + months, zone))


def latest(now: datetime, zone: str) -> list[str]:
    """Return the periods that one may want: those of this year and of the last, newest first.

    >>> from datetime import UTC
    >>> latest(datetime(2026, 2, 3, tzinfo=UTC), "UTC")[:5]
    ['2026-02', '2026-01', '2026-Q1', '2026', '2025-12']
    """
    today = now.astimezone(ZoneInfo(zone))
    found: list[str] = []
    for year, months in ((today.year, today.month), (today.year - 1, 12)):
        found += [f"{year}-{month:02}" for month in range(months, 0, -1)]
        found += [f"{year}-Q{quarter}" for quarter in range((months + 2) // 3, 0, -1)]
        found.append(str(year))
    return found


def _start(year: int, month: int, zone: str) -> int:
    year, month = (year, month) if month <= 12 else (year + 1, month - 12)
    return microseconds(datetime(year, month, 1, tzinfo=ZoneInfo(zone)))
