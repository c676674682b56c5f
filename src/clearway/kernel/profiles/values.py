"""What stands on either side of a comparison: text, a number, a day, or NULL."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction

import msgspec
from sqlglot import exp

from clearway.kernel.columns import ColumnType, Schema
from clearway.kernel.profiles.arithmetic import Arithmetic, Ratio
from clearway.kernel.profiles.lexing import Problem
from clearway.vocabulary.errors import ProfileRefused

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_EPOCH = date(1970, 1, 1).toordinal()


class Refused(ProfileRefused):
    """A condition outside the language, with everything found wrong in it."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        first = problems[0]
        what = " ".join([first.what, first.remedy, *(str(other) for other in problems[1:])])
        super().__init__(what.replace("  ", " ").strip(), where=f"column {first.column}")


def refuse(what: str, remedy: str = "") -> Refused:
    """Return a refusal whose column is that of the expression at hand."""
    return Refused([Problem(0, what, remedy)])


class TextColumn(msgspec.Struct, frozen=True):
    """A text column by name."""

    name: str


class TextLiteral(msgspec.Struct, frozen=True):
    """Quoted text."""

    text: str


class Nothing(msgspec.Struct, frozen=True):
    """A value that is NULL in every row (``NULL`` itself, or a division by a literal zero)."""


Value = TextColumn | TextLiteral | Ratio | Nothing


def day_of(text: str) -> int | None:
    """Return the days since 1970-01-01 of an ISO date, or None where the text is none."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text).toordinal() - _EPOCH
    except ValueError:
        return None


class Values:
    """Reads value expressions. ``parse`` gives sqlglot's tree of a computed column's formula."""

    def __init__(
        self, schema: Schema, arithmetic: Arithmetic, parse: Callable[[str], exp.Expr]
    ) -> None:
        self.schema = schema
        self.arithmetic = arithmetic
        self._parse = parse
        self._computed: dict[str, Value] = {}

    def read(self, node: exp.Expr) -> Value:
        """Return the value of an expression.

        Raises:
            Refused: a condition where a value is needed, or arithmetic on what is no number.
        """
        while isinstance(node, exp.Paren):
            node = node.this
        if isinstance(node, exp.Literal):
            return TextLiteral(node.this) if node.is_string else self._number(node)
        if isinstance(node, exp.Column):
            return self._column(node.name.lower())
        if isinstance(node, exp.Null):
            return Nothing()
        if isinstance(node, exp.Neg):
            inner = self._operand(node.this)
            return Nothing() if inner is None else self.arithmetic.negate(inner)
        if isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Div):
            return self._chain(node)
        raise refuse("a condition stands where a value is needed.")

    def _number(self, node: exp.Literal) -> Ratio:
        return self.arithmetic.constant(Fraction(node.this))

    def _column(self, name: str) -> Value:
        column = self.schema.by_name[name]
        if column.formula:
            if name not in self._computed:
                self._computed[name] = self.read(self._parse(column.formula))
            return self._computed[name]
        if column.type is ColumnType.TEXT:
            return TextColumn(name)
        if column.type is ColumnType.BOOLEAN:
            raise refuse(f"{name} is true or false, not a value.", f"Write {name} or NOT {name}.")
        return self.arithmetic.column(name, column.scale, date=column.type is ColumnType.DATE)

    def _operand(self, node: exp.Expr) -> Ratio | None:
        """Return a number, or None where it is NULL in every row."""
        value = self.read(node)
        if isinstance(value, Nothing):
            return None
        if isinstance(value, TextColumn):
            raise refuse(f"{value.name} is text; arithmetic needs numbers.")
        if isinstance(value, TextLiteral):
            raise refuse(
                f"'{value.text[:40]}' is text; arithmetic needs numbers.", "Drop the quotes."
            )
        if value.date:
            raise refuse("a date takes part in comparisons only.", "Use a column that counts days.")
        return value

    def _chain(self, node: exp.Expr) -> Value:
        """Compute ``a + b - c …`` from the left; a long chain is a deep tree, so no recursion."""
        steps: list[tuple[type[exp.Expr], exp.Expr]] = []
        while isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Div):
            steps.append((type(node), node.expression))
            node = node.this
        result = self._operand(node)
        for kind, right_node in reversed(steps):
            right = self._operand(right_node)
            result = None if result is None or right is None else self._step(kind, result, right)
        return Nothing() if result is None else result

    def _step(self, kind: type[exp.Expr], left: Ratio, right: Ratio) -> Ratio | None:
        if kind is exp.Mul:
            return self.arithmetic.multiply(left, right)
        if kind is exp.Div:
            return self.arithmetic.divide(left, right)
        return self.arithmetic.add(
            left, self.arithmetic.negate(right) if kind is exp.Sub else right
        )
