"""A whole batch: NumPy over encoded columns, narrowing from the rarest test to the commonest.

Most profiles are ANDs of tests on codes, numbers and quotients. Those are decided 64 at once by
bits (``bitmaps.py``); what a few of them want besides sees only the rows that remain. Profiles
without a test start from the part that fewest rows can satisfy; what they share (a leaf's rows,
its mask, a pair of leaves) is computed once for the batch. Tests on text run over the dictionary
of distinct words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.kernel.columns import Batch, Schema
from clearway.kernel.profiles.arithmetic import Arithmetic
from clearway.kernel.profiles.axes import Axes
from clearway.kernel.profiles.bitmaps import Bitmaps
from clearway.kernel.profiles.bulk_leaves import Bound, Leaves, Mask, Rows
from clearway.kernel.profiles.dictionaries import Dictionaries
from clearway.kernel.profiles.rules import RuleBook
from clearway.kernel.profiles.signs import Signs
from clearway.kernel.profiles.standings import Standings
from clearway.kernel.profiles.tree import And, Leaf, Or, Tree, columns_of, leaves

ROW_BITS = 17
CHUNK = 1 << ROW_BITS
DRIVER_SHARE = 0.12  # a rarer leaf gives rows to start from; commoner ones are joined as masks
KEPT_BYTES = 31 << 20  # glibc takes no more than 32 MiB into account
PAIRS = 1 << 19  # so many (row, rule) pairs are looked at together


class BulkHits(msgspec.Struct, frozen=True, eq=False):
    """Which of ``profiles`` profiles each of ``items`` items hits.

    ``keys`` are ``item << shift | profile``, ascending, each pair once.
    """

    items: int
    profiles: int
    shift: int
    keys: NDArray[np.int64]

    @property
    def rows(self) -> list[NDArray[np.int64]]:
        """The items (ascending) that each profile hits."""
        item_bits = max(1, self.items.bit_length())
        turned = (self.keys & ((1 << self.shift) - 1)) << item_bits
        turned |= self.keys >> self.shift
        turned.sort()
        first = np.searchsorted(turned, np.arange(self.profiles + 1) << item_bits).tolist()
        turned &= (1 << item_bits) - 1
        return [turned[low:high] for low, high in pairwise(first)]

    def by_item(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return (starts, profiles): item ``i`` hits ``profiles[starts[i]:starts[i + 1]]``."""
        starts = np.zeros(self.items + 1, dtype=np.int64)
        np.cumsum(np.bincount(self.keys >> self.shift, minlength=self.items), out=starts[1:])
        return starts, self.keys & ((1 << self.shift) - 1)


def _keep_memory() -> None:
    """Let the C library keep the memory of freed arrays for the next ones.

    By default glibc hands blocks of this size back to the system at once and takes them again
    page by page, which costs more than the arithmetic on them. It keeps blocks up to the size of
    the largest that was ever freed; so one is freed, without a page of it being touched.
    """
    np.empty(KEPT_BYTES, dtype=np.uint8)


class Group(msgspec.Struct, frozen=True):
    """AND (``every``) or OR of parts known by number."""

    parts: tuple[int, ...]
    every: bool


class Evaluator:
    """The trees of a set, ready for batches.

    Each distinct leaf has a number; the groups (AND, OR) are numbered on from there, parts
    before what they are part of, so that equal groups too are known once.
    """

    def __init__(self, trees: Sequence[Tree], arithmetic: Arithmetic, schema: Schema) -> None:
        self.arithmetic = arithmetic
        _keep_memory()
        numbers: dict[Leaf, int] = {}
        for tree in trees:
            for leaf in leaves(tree):
                numbers.setdefault(leaf, len(numbers))
        self.distinct = tuple((leaf, columns_of(leaf)) for leaf in numbers)
        self.first_group = len(numbers)
        self._groups: dict[Group, int] = {}
        self.plans = [self._plan(tree, numbers) for tree in trees]
        axes = Axes(schema, arithmetic)
        self.book = RuleBook(trees, axes, lambda part: self._plan(part, numbers))
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
        signs = Signs(batch, self.arithmetic)
        bitmaps = Bitmaps(self.book, batch, dictionaries, signs)
        shift = len(self.plans).bit_length()
        found: list[Rows] = [np.empty(0, np.int64)]
        for start in range(0, max(batch.rows, 1), CHUNK):
            if batch.rows <= CHUNK:
                piece = _Piece(self, signs, dictionaries)
            else:
                part = batch.slice(start, start + CHUNK)
                piece = _Piece(self, Signs(part, self.arithmetic), dictionaries)
            parts = [((piece.rows_of(self.plans[one]) << shift) | one) for one in bitmaps.loose]
            parts += [
                (rows << shift) | self.book.profiles.take(rules)
                for rows, rules in piece.ruled(bitmaps)
            ]
            keys = np.concatenate([*parts, np.empty(0, np.int64)])
            keys.sort()
            if self.book.repeated and len(keys):
                keys = keys.compress(np.concatenate([[True], keys[1:] != keys[:-1]]))
            found.append(keys + (start << shift) if start else keys)
        keys = found[1] if len(found) == 2 else np.concatenate(found)
        return BulkHits(batch.rows, len(self.plans), shift, keys)


