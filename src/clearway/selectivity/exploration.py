"""What an inspection would teach about a party: the worth of looking where nothing is expected.

A party that turns is judged by its clean past until somebody looks. What is found then tells of all
that it brings afterwards, so that a look is worth most at a party that brings much and that nobody
has looked at lately. Parties of whom something was found lately need none: the model knows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from clearway.selectivity.evidence import Floats

HALF_LIFE: Final = 28.0
"""Days after which what a party brought, and what was looked at, counts half."""
DOUBT: Final = 0.02
"""The chance that who looks clean has turned: what a look is worth beside the model's chance."""
_KNOWN: Final = 0.25
"""Violations that were found lately, above which a party is known."""


class _Party:
    """What one party brought, and what was looked at and found, fading from its last day on."""

    __slots__ = ("brought", "day", "found", "looked")

    def __init__(self, day: float) -> None:
        self.day, self.brought, self.looked, self.found = day, 0.0, 0.0, 0.0

    def fade(self, day: float) -> None:
        if day > self.day:
            left = 0.5 ** ((day - self.day) / HALF_LIFE)
            self.brought, self.looked, self.found = (
                self.brought * left, self.looked * left, self.found * left,
            )  # fmt: skip
            self.day = day


class Acquaintance:
    """How well each party is known. Days never go back."""

    def __init__(self) -> None:
        self._parties: dict[str, _Party] = {}

    def brings(self, parties: Sequence[str], day: float) -> None:
        """Count the items that parties bring on a day, or in the week that ends with it."""
        for name in parties:
            self._of(name, day).brought += 1

    def shows(self, parties: Sequence[str], violation: Floats, day: float) -> None:
        """Count inspections of items by their parties, with what was found: 1 or 0 for each."""
        for name, found in zip(parties, violation.tolist(), strict=True):
            party = self._of(name, day)
            party.looked += 1
            party.found += found

    def worth(self, parties: Sequence[str], chance: Floats, day: float) -> Floats:
        """Return what a look at each item would teach, 0 but for the best item of each party.

        It is (chance + ``DOUBT``) x what the party brings / (1 + what was looked at), and 0 where
        something was found lately.
        """
        found = np.zeros(len(parties))
        best: dict[str, int] = {}
        for row, (name, likely) in enumerate(zip(parties, chance.tolist(), strict=True)):
            party = self._of(name, day)
            if party.found > _KNOWN:
                continue
            found[row] = (likely + DOUBT) * party.brought / (1 + party.looked)
            if name not in best or found[row] > found[best[name]]:
                best[name] = row
        only = np.zeros(len(parties))
        rows = list(best.values())
        only[rows] = found[rows]
        return only

    def _of(self, name: str, day: float) -> _Party:
        party = self._parties.get(name)
        if party is None:
            party = self._parties[name] = _Party(day)
        party.fade(day)
        return party
