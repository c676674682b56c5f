"""Pure rules of prices: an item's unit price, the keys under which it is compared, its spread.

Card C06's value indicator is ``0.6745 x (price - median) / MAD``; the kernel works it out
(``kernel.features``), and this room gives it median and MAD. Prices are whole millionths of the
pack's currency for one unit (``PRICE_SCALE``).
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.declarations.storing import stored_text
from clearway.kernel.lodgement import Item
from clearway.kernel.unit_prices import PRICE_SCALE, priced_by
from clearway.vocabulary.money import QUANTITY_SCALE

RUNGS: Final = ("commodity_origin", "commodity", "subheading")
"""From the most particular to the most general: what has too few prices leads to the next one."""
_HIGHEST: Final = 2**61
"""Above it the middle of two prices would not fit 64 bits; nothing on earth costs that."""
_KILOGRAM: Final = "KGM"
_LONGEST: Final = 60
Prices = NDArray[np.int64]


class Goods(NamedTuple):
    """By what prices are compared: direction, whole commodity code, country of origin, unit.

    An export is priced FOB and an import by the pack's own terms, so that the two never mix.
    """

    direction: str
    commodity: str
    origin: str
    unit: str


class Spread(msgspec.Struct, frozen=True):
    """What some prices are like: their median, their MAD, and how many they are."""

    median: int
    deviation: int
    prices: int


def goods_of(direction: str, item: Item) -> Goods | None:
    """Return by what an item's price is compared; None where it has no code to compare it by.

    The unit is the tariff's where a quantity is declared in it, else the kilogram of net mass
    (``kernel.unit_prices.priced_by``).
    """
    commodity = _text(item.commodity)
    if len(commodity) < 6 or not priced_by(item):
        return None
    unit = _text(item.quantity_unit) if item.quantity else _KILOGRAM
    return Goods(_text(direction), commodity, _text(item.origin), unit)


def keys_of(goods: Goods) -> dict[str, str]:
    """Return the key of each rung; a rung of which something is not declared is left out.

    >>> list(keys_of(Goods("IM", "85044090", "CN", "NAR")).values())
    ['IM 85044090 NAR CN', 'IM 85044090 NAR', 'IM 850440 NAR']
    """
    direction, commodity, origin, unit = goods
    found = {}
    if origin:
        found["commodity_origin"] = f"{direction} {commodity} {unit} {origin}"
    found["commodity"] = f"{direction} {commodity} {unit}"
    found["subheading"] = f"{direction} {commodity[:6]} {unit}"
    return found


def price_of(value: int | None, item: Item, exponent: int) -> int | None:
    """Return the customs value for one unit, rounded to a millionth; None where it has none.

    Args:
        value: the item's customs value in minor units.
        item: with its quantity or mass.
        exponent: the decimals of the currency.

    >>> price_of(2_100_00, Item(quantity=1_000 * 10**6), 2)  # 2,100.00 for 1,000 pieces
    2100000
    """
    quantity = priced_by(item)
    if value is None or value <= 0 or quantity is None or quantity <= 0:
        return None
    above = 2 * value * PRICE_SCALE * QUANTITY_SCALE
    below = 2 * quantity * 10**exponent
    price = (above + below // 2) // below
    return price if 0 < price <= _HIGHEST else None


def spread(prices: Prices) -> Spread:
    """Return median and median absolute deviation of prices, at least one.

    Between two middle ones lies their mean, rounded up to a whole millionth.

    >>> spread(np.array([340, 360, 400, 440, 460], dtype=np.int64))
    Spread(median=400, deviation=40, prices=5)
    """
    median = _middle(prices)
    return Spread(median, _middle(np.abs(prices - median)), len(prices))


def _middle(values: Prices) -> int:
    place = len(values) // 2
    if len(values) % 2:
        return int(np.partition(values, place)[place])
    both: Any = np.partition(values, [place - 1, place])
    return (int(both[place - 1]) + int(both[place]) + 1) // 2


def _text(declared: str) -> str:
    return stored_text(declared.strip()[:_LONGEST])
