"""An index of names in memory: which of very many are like a given one.

Every distinct word stands once in a vocabulary; for each word a list says in which names it is. A
search compares the words asked for with the vocabulary (Jaro-Winkler, by ``rapidfuzz`` over all
of it), adds up for every name how much of what is asked it holds, and works the exact score out
for the best alone. So no name is missed because it begins otherwise, as with keys cut from words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cdist

from clearway.intelligence.names import Folded, consonants, score

_ALIKE: Final = 0.8
_EXACTLY_SCORED: Final = 400
"""How many of the names that hold most of what is asked are compared exactly."""
_LEAST: Final = 0.45
"""The share of what is asked that a name must hold to be compared exactly."""
_FEW: Final = 8
"""Words of a name that are searched; the longest of a longer one."""


def held_in(names: Sequence[Folded]) -> NameIndex:
    """Return an index of names that are held in memory anyhow."""
    return NameIndex(names, lambda places: [names[place] for place in places])


class Found(NamedTuple):
    """A name of the index: its place there, and its score."""

    place: int
    score: float


class NameIndex:
    """Names, in the order in which they were given, ready to be searched.

    Args:
        names: what to search. They are read once and not kept.
        names_at: gives names anew by their places, for the exact score.
    """

    def __init__(
        self, names: Iterable[Folded], names_at: Callable[[Sequence[int]], Sequence[Folded]]
    ) -> None:
        numbers: dict[str, int] = {}
        consonantal: set[int] = set()
        words: list[int] = []
        owners: list[int] = []
        count = -1
        for count, name in enumerate(names):
            for word in dict.fromkeys(name.words):
                number = numbers.setdefault(word, len(numbers))
                words.append(number)
                owners.append(count)
                if name.abjad:
                    consonantal.add(number)
        self.size = count + 1
        self._names_at = names_at
        self._vocabulary = list(numbers)
        column = np.array(words, dtype=np.int64)
        order = np.argsort(column, kind="stable")
        self._owners = np.array(owners, dtype=np.int32)[order]
        self._starts = np.searchsorted(column[order], np.arange(len(numbers) + 1))
        self._lengths = np.array([len(word) for word in numbers], dtype=np.int32)
        letters = np.zeros(self.size, dtype=np.int32)
        np.add.at(letters, np.array(owners, dtype=np.int64), self._lengths[column])
        self._letters = letters
        self._consonantal = np.array(sorted(consonantal), dtype=np.int64)
        self._bare: list[str] | None = None

    def search(self, name: Folded, least: float, most: int = 50) -> list[Found]:
        """Return the names that are like one, the likest first.

        Args:
            name: what to look for.
            least: the least score.
            most: how many at most.
        """
        if not self.size or not name.words:
            return []
        places = self._worth_a_look(name)
        found = [
            Found(place, exact)
            for place, other in zip(places, self._names_at(places), strict=True)
            if (exact := score(name, other)) >= least
        ]
        found.sort(key=lambda each: (-each.score, each.place))
        return found[:most]

    def _worth_a_look(self, name: Folded) -> list[int]:
        """Return the places of the names that hold most of the words asked for."""
        asked = sorted(dict.fromkeys(name.words), key=len, reverse=True)[:_FEW]
        held = np.zeros(self.size, dtype=np.float32)
        for word in asked:
            self._add(held, word, name.abjad)
        weight = sum(map(len, asked))
        places = np.flatnonzero(held >= _LEAST * weight)
        if not len(places):
            places = np.flatnonzero(held >= _LEAST * max(map(len, asked)))
        if len(places) > _EXACTLY_SCORED:
            # What else the name is called counts a little against it, as in the exact score.
            worth = held[places] / (weight + 0.35 * np.maximum(0, self._letters[places] - weight))
            places = places[np.argpartition(-worth, _EXACTLY_SCORED)[:_EXACTLY_SCORED]]
        return [int(place) for place in places]

    def _add(self, held: Any, word: str, abjad: bool) -> None:  # noqa: FBT001
        """Add to every name how much of a word it holds: the likest of its words counts."""
        numbers, alike = self._like(word, abjad)
        if not len(numbers):
            return
        best: dict[int, float] = {}
        for number, value in zip(numbers.tolist(), alike.tolist(), strict=True):
            best[number] = max(best.get(number, 0.0), value)
        own = np.zeros(self.size, dtype=np.float32)
        for number, value in sorted(best.items(), key=lambda each: each[1]):
            own[self._owners[self._starts[number] : self._starts[number + 1]]] = value
        held += own * np.float32(len(word))

    def _like(self, word: str, abjad: bool) -> tuple[Any, Any]:  # noqa: FBT001
        """Return the words of the vocabulary that may be a word, and how alike they are."""
        alike = _compared(word, self._vocabulary)
        numbers = np.flatnonzero(alike)
        values = alike[numbers]
        bare = consonants(word)
        if len(bare) > 1 and (abjad or len(self._consonantal)):
            if self._bare is None:
                self._bare = [consonants(each) for each in self._vocabulary]
            chosen = np.arange(len(self._bare)) if abjad else self._consonantal
            alike = _compared(bare, [self._bare[place] for place in chosen.tolist()])
            more = np.flatnonzero(alike)
            numbers = np.concatenate((numbers, chosen[more]))
            values = np.concatenate((values, alike[more]))
        return numbers, values


def _compared(word: str, words: Sequence[str]) -> Any:
    """Return how alike a word is to each of others, 0 where it is not."""
    found = cdist(
        [word], words, scorer=JaroWinkler.similarity, score_cutoff=_ALIKE, dtype=np.float32
    )
    return found[0]
