"""Signs of whole-number expressions over a piece of a batch, exact whatever the size.

Three ways, from fast to slow. Where the largest values of the columns prove that nothing can
leave 64 bits, plain int64 arithmetic is exact. Otherwise the expression is computed in binary
floating point together with a bound on its error: a value farther from zero than that bound has
a certain sign. The rows that stay uncertain are computed in Python's unbounded integers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearway.kernel.columns import Batch, Numbers
from clearway.kernel.profiles.arithmetic import ONE, Arithmetic, ColumnNode, SumNode
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


class Signs:
    """Evaluates Sign and NonZero leaves over one piece."""

    def __init__(self, batch: Batch, arithmetic: Arithmetic) -> None:
        self.batch = batch
        self.arithmetic = arithmetic
        self._limits: dict[str, int] = {}
        self._bounds: dict[int, int] = {}

    def compare(self, leaf: Sign, rows: Rows | None) -> Mask:
        """Return where ``numerator / denominator`` exists and compares with zero as asked."""
        numerator = self._sign(leaf.numerator, rows)
        mask = _against_zero(leaf.operator, numerator)
        if leaf.denominator != ONE and leaf.operator not in {"=", "<>"}:
            denominator = self._sign(leaf.denominator, rows)
            below = denominator < 0
            if below.any():
                mask = np.where(below, _against_zero(MIRRORED[leaf.operator], numerator), mask)
        for divisor in leaf.divisors:
            mask = mask & (self._sign(divisor, rows) != 0)
        return self._where_present(mask, leaf.columns, rows)

    def differs(self, leaf: NonZero, rows: Rows | None) -> Mask:
        """Return where the expression exists and differs from zero (negated: is zero)."""
        sign = self._sign(leaf.place, rows)
        mask = (sign == 0) if leaf.negated else (sign != 0)
        return self._where_present(np.asarray(mask, dtype=np.bool_), leaf.columns, rows)

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

    def _bound(self, place: int) -> int:
        """Return a bound on the node and on every step towards it."""
        bound = self._bounds.get(place)
        if bound is not None:
            return bound
        for part in self.arithmetic.reach((place,)):
            node = self.arithmetic.nodes[part]
            if isinstance(node, ColumnNode):
                bound = self._limit(node.name)
            elif isinstance(node, SumNode):
                bound = abs(node.constant) + sum(
                    abs(factor) * max(1, self._bounds[term]) for factor, term in node.terms
                )
            else:
                bound = 1
                for factor in node.factors:
                    bound *= max(1, self._bounds[factor])
            self._bounds[part] = bound
        return self._bounds[place]

    def _sign(self, place: int, rows: Rows | None) -> NDArray[Any]:
        """Return values of the node's sign (any number of that sign), row by row."""
        reach = self.arithmetic.reach((place,))
        exact = any(
            isinstance(node := self.arithmetic.nodes[part], ColumnNode)
            and self._numbers(node.name).values.dtype == object
            for part in reach
        )
        self._bound(place)
        if not exact and all(self._bounds[part] <= INT64_MAX for part in reach):
            return self._compute(place, rows, np.int64)
        return self._filtered(place, reach, rows)

    def _compute(self, place: int, rows: Rows | None, kind: Any) -> NDArray[Any]:
        """Compute a node in the given type: int64, or Python integers (object)."""
        size = self.batch.rows if rows is None else len(rows)
        made: dict[int, Any] = {}
        for part in self.arithmetic.reach((place,)):
            node = self.arithmetic.nodes[part]
            if isinstance(node, ColumnNode):
                values = self._numbers(node.name).values
                made[part] = (values if rows is None else values.take(rows)).astype(
                    kind, copy=False
                )
            elif isinstance(node, SumNode):
                total: Any = node.constant
                for factor, term in node.terms:
                    value = made[term] if factor == 1 else made[term] * factor
                    total = value if isinstance(total, int) and total == 0 else total + value
                made[part] = total
            else:
                product: Any = None
                for factor in node.factors:
                    product = made[factor] if product is None else product * made[factor]
                made[part] = np.ones(size, dtype=kind) if product is None else product
        return np.asarray(made[place])

    def _filtered(self, place: int, reach: list[int], rows: Rows | None) -> NDArray[Any]:
        """Return signs by floating point where its error cannot reach zero, else exactly."""
        everything = np.arange(self.batch.rows) if rows is None else rows
        try:
            with np.errstate(over="ignore", invalid="ignore"):
                value, size, steps = self._float(place, reach, everything)
                # each step errs by at most 2^-53 of the sum of absolute values; 8-fold for safety
                certain = np.isfinite(size) & (np.abs(value) > size * (steps * 2.0**-50))
        except OverflowError:  # a number beyond binary floating point
            certain, value = np.zeros(len(everything), dtype=np.bool_), None
        signs = np.zeros(len(everything), dtype=np.int8)
        if value is not None:
            signs[certain] = np.sign(value[certain]).astype(np.int8)
        doubtful = np.flatnonzero(~certain)
        if len(doubtful):
            exact = self._compute(place, everything[doubtful], object)
            signs[doubtful] = np.asarray(exact > 0, dtype=np.int8) - np.asarray(
                exact < 0, dtype=np.int8
            )
        return signs

    def _float(
        self, place: int, reach: list[int], rows: Rows
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
        """Return the value, the same with every sign positive, and the number of steps."""
        made: dict[int, tuple[Any, Any, int]] = {}
        for part in reach:
            node = self.arithmetic.nodes[part]
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
        return made[place]
