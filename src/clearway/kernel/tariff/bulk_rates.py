"""Rates applied to columns: one percentage in one pass, anything longer as a small program.

A program is a rate made ready for one situation (unit declared, day where the rate has seasons
or a foreign currency): its components with whole coefficients over one common denominator, so
that sums and bounds compare exactly in 64-bit integers and only the result is rounded. A row
whose product could leave 64 bits is handed on, never wrapped.
"""

from __future__ import annotations

from math import gcd, lcm
from typing import Final

import msgspec
import numpy as np

from clearway.kernel.measures import Component, Kind, Operation
from clearway.kernel.tariff.bulk_columns import EncodedItems, Flags, Ints, Places
from clearway.kernel.tariff.bulk_index import BulkIndex
from clearway.kernel.tariff.expressions import in_season
from clearway.kernel.tariff.units import factor
from clearway.kernel.valuation.conversion import conversion
from clearway.vocabulary.money import (
    DECLARED_AMOUNT_SCALE,
    QUANTITY_SCALE,
    RATE_SCALE,
    Rounding,
    divide,
)

SAFE: Final = 2**62
LARGEST: Final = 2**58
"""Amounts from here on take the small path, so that a sum of 32 of them still fits."""
LONGEST: Final = 6
_HUNDRED_MILLION: Final = np.int64(RATE_SCALE)
_NOT_MADE: Final = -2
BASE, NET, QUANTITY, GROSS, ONE = range(5)


