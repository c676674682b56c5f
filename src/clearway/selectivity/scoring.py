"""The judge: how likely a violation is, by the model and by what is remembered of the same goods.

The model says what is likely for goods never seen; where the very same goods were inspected, its
chance is the prior of what they showed (``Memory.update``). Before there is a model the memory's
ladders judge alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearway.selectivity.evidence import Floats
from clearway.selectivity.generaliser import Generaliser, Recipe, train
from clearway.selectivity.hashing import Hasher
from clearway.selectivity.items import Items
from clearway.selectivity.layout import Key, Layout
from clearway.selectivity.memory import Memory

LEAST_TO_TRAIN = 200
"""Below so many inspections, or ten violations among them, there is nothing to generalise from."""


class Judge:
    """Memory and model of one border, fed with what inspections show."""

    def __init__(self, layout: Layout, *, seed: int = 0, recipe: Recipe | None = None) -> None:
        self.layout = layout
        self.memory = Memory(layout)
        self.model: Generaliser | None = None
        self._seed = seed
        self._recipe = recipe
        self._tables: list[Items] = []
        self._found: list[Floats] = []
        self._days: list[NDArray[Any]] = []

    def learn(self, items: Items, violation: NDArray[Any], day: NDArray[Any]) -> None:
        """Take in what inspections showed: 1 or 0 for each item, and the day of each."""
        if not len(items):
            return
        found = np.asarray(violation, dtype=np.float64)
        self.memory.learn(items, found)
        self._tables.append(items)
        self._found.append(found)
        self._days.append(np.asarray(day))

    def train(self) -> bool:
        """Train the model anew on all that was inspected; tell whether there was enough for it."""
        found = np.concatenate(self._found) if self._found else np.zeros(0)
        if len(found) < LEAST_TO_TRAIN or not 10 <= found.sum() <= len(found) - 10:
            return False
        items = self._tables[0] if len(self._tables) == 1 else Items.concat(self._tables)
        day = np.concatenate(self._days)
        self._tables, self._found, self._days = [items], [found], [day]
        self.model = train(items, found, day, self.layout, seed=self._seed, recipe=self._recipe)
        return True

    def chances(self, items: Items) -> Floats:
        """Return the chance of a violation for each item."""
        hasher = Hasher(items)
        if self.model is not None:
            chance = self.model.chances(items, hasher)
        else:
            ladders = list(self.layout.ladders)
            each = [self.memory.recall(items, ladder, hasher).chance for ladder in ladders]
            chance = np.mean(each, axis=0)
        return self.memory.update(items, chance, hasher)

    def never_inspected(self, items: Items, key: Key) -> NDArray[np.bool_]:
        """Return which items' value of a key, say the importer, was never inspected."""
        return np.asarray(self.memory.evidence(key, Hasher(items))[1] == 0)
