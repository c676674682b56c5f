"""A whole batch: NumPy over encoded columns, narrowing from the rarest test to the commonest.

For each profile the part that fewest rows can satisfy is taken first: its rows come straight
out of an index of the column (rows in the order of their codes), and every further part looks
at those rows only. What several profiles share (a leaf's rows, its mask, a pair of leaves) is
computed once for the batch. Tests on text run over the dictionary of distinct words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.kernel.columns import Batch
from clearway.kernel.profiles.arithmetic import Arithmetic
from clearway.kernel.profiles.bulk_leaves import Bound, Leaves, Mask, Rows
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
        items = np.concatenate([*self.rows, np.empty(0, np.int64)])
        profiles = np.repeat(np.arange(len(self.rows), dtype=np.int64), lengths)
        order = np.argsort(items, kind="stable")
        starts = np.zeros(self.items + 1, dtype=np.int64)
        if len(items):
            np.cumsum(np.bincount(items, minlength=self.items), out=starts[1:])
        return starts, profiles[order]


class Group(msgspec.Struct, frozen=True):
    """AND (``every``) or OR of parts known by number."""

    parts: tuple[int, ...]
    every: bool


class Evaluator:
    """The trees of a set, ready for batches.

    Each distinct leaf has a number; the groups (AND, OR) are numbered on from there, parts
    before what they are part of, so that equal groups too are known once.
    """

    def __init__(self, trees: Sequence[Tree], arithmetic: Arithmetic) -> None:
        self.arithmetic = arithmetic
        numbers: dict[Leaf, int] = {}
        for tree in trees:
            for leaf in leaves(tree):
                numbers.setdefault(leaf, len(numbers))
        self.distinct = tuple((leaf, columns_of(leaf)) for leaf in numbers)
        self.first_group = len(numbers)
        self._groups: dict[Group, int] = {}
        self.plans = [self._plan(tree, numbers) for tree in trees]
        self.groups = tuple(self._groups)
        self.uses = Counter(column for _, columns in self.distinct for column in columns)
        pairs: Counter[tuple[int, int]] = Counter()
        for plan in self.plans:
            if plan >= self.first_group and self.groups[plan - self.first_group].every:
                pairs.update(combinations(sorted(self.groups[plan - self.first_group].parts), 2))
        self.shared_pairs = {pair for pair, count in pairs.items() if count > 1}

    def _plan(self, tree: Tree, numbers: dict[Leaf, int]) -> int:
        if isinstance(tree, And | Or):
            parts = tuple(self._plan(part, numbers) for part in tree.parts)
            group = Group(parts, isinstance(tree, And))
            return self._groups.setdefault(group, self.first_group + len(self._groups))
        return numbers[tree]

    def run(self, batch: Batch) -> BulkHits:
        """Return which profiles every row hits; long batches are taken in pieces."""
        dictionaries = Dictionaries()
        pieces: list[list[Rows]] = []
        for start in range(0, max(batch.rows, 1), CHUNK):
            part = batch if batch.rows <= CHUNK else batch.slice(start, start + CHUNK)
            piece = _Piece(self, part, dictionaries)
            found = [np.sort(piece.rows_of(plan)) for plan in self.plans]
            pieces.append([rows + start for rows in found] if start else found)
        if len(pieces) == 1:
            return BulkHits(batch.rows, pieces[0])
        joined = [np.concatenate(list(parts)) for parts in zip(*pieces, strict=True)]
        return BulkHits(batch.rows, joined)


class _Piece:
    """The evaluation of one piece of a batch, with everything that its profiles share."""

    def __init__(self, owner: Evaluator, batch: Batch, dictionaries: Dictionaries) -> None:
        self.size = batch.rows
        self.first_group = owner.first_group
        self.groups = owner.groups
        self.shared_pairs = owner.shared_pairs
        leaves_here = Leaves(batch, owner.arithmetic, dictionaries, owner.uses)
        self.bound: list[Bound] = [
            leaves_here.bind(leaf, columns) for leaf, columns in owner.distinct
        ]
        self.pairs: dict[tuple[int, int], Rows] = {}
        # the share of rows where each plan is TRUE; a guess where only a look at rows can tell
        self.shares = [bound.share for bound in self.bound]
        for group in owner.groups:
            parts = [self.shares[part] for part in group.parts]
            self.shares.append(min(parts) if group.every else min(1.0, sum(parts)))

    def rows_of(self, plan: int) -> Rows:
        """Return the rows where the plan is TRUE, each once, in any order."""
        if plan < self.first_group:
            return self.bound[plan].rows()
        group = self.groups[plan - self.first_group]
        if group.every:
            return self._narrow(group.parts)
        joined = np.concatenate([self.rows_of(part) for part in group.parts])
        if len(joined) * 16 < self.size:
            joined.sort()
            first = np.ones(len(joined), dtype=np.bool_)
            np.not_equal(joined[1:], joined[:-1], out=first[1:])
            return joined.compress(first)
        mask = np.zeros(self.size, dtype=np.bool_)
        mask[joined] = True
        return np.flatnonzero(mask)

    def _measure(self, plan: int) -> float:
        """Put a share that was guessed right by a sample."""
        if plan < self.first_group:
            share = self.bound[plan].measured()
        else:
            group = self.groups[plan - self.first_group]
            parts = [self._measure(part) for part in group.parts]
            share = min(parts) if group.every else min(1.0, sum(parts))
        self.shares[plan] = share
        return share

    def _narrow(self, parts: tuple[int, ...]) -> Rows:
        shares = self.shares
        chosen = sorted(parts, key=shares.__getitem__)
        if shares[chosen[0]] > DRIVER_SHARE:
            chosen.sort(key=self._measure)
            if shares[chosen[0]] > DRIVER_SHARE:
                return self._join_masks(chosen)
        first, second = chosen[0], chosen[1]
        pair = (first, second) if first < second else (second, first)
        if pair not in self.shared_pairs:
            return self._filter(self.rows_of(first), chosen[1:])
        rows = self.pairs.get(pair)
        if rows is None:
            rows = self.pairs[pair] = self._filter(self.rows_of(first), [second])
        return self._filter(rows, chosen[2:])

    def _filter(self, rows: Rows, parts: Sequence[int]) -> Rows:
        for part in parts:
            if not len(rows):
                break
            rows = rows.compress(self.mask(part, rows))
        return rows

    def _join_masks(self, parts: list[int]) -> Rows:
        """Start from whole-column masks (kept for other profiles), then narrow by the rest."""
        cheap = [part for part in parts if part < self.first_group and self.bound[part].cheap]
        if not cheap:
            return self._filter(np.arange(self.size), parts)
        mask = self.bound[cheap[0]].whole()
        for part in cheap[1:]:
            mask = mask & self.bound[part].whole()
        return self._filter(np.flatnonzero(mask), [part for part in parts if part not in cheap])

    def mask(self, plan: int, rows: Rows) -> Mask:
        """Return, row by row of ``rows``, whether the plan is TRUE."""
        if plan < self.first_group:
            return self.bound[plan].mask(rows)
        group = self.groups[plan - self.first_group]
        mask = self.mask(group.parts[0], rows)
        for part in group.parts[1:]:
            other = self.mask(part, rows)
            mask = mask & other if group.every else mask | other
        return mask
