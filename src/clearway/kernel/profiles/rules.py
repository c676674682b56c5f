"""Profiles as rules: what a batch can decide by dictionary, by range, and what is left.

A profile is an AND of parts, or an OR of such ANDs; each AND is one *rule*. A part that looks at
one text or boolean column only is a *test*: it is a set of dictionary codes. A range of a number
is a pair of bounds. All other parts (arithmetic, two columns, OR across columns) are *rest*,
known by their number in the evaluator.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from clearway.kernel.columns import ColumnType, Schema
from clearway.kernel.profiles.bounds import bounds_of
from clearway.kernel.profiles.lookup import Lookup, Test
from clearway.kernel.profiles.tree import (
    Absent,
    And,
    Flag,
    NumberRange,
    Or,
    TextIn,
    TextLike,
    TextOrder,
    Tree,
    leaves,
)

_CODED = frozenset({ColumnType.TEXT, ColumnType.BOOLEAN})


class Rule(msgspec.Struct, frozen=True):
    """One conjunction of a profile: numbers of its tests (one a column), its ranges, its rest.

    Each range stands with its number in the evaluator.
    """

    profile: int
    tests: tuple[int, ...]
    ranges: tuple[tuple[int, NumberRange], ...]
    rest: tuple[int, ...]


class RuleBook:
    """The rules of a set; ``profiles[r]`` is the profile of rule ``r``.

    ``loose`` are the profiles of which some choice has no test.
    """

    def __init__(self, trees: Sequence[Tree], schema: Schema, plan: Callable[[Tree], int]) -> None:
        self.tests: list[Test] = []
        self.rules: list[Rule] = []
        self.loose: list[int] = []
        self._schema = schema
        self._plan = plan
        self._numbers: dict[Tree, int] = {}
        for profile, tree in enumerate(trees):
            choices = tree.parts if isinstance(tree, Or) and self._coded(tree) is None else (tree,)
            rules = [self._rule(profile, choice) for choice in choices]
            if all(rule.tests for rule in rules):
                self.rules += rules
            else:
                self.loose.append(profile)
        self.rest = [list(rule.rest) for rule in self.rules]
        self.bounds = bounds_of([rule.ranges for rule in self.rules], frozenset())
        self.lookup = Lookup(self.tests, [rule.tests for rule in self.rules])
        self.profiles = np.array([rule.profile for rule in self.rules], dtype=np.int64)
        self.repeated = len(np.unique(self.profiles)) < len(self.profiles)

    def _coded(self, part: Tree) -> str | None:
        """Return the one coded column that a part looks at, or None."""
        found: set[str] = set()
        for leaf in leaves(part):
            if not isinstance(leaf, TextIn | TextLike | TextOrder | Flag | Absent):
                return None
            found.add(leaf.column)
        column = found.pop() if len(found) == 1 else None
        return column if column and self._schema.by_name[column].type in _CODED else None

    def _rule(self, profile: int, tree: Tree) -> Rule:
        tests: dict[str, list[Tree]] = {}
        ranges: list[tuple[int, NumberRange]] = []
        rest: list[int] = []
        for part in tree.parts if isinstance(tree, And) else (tree,):
            column = self._coded(part)
            if column is not None:
                tests.setdefault(column, []).append(part)
            elif isinstance(part, NumberRange):
                ranges.append((self._plan(part), part))
            else:
                rest.append(self._plan(part))
        numbers = [
            self._test(column, parts[0] if len(parts) == 1 else And(tuple(parts)))
            for column, parts in tests.items()
        ]
        return Rule(profile, tuple(numbers), tuple(ranges), tuple(rest))

    def _test(self, column: str, part: Tree) -> int:
        number = self._numbers.get(part)
        if number is None:
            number = self._numbers[part] = len(self.tests)
            self.tests.append(Test(column, part, self._plan(part)))
        return number
