"""Writing a rate in one canonical form, which reads back to the same components."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby

from clearway.kernel.measures import Component, Kind, Operation, RateExpression
from clearway.packs.rates.seasons import MONTHS
from clearway.vocabulary.money import QUANTITY_SCALE, RATE_SCALE, unscaled

_JOINS = {
    Operation.SUM: " + ",
    Operation.SUM_TO_BOUND: " + ",
    Operation.DIFFERENCE: " less ",
    Operation.MINIMUM: " MIN ",
    Operation.MAXIMUM: " MAX ",
}


def render_rate(expression: RateExpression) -> str:
    """Return the canonical text; one that is not understood keeps its own.

    >>> from clearway.packs.rates import parse_rate
    >>> render_rate(parse_rate("6.4¢/kg + 3%"))
    '0.064 USD / KGM + 3%'
    """
    if not expression.understood:
        return expression.text
    seasons = groupby(expression.components, key=lambda part: (part.season_from, part.season_to))
    return ", ".join(
        _sum(parts) + (f" ({_day(first)} - {_day(last)})" if first else "")
        for (first, last), parts in seasons
    )


def _sum(components: Iterable[Component]) -> str:
    text = ""
    for component in components:
        text += (_JOINS[component.operation] if text else "") + _term(component)
    return text


def _term(component: Component) -> str:
    rate = unscaled(component.rate, RATE_SCALE)
    match component.kind:
        case Kind.AD_VALOREM:
            return f"{_plain(rate * 100)}%"
        case Kind.SPECIFIC:
            count = unscaled(component.unit_count, QUANTITY_SCALE)
            times = "" if count == 1 else f"{_plain(count)} "
            return f"{_plain(rate)} {component.currency} / {times}{component.unit}"
        case Kind.ENTRY_PRICE:
            return "Entry Price"
        case Kind.REFERENCE:
            return f"REF({component.unit})"
        case _:
            return "Free"


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _day(day: int) -> str:
    return f"{day % 100:02d} {MONTHS[day // 100 - 1].upper()}"
