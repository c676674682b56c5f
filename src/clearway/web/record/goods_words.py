"""With what goods were compared when they were decided on: usual prices, and the cargo report."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from clearway.cargo import comparing
from clearway.kernel.decisions import ItemValue
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.unit_prices import PRICE_SCALE, priced_by, robust_z
from clearway.risk.prices.queries import compared, of_item
from clearway.risk.prices.rules import goods_of
from clearway.vocabulary.money import QUANTITY_SCALE
from clearway.web.writing import quantity

_MASSES: Final = frozenset({"gross_mass"})


def prices(
    lodgement: Lodgement, values: Sequence[ItemValue], *, exponent: int
) -> list[dict[str, Any]]:
    """Return each item's unit price beside what such goods cost, as the decision knew it.

    Args:
        lodgement: as stored, with its features.
        values: the customs value of each item.
        exponent: the decimals of the currency.
    """
    worth = {one.item: one.value for one in values}
    found = []
    for one in compared(lodgement.features):
        item = lodgement.items[one.item - 1]
        value, counted = worth.get(one.item), priced_by(item)
        median = of_item(lodgement.features, "median_unit_price", one.item)
        deviation = of_item(lodgement.features, "mad_unit_price", one.item)
        goods = goods_of(lodgement.direction, item)
        if value is None or not counted or median is None or goods is None:
            continue
        price = Fraction(value * QUANTITY_SCALE, counted * 10**exponent)
        usual = Fraction(median, PRICE_SCALE)
        spread = None if deviation is None else Fraction(deviation, PRICE_SCALE)
        odd = None if spread is None else robust_z(price, usual, spread)
        found.append(
            {
                "item": one.item,
                "rung": one.rung,
                "prices": one.prices,
                "day": one.day,
                "unit": goods.unit,
                "price": _rounded(price),
                "median": _rounded(usual),
                "deviation": None if spread is None else _rounded(spread),
                "z": None if odd is None else _rounded(odd),
            }
        )
    return found


def cargo(lodgement: Lodgement, language: str) -> list[dict[str, str]]:
    """Return what the cargo report said otherwise when it was decided, with both figures."""
    return [
        {
            "part": one.part,
            "declared": _figure(one.part, one.declared, language),
            "reported": _figure(one.part, one.reported, language),
        }
        for one in comparing.told(lodgement.features)
    ]


def _figure(part: str, told: str, language: str) -> str:
    if part in _MASSES and told:
        return quantity(int(told), language, "KGM")
    return told.replace(",", ", ")


def _rounded(value: Fraction) -> Decimal:
    """Return an exact number to two decimals, as a reader wants it."""
    return round(Decimal(value.numerator) / Decimal(value.denominator), 2)
