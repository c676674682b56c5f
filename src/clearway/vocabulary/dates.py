"""Days and instants, read strictly.

A *day* is a whole number of days since 1970-01-01, as everywhere in the kernel. An *instant*
is a number of seconds since 1970-01-01T00:00Z. Nothing here asks what day it is today.

Forms (EDIFACT 2379, as the WCO Data Model writes them beside the text):

======  ==========================  =====================================================
form    text                        meaning
======  ==========================  =====================================================
102     CCYYMMDD                    a calendar day; needs no zone
203     CCYYMMDDHHMM                local time without a zone
204     CCYYMMDDHHMMSS              local time without a zone
205     CCYYMMDDHHMMZHHMM           local time and offset, ``202603030915+0700``
304     CCYYMMDDHHMMSSZZZ           local time and zone: ``Z``, ``UTC``, ``GMT``, ``+07``,
                                    ``+0700`` or ``+07:00``
(none)  ISO 8601                    ``2026-03-03`` or ``2026-03-03T09:15[:00][Z|+07:00]``
======  ==========================  =====================================================
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

EPOCH = date(1970, 1, 1)
_EPOCH_ORDINAL = EPOCH.toordinal()
_SECONDS_A_DAY = 86_400
_MOST_OFFSET = 14 * 60

_ZONE = r"(?P<zone>Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?"
_DAY = r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
_TIME = r"(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})"
_FORMS = {
    "102": re.compile(rf"{_DAY}\Z"),
    "203": re.compile(rf"{_DAY}{_TIME}\Z"),
    "204": re.compile(rf"{_DAY}{_TIME}(?P<second>[0-9]{{2}})\Z"),
    "205": re.compile(rf"{_DAY}{_TIME}{_ZONE}\Z"),
    "304": re.compile(rf"{_DAY}{_TIME}(?P<second>[0-9]{{2}}){_ZONE}\Z"),
    "": re.compile(
        r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
        r"(?:[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})"
        rf"(?::(?P<second>[0-9]{{2}})(?:\.[0-9]{{1,9}})?)?{_ZONE})?\Z"
    ),
}
FORMS = frozenset(_FORMS)


class Moment(NamedTuple):
    """What a date text says.

    ``day`` is the calendar day as written, in its own zone. ``instant`` is in seconds since
    1970-01-01T00:00Z, ``None`` where the text has no zone or no time of day.
    """

    day: int
    instant: int | None


class DateProblem(NamedTuple):
    """Why a text is not a moment.

    ``reason``: ``empty``, ``digits`` (digits of another script, or full-width), ``form`` (not
    written as the form says), ``unknown_form``, ``impossible`` (no such day or time) or
    ``zone`` (a zone is required and missing). ``expected`` is the form in words.
    """

    reason: str
    expected: str


_IN_WORDS = {
    "102": "CCYYMMDD",
    "203": "CCYYMMDDHHMM",
    "204": "CCYYMMDDHHMMSS",
    "205": "CCYYMMDDHHMM+HHMM",
    "304": "CCYYMMDDHHMMSSZ",
    "": "CCYY-MM-DDTHH:MM:SSZ",
}


@lru_cache(maxsize=4096)
def read_moment(text: str, form: str = "", *, zone_required: bool = False) -> Moment | DateProblem:
    """Read a date or time in one of the forms above, and nothing that only looks like it.

    Args:
        text: as declared; blanks around it are not taken away.
        form: the EDIFACT 2379 code; empty for ISO 8601.
        zone_required: whether a time of day must carry its zone.
    """
    pattern = _FORMS.get(form)
    if pattern is None:
        return DateProblem("unknown_form", " ".join(sorted(code for code in _FORMS if code)))
    expected = _IN_WORDS[form]
    if not text:
        return DateProblem("empty", expected)
    match = pattern.match(text)
    if match is None:
        foreign = any(c.isdigit() and not c.isascii() for c in text)
        return DateProblem("digits" if foreign else "form", expected)
    return _moment(match.groupdict(), expected, zone_required=zone_required)


def _moment(
    parts: dict[str, str | None], expected: str, *, zone_required: bool
) -> Moment | DateProblem:
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    offset = _offset_minutes(parts.get("zone"))
    try:
        day = days_of(
            date(int(parts["year"] or 0), int(parts["month"] or 0), int(parts["day"] or 0))
        )
    except ValueError:
        return DateProblem("impossible", expected)
    # A leap second is a lawful 23:59:60; everything else beyond the clock is not a time.
    leap = (hour, minute, second) == (23, 59, 60)
    if hour > 23 or minute > 59 or (second > 59 and not leap):
        return DateProblem("impossible", expected)
    if offset is not None and abs(offset) > _MOST_OFFSET:
        return DateProblem("impossible", expected)
    if parts.get("hour") is None:
        return Moment(day, None)
    if offset is None:
        return DateProblem("zone", expected) if zone_required else Moment(day, None)
    seconds = day * _SECONDS_A_DAY + hour * 3600 + (minute - offset) * 60 + second
    return Moment(day, seconds)


def _offset_minutes(zone: str | None) -> int | None:
    if zone is None:
        return None
    if zone[0] not in "+-":
        return 0
    digits = zone[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    return -minutes if zone[0] == "-" else minutes


def days_of(day: date) -> int:
    """Return the days since 1970-01-01.

    >>> days_of(date(2026, 3, 3))
    20515
    """
    return day.toordinal() - _EPOCH_ORDINAL


def date_of(days: int) -> date:
    """Return the calendar day of a number of days since 1970-01-01.

    Raises:
        OverflowError: outside the years 1 to 9999.
    """
    return EPOCH + timedelta(days=days)


def iso_of(days: int) -> str:
    """Return ``2026-03-03`` for a number of days, or the bare number outside the calendar.

    >>> iso_of(20515)
    '2026-03-03'
    """
    try:
        return date_of(days).isoformat()
    except OverflowError:
        return str(days)


def day_from_iso(text: str) -> int:
    """Return the days since 1970-01-01 of ``2026-03-03``.

    Raises:
        ValueError: the text is not a calendar day in that form.
    """
    moment = read_moment(text)
    if isinstance(moment, DateProblem) or len(text) != len("2026-03-03"):
        raise ValueError(f"{text!r} is not a day written CCYY-MM-DD")
    return moment.day


def write_day(days: int, form: str = "102") -> str:
    """Write a day in form 102, or as ISO 8601 for the empty form.

    Raises:
        ValueError: the form holds a time of day, which a day does not have.
    """
    if form == "102":
        return date_of(days).strftime("%Y%m%d").zfill(8)
    if form == "":
        return date_of(days).isoformat()
    raise ValueError(f"form {form} holds a time of day")


def write_instant(instant: int, form: str = "304") -> str:
    """Write an instant in UTC: form 304 (``20260303021500Z``) or ISO 8601 for the empty form.

    Raises:
        ValueError: the form does not hold a zone.
    """
    days, seconds = divmod(instant, _SECONDS_A_DAY)
    hour, minute, second = seconds // 3600, seconds // 60 % 60, seconds % 60
    if form == "304":
        return f"{write_day(days)}{hour:02d}{minute:02d}{second:02d}Z"
    if form == "":
        return f"{iso_of(days)}T{hour:02d}:{minute:02d}:{second:02d}Z"
    raise ValueError(f"form {form} holds no zone")
