"""Where the truth about a border is kept: apart, by whoever brings the keeper.

The border writes to its keeper and hands out no reference to it. A policy gets tables of declared
data and results of inspections; the bench and the reviewer read the keeper after the end.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

COLUMNS: dict[str, Any] = {
    "week": np.int64,
    "declaration": "U16",
    "violation": np.bool_,
    "kind": "U20",
    "duty_at_stake": np.int64,
    "overlooked": np.bool_,
    "intent": "U20",
    "career": "U12",
    "culprit": "U40",
    "real_commodity": "U12",
    "real_origin": "U2",
    "real_value": np.int64,
}
"""Columns of the truth table, one row a declared item in the order of the declared table."""


class Deed(NamedTuple):
    """Something that an agent did: in which week, who, in which career, and what."""

    week: int
    who: str
    career: str
    what: str


class TruthKeeper:
    """The truth table by week, and what the agents did. Nothing that a policy gets leads here."""

    def __init__(self) -> None:
        self.deeds: list[Deed] = []
        self._weeks: dict[int, dict[str, np.ndarray]] = {}

    def note(self, week: int, who: str, career: str, what: str) -> None:
        """Write down what an agent did."""
        self.deeds.append(Deed(week, who, career, what))

    def keep(self, week: int, columns: dict[str, list[Any]]) -> None:
        """Write down the truth about the items of a week."""
        columns = {"week": [week] * len(columns["declaration"]), **columns}
        self._weeks[week] = {
            name: np.array(columns[name], dtype=kind) for name, kind in COLUMNS.items()
        }

    def of_week(self, week: int) -> dict[str, np.ndarray]:
        """Return the truth about a week's items, in the order of the declared table."""
        return self._weeks[week]

    def table(self) -> dict[str, np.ndarray]:
        """Return the truth about all items so far."""
        return {
            name: np.concatenate([part[name] for part in self._weeks.values()]) for name in COLUMNS
        }
