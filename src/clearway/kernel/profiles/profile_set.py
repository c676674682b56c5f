"""A set of live profiles, compiled: which of them does an item, or a whole batch, hit?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.kernel.columns import Batch, Schema, encode_rows
from clearway.kernel.decisions import Channel, Hit
from clearway.kernel.features import SCHEMA
from clearway.kernel.profiles.arithmetic import Arithmetic
from clearway.kernel.profiles.bulk import BulkHits, Evaluator
from clearway.kernel.profiles.language import Reader
from clearway.kernel.profiles.lexing import Problem
from clearway.kernel.profiles.single import Generator
from clearway.kernel.profiles.tree import Tree, columns_of, leaves
from clearway.kernel.profiles.values import Refused
from clearway.kernel.reference import Profile


class ProfileSet:
    """Compiled conditions; ``profiles`` in their order, by which hits are numbered.

    ``hits`` and ``hits_bulk`` come from one syntax tree and always agree.
    """

    def __init__(
        self,
        profiles: tuple[Profile, ...],
        trees: tuple[Tree, ...],
        schema: Schema,
        table: Arithmetic,
    ) -> None:
        self.profiles = profiles
        self.schema = schema
        self.trees = trees
        self.arithmetic = table
        self.columns = frozenset(
            column for tree in trees for leaf in leaves(tree) for column in columns_of(leaf)
        )
        self.hits: Callable[[Sequence[Any]], list[int]] = Generator(schema, table).build(trees)
        """Which profiles a row hits: their places, ascending. A row is in the schema's order."""
        self._evaluator = Evaluator(trees, table, schema)

    @classmethod
    def compile(cls, profiles: Iterable[Profile], schema: Schema = SCHEMA) -> ProfileSet:
        """Compile the conditions of profiles.

        Raises:
            ProfileRefused: a condition is outside the language; the error names the profile.
        """
        kept = tuple(profiles)
        arithmetic = Arithmetic()
        reader = Reader(schema, arithmetic)
        trees = []
        for profile in kept:
            try:
                trees.append(reader.read(profile.condition))
            except Refused as refused:
                refused.where = f"profile {profile.code}, {refused.where}"
                raise
        return cls(kept, tuple(trees), schema, arithmetic)

    def hits_of(self, rows: Iterable[Sequence[Any]], day: int | None) -> tuple[Hit, ...]:
        """Return the hits of a declaration: its items' rows in order, as of its legal date.

        Profiles outside their period on that day do not count; ``day`` None counts them all.
        """
        found: list[Hit] = []
        for position, row in enumerate(rows, 1):
            found += self.named(position, self.hits(row), day)
        return tuple(found)

    def named(self, item: int, places: Iterable[int], day: int | None) -> list[Hit]:
        """Return the hits of one item (1-based position) from the places of its profiles."""
        found = []
        for place in places:
            profile = self.profiles[place]
            if day is None or profile.period.covers(day):
                found.append(
                    Hit(
                        item,
                        profile.code,
                        profile.version,
                        profile.lane,
                        profile.weight,
                        Channel(profile.channel),
                    )
                )
        return found

    def hits_bulk(self, batch: Batch) -> BulkHits:
        """Return which profiles every row of an encoded batch hits."""
        return self._evaluator.run(batch)


def check_text(condition: str, schema: Schema = SCHEMA) -> list[Problem]:
    """Return everything wrong with a condition, by place; empty when it can be used."""
    try:
        Reader(schema).read(condition)
    except Refused as refused:
        return refused.problems
    return []


class TestResult(msgspec.Struct, frozen=True):
    """What profiles did on a body of items.

    ``hits[p]`` counts the items that profile ``p`` hits, ``only[p]`` those that no other one
    hits, ``overlap[p][q]`` those that both hit; ``any`` counts items hit by at least one.
    """

    __test__ = False

    items: int
    any: int
    hits: tuple[int, ...]
    only: tuple[int, ...]
    overlap: tuple[tuple[int, ...], ...]


def test_on(profiles: ProfileSet, items: Batch | Sequence[Sequence[Any]]) -> TestResult:
    """Try profiles on items (an encoded batch, or rows) and count hits and overlaps."""
    batch = items if isinstance(items, Batch) else encode_rows(items, profiles.schema)
    found = profiles.hits_bulk(batch)
    size = len(profiles.profiles)
    times = np.zeros(batch.rows, dtype=np.int64)
    of_profile = found.rows
    for rows in of_profile:
        times[rows] += 1
    mask = np.zeros(batch.rows, dtype=np.bool_)
    overlap: list[tuple[int, ...]] = []
    for own in range(size):
        mask[of_profile[own]] = True
        overlap.append(tuple(int(mask[of_profile[other]].sum()) for other in range(size)))
        mask[of_profile[own]] = False
    return TestResult(
        items=batch.rows,
        any=int(np.count_nonzero(times)),
        hits=tuple(len(rows) for rows in of_profile),
        only=tuple(_alone(times, rows) for rows in of_profile),
        overlap=tuple(overlap),
    )


def _alone(times: NDArray[np.int64], rows: NDArray[np.int64]) -> int:
    return int(np.count_nonzero(times[rows] == 1))
