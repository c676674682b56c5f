"""Each leaf over one piece of a batch: its rows, its mask, and how common it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearway.kernel.columns import Batch, Codes, Encoded, Numbers
from clearway.kernel.profiles.arithmetic import Arithmetic
from clearway.kernel.profiles.dictionaries import Accepted, CodeLeaf, Dictionaries
from clearway.kernel.profiles.like import matcher, prefix_of
from clearway.kernel.profiles.signs import Signs
from clearway.kernel.profiles.tree import (
    Absent,
    Always,
    Flag,
    Leaf,
    NonZero,
    NumberIn,
    NumberRange,
    Sign,
    TextIn,
    TextLike,
    TextOrder,
    TextPair,
    columns_of,
)
from clearway.vocabulary.money import fits_int64

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": np.equal, "<>": np.not_equal, "<": np.less, "<=": np.less_equal,
    ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip
SAMPLE = 512
INDEX_FROM = 12  # a column that so many leaves look at is worth an index
FEW_RANGES = 3


class Leaves:
    """The leaves over one piece; whole masks, rows, indexes and estimates are kept."""

    def __init__(
        self, batch: Batch, arithmetic: Arithmetic, dictionaries: Dictionaries, uses: Counter[str]
    ) -> None:
        self.batch = batch
        self.size = batch.rows
        self.dictionaries = dictionaries
        self.uses = uses
        self.signs = Signs(batch, arithmetic)
        stride = max(1, self.size // SAMPLE)
        self._sample: Rows = np.arange(stride // 2, self.size, stride, dtype=np.int64)
        self._whole: dict[Leaf, Mask] = {}
        self._rows: dict[Leaf, Rows] = {}
        self._share: dict[Leaf, float] = {}
        self._before: dict[str, NDArray[np.int64]] = {}
        self._order: dict[str, Rows] = {}

    def _column(self, name: str) -> Encoded | None:
        return self.batch.columns.get(name)

    def _absent(self, leaf: Leaf) -> bool:
        """Tell whether a column that the leaf looks at is absent from the whole batch."""
        return any(name not in self.batch.columns for name in columns_of(leaf))

    def _constant(self, leaf: Leaf) -> bool | None:
        """Return the leaf's truth where it is the same in every row, else None."""
        if isinstance(leaf, Always):
            return leaf.value
        if self._absent(leaf):
            return isinstance(leaf, Absent) and not leaf.negated
        return None

    def _coded(self, leaf: Leaf) -> tuple[CodeLeaf, Codes] | None:
        if isinstance(leaf, TextIn | TextLike | TextOrder | Flag | Absent):
            column = self._column(leaf.column)
            if isinstance(column, Codes):
                return leaf, column
        return None

    def _wide(self, leaf: Leaf, column: Codes) -> bool:
        """Tell whether a pattern would have to look at more words than is sensible."""
        return (
            isinstance(leaf, TextLike)
            and len(column.values) > 2_000
            and (prefix_of(leaf.pattern) is None)
        )

    def cheap(self, leaf: Leaf) -> bool:
        """Tell whether the leaf's whole mask costs little, so that it is worth keeping."""
        coded = self._coded(leaf)
        return not isinstance(leaf, Sign) and not (coded and self._wide(leaf, coded[1]))

    def share(self, leaf: Leaf) -> float:
        """Return the share of rows where the leaf is TRUE: exact for codes, else by a sample."""
        share = self._share.get(leaf)
        if share is None:
            share = self._share[leaf] = self._measure(leaf)
        return share

    def _measure(self, leaf: Leaf) -> float:
        constant = self._constant(leaf)
        if constant is not None or not self.size:
            return float(bool(constant))
        coded = self._coded(leaf)
        if coded is None:
            # what must be computed is a little less welcome as a start than what is looked up
            return float(np.mean(self.mask(leaf, self._sample))) + 0.02
        if self._wide(leaf, coded[1]):
            return 0.5
        before = self._counts(leaf)
        ranges = self.dictionaries.accepted(*coded).ranges
        return float(sum(before[high] - before[low] for low, high in ranges)) / self.size

    def _counts(self, leaf: Any) -> NDArray[np.int64]:
        """Return how many rows have a smaller code, for every code of the leaf's column."""
        before = self._before.get(leaf.column)
        if before is None:
            column = self._column(leaf.column)
            assert isinstance(column, Codes)
            counts = np.bincount(column.codes, minlength=len(column.values) + 1)
            before = np.concatenate(([0], np.cumsum(counts)))
            self._before[leaf.column] = before
        return before

    def rows(self, leaf: Leaf) -> Rows:
        """Return the rows where the leaf is TRUE, each once, in any order."""
        rows = self._rows.get(leaf)
        if rows is None:
            rows = self._rows[leaf] = self._find(leaf)
        return rows

    def _find(self, leaf: Leaf) -> Rows:
        coded = self._coded(leaf)
        if coded is None or self.uses[coded[0].column] < INDEX_FROM or leaf in self._whole:
            return np.flatnonzero(self.whole(leaf))
        code_leaf, column = coded
        before = self._counts(leaf)
        order = self._order.get(code_leaf.column)
        if order is None:
            order = self._order[code_leaf.column] = np.argsort(column.codes, kind="stable")
        ranges = self.dictionaries.accepted(code_leaf, column).ranges
        parts = [order[before[low] : before[high]] for low, high in ranges]
        if len(parts) == 1:
            return parts[0]
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)

    def whole(self, leaf: Leaf) -> Mask:
        """Return the leaf's truth in every row of the piece."""
        mask = self._whole.get(leaf)
        if mask is None:
            mask = self._whole[leaf] = self.mask(leaf, None)
        return mask

    def mask(self, leaf: Leaf, rows: Rows | None) -> Mask:
        """Return the leaf's truth in the given rows (None: in all)."""
        if rows is not None and (known := self._whole.get(leaf)) is not None:
            return known.take(rows)
        constant = self._constant(leaf)
        if constant is not None:
            return np.full(self.size if rows is None else len(rows), constant, dtype=np.bool_)
        coded = self._coded(leaf)
        if coded is not None:
            return self._code_mask(*coded, rows)
        if isinstance(leaf, TextPair):
            return self._pair_mask(leaf, rows)
        if isinstance(leaf, Sign):
            return self.signs.compare(leaf, rows)
        if isinstance(leaf, NonZero):
            return self.signs.differs(leaf, rows)
        assert isinstance(leaf, NumberRange | NumberIn | Absent)
        return self._number_mask(leaf, rows)

    def _code_mask(self, leaf: CodeLeaf, column: Codes, rows: Rows | None) -> Mask:
        codes = column.codes if rows is None else column.codes.take(rows)
        if rows is not None and self._wide(leaf, column) and len(rows) < len(column.values):
            assert isinstance(leaf, TextLike)
            return self._match_words(leaf, codes, column)
        accepted = self.dictionaries.accepted(leaf, column)
        return _in_ranges(codes, accepted, len(column.values))

    @staticmethod
    def _match_words(leaf: TextLike, codes: NDArray[Any], column: Codes) -> Mask:
        """Match only the words that occur in the rows at hand."""
        found, places = np.unique(codes, return_inverse=True)
        matches, words = matcher(leaf.pattern), column.values
        truth = [
            code < len(words) and matches(words[code]) != leaf.negated for code in found.tolist()
        ]
        return np.array(truth, dtype=np.bool_)[places]

    def _pair_mask(self, leaf: TextPair, rows: Rows | None) -> Mask:
        left, right = self._column(leaf.left), self._column(leaf.right)
        assert isinstance(left, Codes)
        assert isinstance(right, Codes)
        left_rank, right_rank = self.dictionaries.ranks(left, right)
        first = left_rank[left.codes if rows is None else left.codes.take(rows)]
        second = right_rank[right.codes if rows is None else right.codes.take(rows)]
        mask: Mask = _COMPARE[leaf.operator](first, second)
        both: Mask = mask & (first >= 0) & (second >= 0)
        return both

    def _number_mask(self, leaf: NumberRange | NumberIn | Absent, rows: Rows | None) -> Mask:
        column = self._column(leaf.column)
        assert isinstance(column, Numbers)
        present = column.present
        if present is not None and rows is not None:
            present = present.take(rows)
        if isinstance(leaf, Absent):
            if present is None:
                return np.full(self.size if rows is None else len(rows), leaf.negated, np.bool_)
            return present if leaf.negated else ~present
        values = column.values if rows is None else column.values.take(rows)
        mask = _in_set(values, leaf) if isinstance(leaf, NumberIn) else _between(values, leaf)
        return mask if present is None else mask & present


