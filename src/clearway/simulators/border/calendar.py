"""Simulated days: how much they bring and at which hours people and ships do what they do."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

WEEKDAY_LODGEMENTS = 600
"""Single lodgements of an ordinary working day, before parcels in bulk."""
OF_A_LONG_RUN = 60
"""The same in a run of more than ``LONG`` days: a month then ends while somebody waits for it."""
LONG = 7
_SHARES = (1.0, 1.0, 0.95, 0.95, 1.05, 0.45, 0.3)
_MIDDLE, _WIDTH = 12.5, 2.6


class Day:
    """One day of the simulated country.

    >>> Day(date(2026, 3, 7), ZoneInfo("Europe/Lisbon")).is_working
    False
    """

    def __init__(self, on: date, zone: ZoneInfo) -> None:
        self.on = on
        self.zone = zone
        self.weekday = on.weekday()
        self.is_working = self.weekday < 5
        self.begin = datetime.combine(on, time(0), zone)
        self.end = datetime.combine(on + timedelta(days=1), time(0), zone)

    def lodgements(self, usual: int) -> int:
        """Return how many single lodgements the weekday brings."""
        return max(1, round(usual * _SHARES[self.weekday]))

    def hour(self, hours: float) -> datetime:
        """Return an instant by hours since midnight, to the second; negative is the eve."""
        return self.begin + timedelta(seconds=round(hours * 3600))

    def office_moment(self, rng: Random) -> datetime:
        """Draw when a firm lodges: office hours, later and wider at the weekend."""
        middle, width = (_MIDDLE, _WIDTH) if self.is_working else (15.0, 3.5)
        return self.hour(min(23.5, max(0.5, rng.gauss(middle, width))))


def usual_lodgements(days: int | None) -> int:
    """Return how many single lodgements an ordinary working day has where nobody says it.

    >>> usual_lodgements(1), usual_lodgements(30), usual_lodgements(None)
    (600, 60, 600)
    """
    return OF_A_LONG_RUN if days is not None and days > LONG else WEEKDAY_LODGEMENTS


def office_hours_after(instant: datetime, minutes: float, zone: ZoneInfo) -> datetime:
    """Return when an office has spent some working minutes after an instant (Mon-Fri, 8 to 18).

    Work that cannot begin to-day begins on the next working day; what is begun is finished.
    """
    local = instant.astimezone(zone)
    if local.hour < 8:
        local = local.replace(hour=8, minute=0, second=0, microsecond=0)
    if local.hour >= 18 or local.weekday() >= 5:
        local = (local + timedelta(days=1)).replace(hour=8, minute=0, second=0, microsecond=0)
    while local.weekday() >= 5:
        local += timedelta(days=1)
    return local + timedelta(seconds=round(minutes * 60))
