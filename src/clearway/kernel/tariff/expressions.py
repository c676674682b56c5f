"""What a rate expression costs, exactly: components read from left to right.

A running duty starts at nothing. SUM adds to it and DIFFERENCE subtracts. MINIMUM and MAXIMUM
open a bound; SUM_TO_BOUND adds to the bound that is open; the bound takes effect when the next
component is not a SUM_TO_BOUND. ``10 % MIN 2 EUR/kg MAX 20 % + 1 EUR/kg`` reads as: ten per
cent, but at least two euro a kilogram, and at most twenty per cent and one euro a kilogram.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum

import msgspec

from clearway.kernel.measures import Component, Kind, Operation
from clearway.kernel.valuation.conversion import NOTHING, Share, add
from clearway.vocabulary.money import DECLARED_AMOUNT_SCALE, RATE_SCALE, Rounding, divide


class Reason(StrEnum):
    """Why an amount cannot be computed. Never a reason for zero."""

    UNSUPPORTED = "unsupported"
    QUANTITY = "quantity_missing"
    EXCHANGE_RATE = "exchange_rate_missing"
    BASE = "base_unknown"
    SEASON = "out_of_season"
    NO_MEASURE = "no_measure"
    ADDITIONAL_CODE = "additional_code_missing"
    OVERFLOW = "too_large"


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """An exact amount in minor units, or the reason why there is none and what it lacks."""

    amount: Share | None
    reason: str = ""
    lacking: str = ""


class Inputs(msgspec.Struct, frozen=True):
    """What a rate is applied to: base in minor units, and where quantities and rates come from."""

    base: Share | None
    quantity: Callable[[str], tuple[int, int] | None]
    conversion: Callable[[str], Share | None]


def in_season(components: Sequence[Component], day: int) -> tuple[Component, ...]:
    """Return the components in force on the day of the year; a season may span the new year."""
    if not any(component.season_from for component in components):
        return tuple(components)
    when = date.fromordinal(day + 719_163)
    today = when.month * 100 + when.day
    return tuple(component for component in components if _covers(component, today))


def _covers(component: Component, today: int) -> bool:
    first, last = component.season_from, component.season_to
    if not first:
        return True
    return first <= today <= last if first <= last else today >= first or today <= last


def evaluate(components: Sequence[Component], inputs: Inputs) -> Outcome:
    """Return what the components (already in season) cost."""
    if not components:
        return Outcome(None, Reason.SEASON)
    running, bound = NOTHING, NOTHING
    opened: Operation | None = None
    for component in components:
        part = component_amount(component, inputs)
        if part.amount is None:
            return part
        operation = component.operation
        if operation == Operation.SUM_TO_BOUND:
            bound = add(bound, part.amount)
            continue
        running = _close(running, bound, opened)
        opened = None
        if operation == Operation.SUM:
            running = add(running, part.amount)
        elif operation == Operation.DIFFERENCE:
            running = add(running, (-part.amount[0], part.amount[1]))
        else:
            opened, bound = operation, part.amount
    return Outcome(_close(running, bound, opened))


def _close(running: Share, bound: Share, opened: Operation | None) -> Share:
    """Let an open bound take effect on the running duty."""
    if opened is None:
        return running
    smaller = running[0] * bound[1] < bound[0] * running[1]
    if opened == Operation.MINIMUM:
        return bound if smaller else running
    return running if smaller else bound


def component_amount(component: Component, inputs: Inputs) -> Outcome:
    """Return one component's exact amount in minor units."""
    kind = component.kind
    if kind == Kind.AD_VALOREM:
        if inputs.base is None:
            return Outcome(None, Reason.BASE)
        return Outcome((inputs.base[0] * component.rate, inputs.base[1] * RATE_SCALE))
    if kind == Kind.FREE:
        return Outcome(NOTHING)
    if kind != Kind.SPECIFIC or component.unit_count <= 0:
        return Outcome(None, Reason.UNSUPPORTED)
    quantity = inputs.quantity(component.unit)
    if quantity is None:
        return Outcome(None, Reason.QUANTITY, component.unit)
    factor = inputs.conversion(component.currency)
    if factor is None:
        return Outcome(None, Reason.EXCHANGE_RATE, component.currency)
    numerator = component.rate * DECLARED_AMOUNT_SCALE * quantity[0] * factor[0]
    return Outcome((numerator, RATE_SCALE * component.unit_count * quantity[1] * factor[1]))


def evaluate_inclusive(
    components: Sequence[Component], inputs: Inputs, base_rounding: Rounding | None
) -> tuple[Outcome, Share | None]:
    """Return the amount and the tax-inclusive base of a price-inclusive tax.

    The base holds the tax itself: with a rate ``r`` and specific parts ``s`` it is
    ``(base + s) / (1 - r)``, rounded where the pack says so, and the tax is ``base x r + s``.
    Bounds and differences have no such meaning.
    """
    if not components:
        return Outcome(None, Reason.SEASON), None
    rate, specific = 0, NOTHING
    for component in components:
        if component.operation != Operation.SUM:
            return Outcome(None, Reason.UNSUPPORTED), None
        if component.kind == Kind.AD_VALOREM:
            rate += component.rate
            continue
        part = component_amount(component, inputs)
        if part.amount is None:
            return part, None
        specific = add(specific, part.amount)
    if not 0 <= rate < RATE_SCALE:
        return Outcome(None, Reason.UNSUPPORTED), None
    if inputs.base is None:
        return Outcome(None, Reason.BASE), None
    whole = add(inputs.base, specific)
    base = (whole[0] * RATE_SCALE, whole[1] * (RATE_SCALE - rate))
    if base_rounding is not None:
        base = (divide(*base, base_rounding), 1)
    return Outcome(add((base[0] * rate, base[1] * RATE_SCALE), specific)), base
