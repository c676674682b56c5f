"""What goods cost and weigh, by chapter of the Harmonized System: enough to look like trade.

The figures are rounded orders of magnitude for bulk trade between ports, made up for the
simulator. They are no reference prices and must never be used to value real goods.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple


class Kind(NamedTuple):
    """Cents of a US dollar per kg, kg per goods item, and how often a chapter is traded."""

    cents_per_kg: int
    kilograms: int
    share: int


_OTHERWISE = Kind(600, 2_000, 2)
CHAPTERS = {
    2: Kind(420, 12_000, 4),
    3: Kind(510, 9_000, 4),
    4: Kind(330, 8_000, 3),
    7: Kind(110, 14_000, 3),
    8: Kind(140, 14_000, 5),
    9: Kind(480, 6_000, 3),
    10: Kind(35, 24_000, 3),
    12: Kind(70, 18_000, 2),
    15: Kind(120, 16_000, 3),
    16: Kind(450, 6_000, 2),
    17: Kind(65, 18_000, 2),
    18: Kind(520, 5_000, 2),
    19: Kind(290, 5_000, 3),
    20: Kind(180, 9_000, 2),
    21: Kind(540, 4_000, 3),
    22: Kind(390, 9_000, 5),
    23: Kind(55, 22_000, 2),
    24: Kind(1_900, 2_500, 3),
    25: Kind(12, 25_000, 1),
    27: Kind(75, 22_000, 3),
    28: Kind(140, 8_000, 2),
    29: Kind(410, 5_000, 3),
    30: Kind(7_800, 400, 5),
    31: Kind(45, 22_000, 1),
    32: Kind(420, 4_000, 2),
    33: Kind(1_400, 1_200, 4),
    34: Kind(260, 6_000, 2),
    38: Kind(390, 4_000, 3),
    39: Kind(290, 6_000, 7),
    40: Kind(410, 5_000, 4),
    42: Kind(1_250, 900, 3),
    44: Kind(85, 14_000, 3),
    48: Kind(150, 10_000, 3),
    49: Kind(700, 800, 1),
    52: Kind(420, 5_000, 2),
    54: Kind(510, 4_000, 2),
    61: Kind(1_700, 1_400, 6),
    62: Kind(1_900, 1_300, 6),
    63: Kind(640, 2_500, 3),
    64: Kind(1_850, 1_600, 5),
    68: Kind(75, 12_000, 1),
    69: Kind(90, 12_000, 2),
    70: Kind(140, 8_000, 2),
    71: Kind(90_000, 6, 1),
    72: Kind(85, 22_000, 3),
    73: Kind(240, 9_000, 5),
    76: Kind(410, 6_000, 3),
    82: Kind(1_100, 900, 2),
    83: Kind(620, 1_500, 2),
    84: Kind(1_900, 1_800, 10),
    85: Kind(3_400, 900, 12),
    87: Kind(1_050, 7_500, 7),
    90: Kind(8_200, 260, 6),
    91: Kind(14_000, 60, 1),
    94: Kind(480, 3_500, 5),
    95: Kind(1_050, 1_400, 4),
    96: Kind(780, 900, 2),
}
_PARCEL_CHAPTERS = (33, 39, 42, 49, 61, 62, 63, 64, 82, 85, 90, 91, 95, 96)
_STRENGTH = {"2203": 5, "2204": 13, "2205": 15, "2206": 6, "2207": 90, "2208": 40}
_COUNTED = {"NAR", "H87", "C62", "PCE", "NPR", "PR", "KPR"}
_LITRES = {"LTR", "HLT", "LPA"}


def kind_of(commodity: str) -> Kind:
    """Return what goods of a commodity code cost and weigh."""
    return CHAPTERS.get(int(commodity[:2]), _OTHERWISE)


def is_parcel_good(commodity: str) -> bool:
    """Tell whether people order such goods by parcel."""
    return int(commodity[:2]) in _PARCEL_CHAPTERS


def spread(typical: int, rng: Random, width: float = 0.45) -> int:
    """Return a number around ``typical`` as trade has them: most near, a few far above."""
    return max(1, round(typical * rng.lognormvariate(0, width)))


def supplied_quantity(unit: str, grams: int, commodity: str) -> tuple[str, str]:
    """Return (quantity, unit) as a trader states it for a tax that counts in ``unit``."""
    if unit == "ASV.HLT":
        per_cent = _STRENGTH.get(commodity[:4], 40)
        return written(grams * per_cent, 5), "LPA"
    return tariff_quantity(unit, grams, commodity), unit


def tariff_quantity(unit: str, grams: int, commodity: str) -> str:
    """Return the tariff quantity of a net mass in the tariff's unit, as written."""
    if unit in {"", "KGM", "KGS"}:
        return written(grams, 3)
    if unit in _COUNTED:
        return str(max(1, grams // piece_grams(commodity)))
    if unit == "TNE":
        return written(grams, 6)
    if unit in _LITRES:
        return written(grams, 5 if unit == "HLT" else 3)
    if unit == "GRM":
        return str(grams)
    if unit == "MTQ":
        return written(max(1, grams // 600), 3)
    return str(max(1, grams // 1_000))


def piece_grams(commodity: str) -> int:
    """Return what one piece weighs, roughly, by its price: dear goods are small."""
    kind = kind_of(commodity)
    if commodity.startswith(("8703", "8704", "8702")):
        return 1_400_000
    return max(120, 1_200_000 // kind.cents_per_kg * 2)


def written(value: int, decimals: int) -> str:
    """Return a scaled whole number as it is written, without trailing noughts."""
    sign, digits = ("-" if value < 0 else ""), str(abs(value)).rjust(decimals + 1, "0")
    if not decimals:
        return sign + digits
    fraction = digits[-decimals:].rstrip("0")
    return sign + digits[:-decimals] + (f".{fraction}" if fraction else "")
