"""Clearway's own engine as a policy on borders: judge and allocator, nothing of the platform."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from clearway.proving.risk_bench.policies import Table
from clearway.selectivity.allocator import Shares, allocate
from clearway.selectivity.exploration import Acquaintance
from clearway.selectivity.items import Items
from clearway.selectivity.layout import BORDER
from clearway.selectivity.scoring import Judge

SHARES: Final = Shares(chance=0.62, stake=0.15, random=0.03, new=0.20)
"""On a border whose parties turn, a fifth of the budget looks where least is known."""
EXPLOITING: Final = Shares(chance=0.85, stake=0.15, random=0.0, new=0.0)
"""The same engine, which never looks where it expects nothing."""


class Ours:
    """Memory, model and allocator, trained anew each week on what was inspected."""

    def __init__(self, seed: int, shares: Shares = SHARES) -> None:
        self._judge = Judge(BORDER, seed=seed)
        self._shares = shares
        self._draws = np.random.default_rng([seed, 15])
        self._acquaintance = Acquaintance()
        self._known = 0

    def choose(self, week: Table, memory: Table, budget: int) -> NDArray[np.int64]:
        """Learn what is new in the memory, and allocate the budget."""
        self._learn(memory)
        importers = week["importer"].tolist()
        today = float(week["day"].max()) if len(importers) else 0.0
        self._acquaintance.brings(importers, today)
        if budget <= 0 or not len(week["day"]):
            return np.zeros(0, dtype=np.int64)
        self._judge.train()
        items = items_of(week)
        chance = self._judge.chances(items)
        unknown = self._acquaintance.worth(importers, chance, today)
        return allocate(
            chance, items.number["duty"], unknown,
            self._draws.random(len(items)), budget, self._shares,
        ).chosen  # fmt: skip

    def _learn(self, memory: Table) -> None:
        found = {name: column[self._known :] for name, column in memory.items()}
        if len(found["day"]):
            self._judge.learn(items_of(found), found["violation"], found["day"])
            for day in np.unique(found["day"]):
                own = found["day"] == day
                violation = found["violation"][own].astype(np.float64)
                self._acquaintance.shows(found["importer"][own].tolist(), violation, float(day))
            self._known += len(found["day"])


def items_of(table: Table) -> Items:
    """Return a border's table as items."""
    columns: dict[str, Any] = {
        name: table[name].astype(object) if name in BORDER.text else table[name].astype(np.float64)
        for name in (*BORDER.text, *BORDER.number)
    }
    return Items.from_columns(columns, BORDER.text, BORDER.number)
