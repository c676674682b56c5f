"""What needs neither record nor clock: the law after release, interest, penalty, the draw.

The pack's settings are ``post_clearance.*``; shares and rates are fractions (``3/10000`` is
0.03 %), terms whole numbers. A pack that says nothing of a penalty or of interest charges none.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

import msgspec

from clearway.kernel.reference import Reference, WorkingCalendar
from clearway.kernel.selection import DRAWS
from clearway.kernel.selection import draw as keyed_draw
from clearway.vocabulary.dates import date_of, day_from_iso
from clearway.vocabulary.money import Rounding, divide, round_fraction

GROUNDS: Final = ("ordinary", "negligence", "fraud")
"""What an error came from; the longer the limitation period, the graver."""
REFUND: Final = "refund"
_MONTHS: Final = {"ordinary": 36, "negligence": 60, "fraud": 120, REFUND: 36}


class Law(msgspec.Struct, frozen=True):
    """What a country's pack says about the time after release.

    ``daily_interest`` is the share of an amount owed for one day. ``penalty`` is a share of the
    extra duty by ground; ``penalty_disclosed`` the lower one of who came forward by himself, which
    fraud never has. ``limitation`` is in months by ground, and for refunds. ``random_rate`` is in
    ten-thousandths, ``score_from`` in points (absent: no score selects). Terms: ``hearing_days``
    working days; ``appeal_days`` days to appeal, ``appeal_admit_days`` and ``appeal_decide_days``
    working days for the administration, as
    ``claim_decide_days`` for a claim.
    """

    daily_interest: Fraction = Fraction(0)
    penalty: Mapping[str, Fraction] = {}
    penalty_disclosed: Fraction = Fraction(0)
    limitation: Mapping[str, int] = msgspec.field(default_factory=lambda: dict(_MONTHS))
    random_rate: int = 0
    score_from: int | None = None
    hearing_days: int = 10
    appeal_days: int = 60
    appeal_admit_days: int = 10
    appeal_decide_days: int = 40
    claim_decide_days: int = 30


_PREFIX = "post_clearance."
_NUMBERS = (
    "hearing_days", "appeal_days", "appeal_admit_days", "appeal_decide_days", "claim_decide_days",
    "score_from",
)  # fmt: skip


def law_of(reference: Reference) -> Law:
    """Return the law after release of a pack; what it does not say is the default.

    Raises:
        ValueError: a setting is not a number of its kind, or negative.
    """
    told = {
        name.removeprefix(_PREFIX): text
        for name, text in reference.settings.items()
        if name.startswith(_PREFIX)
    }
    found: dict[str, Any] = {name: _whole(told[name]) for name in _NUMBERS if name in told}
    if "daily_interest" in told:
        found["daily_interest"] = _share(told["daily_interest"])
    if "random_rate" in told:
        found["random_rate"] = round_fraction(_share(told["random_rate"]) * DRAWS, Rounding.NEAREST)
    if "penalty.disclosed" in told:
        found["penalty_disclosed"] = _share(told["penalty.disclosed"])
    found["penalty"] = {
        ground: _share(told[f"penalty.{ground}"])
        for ground in GROUNDS
        if f"penalty.{ground}" in told
    }
    found["limitation"] = {
        kind: _whole(told.get(f"limitation_months.{kind}", str(months)))
        for kind, months in _MONTHS.items()
    }
    return Law(**found)


def _share(text: str) -> Fraction:
    share = Fraction(text)
    if share < 0:
        raise ValueError(f"{text} is less than nothing")
    return share


def _whole(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(f"{text} is less than nothing")
    return number


def interest(amount: int, daily: Fraction, days: int) -> int:
    """Return amount × daily rate × days, rounded once, half up.

    59,420,625 × 0.03 % × 90 = 1,604,356.875 (card C18):

    >>> interest(59_420_625, Fraction(3, 10_000), 90)
    1604357
    """
    if amount <= 0 or days <= 0:
        return 0
    return divide(amount * daily.numerator * days, daily.denominator, Rounding.NEAREST)


def penalty(extra: int, law: Law, ground: str, *, disclosed: bool) -> int:
    """Return the penalty for extra duty, rounded half up; who is owed something back has none.

    A disclosure never makes it dearer, and never excuses fraud.
    """
    if extra <= 0:
        return 0
    share = law.penalty.get(ground, Fraction(0))
    if disclosed and ground != "fraud":
        share = min(share, law.penalty_disclosed)
    return round_fraction(extra * share, Rounding.NEAREST)


def last_day(begin: int, months: int) -> int:
    """Return the last day of a period of months that began on a day; both since 1970-01-01.

    A month that is too short ends it on its own last day.

    >>> last_day(day_from_iso("2024-02-29"), 12) == day_from_iso("2025-02-28")
    True
    """
    first = date_of(begin)
    year, month = divmod(first.month - 1 + months, 12)
    year += first.year
    day = min(first.day, calendar.monthrange(year, month + 1)[1])
    return day_from_iso(date(year, month + 1, day).isoformat())


def is_late(begin: int, today: int, law: Law, kind: str) -> bool:
    """Tell whether the limitation period of a ground, or of refunds, is over."""
    return today > last_day(begin, law.limitation[kind])


def working_days_after(calendar_: WorkingCalendar, day: int, count: int) -> int:
    """Return the last day of a term of working days; the day itself does not count."""
    while count > 0:
        day += 1
        count -= calendar_.is_working_day(day)
    return day


class Drawn(msgspec.Struct, frozen=True):
    """The selection's word on one declaration: by which channel, drawn how, how likely."""

    channel: str
    draw: int
    propensity: int


def drawn(secret: str, mrn: str, law: Law, *, blue: bool, score: int | None) -> Drawn:
    """Return what the selection after release says of a declaration.

    Args:
        secret: of the day on which it was released; who does not know it cannot foresee the draw.
        mrn: the draw's key, under a prefix of its own: the lane's draw says nothing of this one.
        law: the pack's.
        blue: whether it was released in the lane that an audit follows.
        score: of its assessment, in points.
    """
    number = keyed_draw(secret, f"after-release/{mrn}") if secret else DRAWS
    if blue:
        return Drawn("lane", min(number, DRAWS - 1), DRAWS)
    if law.score_from is not None and score is not None and score >= law.score_from:
        return Drawn("score", min(number, DRAWS - 1), DRAWS)
    chosen = number < law.random_rate
    return Drawn("random" if chosen else "none", min(number, DRAWS - 1), law.random_rate)
