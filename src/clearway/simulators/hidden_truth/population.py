"""Who is at the border: firms, persons, fraudsters, and how they come, go and are tempted.

How many fraudsters there are follows from the share of items that shall be wrong: firms are taken
until the traffic that fits their scheme is as much as that scheme and career should have.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Protocol

from clearway.simulators.hidden_truth.careers import (
    PAPERS,
    RETURNING,
    STEADY,
    TEMPTED,
    TURNING,
    Fraudster,
    Hijacker,
    Returning,
    Ring,
)
from clearway.simulators.hidden_truth.schemes import Scheme, schemes_of_papers
from clearway.simulators.hidden_truth.trade import Consignment, Firm, Parcels
from clearway.simulators.hidden_truth.world import World, poisson

_LOADS, _SPLIT, _PARTS, _OF_RETURNING = 1.5, 0.4, 7.5, 3.2
"""A week's loads of a hijacker; consignments of a ring, and parts of each; consignments of one who
returns."""
_LARGEST = 40
"""How many times the traffic of the smallest firm the largest has, at most."""


class Actor(Protocol):
    """Whoever has traffic of his own."""

    def traffic(self, week: int) -> Iterator[Consignment]:
        """Return what he declares in a week."""


class Population:
    """Everybody at one border."""

    def __init__(self, world: World) -> None:
        self._world = world
        parameters = world.parameters
        size, fraud = parameters.border, parameters.fraud
        rng = world.dice("population")
        wrong = size.items_a_week * fraud.share
        whole = sum(fraud.schemes.values())
        self._wanted = {name: wrong * weight / whole for name, weight in fraud.schemes.items()}
        parcels = size.items_a_week * parameters.trade.parcels
        self.parcels = Parcels(world, max(1.0, parcels - self._wanted["splitting"]))
        returning = self._weights()[RETURNING] * sum(self._wanted[one] for one in PAPERS)
        cargo = size.items_a_week - parcels - self._wanted["smuggling"] - returning
        sizes = [
            min(_LARGEST, rng.paretovariate(parameters.trade.size_tail)) for _ in range(size.firms)
        ]
        self._unit = max(1.0, cargo) / sum(sizes)
        self.firms = [Firm(world, str(at), one * self._unit) for at, one in enumerate(sizes)]
        self.others: list[Actor] = []
        self._settle(rng)

    def traffic(self, week: int) -> Iterator[Consignment]:
        """Let people come, go and be tempted, and return what everybody declares in a week."""
        self._come_and_go(week)
        self._tempt(week)
        for actor in (*self.firms, *self.others, self.parcels):
            yield from actor.traffic(week)

    def _weights(self) -> dict[str, float]:
        careers = self._world.parameters.fraud.careers
        whole = sum(careers.values())
        return {name: weight / whole for name, weight in careers.items()}

    def _settle(self, rng: Random) -> None:
        """Make fraudsters of some, and let the others of bad intent come."""
        world, parameters = self._world, self._world.parameters
        weeks, weights = parameters.border.weeks, self._weights()
        first, last = parameters.turning.weeks
        middle = min(weeks, (first + last) / 2)
        turned = max(0.2, (weeks - middle) / weeks)
        order = rng.sample(self.firms, len(self.firms))
        middling = sorted(one.weekly for one in self.firms)[len(self.firms) // 2]
        life, rest = (
            sum(pair) / 2 for pair in (parameters.returning.life, parameters.returning.rest)
        )
        for name in PAPERS:
            wanted = self._wanted[name]
            self._recruit(order, name, STEADY, wanted * weights[STEADY], rng)
            large = [one for one in order if one.weekly >= middling]
            self._recruit(large, name, TURNING, wanted * weights[TURNING] / turned, rng)
            each = _OF_RETURNING * parameters.fraud.intensity * life / (life + rest)
            count = _about(wanted * weights[RETURNING] / each, rng)
            self.others += [
                Returning(world, f"returning:{name}:{at}", name, begins=rng.randint(1, 12))
                for at in range(count)
            ]
        clean = [one for one in self.firms if one.mind is None and one.weekly >= middling]
        victims = clean or self.firms
        self.others += [
            Hijacker(world, f"hijacker:{at}", victims, begins=rng.randint(1, 6), weekly=_LOADS)
            for at in range(_about(self._wanted["smuggling"] / _LOADS, rng))
        ]
        self.others += [
            Ring(world, f"ring:{at}", self.parcels, weekly=_SPLIT)
            for at in range(_about(self._wanted["splitting"] / _SPLIT / _PARTS, rng))
        ]

    def _recruit(
        self, firms: list[Firm], name: str, career: str, wanted: float, rng: Random
    ) -> None:
        """Give firms the mind to cheat by a scheme until they ship as much that fits as wanted."""
        world, settings = self._world, self._world.parameters
        scheme = schemes_of_papers(name, greedy=True)
        missing = wanted
        for firm in firms:
            if missing <= 0.1 * wanted or missing < 0.15:
                return
            if firm.mind is not None:
                continue
            fitting = _fitting(firm, scheme, world) * settings.fraud.intensity
            if not 0 < fitting <= max(1.15 * missing, 0.3) or fitting < 0.2 * firm.weekly:
                continue
            since = 1 if career == STEADY else rng.randint(*settings.turning.weeks)
            firm.mind = Fraudster(firm, name, career, since=since)
            missing -= fitting

    def _come_and_go(self, week: int) -> None:
        world, trade = self._world, self._world.parameters.trade
        rng = world.dice("come and go", week)
        count = len(self.firms)
        for firm in self.firms:
            if rng.random() < trade.leaving and firm.mind is None:
                firm.until = min(firm.until, week)
        for at in range(poisson(trade.new_firms * world.parameters.border.firms, rng)):
            weekly = self._unit * min(_LARGEST, rng.paretovariate(trade.size_tail))
            self.firms.append(Firm(world, f"{count + at}:{week}", weekly, since=week))

    def _tempt(self, week: int) -> None:
        """Let some firms cheat whose goods pay more since this week."""
        parameters, touched = self._world.parameters, self._world.tariff.changes.get(week)
        if not touched:
            return
        share = max(one.tempted for one in parameters.drift.tariff if one.week == week)
        for firm in self.firms:
            rng = self._world.dice("tempted", firm.key, week)
            trades = any(order.commodity in touched for order in firm.orders)
            if firm.mind is None and trades and rng.random() < share:
                firm.mind = Fraudster(firm, rng.choice(PAPERS), TEMPTED, since=week)
                self._world.keeper.note(week, firm.mind.key, TEMPTED, "is tempted")


def _fitting(firm: Firm, scheme: Scheme, world: World) -> float:
    """Return the weekly traffic of a firm that a scheme fits at the beginning."""
    return sum(order.weekly for order in firm.orders if scheme.fits(order, world, 1))


def _about(number: float, rng: Random) -> int:
    """Return a whole number whose average is the given one."""
    whole = int(number)
    return whole + (rng.random() < number - whole)
