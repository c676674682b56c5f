"""The same profiles as Polars expressions, over strings and over enums.

Each condition is written from the checked syntax tree as one boolean expression over scaled
64-bit whole numbers, so that Polars does the same exact work without a cast: ``starts_with``
for prefixes, ``is_in`` for lists, ``is_between`` for ranges, a multiplied-out comparison for
quotients. All expressions stand in one ``select``, so that Polars shares what they share.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import reduce
from typing import Any

import polars as pl
import pyarrow as pa

from clearway.kernel.columns import ColumnType, Schema
from clearway.kernel.profiles import ProfileSet
from clearway.kernel.profiles.arithmetic import ONE, Arithmetic, ColumnNode, SumNode
from clearway.kernel.profiles.like import prefix_of
from clearway.kernel.profiles.predicates import MIRRORED
from clearway.kernel.profiles.tree import (
    Absent,
    Always,
    And,
    Flag,
    NonZero,
    NumberIn,
    NumberRange,
    Or,
    Sign,
    TextIn,
    TextLike,
    TextOrder,
    TextPair,
    Tree,
)

_OPERATORS: dict[str, Callable[..., Any]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


class Writer:
    """Writes trees as Polars expressions."""

    def __init__(self, arithmetic: Arithmetic, *, enums: bool) -> None:
        self.arithmetic = arithmetic
        self.enums = enums

    def write(self, tree: Tree) -> Any:
        """Return the expression of a tree; NULL stands for not TRUE."""
        if isinstance(tree, And):
            return reduce(operator.and_, [self.write(part) for part in tree.parts])
        if isinstance(tree, Or):
            return reduce(operator.or_, [self.write(part).fill_null(False) for part in tree.parts])  # noqa: FBT003
        if isinstance(tree, Always):
            return pl.lit(tree.value)
        if isinstance(tree, TextIn | NumberIn):
            return self._member(tree)
        if isinstance(tree, TextLike):
            return self._like(tree)
        if isinstance(tree, Sign | NonZero):
            return self._arithmetic(tree)
        return self._simple(tree)

    def _simple(self, leaf: Any) -> Any:
        if isinstance(leaf, TextOrder):
            return _OPERATORS[leaf.operator](pl.col(leaf.column).cast(pl.String), leaf.word)
        if isinstance(leaf, TextPair):
            sides = [pl.col(leaf.left), pl.col(leaf.right)]
            if self.enums:
                sides = [side.cast(pl.String) for side in sides]
            return _OPERATORS[leaf.operator](*sides)
        column = pl.col(leaf.column)
        if isinstance(leaf, Flag):
            return column if leaf.want else ~column
        if isinstance(leaf, Absent):
            return column.is_not_null() if leaf.negated else column.is_null()
        assert isinstance(leaf, NumberRange)
        if leaf.low == leaf.high:
            return column == leaf.low
        if leaf.low is not None and leaf.high is not None:
            return column.is_between(leaf.low, leaf.high)
        return column <= leaf.high if leaf.low is None else column >= leaf.low

    def _member(self, leaf: TextIn | NumberIn) -> pl.Expr:
        column = pl.col(leaf.column)
        members: list[Any] = list(leaf.words if isinstance(leaf, TextIn) else leaf.values)
        found: pl.Expr = column == members[0] if len(members) == 1 else column.is_in(members)
        return ~found if leaf.negated else found

    def _like(self, leaf: TextLike) -> pl.Expr:
        stem = prefix_of(leaf.pattern)
        column = pl.col(leaf.column)
        if stem is not None:
            found = column.cat.starts_with(stem) if self.enums else column.str.starts_with(stem)
        else:
            text = column.cast(pl.String) if self.enums else column
            inner = leaf.pattern.strip("%")
            if "%" not in inner and "_" not in inner and leaf.pattern == f"%{inner}%":
                found = text.str.contains(inner, literal=True)
            else:
                wanted = "".join(
                    {"%": ".*", "_": "."}.get(mark, re.escape(mark)) for mark in leaf.pattern
                )
                found = text.str.contains(f"(?s)^{wanted}$")
        return ~found if leaf.negated else found

    def _number(self, place: int) -> Any:
        node = self.arithmetic.nodes[place]
        if isinstance(node, ColumnNode):
            return pl.col(node.name)
        if isinstance(node, SumNode):
            terms = [
                self._number(term) if factor == 1 else self._number(term) * factor
                for factor, term in node.terms
            ]
            return reduce(operator.add, [*terms, pl.lit(node.constant)] if node.constant else terms)
        return reduce(operator.mul, [self._number(factor) for factor in node.factors])

    def _arithmetic(self, leaf: Sign | NonZero) -> Any:
        if isinstance(leaf, NonZero):
            number = self._number(leaf.place)
            return number == 0 if leaf.negated else number != 0
        compare, turned = _OPERATORS[leaf.operator], _OPERATORS[MIRRORED[leaf.operator]]
        numerator = self._number(leaf.numerator)
        tests = [pl.col(name).is_not_null() for name in leaf.columns]
        if leaf.denominator == ONE or leaf.operator in {"=", "<>"}:
            tests = [compare(numerator, 0)]
            tests += [self._number(place) != 0 for place in leaf.divisors]
            return reduce(operator.and_, tests)
        denominator = self._number(leaf.denominator)
        direct = (denominator > 0) & compare(numerator, 0)
        other = (denominator < 0) & turned(numerator, 0)
        own = set(self.arithmetic.factors(leaf.denominator))
        rest = [self._number(place) != 0 for place in leaf.divisors if place not in own]
        return reduce(operator.and_, rest, direct | other)


def expressions(profiles: ProfileSet, *, enums: bool) -> list[pl.Expr]:
    """Return one named expression for each profile."""
    writer = Writer(profiles.arithmetic, enums=enums)
    return [writer.write(tree).alias(str(place)) for place, tree in enumerate(profiles.trees)]


def frame(items: pa.Table, schema: Schema, columns: frozenset[str], *, enums: bool) -> pl.DataFrame:
    """Return the columns that the profiles use; text as strings, or as enums of sorted words."""
    kept = [name for name in items.column_names if name in columns]
    made = pl.from_arrow(items.select(kept))
    assert isinstance(made, pl.DataFrame)
    texts = [name for name in kept if schema.by_name[name].type is ColumnType.TEXT]
    if enums:
        made = made.with_columns(
            pl.col(name).cast(pl.Enum(made[name].drop_nulls().unique().sort())) for name in texts
        )
    missing = [name for name in columns if name not in kept]
    kinds = {ColumnType.TEXT: pl.String, ColumnType.BOOLEAN: pl.Boolean}
    return made.with_columns(
        pl.lit(None, dtype=kinds.get(schema.by_name[name].type, pl.Int64)).alias(name)
        for name in missing
    )
