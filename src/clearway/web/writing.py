"""How figures, money, masses, days and instants are written for a reader of a language.

Everything is written by Babel from the exact whole numbers of the record; no float is made of an
amount. Instants are shown in the zone of the country's offices.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import (
    format_date,
    format_datetime,
    format_skeleton,
    format_time,
    format_timedelta,
)
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision

from clearway.audit import clock
from clearway.reference.in_force import reference_at
from clearway.vocabulary.dates import date_of
from clearway.vocabulary.errors import StateForbids
from clearway.vocabulary.money import QUANTITY_SCALE

ABSENT: Final = "–"
Words = str | Mapping[str, str]
"""A text, or its forms by CLDR plural category (``one``, ``few``, ``other``)."""


def number(value: float | Decimal | None, language: str) -> str:
    """Return a number as readers of a language write it.

    >>> number(1234567, "en"), number(1234567, "vi")
    ('1,234,567', '1.234.567')
    """
    return ABSENT if value is None else format_decimal(value, locale=language)


def share(value: float | None, language: str) -> str:
    """Return a share of one as a percentage.

    >>> share(0.786, "en")
    '78.6%'
    """
    return ABSENT if value is None else format_percent(value, "#,##0.0%", locale=language)


def money(value: int | None, currency: str, language: str) -> str:
    r"""Return an amount in minor units with its currency.

    >>> money(4321500, "USD", "en"), money(226878750, "VND", "vi")
    ('43,215.00\xa0USD', '226.878.750\xa0VND')
    """
    if value is None:
        return ABSENT
    if not currency:
        return number(value, language)
    amount = Decimal(value).scaleb(-get_currency_precision(currency))
    return format_currency(amount, currency, "#,##0.00\xa0¤¤", locale=language)


def quantity(value: int | None, language: str, unit: str = "") -> str:
    r"""Return a quantity given in millionths, with its unit.

    >>> quantity(1_250_500_000, "fr", "kg")
    '1\u202f250,5\xa0kg'
    """
    if value is None:
        return ABSENT
    exact = Decimal(value) / QUANTITY_SCALE
    told = format_decimal(exact, "#,##0.######", locale=language)
    return f"{told}\xa0{unit}" if unit else told


def day(value: date | int | None, language: str) -> str:
    """Return a day, given as such or as days since 1970-01-01."""
    if value is None:
        return ABSENT
    return format_date(date_of(value) if isinstance(value, int) else value, "medium", language)


def instant(value: datetime | None, language: str, *, whole: bool = True) -> str:
    """Return an instant in the offices' zone: day and time.

    Where it is not wanted whole it has no seconds: the time alone today, the day before it in this
    year, the year too in another.
    """
    if value is None:
        return ABSENT
    here = zone()
    local = value.astimezone(here)
    if not whole:
        told = format_time(local, "short", locale=language)
        today = clock.now().astimezone(here).date()
        if local.date() == today:
            return told
        skeleton = "MMMd" if local.year == today.year else "yMMMd"
        return f"{format_skeleton(skeleton, local, locale=language)} {told}"
    return format_datetime(local, "medium", locale=language)


def ago(value: datetime, language: str, now: str) -> str:
    """Return how long ago an instant was, or in how long it will be; ``now`` within a second."""
    since = value - clock.now()
    if abs(since.total_seconds()) < 1:
        return now
    return format_timedelta(since, add_direction=True, locale=language)


def zone() -> tzinfo:
    """Return the zone of the country's offices; UTC before a pack is published."""
    try:
        return ZoneInfo(reference_at(clock.now()).time_zone)
    except StateForbids:
        return UTC


def plural(forms: Words, count: int, language: str) -> str:
    """Return the form of a text that goes with a count.

    >>> plural({"one": "{count} line", "other": "{count} lines"}, 1, "en")
    '{count} line'
    """
    if isinstance(forms, str):
        return forms
    return forms.get(Locale.parse(language).plural_form(count)) or forms["other"]
