"""Exact money, quantities and rates as scaled whole numbers, and the named roundings.

No float ever touches an amount. Three scales are used, each a plain ``int``:

=================  =======================  ==========================================
name               one unit is              where
=================  =======================  ==========================================
declared amount    1/1000 of the currency   amounts a trader declares (WCO ``n..16,3``)
quantity           1/1,000,000 of the unit  masses and quantities (WCO ``n..16,6``)
rate               1/100,000,000            ad valorem fractions (10 % = 10,000,000) and
                                            specific rates in currency units per unit
=================  =======================  ==========================================

Assessed amounts are in *minor units*: the currency's own exponent (VND 0, EUR 2, KWD 3).
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

DECLARED_AMOUNT_SCALE = 1_000
QUANTITY_SCALE = 1_000_000
RATE_SCALE = 100_000_000
INT64_MAX = 2**63 - 1
INT64_MIN = -(2**63)


class Rounding(StrEnum):
    """How an exact amount becomes a whole number of minor units. A rule of the pack, per tax."""

    NEAREST = "nearest"  # half away from zero
    DOWN = "down"  # truncate towards zero
    UP = "up"  # away from zero
    HALF_EVEN = "half_even"  # banker's rounding


def divide(numerator: int, denominator: int, rounding: Rounding) -> int:
    """Return ``numerator / denominator`` as a whole number, rounded by the named rule.

    Args:
        numerator: any whole number.
        denominator: a whole number other than zero.
        rounding: the named rule.

    Raises:
        ZeroDivisionError: the denominator is zero.

    >>> divide(5924800, 100000, Rounding.DOWN), divide(-7, 2, Rounding.NEAREST)
    (59, -4)
    """
    negative = (numerator < 0) != (denominator < 0)
    quotient, remainder = divmod(abs(numerator), abs(denominator))
    if remainder:
        if rounding is Rounding.UP:
            quotient += 1
        elif rounding is Rounding.NEAREST:
            quotient += 2 * remainder >= abs(denominator)
        elif rounding is Rounding.HALF_EVEN:
            twice = 2 * remainder
            quotient += twice > abs(denominator) or (twice == abs(denominator) and quotient % 2)
    return -quotient if negative else quotient


def round_fraction(value: Fraction, rounding: Rounding) -> int:
    """Round an exact fraction to a whole number by the named rule."""
    return divide(value.numerator, value.denominator, rounding)


def scaled(value: Decimal, scale: int) -> int:
    """Return ``value * scale`` as an exact whole number.

    Raises:
        ValueError: the value has more decimals than the scale holds, or is not finite.
    """
    if not value.is_finite():
        raise ValueError(f"{value} is not a number that can be computed with")
    numerator, denominator = value.as_integer_ratio()
    result, remainder = divmod(numerator * scale, denominator)
    if remainder:
        raise ValueError(f"{value} has more decimals than 1/{scale} holds")
    return result


def unscaled(value: int, scale: int) -> Decimal:
    """Return the decimal number that a scaled whole number stands for, without loss."""
    return Decimal(value).scaleb(-(len(str(scale)) - 1))


def fits_int64(value: int) -> bool:
    """Tell whether an amount can be stored; one that cannot is a finding, never a wrap."""
    return INT64_MIN <= value <= INT64_MAX
