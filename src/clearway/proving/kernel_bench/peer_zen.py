"""The same profiles in zen-engine's expression language, compiled beforehand.

zen refuses to compare null; a column gets a guard only where the workload has absent values in
it. The peer is a decision graph, compiled once; the quickest way of all, one expression that
answers with a list and knows no names, is measured beside it and told in the peer's name.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import zen

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
    columns_of,
)

_ZEN = {"=": "==", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


class Untranslatable(Exception):
    """zen's language has no form for this leaf."""


def _quoted(word: str) -> str:
    return json.dumps(word, ensure_ascii=False)


class Writer:
    """Writes trees as zen expressions; ``absent`` names the columns that need a guard."""

    def __init__(self, arithmetic: Arithmetic, absent: frozenset[str]) -> None:
        self.arithmetic = arithmetic
        self.absent = absent

    def write(self, tree: Tree) -> str:
        """Return the expression of a tree."""
        if isinstance(tree, And | Or):
            word = " and " if isinstance(tree, And) else " or "
            return "(" + word.join(self.write(part) for part in tree.parts) + ")"
        if isinstance(tree, Always):
            return str(tree.value).lower()
        guards = []
        if not isinstance(tree, Absent):
            guards = [f"{name} != null" for name in columns_of(tree) if name in self.absent]
        return "(" + " and ".join([*guards, self._leaf(tree)]) + ")"

    def _leaf(self, leaf: Any) -> str:
        if isinstance(leaf, Sign | NonZero):
            return self._arithmetic(leaf)
        if isinstance(leaf, TextPair):
            if leaf.operator not in {"=", "<>"}:
                raise Untranslatable
            return f"{leaf.left} {_ZEN[leaf.operator]} {leaf.right}"
        column = leaf.column
        if isinstance(leaf, TextIn | NumberIn):
            members = leaf.words if isinstance(leaf, TextIn) else leaf.values
            shown = [_quoted(one) if isinstance(one, str) else str(one) for one in members]
            if len(shown) == 1:
                return f"{column} {'!=' if leaf.negated else '=='} {shown[0]}"
            return f"{column} {'not ' if leaf.negated else ''}in [{', '.join(shown)}]"
        if isinstance(leaf, Flag):
            return column if leaf.want else f"not {column}"
        if isinstance(leaf, Absent):
            return f"{column} {'!=' if leaf.negated else '=='} null"
        if isinstance(leaf, TextLike):
            return self._like(leaf)
        if isinstance(leaf, TextOrder):
            raise Untranslatable
        assert isinstance(leaf, NumberRange)
        bounds = [] if leaf.low is None else [f"{column} >= {leaf.low}"]
        bounds += [] if leaf.high is None else [f"{column} <= {leaf.high}"]
        return f"{column} == {leaf.low}" if leaf.low == leaf.high else " and ".join(bounds)

    @staticmethod
    def _like(leaf: TextLike) -> str:
        stem = prefix_of(leaf.pattern)
        inner = leaf.pattern.strip("%")
        if stem is not None:
            found = f"startsWith({leaf.column}, {_quoted(stem)})"
        elif "%" in inner or "_" in inner:
            raise Untranslatable
        elif leaf.pattern == f"%{inner}%":
            found = f"contains({leaf.column}, {_quoted(inner)})"
        else:
            found = f"endsWith({leaf.column}, {_quoted(inner)})"
        return f"not ({found})" if leaf.negated else found

    def _number(self, place: int) -> str:
        node = self.arithmetic.nodes[place]
        if isinstance(node, ColumnNode):
            return node.name
        if isinstance(node, SumNode):
            terms = [
                self._number(term) if factor == 1 else f"{factor} * {self._number(term)}"
                for factor, term in node.terms
            ]
            return "(" + " + ".join([*terms, str(node.constant)] if node.constant else terms) + ")"
        return "(" + " * ".join(self._number(factor) for factor in node.factors) + ")"

    def _arithmetic(self, leaf: Sign | NonZero) -> str:
        if isinstance(leaf, NonZero):
            return f"{self._number(leaf.place)} {'==' if leaf.negated else '!='} 0"
        numerator = self._number(leaf.numerator)
        direct = f"{numerator} {_ZEN[leaf.operator]} 0"
        own: set[int] = set()
        if leaf.denominator != ONE and leaf.operator not in {"=", "<>"}:
            denominator = self._number(leaf.denominator)
            turned = f"{numerator} {_ZEN[MIRRORED[leaf.operator]]} 0"
            own = set(self.arithmetic.factors(leaf.denominator))
            direct = f"({denominator} > 0 and {direct} or {denominator} < 0 and {turned})"
        rest = [f"{self._number(place)} != 0" for place in leaf.divisors if place not in own]
        return " and ".join([*rest, direct])


Hits = Callable[[dict[str, Any]], list[int]]


def _graph(expressions: list[str]) -> str:
    """Return a decision graph with one expression node, as zen's editor writes it."""
    listed = [
        {"id": str(place), "key": f"p{place}", "value": text}
        for place, text in enumerate(expressions)
    ]
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "content": {"schema": ""}},
        {
            "id": "profiles", "type": "expressionNode", "name": "profiles",
            "content": {"expressions": listed, "passThrough": False, "executionMode": "single"},
        },
        {"id": "out", "type": "outputNode", "name": "out", "content": {"schema": ""}},
    ]  # fmt: skip
    edges = [
        {"id": "1", "sourceId": "in", "targetId": "profiles", "type": "edge"},
        {"id": "2", "sourceId": "profiles", "targetId": "out", "type": "edge"},
    ]
    return json.dumps(
        {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}
    )


def compiled(profiles: ProfileSet, absent: frozenset[str]) -> tuple[Hits, Hits]:
    """Return two functions from an item's values by name to the places of profiles that hit.

    The first asks a decision graph, which is how zen-engine is meant to be used: every answer
    has its name. The second asks one compiled expression that answers with a bare list.

    Raises:
        Untranslatable: zen's language has no form for one of the conditions.
    """
    writer = Writer(profiles.arithmetic, absent)
    expressions = [writer.write(tree) for tree in profiles.trees]
    decision = zen.ZenEngine().create_decision(_graph(expressions))
    listed = zen.compile_expression("[" + ", ".join(expressions) + "]")

    def by_graph(item: dict[str, Any]) -> list[int]:
        answer = decision.evaluate(item)["result"]
        return sorted(int(key[1:]) for key, hit in answer.items() if hit)

    def by_list(item: dict[str, Any]) -> list[int]:
        return [place for place, hit in enumerate(listed.evaluate(item)) if hit]

    return by_graph, by_list
