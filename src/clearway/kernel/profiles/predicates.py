"""The leaves of a condition: comparisons, lists, patterns, absence, with their types checked."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from sqlglot import exp

from clearway.kernel.columns import ColumnType, Schema
from clearway.kernel.profiles.arithmetic import ONE, Arithmetic, ColumnNode, Ratio, SumNode
from clearway.kernel.profiles.like import matcher
from clearway.kernel.profiles.tree import (
    FALSE,
    TRUE,
    Absent,
    Flag,
    NonZero,
    NumberIn,
    NumberRange,
    Sign,
    TextIn,
    TextLike,
    TextOrder,
    TextPair,
    Tree,
    conjunction,
    disjunction,
)
from clearway.kernel.profiles.values import (
    Nothing,
    Refused,
    TextColumn,
    TextLiteral,
    Value,
    Values,
    day_of,
    refuse,
)

__all__ = ["FLIPPED", "Predicates", "Refused"]

FLIPPED = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
MIRRORED = {"=": "=", "<>": "<>", "<": ">", ">=": "<=", ">": "<", "<=": ">="}
_TESTS = {"=": eq, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def holds(operator: str, left: Any, right: Any) -> bool:
    """Compare two values of one type by an operator of the language."""
    return bool(_TESTS[operator](left, right))


class Predicates:
    """Builds leaves; ``negated`` asks for the leaf that is TRUE where the other is FALSE."""

    def __init__(self, schema: Schema, arithmetic: Arithmetic, values: Values) -> None:
        self.schema = schema
        self.arithmetic = arithmetic
        self.values = values

    @staticmethod
    def constant(*, value: bool) -> Tree:
        """Return the leaf of TRUE or FALSE."""
        return TRUE if value else FALSE

    @staticmethod
    def flag(node: exp.Column, *, want: bool) -> Tree:
        """Return the leaf of a boolean column by itself."""
        return Flag(node.name.lower(), want)

    def state(self, node: exp.Expr, state: exp.Expr, *, negated: bool) -> Tree:
        """Return ``… IS NULL``, ``flag IS TRUE`` or ``flag IS FALSE``, or the negation."""
        while isinstance(node, exp.Paren):
            node = node.this
        flag = isinstance(node, exp.Column) and (
            self.schema.by_name[node.name.lower()].type is ColumnType.BOOLEAN
        )
        name = node.name.lower() if isinstance(node, exp.Column) else ""
        if isinstance(state, exp.Boolean):
            if not flag:
                raise refuse("IS TRUE and IS FALSE take a true-or-false column.")
            want = bool(state.this)
            return (
                disjunction([Flag(name, not want), Absent(name)]) if negated else Flag(name, want)
            )
        if not isinstance(state, exp.Null):
            raise refuse("IS takes NULL, NOT NULL, TRUE or FALSE.")
        if flag:
            return Absent(name, negated)
        value = self.values.read(node)
        if isinstance(value, Nothing):
            return self.constant(value=not negated)
        if isinstance(value, TextLiteral):
            return self.constant(value=negated)
        if isinstance(value, TextColumn):
            return Absent(value.name, negated)
        return self._exists(value) if negated else self._missing(value)

    def _columns(self, *places: int) -> tuple[str, ...]:
        nodes = (self.arithmetic.nodes[place] for place in self.arithmetic.reach(places))
        return tuple(sorted({node.name for node in nodes if isinstance(node, ColumnNode)}))

    def _exists(self, ratio: Ratio) -> Tree:
        """TRUE where the number exists: columns present, divisors other than zero."""
        parts: list[Tree] = [Absent(column, negated=True) for column in sorted(ratio.columns)]
        parts += [NonZero(place, self._columns(place)) for place in sorted(ratio.divisors)]
        return conjunction(parts)

    def _missing(self, ratio: Ratio) -> Tree:
        parts: list[Tree] = [Absent(column) for column in sorted(ratio.columns)]
        parts += [
            NonZero(place, self._columns(place), negated=True) for place in sorted(ratio.divisors)
        ]
        return disjunction(parts)

    def like(self, node: exp.Expr, pattern: exp.Expr, *, negated: bool) -> Tree:
        """Return ``text LIKE 'pattern'`` or its negation."""
        value, wanted = self.values.read(node), self.values.read(pattern)
        if not isinstance(wanted, TextLiteral):
            raise refuse("LIKE takes a pattern in quotes.", "Write hs LIKE '8517%'.")
        if isinstance(value, Nothing):
            return FALSE
        if isinstance(value, TextLiteral):
            return self.constant(value=matcher(wanted.text)(value.text) != negated)
        if not isinstance(value, TextColumn):
            raise refuse("LIKE takes a text column; this is a number or a date.")
        if wanted.text and not wanted.text.strip("%"):  # matches whatever is there
            return FALSE if negated else Absent(value.name, negated=True)
        if "%" not in wanted.text and "_" not in wanted.text:
            return TextIn(value.name, (wanted.text,), negated)
        return TextLike(value.name, wanted.text, negated)

    def one_of(self, node: exp.Expr, choices: list[exp.Expr], *, negated: bool) -> Tree:
        """Return ``value IN (literals)`` or its negation."""
        value = self.values.read(node)
        read = [self.values.read(choice) for choice in choices]
        for choice in read:
            if isinstance(choice, Nothing):
                raise refuse("NULL in a list is never equal to anything.", "Use IS NULL with OR.")
            if isinstance(choice, TextColumn) or (isinstance(choice, Ratio) and choice.columns):
                raise refuse("a list holds literals only.", "Compare with the column by =.")
        if isinstance(value, TextColumn) and all(isinstance(one, TextLiteral) for one in read):
            words = {one.text for one in read if isinstance(one, TextLiteral)}
            return TextIn(value.name, tuple(sorted(words)), negated)
        operator, join = ("<>", conjunction) if negated else ("=", disjunction)
        parts = [self.compare_values(value, operator, choice) for choice in read]
        return self._points(parts, negated=negated) or join(parts)

    @staticmethod
    def _points(parts: list[Tree], *, negated: bool) -> Tree | None:
        """Join ``column = 1``, ``column = 2`` … into one leaf, where the parts are nothing else."""
        values: set[int] = set()
        columns: set[str] = set()
        for part in parts:
            if isinstance(part, NumberRange) and part.low == part.high and part.low is not None:
                values.add(part.low)
                columns.add(part.column)
            elif isinstance(part, NumberIn) and part.negated and negated:
                values.update(part.values)
                columns.add(part.column)
            else:
                return None
        return (
            NumberIn(columns.pop(), tuple(sorted(values)), negated) if len(columns) == 1 else None
        )

    def compare(self, left: exp.Expr, operator: str, right: exp.Expr) -> Tree:
        """Return the leaf of a comparison."""
        return self.compare_values(self.values.read(left), operator, self.values.read(right))

    def compare_values(self, left: Value, operator: str, right: Value) -> Tree:
        """Return the leaf of a comparison of two values that have been read."""
        if isinstance(left, Nothing) or isinstance(right, Nothing):
            return FALSE
        if isinstance(left, Ratio) or isinstance(right, Ratio):
            return self._numbers(*self._same_kind(left, right), operator)
        if isinstance(left, TextLiteral):
            if isinstance(right, TextLiteral):
                return self.constant(value=holds(operator, left.text, right.text))
            left, right, operator = right, left, MIRRORED[operator]
        if isinstance(right, TextColumn):
            if right.name < left.name:
                left, right, operator = right, left, MIRRORED[operator]
            if left == right:
                return Absent(left.name, negated=True) if "=" in operator else FALSE
            return TextPair(left.name, operator, right.name)
        if operator in {"=", "<>"}:
            return TextIn(left.name, (right.text,), negated=operator == "<>")
        return TextOrder(left.name, operator, right.text)

    def _same_kind(self, left: Value, right: Value) -> tuple[Ratio, Ratio]:
        """Make both sides numbers or both days; quoted text beside a day is read as a day."""
        sides: list[Ratio] = []
        for side, other in ((left, right), (right, left)):
            if isinstance(side, Ratio):
                sides.append(side)
                continue
            date = isinstance(other, Ratio) and other.date
            if isinstance(side, TextColumn):
                what = f"{side.name} is text and cannot be compared with a number or a date."
                raise refuse(what, "Write the literal in quotes.")
            if not isinstance(side, TextLiteral) or not date:
                shown = side.text[:40] if isinstance(side, TextLiteral) else ""
                raise refuse(f"'{shown}' is text; the other side is a number.", "Drop the quotes.")
            day = day_of(side.text)
            if day is None:
                raise refuse(f"'{side.text[:40]}' is not a date.", "Write it as '2026-03-31'.")
            sides.append(self.arithmetic.constant(Fraction(day), date=True))
        if sides[0].date != sides[1].date:
            raise refuse("a date cannot be compared with a number.", "Write '2026-03-31'.")
        return sides[0], sides[1]

    def _numbers(self, left: Ratio, right: Ratio, operator: str) -> Tree:
        """Return ``left - right`` against zero: a range of one column where it can be one."""
        difference = self.arithmetic.add(left, self.arithmetic.negate(right))
        exists = [Absent(column, negated=True) for column in sorted(difference.columns)]
        if difference.coefficient == 0 or (
            difference.numerator == ONE and difference.denominator == ONE
        ):
            true = holds(operator, difference.coefficient, 0)
            return self._exists(difference) if true else FALSE
        if difference.coefficient < 0:
            operator = MIRRORED[operator]
        if difference.denominator == ONE and not difference.divisors:
            ranged = self._range(difference.numerator, operator)
            if ranged is not None:
                own = self._columns(difference.numerator)
                return conjunction([ranged, *(one for one in exists if one.column not in own)])
        return Sign(
            difference.numerator,
            operator,
            difference.denominator,
            tuple(sorted(difference.columns)),
            tuple(sorted(difference.divisors)),
        )

    def _range(self, place: int, operator: str) -> Tree | None:
        """Return ``coefficient x column + constant <operator> 0`` as a range of the column."""
        node = self.arithmetic.nodes[place]
        coefficient, constant = 1, 0
        if isinstance(node, SumNode) and len(node.terms) == 1:
            (coefficient, term), constant = node.terms[0], node.constant
            node = self.arithmetic.nodes[term]
        if not isinstance(node, ColumnNode):
            return None
        if coefficient < 0:
            operator = MIRRORED[operator]
        bound = Fraction(-constant, coefficient)
        name, whole = node.name, bound.denominator == 1
        low, high = floor(bound), ceil(bound)
        if operator in {"=", "<>"}:
            if operator == "=":
                return NumberRange(name, low, low) if whole else FALSE
            return NumberIn(name, (low,), negated=True) if whole else Absent(name, negated=True)
        if operator == "<":
            return NumberRange(name, None, high - 1)
        if operator == "<=":
            return NumberRange(name, None, low)
        return NumberRange(name, low + 1 if operator == ">" else high, None)
