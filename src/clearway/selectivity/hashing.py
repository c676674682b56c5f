"""Keys as 64-bit numbers: the same words give the same number in every process and for ever.

What is remembered under a key has to be found again by one row as by a million, in another process
and next year. So a key is a hash of its words, not a place in some list. Among ten million keys
the chance that any two collide is about three in a million.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clearway.selectivity.items import Items
from clearway.selectivity.layout import BAND, Key, is_band, words_of

Hashes = NDArray[np.uint64]
_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)


@lru_cache(maxsize=1 << 18)
def of_word(word: str) -> int:
    """Return the hash of one word."""
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big")


def mix(values: Hashes) -> Hashes:
    """Return well-mixed numbers: the finalizer of SplitMix64 (Steele, Lea, Flood 2014)."""
    with np.errstate(over="ignore"):
        values = values + _GOLDEN
        values = (values ^ (values >> np.uint64(30))) * _FIRST
        values = (values ^ (values >> np.uint64(27))) * _SECOND
        return values ^ (values >> np.uint64(31))


class Hasher:
    """The hashes of a table's columns and keys, each made once."""

    def __init__(self, items: Items) -> None:
        self._items = items
        self._columns: dict[str, Hashes] = {}

    def column(self, name: str) -> Hashes:
        """Return the hashes of one column: of words, of a band, or of a number as it stands."""
        known = self._columns.get(name)
        if known is None:
            known = self._columns[name] = self._make(name)
        return known

    def key(self, key: Key) -> Hashes:
        """Return the hashes of a key of one or more columns; their order counts."""
        hashes = self.column(key[0])
        for name in key[1:]:
            # mixed before it meets the next, or a key and its mirror image were one
            hashes = mix(mix(hashes) ^ self.column(name))
        return hashes

    def _make(self, name: str) -> Hashes:
        if is_band(name):
            return mix(BAND[name](self._items).astype(np.uint64))
        if name in self._items.number:
            # + 0.0 makes the two zeros one; all that is not declared is one value as well
            value = self._items.number[name] + 0.0
            value[np.isnan(value)] = np.nan
            return mix(value.view(np.uint64))
        column = words_of(self._items, name)
        of_words = np.fromiter(map(of_word, column.words), np.uint64, len(column.words))
        return of_words[column.codes]