def _between(values: NDArray[Any], leaf: NumberRange) -> Mask:
    if leaf.low is not None and leaf.low == leaf.high:
        return np.asarray(values == leaf.low, dtype=np.bool_)
    if leaf.low is None:
        return np.asarray(values <= leaf.high, dtype=np.bool_)
    mask = np.asarray(values >= leaf.low, dtype=np.bool_)
    if leaf.high is not None:
        mask &= np.asarray(values <= leaf.high, dtype=np.bool_)
    return mask


def _in_set(values: NDArray[Any], leaf: NumberIn) -> Mask:
    wanted = [one for one in leaf.values if values.dtype == object or fits_int64(one)]
    mask = np.zeros(len(values), dtype=np.bool_)
    if len(wanted) <= 8 or values.dtype == object:
        for one in wanted:
            mask |= values == one
    else:
        mask = np.isin(values, np.array(wanted, dtype=np.int64))
    return ~mask if leaf.negated else mask


def _in_ranges(codes: NDArray[Any], accepted: Accepted, distinct: int) -> Mask:
    """Return which codes lie in the accepted ranges: by comparison where few, else by a table."""
    ranges = accepted.ranges
    if len(ranges) > FEW_RANGES:
        return np.asarray(accepted.table(distinct)[codes], dtype=np.bool_)
    mask: Mask | None = None
    for low, high in ranges:
        if high - low == 1:
            one = codes == low
        else:
            # unsigned subtraction wraps below zero, so one comparison tests both ends
            one = (codes - codes.dtype.type(low)) < high - low if low else codes < high
        mask = one if mask is None else mask | one
    return np.zeros(len(codes), dtype=np.bool_) if mask is None else mask
