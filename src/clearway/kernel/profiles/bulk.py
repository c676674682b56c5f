"""A whole batch: NumPy over encoded columns, narrowing from the rarest test to the commonest.

Most profiles are ANDs with a test on a code or two. Those are decided 64 at once by bits
(``bitmaps.py``), then by bounds (``bounds.py``); what is left of them, arithmetic for the most
part, sees only the rows that remain. Profiles without a telling test start from the part that
fewest rows can satisfy; what they share (a leaf's rows, its mask, a pair of leaves) is computed
once for the batch. Tests on text run over the dictionary of distinct words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate, combinations, pairwise

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.kernel.columns import Batch, Schema
from clearway.kernel.profiles.arithmetic import Arithmetic
from clearway.kernel.profiles.bitmaps import Bitmaps
from clearway.kernel.profiles.bulk_leaves import Bound, Leaves, Mask, Rows
from clearway.kernel.profiles.dictionaries import Dictionaries
from clearway.kernel.profiles.rules import RuleBook
from clearway.kernel.profiles.signs import Family, family_key, family_of
from clearway.kernel.profiles.tree import And, Leaf, Or, Sign, Tree, columns_of, leaves

ROW_BITS = 17
CHUNK = 1 << ROW_BITS
DRIVER_SHARE = 0.12  # a rarer leaf gives rows to start from; commoner ones are joined as masks
PAIRS = 1 << 19  # so many (row, rule) pairs are looked at together


class BulkHits(msgspec.Struct, frozen=True, eq=False):
    """Which items each profile hits.

    Profile ``p`` hits ``hit[first[p]:first[p + 1]]`` (ascending), of ``items`` in the batch.
    """

    items: int
    hit: NDArray[np.int64]
    first: list[int]

    @property
    def rows(self) -> list[NDArray[np.int64]]:
        """The items (ascending) that each profile hits."""
        return [self.hit[low:high] for low, high in pairwise(self.first)]

    def by_item(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return (starts, profiles): item ``i`` hits ``profiles[starts[i]:starts[i + 1]]``."""
        size = len(self.first) - 1
        shift = size.bit_length()
        keys = self.hit << shift
        keys |= np.repeat(np.arange(size, dtype=np.int64), np.diff(self.first))
        keys.sort()  # item and profile in one number
        starts = np.zeros(self.items + 1, dtype=np.int64)
        np.cumsum(np.bincount(keys >> shift, minlength=self.items), out=starts[1:])
        return starts, keys & ((1 << shift) - 1)


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
        numbers: dict[Leaf, int] = {}
        for tree in trees:
            for leaf in leaves(tree):
                numbers.setdefault(leaf, len(numbers))
        self.distinct = tuple((leaf, columns_of(leaf)) for leaf in numbers)
        self.first_group = len(numbers)
        self._groups: dict[Group, int] = {}
        self.plans = [self._plan(tree, numbers) for tree in trees]
        self.book = RuleBook(trees, schema, lambda part: self._plan(part, numbers))
        self.groups = tuple(self._groups)
        self.uses = Counter(column for _, columns in self.distinct for column in columns)
        pairs: Counter[tuple[int, int]] = Counter()
        for plan in self.plans:
            if plan >= self.first_group and self.groups[plan - self.first_group].every:
                pairs.update(combinations(sorted(self.groups[plan - self.first_group].parts), 2))
        self.shared_pairs = {pair for pair, count in pairs.items() if count > 1}
        self.families, self.member = self._families()

    def _families(self) -> tuple[list[Family], dict[int, tuple[int, int]]]:
        """Return families of two and more, and (family, member) of their leaves by number."""
        found: defaultdict[tuple[object, ...], dict[int, Sign]] = defaultdict(dict)
        for plan in dict.fromkeys(plan for rule in self.book.rules for plan in rule.rest):
            leaf = self.distinct[plan][0] if plan < self.first_group else None
            if isinstance(leaf, Sign) and (key := family_key(leaf, self.arithmetic)):
                found[key][plan] = leaf
        joint = [members for members in found.values() if len(members) > 1]
        families = [family_of(list(members.values()), self.arithmetic) for members in joint]
        member = {
            plan: (place, number)
            for place, members in enumerate(joint)
            for number, plan in enumerate(members)
        }
        return families, member

    def _plan(self, tree: Tree, numbers: dict[Leaf, int]) -> int:
        if isinstance(tree, And | Or):
            parts = tuple(self._plan(part, numbers) for part in tree.parts)
            group = Group(parts, isinstance(tree, And))
            return self._groups.setdefault(group, self.first_group + len(self._groups))
        return numbers[tree]

    def run(self, batch: Batch) -> BulkHits:
        """Return which profiles every row hits; long batches are taken in pieces."""
        dictionaries = Dictionaries()
        bitmaps = Bitmaps(self.book, batch, dictionaries)
        found: list[list[Rows]] = [[] for _ in self.plans]
        for start in range(0, max(batch.rows, 1), CHUNK):
            part = batch if batch.rows <= CHUNK else batch.slice(start, start + CHUNK)
            piece = _Piece(self, part, dictionaries)
            for place in sorted(bitmaps.loose):
                found[place].append(np.sort(piece.rows_of(self.plans[place])) + start)
            for place, rows in piece.ruled(bitmaps):
                found[place].append(rows + start if start else rows)
        flat = [rows for parts in found for rows in parts]
        lengths = [sum(map(len, parts)) for parts in found]
        return BulkHits(
            batch.rows,
            np.concatenate([*flat, np.empty(0, np.int64)]),
            [0, *accumulate(lengths)],
        )