def round_columns(numerator: Ints, denominator: Ints | np.int64, rounding: Rounding) -> Ints:
    """Return ``numerator / denominator`` rounded by the named rule; denominators positive.

    ``|numerator| + denominator`` must stay below 2**63.
    """
    negative = numerator < 0
    some_negative = bool(negative.any())
    size = np.abs(numerator) if some_negative else numerator
    result: Ints
    if rounding is Rounding.DOWN:
        result = size // denominator
    elif rounding is Rounding.UP:
        result = (size + (denominator - 1)) // denominator
    elif rounding is Rounding.NEAREST:
        result = (size + denominator // 2) // denominator
    else:
        result = size // denominator
        rest = size - result * denominator
        twice_less = rest - (denominator - rest)
        result = result + ((twice_less > 0) | ((twice_less == 0) & (result % 2 == 1)))
    if some_negative:
        result = np.where(negative, -result, result)
    return result


def percentage(base: Ints, rate: Ints, rounding: Rounding) -> tuple[Ints, Flags | None]:
    """Return rounded ``base x rate / 10^8`` and the rows too large for it (None = none).

    Large rows are worked in Python's whole numbers; only an amount beyond ``LARGEST`` is
    handed on.
    """
    limit = SAFE - RATE_SCALE
    largest = max(int(base.max(initial=0)), -int(base.min(initial=0)))
    if largest * int(rate.max(initial=0)) <= limit:
        return round_columns(base * rate, _HUNDRED_MILLION, rounding), None
    large = np.abs(base) > limit // np.maximum(rate, 1)
    result = round_columns(np.where(large, 0, base) * rate, _HUNDRED_MILLION, rounding)
    too_large = np.zeros(len(base), np.bool_)
    for place in np.flatnonzero(large).tolist():
        exact = divide(int(base[place]) * int(rate[place]), RATE_SCALE, rounding)
        too_large[place] = abs(exact) > LARGEST
        result[place] = 0 if too_large[place] else exact
    return result, too_large


class Program(msgspec.Struct, frozen=True):
    """A rate made ready: operations, sources and coefficients over ``denominator``."""

    operations: tuple[int, ...]
    sources: tuple[int, ...]
    coefficients: tuple[int, ...]
    denominator: int


class ProgramColumns(msgspec.Struct, frozen=True, eq=False):
    """All programs as arrays.

    ``operations``, ``sources`` and ``coefficients`` have shape ``(programs, 6)``; ``sums``
    (``(programs, 5)``) is the coefficient of each source in programs that only add and
    subtract, and ``is_sum`` tells which do.
    """

    operations: Ints
    sources: Ints
    coefficients: Ints
    denominators: Ints
    sums: Ints
    is_sum: Flags


class Programs:
    """The programs of one reference, made when first needed and kept as growing arrays."""

    def __init__(self, index: BulkIndex) -> None:
        self.index = index
        self.dated: dict[tuple[int, int, int], int] = {}
        self.timeless: dict[int, Ints] = {}
        self.made: list[Program] = []
        self.arrays: ProgramColumns | None = None
        self.by_day = self._by_day()

    def _by_day(self) -> Flags:
        """Tell which rates need the day: a season, or a currency that is not the pack's."""
        table = self.index.table
        own = self.index.reference.currency
        foreign = np.array(
            [bool(code) and code != own for code in table.currencies] or [False], np.bool_
        )
        part = (table.component_season_from != 0) | (
            (table.component_kind == Kind.SPECIFIC) & foreign[table.component_currency]
        )
        before = np.concatenate(([0], np.cumsum(part)))
        return before[table.rate_first[1:]] > before[table.rate_first[:-1]]

    def places(self, rates: Places, units: Places, days: Places, where: Places) -> Places:
        """Return the program of each row; -1 where the rate cannot be made into one.

        ``days`` is the batch's, ``where`` each row's item in it: few rates need the day.
        """
        first = int(units[0])
        by_day = self.by_day.take(rates)
        if not by_day.any() and (units == first).all():
            return self._timeless(first, rates)
        found = np.empty(len(rates), np.intp)
        for unit in (np.flatnonzero(np.bincount(units + 1)) - 1).tolist():
            at = np.flatnonzero((units == unit) & ~by_day)
            found[at] = self._timeless(unit, rates[at])
        for place in np.flatnonzero(by_day).tolist():
            key = (int(rates[place]), int(units[place]), int(days[where[place]]))
            if key not in self.dated:
                self.dated[key] = self._make(*key)
            found[place] = self.dated[key]
        return found

    def _timeless(self, unit: int, rates: Places) -> Ints:
        """Return the programs of rates that are the same on every day, made once a unit."""
        if unit not in self.timeless:
            self.timeless[unit] = np.full(len(self.by_day), _NOT_MADE, np.int64)
        kept = self.timeless[unit]
        found = kept.take(rates)
        if int(found.min(initial=0)) == _NOT_MADE:
            missing = np.unique(rates[found == _NOT_MADE])
            for rate in missing.tolist():
                kept[rate] = self._make(rate, unit, 0)
            found = kept[rates]
        return found

    def _make(self, rate: int, unit: int, day: int) -> int:
        program = make_program(self.index, rate, unit, day)
        if program is None:
            return -1
        self.made.append(program)
        self.arrays = None
        return len(self.made) - 1

    def columns(self) -> ProgramColumns:
        """Return all programs made so far as arrays."""
        if self.arrays is None:
            shape = (len(self.made), LONGEST)
            arrays = ProgramColumns(
                np.full(shape, -1, np.int64),
                np.zeros(shape, np.int64),
                np.zeros(shape, np.int64),
                np.array([program.denominator for program in self.made], np.int64),
                np.zeros((len(self.made), ONE + 1), np.int64),
                np.ones(len(self.made), np.bool_),
            )
            for at, program in enumerate(self.made):
                length = len(program.operations)
                arrays.operations[at, :length] = program.operations
                arrays.sources[at, :length] = program.sources
                arrays.coefficients[at, :length] = program.coefficients
                self._note_sums(arrays, at, program)
            self.arrays = arrays
        return self.arrays

    @staticmethod
    def _note_sums(arrays: ProgramColumns, at: int, program: Program) -> None:
        sums = [0] * (ONE + 1)
        for operation, source, coefficient in zip(
            program.operations, program.sources, program.coefficients, strict=True
        ):
            if operation not in (Operation.SUM, Operation.DIFFERENCE):
                arrays.is_sum[at] = False
                return
            sums[source] += coefficient if operation == Operation.SUM else -coefficient
        arrays.is_sum[at] = max(abs(one) for one in sums) < SAFE
        if arrays.is_sum[at]:
            arrays.sums[at] = sums


def make_program(index: BulkIndex, rate: int, unit: int, day: int) -> Program | None:
    """Return a rate as a program for a declared unit and a day; None where it needs more.

    More means: a kind that is not understood, no season for the day, strength times volume, no
    rate of exchange, more than six components, or numbers beyond 62 bits.
    """
    components = in_season(index.small.components(rate), day)
    if not 0 < len(components) <= LONGEST:
        return None
    declared = index.units[unit] if unit > 0 else ""
    parts: list[tuple[int, int, int]] = []
    for component in components:
        part = _part(index, component, declared, day)
        if part is None:
            return None
        common = gcd(part[1], part[2])
        parts.append((part[0], part[1] // common, part[2] // common))
    denominator = lcm(*(below for _, _, below in parts))
    coefficients = tuple(above * (denominator // below) for _, above, below in parts)
    if denominator >= SAFE // 4 or max(abs(one) for one in coefficients) >= SAFE:
        return None
    operations = tuple(int(component.operation) for component in components)
    return Program(operations, tuple(part[0] for part in parts), coefficients, denominator)


def _part(
    index: BulkIndex, component: Component, declared: str, day: int
) -> tuple[int, int, int] | None:
    """Return (source, numerator, denominator) of one component, in minor units."""
    if component.kind == Kind.AD_VALOREM:
        return BASE, component.rate, RATE_SCALE
    if component.kind == Kind.FREE:
        return BASE, 0, 1
    if component.kind != Kind.SPECIFIC or component.unit_count <= 0:
        return None
    reference = index.reference
    rate = conversion(reference, component.currency or reference.currency, day)
    source = _source(component.unit, declared)
    if rate is None or source is None:
        return None
    above = component.rate * DECLARED_AMOUNT_SCALE * rate[0] * source[1]
    below = RATE_SCALE * component.unit_count * rate[1] * source[2]
    return source[0], above, below


def _source(unit: str, declared: str) -> tuple[int, int, int] | None:
    """Return where a unit's quantity is declared, and the factor, as the small path chooses."""
    if not unit:
        return ONE, QUANTITY_SCALE, 1
    for source, held in ((QUANTITY, declared), (NET, "KGM"), (GROSS, "KGM.gross")):
        ratio = factor(held, unit) if held else None
        if ratio is not None:
            return source, ratio[0], ratio[1]
    return None


def run_programs(
    programs: Programs, which: Places, items: EncodedItems, at: Places, base: Ints
) -> tuple[Ints, Ints, Flags]:
    """Run each row's program exactly.

    Args:
        programs: the reference's programs.
        which: the program of each row.
        items: the batch.
        at: the position of each row's item in the batch.
        base: the taxable amount of each row.

    Returns:
        Numerators, denominators, and the rows that must take the small path (a quantity is
        missing, or a product is too large).
    """
    columns = programs.columns()
    denominator = columns.denominators[which]
    available = (base, items.net_mass[at], items.quantity[at], items.gross_mass[at])
    if bool(columns.is_sum[which].all()):
        return _run_sums(columns, which, available, denominator)
    bad = np.zeros(len(which), np.bool_)
    running = np.zeros(len(which), np.int64)
    bound = np.zeros(len(which), np.int64)
    opened = np.full(len(which), -1, np.int64)
    longest = int((columns.operations[which] >= 0).sum(axis=1).max(initial=0))
    for place in range(longest):
        operation = columns.operations[which, place]
        part, unfit = _product(
            available,
            columns.sources[which, place],
            columns.coefficients[which, place],
            denominator,
        )
        present = operation >= 0
        bad |= unfit & present
        part = np.where(present & ~unfit, part, 0)
        to_bound = operation == Operation.SUM_TO_BOUND
        bound = np.where(to_bound, bound + part, bound)
        closing = present & ~to_bound
        running = np.where(closing, _close(running, bound, opened), running)
        opened = np.where(closing, -1, opened)
        running = np.where(operation == Operation.SUM, running + part, running)
        running = np.where(operation == Operation.DIFFERENCE, running - part, running)
        opens = (operation == Operation.MINIMUM) | (operation == Operation.MAXIMUM)
        opened = np.where(opens, operation, opened)
        bound = np.where(opens, part, bound)
    return _close(running, bound, opened), denominator, bad


def _run_sums(
    columns: ProgramColumns, which: Places, available: tuple[Ints, Ints, Ints, Ints], below: Ints
) -> tuple[Ints, Ints, Flags]:
    """Run programs that only add and subtract: one product for each source that occurs."""
    total = columns.sums[which, ONE]
    bad = np.abs(total) >= SAFE // 8
    total = np.where(bad, 0, total)
    largest_below = int(below.max(initial=1))
    for source, counted in enumerate(available):
        coefficient = columns.sums[which, source]
        if not coefficient.any():
            continue
        if source != BASE:
            bad |= (counted < 0) & (coefficient != 0)
        largest = max(int(counted.max(initial=0)), -int(counted.min(initial=0)))
        steepest = max(int(coefficient.max()), -int(coefficient.min()))
        if largest * steepest + largest_below >= SAFE // 8:
            unfit = np.abs(counted) > (SAFE // 8 - below // 8) // np.maximum(np.abs(coefficient), 1)
            bad |= unfit
            counted = np.where(unfit, 0, counted)  # noqa: PLW2901 (the fit part of the same column)
        total = total + counted * coefficient
    return total, below, bad


def _product(
    available: tuple[Ints, Ints, Ints, Ints], source: Ints, coefficient: Ints, denominator: Ints
) -> tuple[Ints, Flags]:
    """Return coefficient x source, and the rows where it is missing or could overflow."""
    counted = np.ones(len(source), np.int64)
    for place, column in enumerate(available):
        counted = np.where(source == place, column, counted)
    unfit = (source != BASE) & (counted < 0)
    room = (SAFE // 8 - denominator // 8) // np.maximum(np.abs(coefficient), 1)
    unfit |= np.abs(counted) > room
    return np.where(unfit, 0, counted) * coefficient, unfit


def _close(running: Ints, bound: Ints, opened: Ints) -> Ints:
    """Let open bounds take effect on the running duties."""
    result = np.where(opened == Operation.MINIMUM, np.maximum(running, bound), running)
    return np.where(opened == Operation.MAXIMUM, np.minimum(running, bound), result)
