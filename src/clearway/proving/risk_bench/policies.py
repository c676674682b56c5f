"""Ways to choose what is inspected, beside which Clearway's own is held.

A policy sees what is declared this week, what inspections of former weeks found, and how many it
may choose. It may remember what it saw. The oracle alone knows the truth, and is in proving only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Protocol

import numpy as np

Table = Mapping[str, np.ndarray]
"""Columns of one length: of declared items, or of inspected ones with what was found."""


class Policy(Protocol):
    """Chooses what is inspected."""

    def choose(self, week: Table, memory: Table, budget: int) -> np.ndarray:
        """Return indices of rows to inspect.

        Args:
            week: the declared table of this week.
            memory: declared and found columns of everything inspected so far, oldest first.
            budget: how many rows may be chosen; what is beyond is dropped.
        """


class Random:
    """Chooses by lot: the base rate against which everybody else is held."""

    def __init__(self, seed: int) -> None:
        self._draw = np.random.default_rng([seed, 11])

    def choose(self, week: Table, memory: Table, budget: int) -> np.ndarray:
        """Draw."""
        del memory
        return self._draw.permutation(len(week["day"]))[:budget]


class Profiles:
    """A fixed set of rules as an office writes them, weighted by experience; ties by lot.

    Rules see what every office sees: all that was declared so far, and findings of the past year.
    """

    def __init__(self, seed: int) -> None:
        self._draw = np.random.default_rng([seed, 12])
        self._first_seen: dict[str, int] = {}
        self._prices: dict[str, list[float]] = {}
        self._weeks = 0

    def choose(self, week: Table, memory: Table, budget: int) -> np.ndarray:
        """Rank by the weights of the rules that hit."""
        self._weeks += 1
        score = self._draw.random(len(week["day"]))
        for rule, weight in (
            (self._low_unit_value(week), 3),
            (self._newcomer(week), 2),
            (_preference_in_transit(week), 2),
            (_many_small_parcels(week), 2),
            (_found_before(week, memory), 3),
            (week["tax_rate"] >= 20, 1),
        ):
            score += weight * rule
        return np.argsort(-score, kind="stable")[:budget]

    def _low_unit_value(self, week: Table) -> np.ndarray:
        """Dear goods at less than two thirds of the usual price of a kg."""
        by_kg = week["value"] / week["net_mass"]
        usual = np.array(
            [
                np.median(known) if len(known := self._prices.get(code, [])) >= 5 else 0.0
                for code in week["commodity"].tolist()
            ]
        )
        for code, price in zip(week["commodity"].tolist(), by_kg.tolist(), strict=True):
            self._prices.setdefault(code, []).append(price)
        low: np.ndarray = (by_kg < 0.66 * usual) & (week["tax_rate"] >= 8)
        return low

    def _newcomer(self, week: Table) -> np.ndarray:
        """An importer first seen in the last eight weeks, with dear goods, no parcel."""
        parties = week["importer"].tolist()
        seen = [self._first_seen.setdefault(one, self._weeks) for one in parties]
        if self._weeks <= 8:
            return np.zeros(len(seen), dtype=bool)
        new: np.ndarray = self._weeks - np.array(seen) < 8
        dear: np.ndarray = (
            new & (week["tax_rate"] >= 12) & (week["mode"] != "5") & (week["value"] > 1_000)
        )
        return dear


def _preference_in_transit(week: Table) -> np.ndarray:
    claimed: np.ndarray = (week["preference"] != "100") & (week["departure"] != week["origin"])
    return claimed


def _many_small_parcels(week: Table) -> np.ndarray:
    """Three and more parcels from one seller in a week, in the upper fifth below the limit."""
    relieved: np.ndarray = week["procedure"] == "C07"
    if not relieved.any():
        return relieved
    near = relieved & (week["value"] > 0.8 * week["value"][relieved].max())
    often = Counter(week["seller"][near].tolist())
    many: np.ndarray = near & np.array([often[one] >= 3 for one in week["seller"].tolist()])
    return many


def _found_before(week: Table, memory: Table) -> np.ndarray:
    """An importer with a violation in the past year."""
    if not len(memory["day"]):
        return np.zeros(len(week["day"]), dtype=bool)
    recent = memory["violation"] & (memory["day"] > week["day"].min() - 365)
    return np.isin(week["importer"], memory["importer"][recent])


_TEXTS = (
    "office", "declarant", "importer", "seller", "commodity", "departure", "origin", "procedure",
    "mode", "payment", "preference",
)  # fmt: skip
_NUMBERS = ("tax_rate", "net_mass", "quantity", "value", "duty")


class GradientBoosting:
    """XGBoost as it is mostly used: learns from what was inspected, takes the highest scores.

    It explores nothing, so what it never looks at it never learns. While there are fewer than
    ``LEAST`` violations to learn from it draws by lot.
    """

    LEAST = 10

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._random = Random(seed)

    def choose(self, week: Table, memory: Table, budget: int) -> np.ndarray:
        """Train anew on the memory and rank."""
        if int(memory["violation"].sum()) < self.LEAST:
            return self._random.choose(week, memory, budget)
        import xgboost

        known, new = _encoded(memory, week)
        settings = {
            "objective": "binary:logistic",
            "tree_method": "hist",
            "max_depth": 5,
            "eta": 0.1,
            "subsample": 0.9,
            "nthread": 1,
            "seed": self._seed,
        }
        rows = xgboost.DMatrix(known, memory["violation"].astype(np.float64), nthread=1)
        score: np.ndarray = xgboost.train(settings, rows, 100).inplace_predict(new)
        return np.argsort(-score, kind="stable")[:budget]


def _encoded(memory: Table, week: Table) -> tuple[np.ndarray, np.ndarray]:
    """Return the features of both tables: numbers for texts, -1 for what memory does not know."""
    known, new = [], []
    for name in _TEXTS:
        values, codes = np.unique(memory[name], return_inverse=True)
        at = np.minimum(np.searchsorted(values, week[name]), len(values) - 1)
        known.append(codes)
        new.append(np.where(values[at] == week[name], at, -1))
    for table, columns in ((memory, known), (week, new)):
        columns += [table[name] for name in _NUMBERS]
        columns += [table["value"] / table["net_mass"], table["value"] / table["quantity"]]
    return (
        np.column_stack(known).astype(np.float64),
        np.column_stack(new).astype(np.float64),
    )


class Truth(Protocol):
    """Who knows the truth about a week; see ``TruthKeeper``."""

    def of_week(self, week: int) -> Mapping[str, np.ndarray]:
        """Return the truth about a week's items, in the order of the declared table."""


class Oracle:
    """Knows the truth, and takes the offences with most duty at stake: what nobody can better."""

    def __init__(self, keeper: Truth) -> None:
        self._keeper = keeper
        self._week = 0

    def choose(self, week: Table, memory: Table, budget: int) -> np.ndarray:
        """Rank by the truth."""
        del week, memory
        self._week += 1
        truth = self._keeper.of_week(self._week)
        worth = np.where(truth["violation"] & ~truth["overlooked"], 1 + truth["duty_at_stake"], 0)
        return np.argsort(-worth, kind="stable")[:budget]
