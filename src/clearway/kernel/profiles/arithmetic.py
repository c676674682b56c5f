"""Exact arithmetic of conditions: every number is ``coefficient x numerator / denominator``.

The numerator and the denominator are whole-number expressions over the columns' scaled values,
kept once each in an ``Arithmetic`` table and known by their place in it. A comparison of two
numbers becomes the sign of one whole-number expression (and that of its denominator), so
nothing is ever rounded: ``a / b < c`` is ``b > 0 AND a < c*b OR b < 0 AND a > c*b``.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import gcd

import msgspec

ONE = 0  # the place of the constant 1 in every table


class ColumnNode(msgspec.Struct, frozen=True, tag=True):
    """A column's scaled whole number."""

    name: str


class SumNode(msgspec.Struct, frozen=True, tag=True):
    """``constant + Σ coefficient x term``; terms are places, none twice, none a sum."""

    terms: tuple[tuple[int, int], ...]
    constant: int


class ProductNode(msgspec.Struct, frozen=True, tag=True):
    """The product of the factors (places, sorted); the empty product is 1."""

    factors: tuple[int, ...]


Node = ColumnNode | SumNode | ProductNode


class Ratio(msgspec.Struct, frozen=True):
    """A number: ``coefficient x numerator / denominator``.

    ``columns`` must all be present and ``divisors`` (places) all differ from zero for the number
    to exist; otherwise it is NULL. ``date`` marks a day, which takes part in comparisons only.
    """

    coefficient: Fraction
    numerator: int
    denominator: int
    columns: frozenset[str] = frozenset()
    divisors: frozenset[int] = frozenset()
    date: bool = False


class Arithmetic:
    """The table of whole-number expressions; equal ones share one place."""

    def __init__(self) -> None:
        self.nodes: list[Node] = [ProductNode(())]
        self._places: dict[Node, int] = {self.nodes[0]: ONE}

    def _place(self, node: Node) -> int:
        place = self._places.get(node)
        if place is None:
            place = self._places[node] = len(self.nodes)
            self.nodes.append(node)
        return place

    def factors(self, place: int) -> tuple[int, ...]:
        """Return the factors of a node; a node that is no product is its own only factor."""
        node = self.nodes[place]
        return node.factors if isinstance(node, ProductNode) else (place,)

    def _product(self, *places: int) -> int:
        factors = tuple(sorted(factor for place in places for factor in self.factors(place)))
        return factors[0] if len(factors) == 1 else self._place(ProductNode(factors))

    def _sum(self, parts: tuple[tuple[int, int], ...]) -> tuple[int, int]:
        """Return (content, place) of ``Σ coefficient x node``: like terms joined, gcd taken out."""
        terms: Counter[int] = Counter()
        constant = 0
        for coefficient, place in parts:
            node = self.nodes[place]
            if isinstance(node, SumNode):
                constant += coefficient * node.constant
                for inner, term in node.terms:
                    terms[term] += coefficient * inner
            elif place == ONE:
                constant += coefficient
            else:
                terms[place] += coefficient
        kept = tuple(
            (coefficient, term) for term, coefficient in sorted(terms.items()) if coefficient
        )
        if not kept:
            return constant, ONE
        content = gcd(constant, *(coefficient for coefficient, _ in kept))
        if len(kept) == 1 and constant == 0:
            return kept[0]
        reduced = tuple((coefficient // content, term) for coefficient, term in kept)
        return content, self._place(SumNode(reduced, constant // content))

    def column(self, name: str, scale: int, *, date: bool = False) -> Ratio:
        """Return the number that a column holds."""
        place = self._place(ColumnNode(name))
        return Ratio(Fraction(1, scale), place, ONE, frozenset((name,)), frozenset(), date)

    @staticmethod
    def constant(value: Fraction, *, date: bool = False) -> Ratio:
        """Return a literal number."""
        return Ratio(value, ONE, ONE, date=date)

    def multiply(self, left: Ratio, right: Ratio) -> Ratio:
        """Return the product."""
        return Ratio(
            left.coefficient * right.coefficient,
            self._product(left.numerator, right.numerator),
            self._product(left.denominator, right.denominator),
            left.columns | right.columns,
            left.divisors | right.divisors,
        )

    def divide(self, left: Ratio, right: Ratio) -> Ratio | None:
        """Return the quotient; None where the divisor is a literal zero (always NULL)."""
        if right.coefficient == 0:
            return None
        divisors = left.divisors | right.divisors
        if right.numerator != ONE:
            divisors |= {right.numerator}
        return Ratio(
            left.coefficient / right.coefficient,
            self._product(left.numerator, right.denominator),
            self._product(left.denominator, right.numerator),
            left.columns | right.columns,
            divisors,
        )

    def add(self, left: Ratio, right: Ratio) -> Ratio:
        """Return the sum, over the least common product of the denominators."""
        first, second = left.coefficient, right.coefficient
        common = Fraction(
            gcd(
                first.numerator * second.denominator,
                second.numerator * first.denominator,
            ),
            first.denominator * second.denominator,
        )
        mine = Counter(self.factors(left.denominator))
        theirs = Counter(self.factors(right.denominator))
        if common == 0:  # 0 + 0: only presence and divisors are left
            content, place = 0, ONE
        else:
            content, place = self._sum(
                (
                    (
                        int(first / common),
                        self._product(left.numerator, *(theirs - mine).elements()),
                    ),
                    (
                        int(second / common),
                        self._product(right.numerator, *(mine - theirs).elements()),
                    ),
                )
            )
        return Ratio(
            common * content,
            place,
            self._product(*(mine | theirs).elements()),
            left.columns | right.columns,
            left.divisors | right.divisors,
        )

    def negate(self, number: Ratio) -> Ratio:
        """Return the number with its sign turned."""
        return msgspec.structs.replace(number, coefficient=-number.coefficient)

    def reach(self, places: tuple[int, ...]) -> list[int]:
        """Return every node that the places are made of, themselves included, parts first."""
        seen: set[int] = set()
        waiting = list(places)
        while waiting:
            place = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            node = self.nodes[place]
            if isinstance(node, SumNode):
                waiting.extend(term for _, term in node.terms)
            elif isinstance(node, ProductNode):
                waiting.extend(node.factors)
        return sorted(seen)  # a node's parts always stand before it
