"""Each leaf over one piece of a batch: its rows, its mask, and how common it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearway.kernel.columns import Codes, Numbers
from clearway.kernel.profiles.dictionaries import Accepted, Dictionaries
from clearway.kernel.profiles.like import matcher, prefix_of
from clearway.kernel.profiles.signs import Signs
from clearway.kernel.profiles.tree import (
    TRUE,
    Absent,
    Always,
    NonZero,
    NumberIn,
    NumberRange,
    Sign,
    TextLike,
    TextPair,
)
from clearway.vocabulary.money import fits_int64

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
MaskOf = Callable[[Rows | None], Mask]
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": np.equal, "<>": np.not_equal, "<": np.less, "<=": np.less_equal,
    ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip
SAMPLE = 1_024
INDEX_FROM = 12  # a column that so many leaves look at is worth an index
FEW_RANGES = 3
MANY_WORDS = 2_000
_NUMBER_LEAVES = frozenset({NumberRange, NumberIn})
GUESS, GUESS_SIGN = 0.4, 0.45  # shares of leaves that are computed, before anybody has looked


class Bound:
    """A leaf bound to the columns of one piece. ``cheap``: its whole mask costs little."""

    __slots__ = ("_find", "_make", "_mask", "_rows", "_sample", "_whole", "cheap", "share")

    def __init__(
        self,
        make: Callable[[], MaskOf],
        share: float | None = None,
        *,
        sample: Rows,
        cheap: bool = True,
        find: Callable[[], Rows] | None = None,
    ) -> None:
        self._make = make  # many leaves are never asked: the rows have run out before
        self._mask: MaskOf | None = None
        self._sample = sample if share is None else None
        self.share = (GUESS if cheap else GUESS_SIGN) if share is None else share
        self.cheap = cheap
        self._find = find
        self._whole: Mask | None = None
        self._rows: Rows | None = None

    def measured(self) -> float:
        """Return the share of rows where the leaf is TRUE; by a sample where it was a guess."""
        if self._sample is not None:
            size = len(self._sample)
            self.share = np.count_nonzero(self._test(self._sample)) / size if size else 0.0
            self._sample = None
        return self.share

    def _test(self, rows: Rows | None) -> Mask:
        if self._mask is None:
            self._mask = self._make()
        return self._mask(rows)

    def mask(self, rows: Rows) -> Mask:
        """Return the leaf's truth in the given rows."""
        if self._whole is not None:
            return self._whole.take(rows)
        return self._test(rows)

    def whole(self) -> Mask:
        """Return the leaf's truth in every row of the piece."""
        if self._whole is None:
            self._whole = self._test(None)
        return self._whole

    def rows(self) -> Rows:
        """Return the rows where the leaf is TRUE, each once, in any order."""
        if self._rows is None:
            self._rows = self._find() if self._find else np.flatnonzero(self.whole())
        return self._rows


class Index:
    """The rows of a column in the order of their codes; ``before[c]`` have a smaller one."""

    __slots__ = ("_edges", "before", "order")

    def __init__(self, codes: NDArray[Any], distinct: int) -> None:
        rows = len(codes)
        bits = max(rows - 1, 1).bit_length()
        kind: Any = np.uint32 if (distinct << bits) < 2**32 else np.uint64
        keys = codes.astype(kind)
        keys <<= kind(bits)
        keys |= np.arange(rows, dtype=kind)
        keys.sort()  # code and row in one number: much faster than sorting the rows by their code
        edges = np.arange(distinct + 1, dtype=kind) << kind(bits)
        self._edges = np.searchsorted(keys, edges)
        self.before: list[int] = self._edges.tolist()
        self.order: Rows = (keys & kind((1 << bits) - 1)).astype(np.int64)


