"""A border whose fraud is behaviour: week for week declared data, results of inspections, an end.

Agents react to what inspections find, so each policy has a border of its own with the same seed:
the same people with the same dice, who part ways where they are treated differently (the
counterfactual). Within one policy's border everything is repeatable.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from clearway.simulators.hidden_truth.population import Population
from clearway.simulators.hidden_truth.settings import Parameters
from clearway.simulators.hidden_truth.trade import Consignment
from clearway.simulators.hidden_truth.truth import TruthKeeper
from clearway.simulators.hidden_truth.world import World
from clearway.vocabulary.errors import InputUnusable

DECLARED: dict[str, Any] = {
    "declaration": "U16",
    "day": np.int64,
    "office": "U8",
    "declarant": "U12",
    "importer": "U12",
    "seller": "U12",
    "commodity": "U12",
    "departure": "U2",
    "origin": "U2",
    "procedure": "U4",
    "mode": "U1",
    "payment": "U1",
    "preference": "U3",
    "tax_rate": np.float64,
    "net_mass": np.float64,
    "quantity": np.int64,
    "value": np.int64,
    "duty": np.int64,
}
"""Columns of the declared table. The types are the same whatever is declared."""
FOUND: dict[str, Any] = {
    "declaration": "U16",
    "violation": np.bool_,
    "kind": "U20",
    "duty_at_stake": np.int64,
    "minutes": np.int64,
}
"""Columns of what inspections found, one row an inspected declaration."""
_MINUTES = {"1": 150, "4": 70, "3": 100, "5": 15}


class Week(NamedTuple):
    """What was declared in a week, counted from 1: columns of one length, see ``DECLARED``."""

    number: int
    table: dict[str, np.ndarray]


@dataclass(frozen=True)
class WeekSum:
    """What a week came to. Duty in whole currency; ``found`` is what inspections revealed.

    ``best`` is the duty that as many inspections would have found which knew everything.
    """

    week: int
    items: int
    inspected: int
    offences: int
    offences_found: int
    duty_at_stake: int
    duty_found: int
    duty_best: int
    minutes: int


class _Finding(NamedTuple):
    violation: bool
    kind: str
    stake: int
    overlooked: bool
    minutes: int


class HiddenTruthBorder:
    """One border for one policy.

    Args:
        parameters: see ``settings.py``.
        seed: another seed is another border.
        keeper: where the truth is written. Who wants to read it brings it; the border hands out
            none.
    """

    def __init__(
        self, parameters: Parameters, seed: int, *, keeper: TruthKeeper | None = None
    ) -> None:
        self.weeks = parameters.border.weeks
        self._keeper = TruthKeeper() if keeper is None else keeper
        self._world = World(parameters, seed, self._keeper)
        self._population = Population(self._world)
        self._week = 0
        self._made: dict[str, Consignment] = {}
        self._judged: dict[str, _Finding] = {}
        self._inspected: set[str] = set()
        self._sums: list[WeekSum] = []

    def next_week(self) -> Week:
        """Let a week pass and return what was declared in it, in no order.

        Raises:
            InputUnusable: the border is at its end.
        """
        self._end_week()
        if self._week >= self.weeks:
            raise InputUnusable(
                f"The border ended after {self.weeks} weeks.",
                remedy="Ask for more weeks in the parameters, or close the border.",
            )
        self._week += 1
        made = {self._number(one): one for one in self._population.traffic(self._week)}
        self._made = dict(sorted(made.items()))
        self._judged = {number: self._judge(number, one) for number, one in self._made.items()}
        self._inspected = set()
        self._keep()
        return Week(self._week, self._declared())

    def inspect(self, declarations: Iterable[str]) -> dict[str, np.ndarray]:
        """Look at declarations of this week and return what is found, in the order asked for.

        The people concerned know at once, and react from next week on. See ``FOUND`` for the
        columns: a violation is a shortfall above the law's tolerance or goods that nobody
        declared; ``kind`` is told for smaller differences as well, and empty where nothing is
        found.

        Raises:
            InputUnusable: a number that was not declared this week, or was inspected already.
        """
        columns: dict[str, list[Any]] = {name: [] for name in FOUND}
        for number in map(str, declarations):
            if number not in self._made or number in self._inspected:
                known = "was inspected already" if number in self._made else "is not of this week"
                raise InputUnusable(
                    f"Declaration {number} {known}.",
                    remedy="Inspect each declaration of the present week once.",
                )
            self._inspected.add(number)
            made, judged = self._made[number], self._judged[number]
            seen = not judged.overlooked
            for name, value in zip(
                FOUND,
                (
                    number,
                    judged.violation and seen,
                    judged.kind if seen else "",
                    judged.stake if seen else 0,
                    judged.minutes,
                ),
                strict=True,
            ):
                columns[name].append(value)
            if made.culprit is not None:
                made.culprit.looked_at(made, self._week, found=judged.violation and seen)
        return {name: np.array(columns[name], dtype=kind) for name, kind in FOUND.items()}

    def close(self) -> list[WeekSum]:
        """End the border and return what each of its weeks came to."""
        self._end_week()
        self._week = self.weeks
        return list(self._sums)

    def _end_week(self) -> None:
        if not self._made:
            return
        judged = [(one, number in self._inspected) for number, one in self._judged.items()]
        wrong = [(one, seen) for one, seen in judged if one.violation]
        found = [one for one, seen in wrong if seen and not one.overlooked]
        seizable = [one.stake for one, _ in wrong if not one.overlooked]
        self._sums.append(
            WeekSum(
                week=self._week,
                items=len(judged),
                inspected=len(self._inspected),
                offences=len(wrong),
                offences_found=len(found),
                duty_at_stake=sum(one.stake for one, _ in wrong),
                duty_found=sum(one.stake for one in found),
                duty_best=sum(sorted(seizable, reverse=True)[: len(self._inspected)]),
                minutes=sum(one.minutes for one, seen in judged if seen),
            )
        )
        self._made = {}

    def _number(self, made: Consignment) -> str:
        """Return the declaration's number: random, so that sorting by it is shuffling."""
        told = f"declaration:{self._world.seed}:{made.key}".encode()
        return hashlib.blake2b(told, digest_size=8).hexdigest().upper()

    def _judge(self, number: str, made: Consignment) -> _Finding:
        """Compare what is declared with what is real, as the law does."""
        world, law = self._world, self._world.parameters.law
        tariff, real, declared = world.tariff, made.real, made.declared
        due, paid = (
            tariff.taxes(
                tariff.rate_applied(one.commodity, self._week, one.preference),
                one.value,
                one.procedure,
            )
            for one in (real, declared)
        )
        stake = max(0, round(due - paid)) + made.hidden
        limit = max(law.tolerance * due, law.tolerance_floor)
        violation = made.hidden > 0 or stake > limit
        kind = kind_of_difference(made)
        rng = world.dice("look", number)
        minutes = _MINUTES[made.mode] * rng.lognormvariate(0, 0.3)
        overlooked = bool(kind) and rng.random() < world.parameters.inspection.overlooked
        if violation and not overlooked:
            minutes += 60
        return _Finding(violation, kind, stake, overlooked, round(minutes))

    def _keep(self) -> None:
        columns: dict[str, list[Any]] = {
            "declaration": list(self._made),
            "violation": [one.violation for one in self._judged.values()],
            "kind": [one.kind for one in self._judged.values()],
            "duty_at_stake": [one.stake for one in self._judged.values()],
            "overlooked": [one.overlooked for one in self._judged.values()],
            "intent": [one.intent for one in self._made.values()],
            "career": [one.career for one in self._made.values()],
            "culprit": [one.culprit.key if one.culprit else "" for one in self._made.values()],
            "real_commodity": [one.real.commodity for one in self._made.values()],
            "real_origin": [one.real.origin for one in self._made.values()],
            "real_value": [one.real.value for one in self._made.values()],
        }
        self._keeper.keep(self._week, columns)

    def _declared(self) -> dict[str, np.ndarray]:
        tariff, week = self._world.tariff, self._week
        columns: dict[str, list[Any]] = {name: [] for name in DECLARED}
        for number, made in self._made.items():
            goods = made.declared
            rate = tariff.rate_applied(goods.commodity, week, goods.preference)
            row = (
                number, made.day, made.office, made.declarant, made.importer, made.seller,
                goods.commodity, made.departure, goods.origin, goods.procedure, made.mode,
                made.payment, goods.preference, rate, goods.kilograms, goods.quantity, goods.value,
                round(tariff.taxes(rate, goods.value, goods.procedure)),
            )  # fmt: skip
            for name, value in zip(DECLARED, row, strict=True):
                columns[name].append(value)
        return {name: np.array(columns[name], dtype=kind) for name, kind in DECLARED.items()}


def kind_of_difference(made: Consignment) -> str:
    """Return the code of what an inspector writes down, the gravest first; empty if nothing."""
    real, declared = made.real, made.declared
    if made.hidden:
        return "undeclared_goods"
    if real.commodity != declared.commodity:
        return "classification"
    if real.origin != declared.origin:
        return "origin"
    if real.procedure != declared.procedure:
        return "split_consignment"
    if real.quantity != declared.quantity:
        return "quantity_excess" if real.quantity > declared.quantity else "quantity_short"
    return "value" if real.value != declared.value else ""
