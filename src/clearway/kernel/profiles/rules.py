"""Profiles as rules: what a batch can decide by tables, and what is left.

A profile is an OR of ANDs; each AND is one *rule*. A part that looks at one axis only (a text or
boolean column, a number, a quotient) is a *test*: a set of the axis's codes or intervals. All
other parts (two text columns, sums of quotients, what would make too many ANDs) are *rest*, known
by their number in the evaluator.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from math import prod

import msgspec
import numpy as np

from clearway.kernel.profiles.axes import Axes, Axis
from clearway.kernel.profiles.lookup import Lookup, Test
from clearway.kernel.profiles.tree import And, Or, Tree

MOST_CHOICES = 8  # an AND of ORs is multiplied out into at most so many rules


class Rule(msgspec.Struct, frozen=True):
    """One conjunction of a profile: numbers of its tests (one an axis) and its rest."""

    profile: int
    tests: tuple[int, ...]
    rest: tuple[int, ...]


class RuleBook:
    """The rules of a set; ``profiles[r]`` is the profile of rule ``r``.

    ``loose`` are the profiles of which some choice has no test.
    """

    def __init__(self, trees: Sequence[Tree], axes: Axes, plan: Callable[[Tree], int]) -> None:
        self.tests: list[Test] = []
        self.rules: list[Rule] = []
        self.loose: list[int] = []
        self._axes = axes
        self._plan = plan
        self._numbers: dict[Tree, int] = {}
        for profile, tree in enumerate(trees):
            rules = [self._rule(profile, parts) for parts in self._choices(tree)]
            if all(rule.tests for rule in rules):
                self.rules += rules
            else:
                self.loose.append(profile)
        self.rest = [list(rule.rest) for rule in self.rules]
        self.lookup = Lookup(self.tests, [rule.tests for rule in self.rules])
        self.profiles = np.array([rule.profile for rule in self.rules], dtype=np.int64)
        self.repeated = len(np.unique(self.profiles)) < len(self.profiles)

    def _choices(self, tree: Tree) -> list[tuple[Tree, ...]]:
        """Return ANDs, as their parts, whose OR is the tree."""
        if not isinstance(tree, And | Or) or self._axes.axis(tree) is not None:
            return [(tree,)]
        inner = [self._choices(part) for part in tree.parts]
        if isinstance(tree, Or):
            return [choice for choices in inner for choice in choices]
        for place in sorted(range(len(inner)), key=lambda one: -len(inner[one])):
            if prod(map(len, inner)) > MOST_CHOICES:
                inner[place] = [(tree.parts[place],)]
        return [sum(parts, ()) for parts in product(*inner)]

    def _rule(self, profile: int, parts: Sequence[Tree]) -> Rule:
        tests: dict[Axis, list[Tree]] = {}
        rest: list[int] = []
        for part in dict.fromkeys(parts):
            axis = self._axes.axis(part)
            if axis is not None:
                tests.setdefault(axis, []).append(part)
            else:
                rest.append(self._plan(part))
        numbers = [
            self._test(axis, asked[0] if len(asked) == 1 else And(tuple(asked)))
            for axis, asked in tests.items()
        ]
        return Rule(profile, tuple(numbers), tuple(rest))

    def _test(self, axis: Axis, part: Tree) -> int:
        number = self._numbers.get(part)
        if number is None:
            number = self._numbers[part] = len(self.tests)
            self.tests.append(Test(axis, part, self._plan(part), self._axes.spans(part)))
        return number
