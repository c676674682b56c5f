"""A whole batch: NumPy over encoded columns, narrowing from the rarest test to the commonest.

For each profile the part that fewest rows can satisfy is taken first: its rows come straight
out of an index of the column (rows in the order of their codes), and every further part looks
at those rows only. What several profiles share (a leaf's rows, its mask, a pair of leaves) is
computed once for the batch. Tests on text run over the dictionary of distinct words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.kernel.columns import Batch
from clearway.kernel.profiles.arithmetic import Arithmetic
from clearway.kernel.profiles.bulk_leaves import Leaves, Mask, Rows
from clearway.kernel.profiles.dictionaries import Dictionaries
from clearway.kernel.profiles.tree import And, Leaf, Or, Tree, columns_of, leaves

CHUNK = 1 << 17
DRIVER_SHARE = 0.12  # a rarer leaf gives rows to start from; commoner ones are joined as masks


class BulkHits(msgspec.Struct, frozen=True, eq=False):
    """``rows[p]``: the items (ascending) that profile ``p`` hits, of ``items`` in the batch."""

    items: int
    rows: list[NDArray[np.int64]]

    def by_item(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return (starts, profiles): item ``i`` hits ``profiles[starts[i]:starts[i + 1]]``."""
        lengths = [len(rows) for rows in self.rows]
        hits = int(sum(lengths))
        items = np.concatenate([*self.rows, np.empty(0, np.int64)])
        profiles = np.repeat(np.arange(len(self.rows), dtype=np.int64), lengths)
        order = np.argsort(items, kind="stable")
        starts = np.zeros(self.items + 1, dtype=np.int64)
        if hits:
            np.cumsum(np.bincount(items, minlength=self.items), out=starts[1:])
        return starts, profiles[order]


class Evaluator:
    """The trees of a set, ready for batches."""

    def __init__(self, trees: Sequence[Tree], arithmetic: Arithmetic) -> None:
        self.trees = trees
        self.arithmetic = arithmetic
        distinct = {leaf for tree in trees for leaf in leaves(tree)}
        self.uses = Counter(column for leaf in distinct for column in columns_of(leaf))
        pairs: Counter[frozenset[Tree]] = Counter()
        for tree in trees:
            parts = tree.parts if isinstance(tree, And) else ()
            for place, first in enumerate(parts):
                pairs.update(frozenset((first, second)) for second in parts[place + 1 :])
        self.shared_pairs = {pair for pair, count in pairs.items() if count > 1}

    def run(self, batch: Batch) -> BulkHits:
        """Return which profiles every row hits; long batches are taken in pieces."""
        dictionaries = Dictionaries()
        pieces: list[list[Rows]] = []
        for start in range(0, max(batch.rows, 1), CHUNK):
            part = batch if batch.rows <= CHUNK else batch.slice(start, start + CHUNK)
            piece = _Piece(self, part, dictionaries)
            found = [np.sort(piece.rows_of(tree)) for tree in self.trees]
            pieces.append([rows + start for rows in found] if start else found)
        if len(pieces) == 1:
            return BulkHits(batch.rows, pieces[0])
        joined = [np.concatenate(list(parts)) for parts in zip(*pieces, strict=True)]
        return BulkHits(batch.rows, joined)


class _Piece:
    """The evaluation of one piece of a batch, with everything that its profiles share."""

    def __init__(self, owner: Evaluator, batch: Batch, dictionaries: Dictionaries) -> None:
        self.owner = owner
        self.size = batch.rows
        self.leaves = Leaves(batch, owner.arithmetic, dictionaries, owner.uses)
        self.pairs: dict[frozenset[Tree], Rows] = {}

    def rows_of(self, tree: Tree) -> Rows:
        """Return the rows where the tree is TRUE, each once, in any order."""
        if isinstance(tree, And):
            return self._narrow(tree.parts)
        if isinstance(tree, Or):
            return self._unite([self.rows_of(part) for part in tree.parts])
        return self.leaves.rows(tree)

    def _unite(self, found: list[Rows]) -> Rows:
        joined = np.concatenate(found)
        if len(joined) * 16 < self.size:
            return np.unique(joined)
        mask = np.zeros(self.size, dtype=np.bool_)
        mask[joined] = True
        return np.flatnonzero(mask)

    def share(self, tree: Tree) -> float:
        """Estimate the share of rows where the tree is TRUE."""
        if isinstance(tree, And):
            return min(self.share(part) for part in tree.parts)
        if isinstance(tree, Or):
            return min(1.0, sum(self.share(part) for part in tree.parts))
        return self.leaves.share(tree)

    def _narrow(self, parts: tuple[Tree, ...]) -> Rows:
        ordered = sorted(((self.share(part), place) for place, part in enumerate(parts)))
        first, *rest = [parts[place] for _, place in ordered]
        if ordered[0][0] > DRIVER_SHARE:
            return self._join_masks([first, *rest])
        pair = frozenset((first, rest[0]))
        if pair in self.owner.shared_pairs:
            rows = self.pairs.get(pair)
            if rows is None:
                rows = self.rows_of(first)
                rows = self.pairs[pair] = rows.compress(self.mask(rest[0], rows))
            rest = rest[1:]
        else:
            rows = self.rows_of(first)
        return self._filter(rows, rest)

    def _filter(self, rows: Rows, parts: Sequence[Tree]) -> Rows:
        for part in parts:
            if not len(rows):
                break
            rows = rows.compress(self.mask(part, rows))
        return rows

    def _join_masks(self, parts: list[Tree]) -> Rows:
        """Start from whole-column masks (kept for other profiles), then narrow by the rest."""
        cheap = [
            part for part in parts if not isinstance(part, And | Or) and self.leaves.cheap(part)
        ]
        if not cheap:
            return self._filter(np.arange(self.size), parts)
        mask = self.leaves.whole(cheap[0])
        for part in cheap[1:]:
            mask = mask & self.leaves.whole(part)
        return self._filter(np.flatnonzero(mask), [part for part in parts if part not in cheap])

    def mask(self, tree: Tree, rows: Rows) -> Mask:
        """Return, row by row of ``rows``, whether the tree is TRUE."""
        if isinstance(tree, And):
            mask = self.mask(tree.parts[0], rows)
            for part in tree.parts[1:]:
                mask = mask & self.mask(part, rows)
            return mask
        if isinstance(tree, Or):
            mask = self.mask(tree.parts[0], rows)
            for part in tree.parts[1:]:
                mask = mask | self.mask(part, rows)
            return mask
        leaf: Leaf = tree
        return self.leaves.mask(leaf, rows)
