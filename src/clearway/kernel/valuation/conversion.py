"""Declared amounts in any currency as exact parts of the pack's minor units.

A ``Share`` is an exact number of minor units: numerator and positive denominator, never
rounded on the way. Fractions of Python's library say the same and cost ten times as much.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from math import lcm

from clearway.kernel.reference import Reference
from clearway.vocabulary.money import DECLARED_AMOUNT_SCALE

Share = tuple[int, int]
NOTHING: Share = (0, 1)


def conversion(reference: Reference, currency: str, day: int) -> Share | None:
    """Return minor units of the pack's currency per thousandth of ``currency`` on ``day``.

    ``None`` where no rate is published for that day: a rate is looked up, never guessed.
    """
    rate = reference.exchange_rate(currency, day)
    if rate is None:
        return None
    return rate.numerator * 10**reference.exponent, rate.denominator * DECLARED_AMOUNT_SCALE


def add(left: Share, right: Share) -> Share:
    """Return the exact sum of two shares."""
    if left[1] == right[1]:
        return left[0] + right[0], left[1]
    common = lcm(left[1], right[1])
    return left[0] * (common // left[1]) + right[0] * (common // right[1]), common


@lru_cache(maxsize=4096)
def day_text(day: int) -> str:
    """Return the ISO date of a day since 1970-01-01."""
    return date.fromordinal(day + 719_163).isoformat()


def declared_text(thousandths: int) -> str:
    """Return a declared amount as decimal text with two decimals, three where it needs them."""
    sign = "-" if thousandths < 0 else ""
    units, rest = divmod(abs(thousandths), 1000)
    return f"{sign}{units}.{rest:03d}" if rest % 10 else f"{sign}{units}.{rest // 10:02d}"


def minor_text(amount: int, exponent: int) -> str:
    """Return an amount in minor units as decimal text of the currency's own exponent."""
    if not exponent:
        return str(amount)
    sign = "-" if amount < 0 else ""
    units, rest = divmod(abs(amount), 10**exponent)
    return f"{sign}{units}.{rest:0{exponent}d}"


def share_text(amount: int, key: int, total: int) -> str:
    """Return ``amount x key / total`` (a declared amount's part) as text.

    A share that does not end within six decimals is cut there and marked with an ellipsis.
    """
    whole, rest = divmod(abs(amount) * key * 1000, total)
    units, decimals = divmod(whole, 1_000_000)
    sign = "-" if amount < 0 else ""
    if rest:
        return f"{sign}{units}.{decimals:06d}…"
    text = f"{decimals:06d}".rstrip("0")
    return f"{sign}{units}.{text:0<2}"
