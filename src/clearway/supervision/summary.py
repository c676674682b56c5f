"""The public summary of a year: what selection was worth, so told that nobody can be found in it.

- Only sums over the whole country, by channel. A profile is never named.
- A count from 1 to ``FEWEST_SHOWN`` - 1 is not told, nor what is derived from it. Where one line of
  a column is withheld, so is the next smallest: or the sum of all would tell it.
- Revenue is told only where it comes of ``FEWEST_SHOWN`` declarations at least, of which none
  brought more than ``MOST_OF_ONE`` of it (card C31: threshold and dominance).
- *The year under way* ends with yesterday, and its counts are rounded to tens before anything is
  derived from them: or whoever looks every day would learn of each look by what was added.

The year is counted at most once in ``HOLDS`` seconds, however many ask.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from clearway.audit import clock
from clearway.reference.in_force import reference_at
from clearway.supervision import ledger as whole
from clearway.supervision import tally
from clearway.supervision.estimating import FEWEST, Interval, ratio, wilson
from clearway.supervision.ledger import Ledger
from clearway.supervision.periods import period
from clearway.supervision.tally import Scope, Tally
from clearway.vocabulary.clock import instant_of, microseconds
from clearway.vocabulary.errors import NotThere

FEWEST_SHOWN: Final = 10
"""Declarations below which a count is withheld."""
MOST_OF_ONE: Final = 0.85
"""The share of a revenue that one declaration may have for it to be told."""
HOLDS: Final = 600.0
"""Seconds for which one count of a year serves all who ask."""
_TENS: Final = 10
_DIGITS: Final = 2
_KEPT: Final = 8


class SummaryLine(msgspec.Struct, frozen=True):
    """A channel, or the whole; None where a figure is withheld.

    ``inspected`` and ``found`` of a channel are the looks that say what its goods are like
    (``Tally.sample``). ``revenue`` in minor units. ``rate`` is found / inspected with its 95 %
    interval, ``lift`` that rate over the base rate.
    """

    channel: str
    selected: int | None
    inspected: int | None
    found: int | None
    rate: Interval | None = None
    lift: Interval | None = None
    revenue: int | None = None


class Summary(msgspec.Struct, frozen=True):
    """What selection was worth in a year.

    ``until`` is the first instant that does not count, ``under_way`` whether the year is not over.
    ``whole`` is of all declarations. ``missed`` is the estimate of violations that nobody found,
    ``caught`` the share of all violations that was found; None where they cannot be told.
    """

    year: int
    until: datetime
    under_way: bool
    currency: str
    whole: SummaryLine
    channels: tuple[SummaryLine, ...]
    base: Interval | None
    missed: Interval | None
    missed_revenue: Interval | None
    caught: Interval | None


_lock = threading.Lock()
_counted: dict[tuple[int, int], tuple[float, Summary]] = {}


def summary(year: int | None = None) -> Summary:
    """Return the summary of a year, by default of this one.

    Raises:
        NotThere: it has not begun, or nothing was on record before it ended.
    """
    now = clock.now()
    zone = reference_at(now).time_zone
    local = now.astimezone(ZoneInfo(zone))
    wanted = local.year if year is None else year
    if wanted not in years():
        raise NotThere(
            "There is no summary of this year.", where=str(wanted), remedy="Ask for another year."
        )
    span = period(str(wanted), zone)
    today = microseconds(local.replace(hour=0, minute=0, second=0, microsecond=0))
    until = min(span.ends, today)
    key = (wanted, until)
    with _lock:  # whoever asks meanwhile waits for the one count
        before, kept = _counted.get(key, (0.0, None))
        if kept is None or time.monotonic() - before >= HOLDS:
            scope = Scope(span._replace(ends=until))
            kept = of(whole.ledger(scope), instant_of(until), under_way=until < span.ends)
            while len(_counted) >= _KEPT:
                _counted.pop(next(iter(_counted)))
            _counted[key] = time.monotonic(), kept
        return kept


def forget() -> None:
    """Count anew at the next question."""
    with _lock:
        _counted.clear()


def years() -> list[int]:
    """Return the years of which there is a summary, the newest first."""
    now = clock.now()
    zone = ZoneInfo(reference_at(now).time_zone)
    this, first = now.astimezone(zone).year, tally.first_lodged()
    begun = this if first is None else first.astimezone(zone).year
    return list(range(this, min(begun, this) - 1, -1))


def of(told: Ledger, until: datetime, *, under_way: bool) -> Summary:
    """Return what of a ledger is public.

    Args:
        told: the ledger of a year, or of its part up to ``until``, of all offices and directions.
        until: the first instant that does not count.
        under_way: whether the year is not over, so that its figures are rounded.
    """
    every = told.whole
    rows = [
        Tally("", selected=every.declarations, inspected=every.inspected, found=every.found,
              revenue=every.revenue, largest=every.largest),
        *(_judged(line.tally) for line in told.channels),
    ]  # fmt: skip
    step = _TENS if under_way else 1
    columns = [
        _withheld([getattr(one, name) for one in rows], step)
        for name in ("selected", "inspected", "found")
    ]
    by_row = list(zip(*columns, strict=True))
    _, looked, found = by_row[-1]  # what was drawn
    base = _rate(found, looked) if under_way or found is None else told.base.rate
    lines = [_line(one, counts, base) for one, counts in zip(rows, by_row, strict=True)]
    known = told.missed.violations if base is not None else None
    return Summary(
        year=int(told.period[:4]),
        until=until,
        under_way=under_way,
        currency=told.currency,
        whole=lines[0],
        channels=tuple(lines[1:]),
        base=base,
        missed=_few_digits(known),
        missed_revenue=_few_digits(told.missed.revenue if known is not None else None),
        caught=_whole_percent(told.caught if known is not None else None),
    )


def _judged(one: Tally) -> Tally:
    """Return a channel with the looks that say what its goods are like as its looks."""
    found, inspected = one.sample
    return one._replace(inspected=inspected, found=found)


def _withheld(counts: Sequence[int], step: int) -> list[int | None]:
    """Return a column, the sum of all first, without its small counts and what would give one away.

    >>> _withheld([500, 0, 4, 40, 300], 1)  # 40 is withheld lest 4 be told by the sum
    [500, 0, None, None, 300]
    >>> _withheld([512, 0, 44, 300], 10)
    [510, 0, 40, 300]
    """
    small = {place for place, one in enumerate(counts) if 0 < one < FEWEST_SHOWN}
    if len(small - {0}) == 1:
        others = [place for place in range(1, len(counts)) if counts[place] >= FEWEST_SHOWN]
        small |= {min(others, key=lambda place: counts[place])} if others else set()
    return [
        None if place in small else step * round(one / step) for place, one in enumerate(counts)
    ]


def _line(one: Tally, counts: Sequence[int | None], base: Interval | None) -> SummaryLine:
    selected, inspected, found = counts
    rate = _rate(found, inspected)
    lift = _lift(one.channel, rate, base)
    return SummaryLine(one.channel, selected, inspected, found, rate, lift, _revenue(one, found))


def _rate(found: int | None, looked: int | None) -> Interval | None:
    if found is None or looked is None or looked < FEWEST:
        return None
    return wilson(min(found, looked), looked)


def _lift(channel: str, rate: Interval | None, base: Interval | None) -> Interval | None:
    if rate is None or base is None or channel in {"", "random"}:
        return None
    return ratio(rate, base)


def _revenue(one: Tally, found: int | None) -> int | None:
    """Return the revenue to two digits, where neither few nor one made it."""
    if found is None or one.largest > MOST_OF_ONE * one.revenue:
        return 0 if found == 0 and one.revenue == 0 else None
    return int(_digits(one.revenue))


def _few_digits(one: Interval | None) -> Interval | None:
    return (
        None if one is None else Interval(_digits(one.value), _digits(one.low), _digits(one.high))
    )


def _digits(value: float) -> float:
    """Return a figure to two digits.

    >>> _digits(12_345), _digits(87.4), _digits(0)
    (12000.0, 87.0, 0.0)
    """
    return float(f"{value:.{_DIGITS}g}")


def _whole_percent(one: Interval | None) -> Interval | None:
    return (
        None
        if one is None
        else Interval(*(round(x, _DIGITS) for x in msgspec.structs.astuple(one)))
    )