class Leaves:
    """Binds leaves to the columns of one piece; indexes and samples are kept."""

    def __init__(self, signs: Signs, dictionaries: Dictionaries, uses: Counter[str]) -> None:
        self.batch = signs.batch
        self.size = self.batch.rows
        self.dictionaries = dictionaries
        self.uses = uses
        self.signs = signs
        stride = max(1, self.size // SAMPLE)
        self._sample: Rows = np.arange(stride // 2, self.size, stride, dtype=np.int64)
        self._indexes: dict[str, Index] = {}
        self._sampled: dict[str, list[int]] = {}

    def bind(self, leaf: Any, columns: tuple[str, ...]) -> Bound:
        """Return the leaf, which looks at the columns, bound to this piece's columns."""
        here = self.batch.columns
        for name in columns:
            if name not in here:
                return self._constant(truth=isinstance(leaf, Absent) and not leaf.negated)
        kind = type(leaf)
        if kind in _NUMBER_LEAVES:
            return Bound(lambda: self._number(leaf), sample=self._sample)
        if kind is Sign:
            return Bound(lambda: self.signs.compare(leaf), sample=self._sample, cheap=False)
        if kind is Always:
            return self._constant(truth=leaf == TRUE)
        if kind is TextPair:
            return Bound(lambda: self._pair(leaf), sample=self._sample)
        if kind is NonZero:
            return Bound(lambda: self.signs.differs(leaf), sample=self._sample, cheap=False)
        column = here[columns[0]]
        if isinstance(column, Codes):
            return self._codes(leaf, column)
        return Bound(lambda: self._number(leaf), sample=self._sample)

    def _constant(self, *, truth: bool) -> Bound:
        def mask(rows: Rows | None) -> Mask:
            return np.full(self.size if rows is None else len(rows), truth, dtype=np.bool_)

        return Bound(lambda: mask, float(truth), sample=self._sample)

    def _codes(self, leaf: Any, column: Codes) -> Bound:
        if (
            isinstance(leaf, TextLike)
            and len(column.values) > MANY_WORDS
            and prefix_of(leaf.pattern) is None
        ):
            return Bound(lambda: self._pattern(leaf, column), sample=self._sample, cheap=False)
        accepted = self.dictionaries.accepted(leaf, column)
        if self.uses[leaf.column] < INDEX_FROM:
            seen = self._sampled.get(leaf.column)
            if seen is None:
                counts = np.bincount(
                    column.codes.take(self._sample), minlength=len(column.values) + 1
                )
                seen = self._sampled[leaf.column] = [0, *np.cumsum(counts).tolist()]
            found = 0
            for low, high in accepted.ranges:
                found += seen[high] - seen[low]
            # one more than was seen: a word that the sample missed is rare, not impossible
            share = (found + 1) / (seen[-1] + 1) if accepted.ranges else 0.0
            return Bound(lambda: _code_mask(accepted, column), share, sample=self._sample)
        index = self._indexes.get(leaf.column)
        if index is None:
            index = self._indexes[leaf.column] = Index(column.codes, len(column.values) + 1)
        before, known = index.before, index
        count = 0
        for low, high in accepted.ranges:
            count += before[high] - before[low]
        return Bound(
            lambda: _code_mask(accepted, column),
            count / max(1, self.size),
            sample=self._sample,
            find=lambda: _accepted_rows(known, accepted),
        )

    def _pattern(self, leaf: TextLike, column: Codes) -> MaskOf:
        """Match only the words that occur in the rows at hand."""
        codes, words, matches = column.codes, column.values, matcher(leaf.pattern)

        def mask(rows: Rows | None) -> Mask:
            if rows is None or len(rows) > len(words):
                accepted = self.dictionaries.accepted(leaf, column)
                return _in_ranges(codes if rows is None else codes.take(rows), accepted, len(words))
            absent = len(words)
            truth = [
                code != absent and matches(words[code]) is not leaf.negated
                for code in codes.take(rows).tolist()
            ]
            return np.array(truth, dtype=np.bool_)

        return mask

    def _pair(self, leaf: Any) -> MaskOf:
        left, right = self.batch.columns[leaf.left], self.batch.columns[leaf.right]
        assert isinstance(left, Codes)
        assert isinstance(right, Codes)
        left_rank, right_rank = self.dictionaries.ranks(left, right)
        compare = _COMPARE[leaf.operator]

        def mask(rows: Rows | None) -> Mask:
            first = left_rank[left.codes if rows is None else left.codes.take(rows)]
            second = right_rank[right.codes if rows is None else right.codes.take(rows)]
            both: Mask = compare(first, second) & (first >= 0) & (second >= 0)
            return both

        return mask

    def _number(self, leaf: Any) -> MaskOf:
        column = self.batch.columns[leaf.column]
        assert isinstance(column, Numbers)
        all_values, all_present = column.values, column.present
        if isinstance(leaf, Absent):
            return self._absence(leaf, all_present)
        test: Callable[[NDArray[Any]], Mask] = (
            _in_set(leaf, exact=all_values.dtype == object)
            if isinstance(leaf, NumberIn)
            else _between(leaf)
        )

        def mask(rows: Rows | None) -> Mask:
            found = test(all_values if rows is None else all_values.take(rows))
            if all_present is None:
                return found
            return found & (all_present if rows is None else all_present.take(rows))

        return mask

    def _absence(self, leaf: Absent, present: Mask | None) -> MaskOf:
        def mask(rows: Rows | None) -> Mask:
            if present is None:
                return np.full(self.size if rows is None else len(rows), leaf.negated, np.bool_)
            here = present if rows is None else present.take(rows)
            return here if leaf.negated else ~here

        return mask


def _accepted_rows(index: Index, accepted: Accepted) -> Rows:
    before = index.before
    parts = [index.order[before[low] : before[high]] for low, high in accepted.ranges]
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)


def _truth(mask: Any) -> Mask:
    return np.asarray(mask, dtype=np.bool_)


def _between(leaf: NumberRange) -> Callable[[NDArray[Any]], Mask]:
    low, high = leaf.low, leaf.high
    if low is not None and low == high:
        return lambda values: _truth(values == low)
    if low is None:
        return lambda values: _truth(values <= high)
    if high is None:
        return lambda values: _truth(values >= low)
    return lambda values: _truth(values >= low) & _truth(values <= high)


def _in_set(leaf: NumberIn, *, exact: bool) -> Callable[[NDArray[Any]], Mask]:
    wanted = [one for one in leaf.values if exact or fits_int64(one)]
    if len(wanted) > 8 and not exact:
        members = np.array(wanted, dtype=np.int64)
        return lambda values: np.isin(values, members, invert=leaf.negated)

    def test(values: NDArray[Any]) -> Mask:
        mask = np.zeros(len(values), dtype=np.bool_)
        for one in wanted:
            mask |= _truth(values == one)
        return ~mask if leaf.negated else mask

    return test


def _code_mask(accepted: Accepted, column: Codes) -> MaskOf:
    codes, ranges, distinct = column.codes, accepted.ranges, len(column.values)
    if len(ranges) == 1 and ranges[0][1] - ranges[0][0] == 1:
        only = ranges[0][0]
        return lambda rows: _truth((codes if rows is None else codes.take(rows)) == only)
    if len(ranges) > FEW_RANGES:
        table = accepted.table(distinct)
        return lambda rows: table.take(codes if rows is None else codes.take(rows))
    return lambda rows: _in_ranges(codes if rows is None else codes.take(rows), accepted, distinct)


def _in_ranges(codes: NDArray[Any], accepted: Accepted, distinct: int) -> Mask:
    """Return which codes lie in the accepted ranges: by comparison where few, else by a table."""
    ranges = accepted.ranges
    if len(ranges) > FEW_RANGES:
        return accepted.table(distinct).take(codes)
    mask: Mask | None = None
    for low, high in ranges:
        if high - low == 1:
            one = _truth(codes == low)
        elif low == 0:
            one = _truth(codes < high)
        else:
            # unsigned subtraction wraps below zero, so one comparison tests both ends
            one = _truth((codes - codes.dtype.type(low)) < high - low)
        mask = one if mask is None else mask | one
    return np.zeros(len(codes), dtype=np.bool_) if mask is None else mask
