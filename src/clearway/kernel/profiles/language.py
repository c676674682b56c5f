"""From the text of a condition to its syntax tree (``docs/profile-language.md``).

The text is cut into the language's own lexemes, parsed by sqlglot, and every node that sqlglot
answers is checked against a whitelist together with its arguments, because sqlglot accepts far
more SQL than this language has. Then types are checked and NOT is pushed to the leaves.
"""

from __future__ import annotations

import threading
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from clearway.kernel.columns import ColumnType, Schema
from clearway.kernel.profiles.arithmetic import Arithmetic
from clearway.kernel.profiles.lexing import Problem, read
from clearway.kernel.profiles.predicates import FLIPPED, Predicates, Refused
from clearway.kernel.profiles.tree import FALSE, Tree, conjunction, disjunction
from clearway.kernel.profiles.values import Values

_COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
}  # fmt: skip
_ARGUMENTS: dict[type[exp.Expr], frozenset[str]] = {
    **dict.fromkeys(
        (*_COMPARISONS, exp.And, exp.Or, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Is),
        frozenset({"this", "expression"}),
    ),
    exp.Like: frozenset({"this", "expression", "negate"}),
    exp.Not: frozenset({"this"}),
    exp.Neg: frozenset({"this"}),
    exp.Paren: frozenset({"this"}),
    exp.In: frozenset({"this", "expressions"}),
    exp.Between: frozenset({"this", "low", "high"}),
    exp.Column: frozenset({"this"}),
    exp.Identifier: frozenset({"this", "quoted"}),
    exp.Literal: frozenset({"this", "is_string"}),
    exp.Boolean: frozenset({"this"}),
    exp.Null: frozenset(),
}


def _sqlglot(condition: str) -> list[exp.Expr | None]:
    """Parse; where the caller has left too little stack, do it on a fresh one."""
    try:
        return sqlglot.parse(condition)
    except RecursionError:
        answer: list[Any] = []

        def work() -> None:
            try:
                answer.append(sqlglot.parse(condition))
            except (SqlglotError, RecursionError) as error:
                answer.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        if isinstance(answer[0], SqlglotError):
            raise answer[0] from None
        if isinstance(answer[0], RecursionError):
            raise SqlglotError("nested too deeply") from None
        return list(answer[0])


def place_of(node: exp.Expr) -> int:
    """Return the column (from 1) of the first name inside the node, as far as it is known."""
    starts = [name.meta["start"] for name in node.find_all(exp.Identifier) if "start" in name.meta]
    return min(starts, default=0) + 1


def _foreign(root: exp.Expr) -> Problem | None:
    """Find a node, or an argument of a node, that the language does not have."""
    for node in root.walk():
        allowed = _ARGUMENTS.get(type(node))
        if allowed is None:
            words = type(node).__name__
            if isinstance(node, exp.Alias):
                what = "two values stand side by side with nothing between them."
                return Problem(place_of(node), what, "Put an operator, AND or OR between them.")
            return Problem(place_of(node), f"{words} is not part of the language.")
        for name, value in node.args.items():
            if name not in allowed and value not in (None, False, []):
                what = f"{type(node).__name__} with {name} is not part of the language."
                return Problem(place_of(node), what)
        if isinstance(node, exp.In) and not node.expressions:
            return Problem(place_of(node), "IN needs a list.", "Write IN ('CN', 'VN').")
    return None


def parse(condition: str, schema: Schema) -> exp.Expr:
    """Return sqlglot's tree of a condition, every node and argument of it whitelisted.

    Raises:
        Refused: the condition is outside the language; carries every problem found.
    """
    _, problems = read(condition, schema)
    if problems:
        raise Refused(problems)
    try:
        roots = _sqlglot(condition)
    except SqlglotError as error:
        details: list[dict[str, Any]] = getattr(error, "errors", [])
        column = int(details[0].get("col") or 1) if details else 1
        found = str(details[0].get("highlight") or "") if details else ""
        what = f"the expression cannot be read near {found}." if found else "this cannot be read."
        remedy = "Check operators, parentheses and commas."
        raise Refused([Problem(column, what, remedy)]) from None
    if len(roots) != 1 or roots[0] is None:
        raise Refused([Problem(1, "a condition is one expression.")])
    if foreign := _foreign(roots[0]):
        raise Refused([foreign])
    return roots[0]


