"""The same profiles as one DuckDB query with a boolean column for each."""

from __future__ import annotations

from typing import Any

from clearway.kernel.profiles import ProfileSet
from clearway.kernel.profiles.arithmetic import ONE, Arithmetic, ColumnNode, SumNode
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


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"


class Writer:
    """Writes trees as SQL over scaled whole numbers."""

    def __init__(self, arithmetic: Arithmetic) -> None:
        self.arithmetic = arithmetic

    def write(self, tree: Tree) -> str:
        """Return the SQL of a tree; NULL stands for not TRUE."""
        if isinstance(tree, And | Or):
            word = " AND " if isinstance(tree, And) else " OR "
            return "(" + word.join(self.write(part) for part in tree.parts) + ")"
        if isinstance(tree, Always):
            return str(tree.value)
        if isinstance(tree, Sign | NonZero):
            return self._arithmetic(tree)
        if isinstance(tree, TextPair):
            return f'"{tree.left}" {tree.operator} "{tree.right}"'
        return self._simple(tree, f'"{tree.column}"')

    @staticmethod
    def _simple(leaf: Any, column: str) -> str:
        if isinstance(leaf, TextIn | NumberIn):
            members = (
                [_quoted(word) for word in leaf.words]
                if isinstance(leaf, TextIn)
                else [str(value) for value in leaf.values]
            )
            return f"{column} {'NOT ' if leaf.negated else ''}IN ({', '.join(members)})"
        if isinstance(leaf, TextLike):
            return f"{column} {'NOT ' if leaf.negated else ''}LIKE {_quoted(leaf.pattern)}"
        if isinstance(leaf, TextOrder):
            return f"{column} {leaf.operator} {_quoted(leaf.word)}"
        if isinstance(leaf, Flag):
            return column if leaf.want else f"NOT {column}"
        if isinstance(leaf, Absent):
            return f"{column} IS {'NOT ' if leaf.negated else ''}NULL"
        assert isinstance(leaf, NumberRange)
        if leaf.low == leaf.high:
            return f"{column} = {leaf.low}"
        if leaf.low is not None and leaf.high is not None:
            return f"{column} BETWEEN {leaf.low} AND {leaf.high}"
        return f"{column} <= {leaf.high}" if leaf.low is None else f"{column} >= {leaf.low}"

    def _number(self, place: int) -> str:
        node = self.arithmetic.nodes[place]
        if isinstance(node, ColumnNode):
            return f'"{node.name}"'
        if isinstance(node, SumNode):
            terms = [
                self._number(term) if factor == 1 else f"{factor} * {self._number(term)}"
                for factor, term in node.terms
            ]
            return "(" + " + ".join([*terms, str(node.constant)] if node.constant else terms) + ")"
        return "(" + " * ".join(self._number(factor) for factor in node.factors) + ")"

    def _arithmetic(self, leaf: Sign | NonZero) -> str:
        if isinstance(leaf, NonZero):
            return f"{self._number(leaf.place)} {'=' if leaf.negated else '<>'} 0"
        numerator = self._number(leaf.numerator)
        tests = [f"{self._number(place)} <> 0" for place in leaf.divisors]
        direct = f"{numerator} {leaf.operator} 0"
        if leaf.denominator == ONE or leaf.operator in {"=", "<>"}:
            return "(" + " AND ".join([direct, *tests]) + ")"
        denominator = self._number(leaf.denominator)
        turned = f"{numerator} {MIRRORED[leaf.operator]} 0"
        own = set(self.arithmetic.factors(leaf.denominator))
        rest = [f"{self._number(place)} <> 0 AND " for place in leaf.divisors if place not in own]
        return (
            f"({''.join(rest)}({denominator} > 0 AND {direct} OR {denominator} < 0 AND {turned}))"
        )


def query(profiles: ProfileSet, table: str) -> str:
    """Return one SELECT with a boolean column for each profile."""
    writer = Writer(profiles.arithmetic)
    columns = ", ".join(
        f'{writer.write(tree)} AS "{place}"' for place, tree in enumerate(profiles.trees)
    )
    return f"SELECT {columns} FROM {table}"  # noqa: S608 - written from the checked tree
