"""Signs of whole-number expressions over a piece of a batch, exact whatever the size.

Three ways, from fast to slow. Where the largest values of the columns prove that nothing can
leave 64 bits, plain int64 arithmetic is exact. Otherwise the expression is computed in binary
floating point together with a bound on its error: a value farther from zero than that bound has
a certain sign. The rows that stay uncertain are computed in Python's unbounded integers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.kernel.columns import Batch, Numbers
from clearway.kernel.profiles.arithmetic import ONE, Arithmetic, ColumnNode, Node, SumNode
from clearway.kernel.profiles.predicates import MIRRORED
from clearway.kernel.profiles.tree import NonZero, Sign
from clearway.vocabulary.money import INT64_MAX

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


def _against_zero(operator: str, values: NDArray[Any]) -> Mask:
    if operator == "=":
        return np.asarray(values == 0, dtype=np.bool_)
    if operator == "<>":
        return np.asarray(values != 0, dtype=np.bool_)
    if operator == "<":
        return np.asarray(values < 0, dtype=np.bool_)
    if operator == "<=":
        return np.asarray(values <= 0, dtype=np.bool_)
    if operator == ">":
        return np.asarray(values > 0, dtype=np.bool_)
    return np.asarray(values >= 0, dtype=np.bool_)


class Program(msgspec.Struct, frozen=True):
    """How to compute a node: its parts in order, and which columns they come from."""

    place: int
    parts: tuple[tuple[int, Node], ...]
    columns: tuple[str, ...]


class Signs:
    """Evaluates Sign and NonZero leaves over one piece."""

    def __init__(self, batch: Batch, arithmetic: Arithmetic) -> None:
        self.batch = batch
        self.arithmetic = arithmetic
        self._limits: dict[str, int] = {}
        self._programs: dict[int, tuple[Program, int | None]] = {}

    def compare(self, leaf: Sign) -> Callable[[Rows | None], Mask]:
        """Return the mask of where ``numerator / denominator`` compares with zero as asked."""
        return lambda rows: self._compared(leaf, self._sign(leaf.numerator, rows), rows)

    def largest(self, terms: Sequence[tuple[int, int]]) -> int | None:
        """Return the largest absolute value of ``Σ factor x node``; None beyond 64 bits."""
        total = 0
        for factor, place in terms:
            bound = self._program(place)[1]
            if bound is None:
                return None
            total += abs(factor) * max(1, bound)
        return total if total <= INT64_MAX else None

    def linear(self, terms: Sequence[tuple[int, int]], rows: Rows | None) -> NDArray[np.int64]:
        """Return ``Σ factor x node`` row by row, where ``largest`` says that 64 bits hold it."""
        total: Any = None
        for factor, place in terms:
            value = self._compute(self._program(place)[0], rows, np.int64)
            value = value if factor == 1 else value * factor
            total = value if total is None else total + value
        return np.asarray(total)

    def _compared(self, leaf: Sign, numerator: NDArray[Any], rows: Rows | None) -> Mask:
        """Return the truth of a leaf whose numerator's sign is known."""
        found = _against_zero(leaf.operator, numerator)
        rest = leaf.divisors
        if leaf.denominator != ONE and leaf.operator not in {"=", "<>"}:
            own = self.arithmetic.factors(leaf.denominator)
            rest = tuple(place for place in rest if (place,) != own)
            denominator = self._sign(leaf.denominator, rows)
            positive = denominator > 0
            if not positive.all():
                turned = _against_zero(MIRRORED[leaf.operator], numerator)
                found = (found & positive) | (turned & (denominator < 0))
        for divisor in rest:
            found = found & (self._sign(divisor, rows) != 0)
        return self._where_present(found, leaf.columns, rows)

    def differs(self, leaf: NonZero) -> Callable[[Rows | None], Mask]:
        """Return the mask of where the expression exists and differs from zero (or is zero)."""
        operator = "=" if leaf.negated else "<>"

        def mask(rows: Rows | None) -> Mask:
            found = _against_zero(operator, self._sign(leaf.place, rows))
            return self._where_present(found, leaf.columns, rows)

        return mask

    def _numbers(self, name: str) -> Numbers:
        column = self.batch.columns[name]
        assert isinstance(column, Numbers)
        return column

    def _where_present(self, mask: Mask, columns: tuple[str, ...], rows: Rows | None) -> Mask:
        for name in columns:
            present = self._numbers(name).present
            if present is not None:
                mask = mask & (present if rows is None else present.take(rows))
        return mask

    def _limit(self, name: str) -> int:
        """Return the largest absolute value in a column."""
        limit = self._limits.get(name)
        if limit is None:
            values = self._numbers(name).values
            limit = max(abs(int(values.min())), abs(int(values.max()))) if len(values) else 0
            self._limits[name] = limit
        return limit

    def _program(self, place: int) -> tuple[Program, int | None]:
        """Return how to compute a node, and its largest absolute value.

        That is None where 64 bits might not hold it, or a step towards it.
        """
        known = self._programs.get(place)
        if known is None:
            reach = self.arithmetic.reach((place,))
            parts = tuple((part, self.arithmetic.nodes[part]) for part in reach)
            columns = tuple(node.name for _, node in parts if isinstance(node, ColumnNode))
            program = Program(place, parts, columns)
            known = self._programs[place] = (program, self._bound(program))
        return known

    def _bound(self, program: Program) -> int | None:
        if any(self._numbers(name).values.dtype == object for name in program.columns):
            return None
        bounds: dict[int, int] = {}
        for part, node in program.parts:
            if isinstance(node, ColumnNode):
                bounds[part] = self._limit(node.name)
            elif isinstance(node, SumNode):
                bounds[part] = abs(node.constant) + sum(
                    abs(factor) * max(1, bounds[term]) for factor, term in node.terms
                )
            else:
                bounds[part] = 1
                for factor in node.factors:
                    bounds[part] *= max(1, bounds[factor])
            if bounds[part] > INT64_MAX:
                return None
        return bounds[program.place]

    def _sign(self, place: int, rows: Rows | None) -> NDArray[Any]:
        """Return numbers of the node's sign, row by row."""
        program, bound = self._program(place)
        if bound is not None:
            return self._compute(program, rows, np.int64)
        return self._filtered(program, np.arange(self.batch.rows) if rows is None else rows)

    def _compute(self, program: Program, rows: Rows | None, kind: Any) -> NDArray[Any]:
        """Compute a node in the given type: int64, or Python integers (object)."""
        made: dict[int, Any] = {}
        for part, node in program.parts:
            if isinstance(node, ColumnNode):
                values = self._numbers(node.name).values
                taken = values if rows is None else values.take(rows)
                made[part] = taken if taken.dtype == kind else taken.astype(kind)
            elif isinstance(node, SumNode):
                total: Any = None
                for factor, term in node.terms:
                    value = made[term] if factor == 1 else made[term] * factor
                    total = value if total is None else total + value
                made[part] = total + node.constant if node.constant else total
            elif node.factors:
                product = made[node.factors[0]]
                for factor in node.factors[1:]:
                    product = product * made[factor]
                made[part] = product
            else:
                made[part] = np.ones(self.batch.rows if rows is None else len(rows), dtype=kind)
        return np.asarray(made[program.place])

    def _filtered(self, program: Program, rows: Rows) -> NDArray[Any]:
        """Return signs by floating point where its error cannot reach zero, else exactly."""
        signs = np.zeros(len(rows), dtype=np.int8)
        try:
            with np.errstate(over="ignore", invalid="ignore"):
                value, size, steps = self._float(program, rows)
                # each step errs by at most 2^-53 of the sum of absolute values; 8-fold for safety
                certain = np.isfinite(size) & (np.abs(value) > size * (steps * 2.0**-50))
            signs[certain] = np.sign(value[certain]).astype(np.int8)
        except OverflowError:  # a number beyond binary floating point
            certain = np.zeros(len(rows), dtype=np.bool_)
        doubtful = np.flatnonzero(~certain)
        if len(doubtful):
            exact = self._compute(program, rows[doubtful], object)
            signs[doubtful] = [(value > 0) - (value < 0) for value in exact]
        return signs

    def _float(
        self, program: Program, rows: Rows
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
        """Return the value, the same with every sign positive, and the number of steps."""
        made: dict[int, tuple[Any, Any, int]] = {}
        for part, node in program.parts:
            if isinstance(node, ColumnNode):
                value = self._numbers(node.name).values.take(rows).astype(np.float64)
                made[part] = (value, np.abs(value), 1)
            elif isinstance(node, SumNode):
                total: Any = float(node.constant)
                size: Any = abs(total)
                for factor, term in node.terms:
                    value, absolute, _ = made[term]
                    total = total + value * float(factor)
                    size = size + absolute * abs(float(factor))
                steps = max(made[term][2] for _, term in node.terms) + len(node.terms) + 3
                made[part] = (total, size, steps)
            else:
                value, absolute, steps = np.ones(len(rows)), np.ones(len(rows)), 0
                for factor in node.factors:
                    value = value * made[factor][0]
                    absolute = absolute * made[factor][1]
                    steps += made[factor][2] + 1
                made[part] = (value, absolute, steps)
        return made[program.place]
