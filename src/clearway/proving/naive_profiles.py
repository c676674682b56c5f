"""The naive oracle of the profile language: a tree walk over exact fractions.

It shares nothing with the two evaluators but the parser: no pushed-down NOT, no scaled numbers,
no rewritten division. TRUE, FALSE and NULL are ``True``, ``False`` and ``None``, joined by
Kleene's tables; a number is a ``Fraction``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any

from sqlglot import exp

from clearway.kernel.columns import ColumnType, Schema
from clearway.kernel.profiles.language import parse

Value = Fraction | str | bool | date | None
_COMPARE: dict[type[exp.Expr], Callable[[Any, Any], bool]] = {
    exp.EQ: lambda a, b: a == b,
    exp.NEQ: lambda a, b: a != b,
    exp.LT: lambda a, b: a < b,
    exp.LTE: lambda a, b: a <= b,
    exp.GT: lambda a, b: a > b,
    exp.GTE: lambda a, b: a >= b,
}


def named_values(row: Sequence[Any], schema: Schema) -> dict[str, Value]:
    """Return a row's values by name as an analyst thinks of them: fractions, dates, text."""
    named: dict[str, Value] = {}
    for column, raw in zip(schema.stored, row, strict=True):
        value: Value = raw
        if raw is not None and column.type is ColumnType.NUMBER:
            value = Fraction(raw, column.scale)
        elif raw is not None and column.type is ColumnType.DATE:
            value = date(1970, 1, 1) + timedelta(days=raw)
        named[column.name] = value
    return named


def is_hit(condition: str, values: Mapping[str, Value], schema: Schema) -> bool:
    """Tell whether a condition is TRUE for one item's values."""
    return _walk(_parsed(condition, schema), values, schema) is True


@lru_cache(maxsize=4_096)
def _parsed(condition: str, schema: Schema) -> exp.Expr:
    return parse(condition, schema)


def _not(value: Value) -> Value:
    return None if value is None else not value


def _and(left: Value, right: Value) -> Value:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _compared(kind: type[exp.Expr], left: Value, right: Value) -> Value:
    if left is None or right is None:
        return None
    if isinstance(left, date) and isinstance(right, str):
        right = date.fromisoformat(right)
    if isinstance(right, date) and isinstance(left, str):
        left = date.fromisoformat(left)
    return _COMPARE[kind](left, right)


def _computed(node: exp.Expr, left: Value, right: Value) -> Value:
    if left is None or right is None:
        return None
    assert isinstance(left, Fraction)
    assert isinstance(right, Fraction)
    if isinstance(node, exp.Add):
        return left + right
    if isinstance(node, exp.Sub):
        return left - right
    if isinstance(node, exp.Mul):
        return left * right
    return None if right == 0 else left / right


def _like(text: Value, pattern: Value) -> Value:
    if text is None or pattern is None:
        return None
    wanted = "".join({"%": ".*", "_": "."}.get(c, re.escape(c)) for c in str(pattern))
    return re.fullmatch(wanted, str(text), re.DOTALL) is not None


def _leaf(node: exp.Expr, values: Mapping[str, Value], schema: Schema) -> Value:
    if isinstance(node, exp.Literal):
        return str(node.this) if node.is_string else Fraction(node.this)
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Column):
        formula = schema.by_name[node.name.lower()].formula
        if formula:
            return _walk(_parsed(formula, schema), values, schema)
        return values[node.name.lower()]
    return None  # NULL


def _walk(node: exp.Expr, values: Mapping[str, Value], schema: Schema) -> Value:
    def see(part: exp.Expr) -> Value:
        return _walk(part, values, schema)

    if isinstance(node, exp.Paren):
        return see(node.this)
    if isinstance(node, exp.Not | exp.And | exp.Or):
        return _joined(node, see)
    if type(node) in _COMPARE:
        return _compared(type(node), see(node.this), see(node.expression))
    if isinstance(node, exp.Between | exp.In | exp.Like | exp.Is):
        return _tested(node, see)
    if isinstance(node, exp.Neg):
        return _computed(exp.Sub(), Fraction(0), see(node.this))
    if isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Div):
        return _computed(node, see(node.this), see(node.expression))
    return _leaf(node, values, schema)


def _joined(node: exp.Expr, see: Callable[[exp.Expr], Value]) -> Value:
    if isinstance(node, exp.Not):
        return _not(see(node.this))
    if isinstance(node, exp.And):
        return _and(see(node.this), see(node.expression))
    return _not(_and(_not(see(node.this)), _not(see(node.expression))))


def _tested(node: exp.Expr, see: Callable[[exp.Expr], Value]) -> Value:
    value = see(node.this)
    if isinstance(node, exp.Between):
        low = _compared(exp.GTE, value, see(node.args["low"]))
        return _and(low, _compared(exp.LTE, value, see(node.args["high"])))
    if isinstance(node, exp.In):
        answers = [_compared(exp.EQ, value, see(choice)) for choice in node.expressions]
        return True if True in answers else None if None in answers else False
    if isinstance(node, exp.Like):
        found = _like(value, see(node.expression))
        return _not(found) if node.args.get("negate") else found
    return value is see(node.expression)
