"""The memory of what inspections showed: Beta posteriors with back-off, explainable in words.

On each ladder of the layout evidence is gathered at every rung, from the same goods to the whole
chapter. A rung's posterior is the prior of the next more particular one, so that what was never
inspected is judged by what resembles it most.
"""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.selectivity.evidence import Floats, Tally, intraclass, posterior
from clearway.selectivity.hashing import Hasher, Hashes
from clearway.selectivity.items import Items
from clearway.selectivity.layout import Key, Layout

STRENGTH: Final = 4.0
"""How many inspections the more general rung is worth as the prior of the more particular one."""
_LEAST_ALIKE, _MOST_ALIKE = 0.02, 0.98


class Recalled(msgspec.Struct, frozen=True):
    """What is remembered of items on one ladder.

    ``chance`` is the posterior mean; ``rung`` the place in the ladder of the most particular key
    that was ever inspected (its length where none was), with its counts: "7 of 8".
    """

    ladder: tuple[Key, ...]
    chance: Floats
    rung: NDArray[np.int64]
    violations: Floats
    inspections: Floats


class Memory:
    """What was inspected so far. ``learn`` adds to it, everything else only reads."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.violations = 0.0
        self.inspections = 0.0
        self._alike: dict[Key, float] = {}
        self._rows: dict[Key, list[tuple[Hashes, Floats]]] = {key: [] for key in _keys(layout)}
        self._tallies: dict[Key, Tally] = {}

    def learn(self, items: Items, violation: NDArray[np.float64]) -> None:
        """Remember inspections: ``violation`` is 1 where one was found, else 0."""
        hasher = Hasher(items)
        found = np.asarray(violation, dtype=np.float64)
        self.violations += float(found.sum())
        self.inspections += len(found)
        for key, rows in self._rows.items():
            rows.append((hasher.key(key), found))
        self._tallies.clear()
        self._alike.clear()

    @property
    def prior(self) -> float:
        """The share of violations among all inspections, held to 1 in 20 as by two of them."""
        return (self.violations + 0.1) / (self.inspections + 2)

    def evidence(self, key: Key, hasher: Hasher) -> tuple[Floats, Floats]:
        """Return violations and inspections under a key's value, for each item."""
        return self._tally(key).look_up(hasher.key(key))

    def recall(self, items: Items, ladder: str, hasher: Hasher | None = None) -> Recalled:
        """Return what is remembered of items on a ladder of the layout, by its name."""
        hasher = hasher or Hasher(items)
        keys = self.layout.ladders[ladder]
        chance = np.full(len(items), self.prior)
        rung = np.full(len(items), len(keys), dtype=np.int64)
        violations, inspections = np.zeros(len(items)), np.zeros(len(items))
        for place in range(len(keys) - 1, -1, -1):
            found, looked = self.evidence(keys[place], hasher)
            chance = posterior(found, looked, chance, STRENGTH)
            known = looked > 0
            rung[known], violations[known], inspections[known] = place, found[known], looked[known]
        return Recalled(keys, chance, rung, violations, inspections)

    def update(self, items: Items, chance: Floats, hasher: Hasher | None = None) -> Floats:
        """Return chances after what was seen of the very same goods.

        The chance given is the prior. It is worth as many inspections as the alikeness of the same
        goods says: where one inspection tells of all that follow, nearly none. (A Beta prior of
        weight s has the intraclass correlation 1 / (s + 1).)
        """
        hasher = hasher or Hasher(items)
        for key in self.layout.identities:
            found, looked = self.evidence(key, hasher)
            alike = min(max(self.alike(key), _LEAST_ALIKE), _MOST_ALIKE)
            chance = posterior(found, looked, chance, (1 - alike) / alike)
        return chance

    def alike(self, key: Key) -> float:
        """Return how alike the outcomes under one value of a key are (``evidence.intraclass``)."""
        known = self._alike.get(key)
        if known is None:
            rows = self._rows[key]
            hashes = np.concatenate([each for each, _ in rows]) if rows else np.zeros(0, np.uint64)
            found = np.concatenate([each for _, each in rows]) if rows else np.zeros(0)
            known = self._alike[key] = intraclass(hashes, found)
        return known

    def _tally(self, key: Key) -> Tally:
        known = self._tallies.get(key)
        if known is None:
            rows = self._rows[key]
            hashes = np.concatenate([each for each, _ in rows]) if rows else np.zeros(0, np.uint64)
            found = np.concatenate([each for _, each in rows]) if rows else np.zeros(0)
            known = self._tallies[key] = Tally.of(hashes, found, np.ones(len(found)))
        return known


def _keys(layout: Layout) -> list[Key]:
    keys = [key for ladder in layout.ladders.values() for key in ladder]
    parties = [(name,) for name in ("importer",) if name in layout.text]
    return list(dict.fromkeys([*keys, *layout.identities, *parties]))