class _Piece:
    """The evaluation of one piece of a batch, with everything that its profiles share."""

    def __init__(self, owner: Evaluator, batch: Batch, dictionaries: Dictionaries) -> None:
        self.owner = owner
        self.batch = batch
        self.size = batch.rows
        self.first_group = owner.first_group
        self.groups = owner.groups
        self.shared_pairs = owner.shared_pairs
        self.leaves = Leaves(batch, owner.arithmetic, dictionaries, owner.uses)
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

    def ruled(self, bitmaps: Bitmaps) -> Iterator[tuple[int, Rows]]:
        """Yield (profile, rows) of every profile that is decided by its rules and hits."""
        some: list[tuple[Rows, Rows]] = []
        kept: list[tuple[Rows, Rows]] = []
        waiting = 0
        for rows, rules in bitmaps.pairs(self.batch):
            some.append((rows, rules))
            waiting += len(rows)
            if waiting > PAIRS:
                kept.append(self._sifted(some, bitmaps))
                some, waiting = [], 0
        if some:
            kept.append(self._sifted(some, bitmaps))
        if not kept:
            return
        book = self.owner.book
        keys = np.concatenate([book.profiles.take(rules) for _, rules in kept])
        keys = keys * self.size + np.concatenate([rows for rows, _ in kept])
        keys.sort()
        if book.repeated and len(keys):
            keys = keys.compress(np.concatenate([[True], keys[1:] != keys[:-1]]))
        profiles = keys // max(1, self.size)
        rows = keys - profiles * self.size
        edges = np.searchsorted(profiles, np.arange(len(self.owner.plans) + 1)).tolist()
        for place, (low, high) in enumerate(pairwise(edges)):
            if low < high:
                yield place, rows[low:high]

    def _sifted(self, some: list[tuple[Rows, Rows]], bitmaps: Bitmaps) -> tuple[Rows, Rows]:
        """Return the pairs that also keep within the bounds and satisfy the rest."""
        rows = np.concatenate([rows for rows, _ in some])
        rules = np.concatenate([rules for _, rules in some])
        for bounds in bitmaps.bounds:
            kept = bounds.kept(self.batch, rows, rules)
            if kept is not None:
                rows, rules = rows.compress(kept), rules.compress(kept)
        keys = (rules << ROW_BITS) | rows
        keys.sort()  # rule and row in one number
        rules, rows = keys >> ROW_BITS, keys & ((1 << ROW_BITS) - 1)
        kept = np.ones(len(rows), dtype=np.bool_)
        edges = np.searchsorted(rules, np.arange(len(bitmaps.rest) + 1)).tolist()
        asked: defaultdict[int, list[Rows]] = defaultdict(list)
        for (low, high), rest in zip(pairwise(edges), bitmaps.rest, strict=True):
            if low < high:
                for plan in rest:
                    asked[plan].append(np.arange(low, high))
        families: defaultdict[int, list[tuple[int, Rows]]] = defaultdict(list)
        for plan, parts in asked.items():
            pairs = np.concatenate(parts) if len(parts) > 1 else parts[0]
            if plan in self.owner.member:
                families[self.owner.member[plan][0]].append((plan, pairs))
            else:
                kept[pairs.compress(~self.mask(plan, rows.take(pairs)))] = False
        for family, plans in families.items():
            self._judge_family(family, plans, rows, kept)
        return rows.compress(kept), rules.compress(kept)

    def _judge_family(
        self, family: int, plans: list[tuple[int, Rows]], rows: Rows, kept: Mask
    ) -> None:
        """Strike out the pairs on which a leaf of the family is not TRUE."""
        pairs = np.concatenate([some for _, some in plans])
        members = np.repeat(
            np.array([self.owner.member[plan][1] for plan, _ in plans], dtype=np.int64),
            [len(some) for _, some in plans],
        )
        found = self.leaves.signs.compare_family(
            self.owner.families[family], rows.take(pairs), members
        )
        if found is not None:
            kept[pairs.compress(~found)] = False
            return
        for plan, some in plans:  # numbers too large for one reckoning
            kept[some.compress(~self.mask(plan, rows.take(some)))] = False

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
