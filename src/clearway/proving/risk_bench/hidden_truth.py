"""Policies on borders with hidden truth: each on its own copy, week for week, seed for seed.

The loop fits any stream of weeks that can be inspected (``Stream``): the border with hidden truth,
or a public set that reveals a label only for what was chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple, Protocol

import numpy as np

from clearway.proving.risk_bench.policies import (
    GradientBoosting,
    Oracle,
    Policy,
    Profiles,
    Random,
    Table,
)
from clearway.simulators.hidden_truth import (
    DECLARED,
    FOUND,
    HiddenTruthBorder,
    Parameters,
    TruthKeeper,
    WeekSum,
)

BUDGET, WARM_UP, SEEDS = 0.1, 4, (1, 2, 3, 4, 5)
ORACLE = "oracle"
Maker = Callable[[int], Policy]
"""Makes a fresh policy for a seed."""
MAKERS: Mapping[str, Maker] = {
    "random": Random,
    "profiles": Profiles,
    "xgboost": GradientBoosting,
}
_T = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365, 9: 2.306, 10: 2.262}
"""Student's t for an interval of 95 %, by the number of seeds."""


class Stream(Protocol):
    """Weeks of declared items that can be inspected."""

    weeks: int

    def next_week(self) -> tuple[int, Table]:
        """Return the number and the declared table of the next week."""

    def inspect(self, declarations: Iterable[str], /) -> Table:
        """Return what is found in some declarations of this week."""

    def close(self) -> list[WeekSum]:
        """Return what each week came to."""


class Memory:
    """Declared and found columns of everything that was inspected, oldest first."""

    def __init__(self) -> None:
        kinds = {**DECLARED, **FOUND}
        self.table: dict[str, np.ndarray] = {
            name: np.array([], dtype=kind) for name, kind in kinds.items()
        }

    def add(self, declared: Table, rows: np.ndarray, found: Table) -> None:
        """Remember some rows of a week and what was found in them."""
        for name, column in self.table.items():
            new = found[name] if name in FOUND else declared[name][rows]
            self.table[name] = np.concatenate([column, new])


class Share(NamedTuple):
    """A mean over seeds with its interval of 95 %; without an interval where there is one seed."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Course:
    """How one policy did on one seed. Shares are of what happened after the warm-up."""

    policy: str
    seed: int
    warm_up: int
    weeks: tuple[WeekSum, ...]

    @property
    def offences(self) -> float:
        """Share of the offences that was found."""
        return self._share("offences_found", "offences")

    @property
    def revenue(self) -> float:
        """Share of the duty at stake that was found."""
        return self._share("duty_found", "duty_at_stake")

    @property
    def revenue_of_best(self) -> float:
        """Duty found, as a share of what as many all-knowing inspections would have found."""
        return self._share("duty_found", "duty_best")

    @property
    def precision(self) -> float:
        """Share of the inspected items in which an offence was found."""
        return self._share("offences_found", "inspected")

    @property
    def lost(self) -> int:
        """Duty at stake that was not found. What deterrence is worth shows here alone."""
        return sum(one.duty_at_stake - one.duty_found for one in self._after())

    def curve(self, over: int = 4) -> list[float]:
        """Return the share of offences found in each run of so many weeks, from the first on."""
        parts = [self.weeks[at : at + over] for at in range(0, len(self.weeks), over)]
        return [
            sum(one.offences_found for one in part) / max(1, sum(one.offences for one in part))
            for part in parts
        ]

    def _after(self) -> Sequence[WeekSum]:
        return self.weeks[self.warm_up :]

    def _share(self, found: str, of: str) -> float:
        after = self._after()
        whole = sum(getattr(one, of) for one in after)
        return sum(getattr(one, found) for one in after) / whole if whole else 0.0


def follow(
    policy: Policy, stream: Stream, *, seed: int, budget: float = BUDGET, warm_up: int = WARM_UP
) -> list[WeekSum]:
    """Let a policy choose what is inspected, week for week, and return what the weeks came to.

    Args:
        policy: see ``Policy``; it never gets the stream.
        stream: a border of its own.
        seed: of the lot that is drawn in the warm-up.
        budget: share of each week's items that may be inspected.
        warm_up: first weeks in which the lot chooses, for every policy alike.
    """
    lot, memory = Random(seed), Memory()
    for number in range(1, stream.weeks + 1):
        _, table = stream.next_week()
        most = round(budget * len(table["day"]))
        whose: Policy = lot if number <= warm_up else policy
        wanted = whose.choose(table, dict(memory.table), most)
        if whose is not policy:
            policy.choose(table, dict(memory.table), 0)  # it sees what was declared all the same
        rows = _distinct(wanted)[:most]
        memory.add(table, rows, stream.inspect(table["declaration"][rows].tolist()))
    return stream.close()


def courses(
    parameters: Parameters,
    makers: Mapping[str, Maker] = MAKERS,
    *,
    seeds: Sequence[int] = SEEDS,
    budget: float = BUDGET,
    warm_up: int = WARM_UP,
    oracle: bool = True,
    told: Callable[[Course], None] = lambda _: None,
) -> list[Course]:
    """Let each policy, and the oracle, have a border of its own for each seed.

    Args:
        parameters: of the borders.
        makers: policies by name; each is made anew for each seed.
        seeds: of borders and policies.
        budget: share of each week's items that may be inspected.
        warm_up: see ``follow``.
        oracle: let it have its borders too.
        told: called with each course when it is done.
    """
    done = []
    for seed in seeds:
        for name in (*makers, *([ORACLE] if oracle else [])):
            keeper = TruthKeeper()
            policy = Oracle(keeper) if name == ORACLE else makers[name](seed)
            border = HiddenTruthBorder(parameters, seed, keeper=keeper)
            sums = follow(policy, border, seed=seed, budget=budget, warm_up=warm_up)
            done.append(Course(name, seed, warm_up, tuple(sums)))
            told(done[-1])
    return done


@dataclass(frozen=True)
class Standing:
    """How one policy did over all seeds; see ``Course`` for each figure."""

    policy: str
    offences: Share
    revenue: Share
    revenue_of_best: Share
    precision: Share
    lost: Share
    curve: tuple[float, ...]


def standings(done: Sequence[Course]) -> list[Standing]:
    """Return how each policy did over the seeds, in the order in which they ran."""
    found = []
    for name in dict.fromkeys(one.policy for one in done):
        own = [one for one in done if one.policy == name]
        curves = [one.curve() for one in own]
        shares = {
            figure: over_seeds([getattr(one, figure) for one in own])
            for figure in ("offences", "revenue", "revenue_of_best", "precision", "lost")
        }
        mean = tuple(float(np.mean(part)) for part in zip(*curves, strict=True))
        found.append(Standing(policy=name, curve=mean, **shares))
    return found


def over_seeds(values: Sequence[float]) -> Share:
    """Return the mean of some seeds' values with its interval of 95 % (Student's t)."""
    mean = float(np.mean(values))
    if len(values) < 2:
        return Share(mean, mean, mean)
    half = _T.get(len(values), 1.96) * float(np.std(values, ddof=1)) / sqrt(len(values))
    return Share(mean, mean - half, mean + half)


def _distinct(rows: np.ndarray) -> np.ndarray:
    """Return each index once, in the order of their first mention."""
    _, first = np.unique(rows, return_index=True)
    return np.asarray(rows)[np.sort(first)]
