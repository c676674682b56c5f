"""What a rule is: one function, one public number, one place in an explicit list.

A rule reads a ``Case`` and yields a ``Place`` for every datum that it finds wrong. The number,
the severity and the pointer are put on by the engine, so that a rule is only its test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import NamedTuple

import msgspec

from clearway.kernel.decisions import Severity
from clearway.kernel.pointers import POINTERS
from clearway.kernel.validation.case import Case, shown


class Layer(StrEnum):
    """The layers of validation above syntax, in the order in which they speak."""

    CODE_LISTS = "code lists"
    ARITHMETIC = "arithmetic"
    CONSISTENCY = "consistency"
    CROSS_RECORD = "cross-record"


class Place(NamedTuple):
    """A datum that is wrong.

    ``field`` is a name of ``clearway.kernel.pointers.POINTERS``; ``i`` the goods item, ``n`` the
    position in the field's list. ``rests_on`` names the data that the test took for granted, as
    (field, i, n): where one of them has an error of its own, the finding would only repeat it.
    """

    field: str
    i: int = 0
    n: int = 0
    parameters: tuple[tuple[str, str], ...] = ()
    rests_on: tuple[tuple[str, int, int], ...] = ()


class Rule(msgspec.Struct, frozen=True):
    """One business rule.

    ``number`` never changes its meaning. ``fields`` are the data that it may point at;
    ``legal_basis`` is the instrument it comes from, or "pack setting" with its key.
    ``only_misfits``: it reads nothing but ``Case.unfit`` and need not run where that is empty.
    """

    number: int
    name: str
    layer: Layer
    severity: Severity
    fields: tuple[str, ...]
    legal_basis: str
    check: Callable[[Case], Iterable[Place]]
    only_misfits: bool = False

    @property
    def code(self) -> str:
        """The public number as findings and texts carry it."""
        return f"CLW{self.number}"

    @property
    def pointers(self) -> tuple[str, ...]:
        """The WCO pointers it may point at, positions left open."""
        return tuple(dict.fromkeys(POINTERS[field] for field in self.fields))


def at(
    field: str,
    i: int = 0,
    n: int = 0,
    *,
    rests_on: tuple[tuple[str, int, int], ...] = (),
    **parameters: str,
) -> Place:
    """Return a place with its parameters in the order given, as they can be shown to anybody."""
    told = tuple((name, shown(value, len(value))) for name, value in parameters.items())
    return Place(field, i, n, told, rests_on)


def rule(
    number: int,
    name: str,
    layer: Layer,
    basis: str,
    check: Callable[[Case], Iterable[Place]],
    *fields: str,
    severity: Severity = Severity.ERROR,
) -> Rule:
    """Return a rule; the order of the arguments is that of the lists in which rules stand."""
    return Rule(number, name, layer, severity, fields, basis, check)
