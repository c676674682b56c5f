"""The room's terms, counted by the working days of the pack's calendar, and its settings.

Settings of the pack (``[settings.permits]``):

=============== ======== =====================================================================
key             default  meaning
=============== ======== =====================================================================
decision_days   10       working days in which an agency decides a case
answer_days     10       working days in which a trader answers an agency
validity_days   180      calendar days for which a permit is granted unless the agency says so
silent                   requirements (blanks between) that are approved by silence
=============== ======== =====================================================================
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from clearway.kernel.reference import Reference
from clearway.vocabulary.dates import days_of

_DEFAULTS: Final = {"decision_days": "10", "answer_days": "10", "validity_days": "180"}


def term(reference: Reference, name: str) -> int:
    """Return a number of days that the pack sets; its default where the pack's is no number."""
    text = reference.settings.get(f"permits.{name}", "")
    return int(text if text.isascii() and text.isdigit() else _DEFAULTS[name])


def silent(reference: Reference) -> frozenset[str]:
    """Return the requirements that silence approves."""
    return frozenset(reference.settings.get("permits.silent", "").split())


def due(start: datetime, days: int, reference: Reference) -> datetime:
    """Return when the offices close on the last of some working days after a day."""
    zone, calendar = ZoneInfo(reference.time_zone), reference.calendar
    day = start.astimezone(zone).date()
    # A calendar without any working day would never end.
    for _ in range(366 * 4):
        if days <= 0:
            break
        day += timedelta(days=1)
        days -= calendar.is_working_day(days_of(day))
    closes = time(calendar.closes // 60 % 24, calendar.closes % 60)
    return datetime.combine(day, closes, zone).astimezone(UTC)


def today(now: datetime, reference: Reference) -> date:
    """Return the day of an instant in the pack's country."""
    return now.astimezone(ZoneInfo(reference.time_zone)).date()
