"""Axes: what a condition holds against literals, so that 64 conditions are one look-up.

A condition on one axis accepts ranges of it. A coded column is an axis: its words in order. So is
a number: a column, or a quotient of whole-number expressions such as value per kilogram. All
literals that a profile set holds against one quotient cut its axis into intervals; a row needs
its interval only, and one table then answers every profile that asks about the quotient.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor, gcd
from typing import Any

import msgspec

from clearway.kernel.columns import ColumnType, Schema
from clearway.kernel.profiles.arithmetic import ONE, Arithmetic, SumNode
from clearway.kernel.profiles.dictionaries import complement, union
from clearway.kernel.profiles.endpoints import (
    ABSENT,
    PAST,
    START,
    End,
    Span,
    is_infix,
    text_spans,
)
from clearway.kernel.profiles.predicates import MIRRORED
from clearway.kernel.profiles.tree import (
    Absent,
    And,
    Flag,
    Leaf,
    NonZero,
    NumberIn,
    NumberRange,
    Or,
    Sign,
    TextIn,
    TextLike,
    TextOrder,
    Tree,
    leaves,
)

_CODED = frozenset({ColumnType.TEXT, ColumnType.BOOLEAN})
LARGEST = 1 << 62  # literals beyond are compared exactly, row by row
HALF = Fraction(1, 2)


class Quotient(msgspec.Struct, frozen=True):
    """``(Σ factor x node) / denominator`` over places of the arithmetic, exact.

    The factors share no divisor and the first is positive, so that equal axes are equal. It is
    NULL where one of the ``columns`` is absent or the denominator is zero.
    """

    terms: tuple[tuple[int, int], ...]
    denominator: int
    columns: tuple[str, ...]


Axis = str | Quotient
Place = tuple[Axis, tuple[Span, ...] | None]


class Axes:
    """Tells of parts of conditions which axis they look at, and which ranges they accept."""

    def __init__(self, schema: Schema, arithmetic: Arithmetic) -> None:
        self._schema = schema
        self._arithmetic = arithmetic
        self._known: dict[Leaf, Place | None] = {}

    def axis(self, part: Tree) -> Axis | None:
        """Return the one axis that all leaves of a part look at, or None."""
        found: set[Axis] = set()
        for leaf in leaves(part):
            place = self._place(leaf)
            if place is None:
                return None
            found.add(place[0])
        return found.pop() if len(found) == 1 else None

    def spans(self, part: Tree) -> tuple[Span, ...] | None:
        """Return the half-open ranges, ascending, that a part on one axis accepts.

        Returns None for a pattern that only a look at every word can answer.
        """
        return None if is_infix(part) else self._spans(part)

    def _spans(self, part: Tree) -> tuple[Span, ...]:
        if isinstance(part, Or):
            return union([self._spans(one) for one in part.parts])
        if isinstance(part, And):
            inner = [complement(self._spans(one), START, PAST) for one in part.parts]
            return complement(union(inner), START, PAST)
        place = self._place(part)
        assert place is not None
        return place[1] or ()

    def _place(self, leaf: Leaf) -> Place | None:
        if leaf not in self._known:
            self._known[leaf] = self._placed(leaf)
        return self._known[leaf]

    def _placed(self, leaf: Leaf) -> Place | None:
        if isinstance(leaf, TextIn | TextLike | TextOrder | Flag | Absent):
            if self._schema.by_name[leaf.column].type in _CODED:
                return leaf.column, text_spans(leaf)
            assert isinstance(leaf, Absent)
            return self._column(leaf.column), text_spans(leaf)
        if isinstance(leaf, NumberRange):
            low, high = leaf.low, leaf.high
            if max(abs(low or 0), abs(high or 0)) >= LARGEST // 2:
                return None
            first = START if low is None else _from(low)
            return self._column(leaf.column), (
                (first, ABSENT if high is None else _from(high + 1)),
            )
        if isinstance(leaf, NumberIn):
            if max(map(abs, leaf.values)) >= LARGEST // 2:
                return None
            points = union([((_from(one), _from(one + 1)),) for one in leaf.values])
            return self._column(leaf.column), _turned(points, negated=leaf.negated)
        if isinstance(leaf, NonZero):
            zero = ((_from(0), _from(1)),)
            axis = Quotient(((1, leaf.place),), ONE, leaf.columns)
            return axis, _turned(zero, negated=not leaf.negated)
        return self._sign(leaf) if isinstance(leaf, Sign) else None

    def _column(self, name: str) -> Quotient:
        return Quotient(((1, self._arithmetic.column(name, 1).numerator),), ONE, (name,))

    def _sign(self, leaf: Sign) -> Place | None:
        """Read ``(own x denominator + rest) / denominator <operator> 0`` as rest against own."""
        node = self._arithmetic.nodes[leaf.numerator]
        parts = [(1, leaf.numerator)]
        if isinstance(node, SumNode):
            parts = [*node.terms, *([(node.constant, ONE)] if node.constant else [])]
        denominator = leaf.denominator
        asked = set(self._arithmetic.factors(denominator)) if denominator != ONE else set()
        rest = [(factor, term) for factor, term in parts if term != denominator]
        if set(leaf.divisors) != asked or not rest:
            return None
        content = gcd(*(factor for factor, _ in rest)) * (1 if rest[0][0] > 0 else -1)
        own = sum(factor for factor, term in parts if term == denominator)
        bound = Fraction(-own, content)
        if max(abs(bound.numerator), bound.denominator) >= LARGEST // 2:
            return None
        axis = Quotient(
            tuple((factor // content, term) for factor, term in rest), denominator, leaf.columns
        )
        operator = leaf.operator if content > 0 else MIRRORED[leaf.operator]
        return axis, tuple(_against(operator, bound, whole=denominator == ONE))


def _from(whole: int) -> End:
    """Return the end before a whole number; it never equals a number of the axis."""
    return 0, (whole - HALF, 0)


def _turned(spans: tuple[Span, ...], *, negated: bool) -> tuple[Span, ...]:
    return complement(spans, START, ABSENT) if negated else spans


def _against(operator: str, bound: Fraction, *, whole: bool) -> Iterator[Span]:
    """Yield the ranges where a number compares with the bound as asked."""
    before: Any = _from(ceil(bound)) if whole else (0, (bound, 0))
    behind: Any = _from(floor(bound) + 1) if whole else (0, (bound, 1))
    if operator in {"<", "<=", "<>"}:
        yield START, behind if operator == "<=" else before
    if operator == "=" and before < behind:
        yield before, behind
    if operator in {">", ">=", "<>"}:
        yield before if operator == ">=" else behind, ABSENT
