"""Terms in working hours and working days, counted by the pack's calendar (pure).

An office works from opening to closing without its pause at noon, on working days alone. Time
that passes outside these hours counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from clearway.kernel.reference import Reference, WorkingCalendar

_FIRST: Final = date(1970, 1, 1).toordinal()
_HORIZON: Final = 3_660
"""Days looked ahead: a calendar without working days for ten years is no calendar."""


def after_hours(start: datetime, minutes: int, reference: Reference) -> datetime:
    """Return the instant at which some working minutes have passed since another, in UTC.

    Args:
        start: aware; where the office is closed, the term begins when it opens next.
        minutes: of work, 0 or more.
        reference: the pack, whose calendar and time zone count.

    Raises:
        ValueError: the calendar has no working hours within ten years.
    """
    zone = ZoneInfo(reference.time_zone)
    left, local = minutes, start.astimezone(zone)
    for opens, closes in _spans(local.date(), reference.calendar, zone):
        begins = max(opens, start)
        if begins >= closes:
            continue
        room = closes - begins
        if timedelta(minutes=left) <= room:
            return (begins + timedelta(minutes=left)).astimezone(UTC)
        left -= int(room.total_seconds() // 60)
    raise ValueError("the calendar has no working hours")


def end_of_days(start: datetime, days: int, reference: Reference) -> datetime:
    """Return when the last of some whole working days after the day of an instant closes, in UTC.

    Args:
        start: aware; its own day does not count.
        days: of work, 1 or more.
        reference: the pack, whose calendar and time zone count.

    Raises:
        ValueError: the calendar has not so many working days within ten years.
    """
    zone, calendar = ZoneInfo(reference.time_zone), reference.calendar
    day, left = start.astimezone(zone).date(), days
    for _ in range(_HORIZON):
        day += timedelta(days=1)
        left -= calendar.is_working_day(day.toordinal() - _FIRST)
        if left == 0:
            return _at(day, calendar.closes, zone).astimezone(UTC)
    raise ValueError("the calendar has too few working days")


def _spans(
    day: date, calendar: WorkingCalendar, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    rest_from, rest_to = calendar.rest
    rests = calendar.opens < rest_from < rest_to < calendar.closes
    for _ in range(_HORIZON):
        if calendar.is_working_day(day.toordinal() - _FIRST):
            if rests:
                yield _at(day, calendar.opens, zone), _at(day, rest_from, zone)
                yield _at(day, rest_to, zone), _at(day, calendar.closes, zone)
            else:
                yield _at(day, calendar.opens, zone), _at(day, calendar.closes, zone)
        day += timedelta(days=1)


def _at(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Return a time of a day, in UTC, so that spans keep their true length when clocks change."""
    whole, minute = divmod(minutes, 60)
    days, hour = divmod(whole, 24)
    local = datetime.combine(day + timedelta(days=days), time(hour, minute), tzinfo=zone)
    return local.astimezone(UTC)
