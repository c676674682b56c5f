"""How a budget of inspections is spent: by chance, by duty at stake, on the unknown, at random.

Only what was drawn at random tells what all the others miss, so a part of the budget is drawn, from
all items alike, and each item's propensity is kept: the probability with which it would have been
inspected whatever its score. An item that several shares want is inspected once, and stands for the
first of them in the order random, stake, new, chance.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.selectivity.evidence import Floats

RANDOM, CHANCE, STAKE, NEW = "random", "chance", "stake", "new"
CHANNELS: Final = (RANDOM, CHANCE, STAKE, NEW)


class Shares(msgspec.Struct, frozen=True):
    """How a budget is divided, in parts of one.

    Raises:
        ValueError: a share is negative, or they do not add up to one.
    """

    chance: float = 0.70
    stake: float = 0.20
    random: float = 0.05
    new: float = 0.05

    def __post_init__(self) -> None:
        parts = (self.chance, self.stake, self.random, self.new)
        if min(parts) < 0 or abs(sum(parts) - 1) > 1e-9:
            raise ValueError(f"shares of a budget are parts that add up to one, not {parts}")


class Allocation(msgspec.Struct, frozen=True):
    """What is to be inspected.

    ``chosen`` are rows in the order in which they were chosen; ``channel`` names for each the share
    that chose it first. ``propensity`` is, for every row of the input, the probability that the
    random share takes it; ``drawn`` tells for every row whether it did.
    """

    chosen: NDArray[np.int64]
    channel: tuple[str, ...]
    propensity: Floats
    drawn: NDArray[np.bool_]


def allocate(
    chance: Floats,
    stake: Floats,
    unknown: Floats,
    draws: NDArray[Any],
    budget: int,
    shares: Shares,
) -> Allocation:
    """Spend a budget on items.

    Args:
        chance: of a violation, for each item.
        stake: duty at stake if there is one, in any unit of money, not negative.
        unknown: what a look would teach about parties of whom little is known
            (``exploration.Acquaintance``), 0 where nothing.
        draws: a random number for each item that no trader can foretell; the lowest are drawn.
        budget: how many items may be inspected; more than there are means all.
        shares: how it is divided.

    Returns:
        As many items as the budget allows. What a share leaves, for want of items, chance takes.
    """
    rows = len(chance)
    budget = max(0, min(int(budget), rows))
    taken = np.zeros(rows, dtype=np.bool_)
    chosen: list[int] = []
    channel: list[str] = []

    def take(order: NDArray[np.int64], count: int, name: str) -> None:
        free = order[~taken[order]][: min(count, budget - len(chosen))]
        taken[free] = True
        chosen.extend(int(row) for row in free)
        channel.extend([name] * len(free))

    at_random = round(shares.random * budget)
    lots = np.argsort(draws, kind="stable")
    take(lots, at_random, RANDOM)
    drawn = taken.copy()
    by_chance = np.argsort(-chance, kind="stable")
    by_stake = np.argsort(-(chance * np.maximum(stake, 0)), kind="stable")
    take(by_stake[(chance * stake)[by_stake] > 0], round(shares.stake * budget), STAKE)
    by_worth = np.argsort(-unknown, kind="stable")
    take(by_worth[unknown[by_worth] > 0], round(shares.new * budget), NEW)
    take(by_chance, budget, CHANCE)
    return Allocation(
        np.asarray(chosen, dtype=np.int64),
        tuple(channel),
        np.full(rows, at_random / rows if rows else 0.0),
        drawn,
    )
