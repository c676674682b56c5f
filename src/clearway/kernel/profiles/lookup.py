"""The tests of all rules as flat tables: which words or numbers end which ranges of which axis.

Numbers stand for axes, tests, rules and words, so that a batch is served by array operations
instead of a walk over hundreds of conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.kernel.profiles.axes import Axis, Quotient
from clearway.kernel.profiles.endpoints import ABSENT, PAST, START, End, Span
from clearway.kernel.profiles.scales import Scale
from clearway.kernel.profiles.tree import Tree

Places = NDArray[np.int64]


class Test(msgspec.Struct, frozen=True):
    """A condition on one axis. ``plan`` is its number in the evaluator.

    ``spans`` are the ranges that it accepts, None where only the words of a batch can tell.
    """

    __test__ = False

    axis: Axis
    part: Tree
    plan: int
    spans: tuple[Span, ...] | None


class Lookup:
    """Flat tables of tests and rules.

    ``ends[c]`` are the words or numbers, sorted, whose places axis ``c`` must give; the place of
    the first code, theirs, that of absence and the one after it stand from ``offset[c]`` on.
    ``scales[c]`` places rows on an axis of numbers. Range ``e`` belongs to test
    ``range_test[e]`` and goes from place ``range_low[e]`` to ``range_high[e]``. ``pair_rule`` and
    ``pair_test`` name the tests of every rule, in the order of the rules (from
    ``rule_start[r]``). ``infix`` are the tests that have no such ranges.
    """

    def __init__(self, tests: Sequence[Test], rules: Iterable[Sequence[int]]) -> None:
        self.tests = tests
        self.axes = list(dict.fromkeys(test.axis for test in tests))
        number = {axis: place for place, axis in enumerate(self.axes)}
        self.test_column = _array(number[test.axis] for test in tests)
        self.infix = [place for place, test in enumerate(tests) if test.spans is None]
        spans: list[tuple[int, Span]] = [
            (place, span) for place, test in enumerate(tests) for span in test.spans or ()
        ]
        ends: list[set[End]] = [{START, ABSENT, PAST} for _ in self.axes]
        for place, span in spans:
            ends[self.test_column[place]].update(span)
        ordered = [sorted(found) for found in ends]
        self.ends = [[end for kind, end in found if kind == 0] for found in ordered]
        self.scales = [
            Scale(axis, found) if isinstance(axis, Quotient) else None
            for axis, found in zip(self.axes, self.ends, strict=True)
        ]
        self.offset = np.cumsum([0, *map(len, ordered)]).tolist()
        place_of = [
            {end: self.offset[column] + rank for rank, end in enumerate(found)}
            for column, found in enumerate(ordered)
        ]
        self.range_test = _array(place for place, _ in spans)
        self.range_low = _array(place_of[self.test_column[place]][low] for place, (low, _) in spans)
        self.range_high = _array(
            place_of[self.test_column[place]][high] for place, (_, high) in spans
        )
        pairs = [(rule, test) for rule, some in enumerate(rules) for test in some]
        self.pair_rule = _array(rule for rule, _ in pairs)
        self.pair_test = _array(test for _, test in pairs)
        self.rules = int(self.pair_rule[-1]) + 1 if pairs else 0
        self.rule_start = np.searchsorted(self.pair_rule, np.arange(self.rules))
        self.column_uses = np.bincount(
            self.test_column.take(self.pair_test), minlength=len(self.axes)
        )
        sets = [frozenset(self.test_column.take(some).tolist()) for some in map(list, rules)]
        kinds = {one: place for place, one in enumerate(sorted(set(sets), key=sorted))}
        self.rule_kind = _array(kinds[one] for one in sets)
        of_test: list[list[int]] = [[] for _ in tests]
        for place, (test, _) in enumerate(spans):
            of_test[test].append(place)
        self.rule_ranges = [(rule, one) for rule, test in pairs for one in of_test[test]]
        self.entry_rule = _array(rule for rule, _ in self.rule_ranges)
        self.entry_range = _array(one for _, one in self.rule_ranges)


def _array(numbers: Iterable[int]) -> Places:
    return np.fromiter(numbers, dtype=np.int64)