class Reader:
    """Turns sqlglot's trees into ours; one arithmetic table serves a whole set of profiles."""

    def __init__(self, schema: Schema, arithmetic: Arithmetic | None = None) -> None:
        self.schema = schema
        self.arithmetic = arithmetic or Arithmetic()
        self.values = Values(schema, self.arithmetic, lambda text: parse(text, schema))
        self.predicates = Predicates(schema, self.arithmetic, self.values)
        self._problems: list[Problem] = []

    def read(self, condition: str) -> Tree:
        """Return the tree of a condition.

        Raises:
            Refused: the condition is outside the language; carries every problem found.
        """
        self._problems = []
        tree = self._tree(parse(condition, self.schema), negated=False)
        if self._problems:
            raise Refused(sorted(self._problems, key=lambda problem: problem.column))
        return tree

    def _tree(self, node: exp.Expr, *, negated: bool) -> Tree:
        while isinstance(node, exp.Paren | exp.Not):
            negated ^= isinstance(node, exp.Not)
            node = node.this
        if isinstance(node, exp.And | exp.Or):
            kind, waiting, parts = type(node), [node], []
            while waiting:  # a long chain is a deep tree: walk it without recursion
                part = waiting.pop()
                if isinstance(part, kind):
                    waiting += [part.expression, part.this]
                else:
                    parts.append(self._tree(part, negated=negated))
            join = conjunction if (kind is exp.And) != negated else disjunction
            return join(parts)
        try:
            return self._leaf(node, negated=negated)
        except Refused as refused:
            self._problems += [
                problem if problem.column else Problem(place_of(node), problem.what, problem.remedy)
                for problem in refused.problems
            ]
            return FALSE

    def _leaf(self, node: exp.Expr, *, negated: bool) -> Tree:
        if isinstance(node, exp.Like):
            negated ^= bool(node.args.get("negate"))
            return self.predicates.like(node.this, node.expression, negated=negated)
        if isinstance(node, exp.In):
            return self.predicates.one_of(node.this, node.expressions, negated=negated)
        if isinstance(node, exp.Between):
            return self._between(node, negated=negated)
        if isinstance(node, exp.Is):
            return self.predicates.state(node.this, node.expression, negated=negated)
        if type(node) in _COMPARISONS:
            return self._comparison(node, negated=negated)
        if isinstance(node, exp.Boolean):
            return self.predicates.constant(value=bool(node.this) != negated)
        if isinstance(node, exp.Column) and self._is_truth(node):
            return self.predicates.flag(node, want=not negated)
        what = "a condition must be true or false; this is a value."
        raise Refused([Problem(0, what, "Compare it with something.")])

    def _between(self, node: exp.Between, *, negated: bool) -> Tree:
        low, high = (">=", "<=") if not negated else ("<", ">")
        join = disjunction if negated else conjunction
        return join(
            [
                self.predicates.compare(node.this, low, node.args["low"]),
                self.predicates.compare(node.this, high, node.args["high"]),
            ]
        )

    def _comparison(self, node: exp.Expr, *, negated: bool) -> Tree:
        operator = _COMPARISONS[type(node)]
        if negated:
            operator = FLIPPED[operator]
        left, right = node.this, node.expression
        if any(isinstance(side.unnest(), exp.Null) for side in (left, right)):
            what = "a comparison with NULL is never true."
            raise Refused([Problem(place_of(node), what, "Write IS NULL or IS NOT NULL.")])
        truths = [self._is_truth(side) for side in (left, right)]
        if not any(truths):
            return self.predicates.compare(left, operator, right)
        if not all(truths) or operator not in {"=", "<>"}:
            what = "true or false compares only with true or false, by = or <>."
            raise Refused([Problem(0, what)])
        same = [self._tree(left, negated=False), self._tree(right, negated=False)]
        other = [self._tree(left, negated=True), self._tree(right, negated=True)]
        if operator == "<>":
            other[1], same[1] = same[1], other[1]
        return disjunction([conjunction(same), conjunction(other)])

    def _is_truth(self, node: exp.Expr) -> bool:
        while isinstance(node, exp.Paren):
            node = node.this
        if isinstance(node, exp.Column):
            return self.schema.by_name[node.name.lower()].type is ColumnType.BOOLEAN
        return isinstance(node, exp.Boolean)
