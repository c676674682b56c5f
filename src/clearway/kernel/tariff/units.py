"""Units of measure that convert into each other exactly (UN/ECE Recommendation 20).

A unit code may carry a qualifier after a dot (``KGM.lactic``): it converts only into another
unit of the same dimension with the same qualifier, because a kilogram of lactic matter is not a
kilogram of cheese. ``ASV.HLT`` (one per cent of alcohol by volume in one hectolitre) is exactly
one litre of pure alcohol.
"""

from __future__ import annotations

from functools import lru_cache
from math import gcd

# dimension, and how many of the dimension's base unit one of this unit is: numerator, denominator
UNITS: dict[str, tuple[str, int, int]] = {
    "KGM": ("mass", 1, 1),
    "GRM": ("mass", 1, 1_000),
    "MGM": ("mass", 1, 1_000_000),
    "DTN": ("mass", 100, 1),
    "TNE": ("mass", 1_000, 1),
    "CTM": ("mass", 1, 5_000),
    "LTR": ("volume", 1, 1),
    "MLT": ("volume", 1, 1_000),
    "CLT": ("volume", 1, 100),
    "HLT": ("volume", 100, 1),
    "DMQ": ("volume", 1, 1),
    "MTQ": ("volume", 1_000, 1),
    "BLL": ("volume", 158_987_294_928, 1_000_000_000),
    "LPA": ("alcohol", 1, 1),
    "ASV.HLT": ("alcohol", 1, 1),
    "PFL": ("alcohol", 1, 2),
    "NAR": ("count", 1, 1),
    "C62": ("count", 1, 1),
    "H87": ("count", 1, 1),
    "PCE": ("count", 1, 1),
    "EA": ("count", 1, 1),
    "DZN": ("count", 12, 1),
    "CEN": ("count", 100, 1),
    "GRO": ("count", 144, 1),
    "MIL": ("count", 1_000, 1),
    "NPR": ("pairs", 1, 1),
    "HEA": ("heads", 1, 1),
    "MTR": ("length", 1, 1),
    "CMT": ("length", 1, 100),
    "MMT": ("length", 1, 1_000),
    "KMT": ("length", 1_000, 1),
    "MTK": ("area", 1, 1),
    "CMK": ("area", 1, 10_000),
    "MMK": ("area", 1, 1_000_000),
    "KMK": ("area", 1_000_000, 1),
    "WHR": ("energy", 1, 1_000),
    "KWH": ("energy", 1, 1),
    "MWH": ("energy", 1_000, 1),
    "ASV": ("strength", 1, 1),
}


@lru_cache(maxsize=4096)
def dimension(unit: str) -> tuple[str, int, int]:
    """Return (dimension with qualifier, numerator, denominator) of a unit.

    A unit that is not known is a dimension of its own: it equals itself and nothing else.

    >>> dimension("DTN"), dimension("GRM.lactic")
    (('mass', 100, 1), ('mass.lactic', 1, 1000))
    """
    if unit in UNITS:
        return UNITS[unit]
    base, _, qualifier = unit.partition(".")
    if qualifier and base in UNITS:
        name, numerator, denominator = UNITS[base]
        return f"{name}.{qualifier}", numerator, denominator
    return unit, 1, 1


@lru_cache(maxsize=4096)
def factor(unit: str, into: str) -> tuple[int, int] | None:
    """Return how many of ``into`` one of ``unit`` is, as an exact ratio; None if it is neither.

    >>> factor("TNE", "DTN"), factor("KGM", "LTR")
    ((10, 1), None)
    """
    name, numerator, denominator = dimension(unit)
    other, over, under = dimension(into)
    if name != other:
        return None
    top, bottom = numerator * under, denominator * over
    common = gcd(top, bottom)
    return top // common, bottom // common
