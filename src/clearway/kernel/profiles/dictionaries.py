"""Tests on text, answered once for each distinct word of a column's sorted dictionary."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.kernel.columns import Codes
from clearway.kernel.profiles.like import matcher, prefix_of
from clearway.kernel.profiles.tree import (
    Absent,
    And,
    Flag,
    Or,
    TextIn,
    TextLike,
    TextOrder,
    Tree,
)

LAST = chr(0x10FFFF)
CodeLeaf = TextIn | TextLike | TextOrder | Flag | Absent
Ranges = tuple[tuple[int, int], ...]
T = TypeVar("T", int, tuple[int, str])


class Accepted(msgspec.Struct, frozen=True):
    """The codes that a leaf accepts, as half-open ranges in ascending order."""

    ranges: Ranges

    def table(self, distinct: int) -> NDArray[np.bool_]:
        """Return the truth of every code, absence included."""
        truth = np.zeros(distinct + 1, dtype=np.bool_)
        for low, high in self.ranges:
            truth[low:high] = True
        return truth


def complement(ranges: Iterable[tuple[T, T]], start: T, end: T) -> tuple[tuple[T, T], ...]:
    """Return what half-open ranges, ascending and apart, leave over between start and end."""
    result = []
    for low, high in ranges:
        if start < low:
            result.append((start, low))
        start = high
    if start < end:
        result.append((start, end))
    return tuple(result)


def union(parts: Iterable[Iterable[tuple[T, T]]]) -> tuple[tuple[T, T], ...]:
    """Return the half-open ranges, ascending and apart, that cover what any part covers."""
    joined: list[tuple[T, T]] = []
    for low, high in sorted(pair for part in parts for pair in part):
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return tuple(joined)


def _joined(codes: list[int]) -> Ranges:
    ranges: list[tuple[int, int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code:
            ranges[-1] = (ranges[-1][0], code + 1)
        else:
            ranges.append((code, code + 1))
    return tuple(ranges)


def after(stem: str) -> str:
    """Return the first text after all those that begin with the stem; empty where none is."""
    stem = stem.rstrip(LAST)
    return stem[:-1] + chr(ord(stem[-1]) + 1) if stem else ""


class Dictionaries:
    """Answers for the dictionaries of one batch, kept for all its pieces."""

    def __init__(self) -> None:
        self._accepted: dict[tuple[int, int], Accepted] = {}
        self._ranks: dict[tuple[int, int], tuple[NDArray[Any], NDArray[Any]]] = {}

    def accepted(self, leaf: CodeLeaf, column: Codes) -> Accepted:
        """Return the codes of the column that the leaf accepts."""
        key = (id(column.values), id(leaf))  # both live as long as the batch's evaluation
        answer = self._accepted.get(key)
        if answer is None:
            answer = self._accepted[key] = Accepted(self._ranges(leaf, column.values))
        return answer

    def ranges(self, part: Tree, column: Codes) -> Ranges:
        """Return the codes, absence included, that a condition on this one column accepts."""
        if isinstance(part, And | Or):
            inner = [self.ranges(one, column) for one in part.parts]
            if isinstance(part, Or):
                return union(inner)
            end = len(column.values) + 1
            return complement(union([complement(one, 0, end) for one in inner]), 0, end)
        assert isinstance(part, CodeLeaf)
        return self.accepted(part, column).ranges

    def _ranges(self, leaf: CodeLeaf, words: list[str]) -> Ranges:
        end = len(words)
        ranges: Ranges
        if isinstance(leaf, Absent):
            return ((0, end),) if leaf.negated else ((end, end + 1),)
        if isinstance(leaf, Flag):
            return ((int(leaf.want), int(leaf.want) + 1),)
        if isinstance(leaf, TextOrder):
            cut = (bisect_left if leaf.operator in {"<", ">="} else bisect_right)(words, leaf.word)
            ranges = ((0, cut),) if leaf.operator in {"<", "<="} else ((cut, end),)
            return tuple((low, high) for low, high in ranges if low < high)
        if isinstance(leaf, TextIn):
            codes = []
            for word in leaf.words:
                place = bisect_left(words, word)
                if place < end and words[place] == word:
                    codes.append(place)
            ranges = _joined(codes)
        else:
            ranges = self._like(leaf.pattern, words)
        return complement(ranges, 0, end) if leaf.negated else ranges

    @staticmethod
    def _like(pattern: str, words: list[str]) -> Ranges:
        stem = prefix_of(pattern)
        lead = pattern.replace("%", "_").split("_", maxsplit=1)[0] if stem is None else stem
        low = bisect_left(words, lead)
        beyond = after(lead)
        high = bisect_left(words, beyond, low) if beyond else len(words)
        if stem is not None:
            return ((low, high),) if low < high else ()
        matches = matcher(pattern)
        return _joined([code for code in range(low, high) if matches(words[code])])

    def ranks(self, left: Codes, right: Codes) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return for both columns the place of every code's word in their joint order."""
        key = (id(left.values), id(right.values))
        answer = self._ranks.get(key)
        if answer is None:
            joint = {
                word: place for place, word in enumerate(sorted({*left.values, *right.values}))
            }
            answer = self._ranks[key] = (
                np.array([*(joint[word] for word in left.values), -1], dtype=np.int64),
                np.array([*(joint[word] for word in right.values), -1], dtype=np.int64),
            )
        return answer
