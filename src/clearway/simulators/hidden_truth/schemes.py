"""What fraudsters do to a declaration, one class each. Whether and when is told in ``careers.py``.

A scheme fits a standing order or does not, and it misdeclares a consignment that was drawn as it
really is. Nothing marks the declaration: that it is wrong follows from the difference alone.
"""

from __future__ import annotations

from random import Random
from typing import Protocol

from clearway.simulators.hidden_truth.law import HUBS, ORDINARY, PREFERENCE
from clearway.simulators.hidden_truth.trade import (
    Consignment,
    Order,
    invoiced,
    redeclared,
    rounded,
)
from clearway.simulators.hidden_truth.world import World


class Scheme(Protocol):
    """A way to pay less than is due."""

    name: str

    def fits(self, order: Order, world: World, week: int) -> bool:
        """Tell whether it is worth while with the goods of a standing order."""

    def prepare(self, order: Order, rng: Random) -> None:
        """Change how the goods travel, where the scheme needs that."""

    def misdeclare(self, made: Consignment, world: World, week: int, rng: Random) -> bool:
        """Declare a consignment wrongly; return False where there is nothing to gain."""


class Undervaluation:
    """Wants to pay the high duty on less: has the seller write a lower price on the invoice.

    Brokers know the reference price below which officers ask questions. A careful one stays just
    above it; a greedy one takes a third to a half off, whatever officers ask.
    """

    name = "undervaluation"

    def __init__(self, *, greedy: bool) -> None:
        self._greedy = greedy

    def fits(self, order: Order, world: World, week: int) -> bool:
        """High duty, actually paid."""
        rate = 0.0 if order.claims else world.tariff.rate(order.commodity, week)
        return order.procedure == ORDINARY and rate >= 8

    def prepare(self, order: Order, rng: Random) -> None:
        """Nothing: the goods travel as they always did."""

    def misdeclare(self, made: Consignment, world: World, week: int, rng: Random) -> bool:
        """Lower the price per piece, and with it the value."""
        del week
        real = made.real
        by_kg = real.value / real.kilograms
        wanted = by_kg * (rng.uniform(0.35, 0.6) if self._greedy else rng.uniform(0.48, 0.75))
        if not self._greedy:
            wanted = max(wanted, world.tariff.floor(real.commodity) * rng.uniform(1.0, 1.08))
        if wanted > 0.88 * by_kg:
            return False
        redeclared(made, value=invoiced(real.quantity, wanted * real.kilograms))
        return True


class Misclassification:
    """Wants the neighbour's lower rate: declares goods under a code that is near enough to pass.

    He stays with the code that he chose, so that his papers look like a habit.
    """

    name = "misclassification"

    def __init__(self) -> None:
        self._chosen: dict[str, str] = {}

    def fits(self, order: Order, world: World, week: int) -> bool:
        """A neighbour pays clearly less."""
        paid = order.procedure == ORDINARY and not order.claims
        return paid and bool(world.tariff.neighbours(order.commodity, week))

    def prepare(self, order: Order, rng: Random) -> None:
        """Nothing: the goods travel as they always did."""

    def misdeclare(self, made: Consignment, world: World, week: int, rng: Random) -> bool:
        """Declare the neighbour's code."""
        commodity = made.real.commodity
        near = world.tariff.neighbours(commodity, week)
        if not near:
            return False
        code = self._chosen.get(commodity)
        if code not in near:
            code = self._chosen[commodity] = rng.choice(near)
        redeclared(made, commodity=code)
        return True


class OriginLaundering:
    """Wants a preference that his goods have no right to: says that they come from a partner.

    The goods come from where they always came from, most of them now by way of a hub where the
    papers are changed.
    """

    name = "origin"

    def __init__(self) -> None:
        self._chosen = ""

    def fits(self, order: Order, world: World, week: int) -> bool:
        """Duty that a preference would take away, and goods that have no right to one."""
        dear = world.tariff.rate(order.commodity, week) >= 5
        return dear and order.procedure == ORDINARY and not world.tariff.is_preferred(order.origin)

    def prepare(self, order: Order, rng: Random) -> None:
        """Send the goods by way of a hub, more often than not."""
        if rng.random() < 0.6:
            order.departure = rng.choice(HUBS)

    def misdeclare(self, made: Consignment, world: World, week: int, rng: Random) -> bool:
        """Declare the partner's origin and claim its preference."""
        del week
        if not self._chosen:
            self._chosen = rng.choice(world.tariff.preferred)
        if rng.random() < 0.5:
            made.departure = self._chosen
        redeclared(made, origin=self._chosen, preference=PREFERENCE)
        return True


class Understatement:
    """Wants to pay for less than comes: has more loaded than the papers say.

    He goes on declaring what he always declared, so that the papers agree with each other and with
    his past. Only who counts sees it; what foretells it is that it was he before.
    """

    name = "quantity"

    def fits(self, order: Order, world: World, week: int) -> bool:
        """Anything on which something is due."""
        del world, week
        return order.procedure == ORDINARY

    def prepare(self, order: Order, rng: Random) -> None:
        """Nothing: the goods travel as they always did."""

    def misdeclare(self, made: Consignment, world: World, week: int, rng: Random) -> bool:
        """Let a quarter more come than is declared, or twice as much."""
        del world, week
        declared = made.declared
        quantity = round(declared.quantity * rng.uniform(1.25, 2.0))
        if quantity <= declared.quantity:
            return False
        more = quantity / declared.quantity
        made.real = declared._replace(
            quantity=quantity,
            value=invoiced(quantity, declared.value * more),
            kilograms=rounded(declared.kilograms * more),
        )
        return True


class Splitting:
    """Wants the relief of low values: cuts one consignment into parcels below the limit.

    They go to several names, within days, from one seller, each just below the limit.
    """

    name = "splitting"

    def parts(self, worth: int, limit: int, rng: Random) -> list[int]:
        """Return the values of the parts of a consignment, each just below the limit."""
        found, left = [], worth
        while left > 0:
            part = min(left, max(1, round(limit * rng.uniform(0.8, 0.99))))
            found.append(part)
            left -= part
        return found


class Smuggling:
    """Wants goods in that pay very much or may not come in at all: hides them behind clean ones.

    The cover load is declared as it is, in the name of an importer at whom nobody looks. What lies
    behind it weighs something, which not everybody takes off the papers.
    """

    name = "smuggling"

    def hide(self, made: Consignment, typical_stake: int, rng: Random) -> None:
        """Put undeclared goods behind declared ones."""
        made.hidden = max(100, round(typical_stake * rng.lognormvariate(0, 0.9)))
        if rng.random() < 0.5:
            kilograms = rounded(made.real.kilograms * rng.uniform(1.02, 1.1))
            made.real = made.real._replace(kilograms=kilograms)
            redeclared(made, kilograms=kilograms)


def schemes_of_papers(name: str, *, greedy: bool) -> Scheme:
    """Return a new scheme that misdeclares what a firm really ships."""
    if name == Undervaluation.name:
        return Undervaluation(greedy=greedy)
    if name == Misclassification.name:
        return Misclassification()
    return OriginLaundering() if name == OriginLaundering.name else Understatement()
