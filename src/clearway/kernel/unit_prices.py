"""Unit prices: by what quantity goods are priced, and how odd a price is beside the usual one.

A profile compares by them (the columns ``unit_price`` and ``robust_z`` of ``features``), the
reference of prices is made by them (``risk.prices``), and an officer reads them.
"""

from __future__ import annotations

from fractions import Fraction

from clearway.kernel.lodgement import Item

PRICE_SCALE = 1_000_000
"""How many units make one, of a price per unit and of a share of controls."""


def priced_by(item: Item) -> int | None:
    """Return the quantity by which an item's price is compared, in millionths of its unit.

    The tariff quantity where one is declared (and is not 0), else the net mass.

    >>> priced_by(Item(quantity=3_000_000, net_mass=5)), priced_by(Item(quantity=0, net_mass=5))
    (3000000, 5)
    """
    return item.quantity or item.net_mass


def robust_z(price: Fraction, median: Fraction, deviation: Fraction) -> Fraction | None:
    """Return ``0.6745 x (price - median) / deviation``, exact; None where the deviation is 0.

    >>> z = robust_z(Fraction("2.10"), Fraction(4), Fraction("0.40"))
    >>> z, round(float(z), 4)
    (Fraction(-25631, 8000), -3.2039)
    """
    if deviation == 0:
        return None
    return Fraction(6745, 10_000) * (price - median) / deviation
