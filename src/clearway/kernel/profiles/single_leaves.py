"""The Python expression of each leaf, for the generated code of ``single``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from clearway.kernel.columns import Schema
from clearway.kernel.profiles.arithmetic import ONE, Arithmetic, ColumnNode, SumNode
from clearway.kernel.profiles.like import matcher, prefix_of
from clearway.kernel.profiles.predicates import MIRRORED
from clearway.kernel.profiles.tree import (
    Absent,
    Always,
    Flag,
    Leaf,
    NonZero,
    NumberIn,
    NumberRange,
    TextIn,
    TextLike,
    TextOrder,
    TextPair,
)

_PYTHON = {"=": "==", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
INLINE_NODES = 12  # longer arithmetic is written as a function of its own, one step a line


class LeafCode:
    """Writes leaves. ``space`` holds the words, sets and functions that the code names."""

    def __init__(self, schema: Schema, arithmetic: Arithmetic) -> None:
        self.schema = schema
        self.arithmetic = arithmetic
        self.space: dict[str, Any] = {"__builtins__": {}}
        self._constants: dict[Any, str] = {}
        self._written: dict[Leaf, str] = {}

    def write(self, leaf: Leaf) -> str:
        """Return the leaf as an expression over the row ``r``; it may stand after ``and``."""
        code = self._written.get(leaf)
        if code is None:
            code = self._written[leaf] = f"({self._write(leaf)})"
        return code

    def _write(self, leaf: Leaf) -> str:
        if isinstance(leaf, Always):
            return str(leaf.value)
        if isinstance(leaf, TextIn):
            return self._member(leaf.column, leaf.words, negated=leaf.negated)
        if isinstance(leaf, NumberIn):
            return self._member(leaf.column, leaf.values, negated=leaf.negated)
        if isinstance(leaf, TextPair):
            left, right = self._at(leaf.left), self._at(leaf.right)
            test = f"{left} {_PYTHON[leaf.operator]} {right}"
            return f"{left} is not None and {right} is not None and {test}"
        if isinstance(leaf, Flag):
            return f"{self._at(leaf.column)} is {leaf.want}"
        if isinstance(leaf, Absent):
            return f"{self._at(leaf.column)} is {'not ' if leaf.negated else ''}None"
        if isinstance(leaf, TextLike | TextOrder | NumberRange):
            value = self._at(leaf.column)
            return f"{value} is not None and {self._present(leaf, value)}"
        return self._arithmetic(leaf)

    def _present(self, leaf: TextLike | TextOrder | NumberRange, value: str) -> str:
        if isinstance(leaf, TextOrder):
            return f"{value} {_PYTHON[leaf.operator]} {self._constant(leaf.word)}"
        if isinstance(leaf, TextLike):
            stem = prefix_of(leaf.pattern)
            test = (
                f"{self._constant(('like', leaf.pattern), matcher(leaf.pattern))}({value})"
                if stem is None
                else f"{value}.startswith({self._constant(stem)})"
            )
            return f"not {test}" if leaf.negated else test
        if leaf.low is not None and leaf.low == leaf.high:
            return f"{value} == {leaf.low}"
        low = "" if leaf.low is None else f"{leaf.low} <= "
        high = "" if leaf.high is None else f" <= {leaf.high}"
        return f"{low}{value}{high}"

    def _at(self, column: str) -> str:
        return f"r[{self.schema.position[column]}]"

    def _constant(self, key: Any, value: Any = None) -> str:
        """Return the name under which a constant stands in ``space``."""
        name = self._constants.get(key)
        if name is None:
            name = self._constants[key] = f"k{len(self._constants)}"
            self.space[name] = key if value is None else value
        return name

    def _member(self, column: str, values: Iterable[str | int], *, negated: bool) -> str:
        members = tuple(values)
        if negated:
            without = (*members, None)
            return (
                f"{self._at(column)} not in {self._constant(('not', without), frozenset(without))}"
            )
        if len(members) == 1:
            return f"{self._at(column)} == {self._constant(members[0])}"
        return f"{self._at(column)} in {self._constant(members, frozenset(members))}"

    def _arithmetic(self, leaf: Any) -> str:
        """Write Sign and NonZero: presence first, then divisors, then the sign."""
        nodes = self.arithmetic.nodes
        divisors = () if isinstance(leaf, NonZero) else leaf.divisors
        sure = {node.name for place in divisors if isinstance(node := nodes[place], ColumnNode)}
        checks = [f"{self._at(name)}" for name in leaf.columns if name in sure]
        checks += [f"{self._at(name)} is not None" for name in leaf.columns if name not in sure]
        hard = tuple(place for place in divisors if not isinstance(nodes[place], ColumnNode))
        if isinstance(leaf, NonZero):
            wanted = (leaf.place,)
        else:
            wanted = (*hard, leaf.numerator, leaf.denominator)
        if len(self.arithmetic.reach(wanted)) > INLINE_NODES:
            return " and ".join([*checks, f"{self._step_by_step(leaf, wanted)}(r)"])
        code = {place: self._inline(place) for place in wanted}
        return " and ".join(checks + self._signs(leaf, hard, code))

    def _signs(self, leaf: Any, hard: tuple[int, ...], code: dict[int, str]) -> list[str]:
        if isinstance(leaf, NonZero):
            return [f"{code[leaf.place]} {'==' if leaf.negated else '!='} 0"]
        tests = [f"{code[place]} != 0" for place in hard]
        numerator, denominator = code[leaf.numerator], code[leaf.denominator]
        direct = f"{numerator} {_PYTHON[leaf.operator]} 0"
        if leaf.denominator == ONE or leaf.operator in {"=", "<>"}:
            return [*tests, direct]
        turned = f"{numerator} {_PYTHON[MIRRORED[leaf.operator]]} 0"
        return [*tests, f"({direct} if {denominator} > 0 else {turned})"]

    def _node(self, place: int, code: Any) -> str:
        """Write one node; ``code`` gives the code of its parts."""
        node = self.arithmetic.nodes[place]
        if isinstance(node, ColumnNode):
            return self._at(node.name)
        if isinstance(node, SumNode):
            terms = [
                f"{code(term)}" if factor == 1 else f"{factor} * {code(term)}"
                for factor, term in node.terms
            ]
            if node.constant:
                terms.append(str(node.constant))
            return "(" + " + ".join(terms) + ")"
        if not node.factors:
            return "1"
        return "(" + " * ".join(code(factor) for factor in node.factors) + ")"

    def _inline(self, place: int) -> str:
        return self._node(place, self._inline)

    def _step_by_step(self, leaf: Any, wanted: tuple[int, ...]) -> str:
        """Write long arithmetic as a function with one assignment for each node."""
        lines = ["def g(r):"]
        lines += [
            f" n{place} = {self._node(place, lambda part: f'n{part}')}"
            for place in self.arithmetic.reach(wanted)
        ]
        hard = () if isinstance(leaf, NonZero) else wanted[:-2]
        tests = self._signs(leaf, hard, {place: f"n{place}" for place in wanted})
        lines.append(" return " + " and ".join(tests))
        made: dict[str, Any] = {"__builtins__": {}}
        exec(compile("\n".join(lines), "<profile>", "exec"), made)  # noqa: S102 - numbers only
        return self._constant(("step", leaf), made["g"])