class _Piece:
    """The evaluation of one piece of a batch, with everything that its profiles share."""

    def __init__(self, owner: Evaluator, signs: Signs, dictionaries: Dictionaries) -> None:
        self.owner = owner
        self.batch = signs.batch
        self.size = self.batch.rows
        self.first_group = owner.first_group
        self.groups = owner.groups
        self.shared_pairs = owner.shared_pairs
        self.leaves = Leaves(signs, dictionaries, owner.uses)
        self._bound: dict[int, Bound] = {}
        self.pairs: dict[tuple[int, int], Rows] = {}
        self._shares: dict[int, float] = {}

    def bound(self, leaf: int) -> Bound:
        """Return a leaf bound to this piece's columns."""
        bound = self._bound.get(leaf)
        if bound is None:
            bound = self._bound[leaf] = self.leaves.bind(*self.owner.distinct[leaf])
        return bound

    def share(self, plan: int) -> float:
        """Return the share of rows where a plan is TRUE; a guess where only rows can tell."""
        share = self._shares.get(plan)
        if share is None:
            if plan < self.first_group:
                share = self.bound(plan).share
            else:
                group = self.groups[plan - self.first_group]
                parts = [self.share(part) for part in group.parts]
                share = min(parts) if group.every else min(1.0, sum(parts))
            self._shares[plan] = share
        return share

    def ruled(self, bitmaps: Bitmaps) -> Iterator[tuple[Rows, Rows]]:
        """Yield (rows, rules) of the rules that are TRUE, in no order, word by word."""
        standings = Standings(self.batch, self.owner.book.lookup, self.leaves.signs)
        waiting: list[tuple[Rows, Rows]] = []
        for matches in bitmaps.matches(standings):
            undecided = matches.bits & matches.of_each(word.open for word in matches.words)
            yield from matches.spread(matches.bits ^ undecided)
            waiting += matches.spread(undecided)
            if sum(len(some) for some, _ in waiting) > PAIRS:
                yield self._sifted(waiting, bitmaps)
                waiting = []
        if waiting:
            yield self._sifted(waiting, bitmaps)

    def _sifted(self, some: list[tuple[Rows, Rows]], bitmaps: Bitmaps) -> tuple[Rows, Rows]:
        """Return the pairs that also satisfy the rest."""
        keys = np.concatenate([(rules << ROW_BITS) | rows for rows, rules in some])
        keys.sort()  # rule and row in one number
        rules, rows = keys >> ROW_BITS, keys & ((1 << ROW_BITS) - 1)
        kept = np.ones(len(rows), dtype=np.bool_)
        edges = np.searchsorted(rules, np.arange(len(bitmaps.rest) + 1)).tolist()
        asked: defaultdict[int, list[Rows]] = defaultdict(list)
        for (low, high), rest in zip(pairwise(edges), bitmaps.rest, strict=True):
            if low < high:
                for plan in rest:
                    asked[plan].append(np.arange(low, high))
        for plan, parts in asked.items():
            pairs = np.concatenate(parts) if len(parts) > 1 else parts[0]
            kept[pairs.compress(~self.mask(plan, rows.take(pairs)))] = False
        return rows.compress(kept), rules.compress(kept)

    def rows_of(self, plan: int) -> Rows:
        """Return the rows where the plan is TRUE, each once, in any order."""
        if plan < self.first_group:
            return self.bound(plan).rows()
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
            share = self.bound(plan).measured()
        else:
            group = self.groups[plan - self.first_group]
            parts = [self._measure(part) for part in group.parts]
            share = min(parts) if group.every else min(1.0, sum(parts))
        self._shares[plan] = share
        return share

    def _narrow(self, parts: tuple[int, ...]) -> Rows:
        chosen = sorted(parts, key=self.share)
        if self.share(chosen[0]) > DRIVER_SHARE:
            chosen.sort(key=self._measure)
            if self.share(chosen[0]) > DRIVER_SHARE:
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
        cheap = [part for part in parts if part < self.first_group and self.bound(part).cheap]
        if not cheap:
            return self._filter(np.arange(self.size), parts)
        mask = self.bound(cheap[0]).whole()
        for part in cheap[1:]:
            mask = mask & self.bound(part).whole()
        return self._filter(np.flatnonzero(mask), [part for part in parts if part not in cheap])

    def mask(self, plan: int, rows: Rows) -> Mask:
        """Return, row by row of ``rows``, whether the plan is TRUE."""
        if plan < self.first_group:
            return self.bound(plan).mask(rows)
        group = self.groups[plan - self.first_group]
        mask = self.mask(group.parts[0], rows)
        for part in group.parts[1:]:
            other = self.mask(part, rows)
            mask = mask & other if group.every else mask | other
        return mask
