"""Spreading measures over declarable lines, and the days that a set of periods covers.

A measure may be written on a line, a subheading, a heading, a chapter or on everything. Of two
measures of one key (type, area, additional code, quota) the one on the longer code applies on
the days on which both stand; the other keeps the days that are left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from clearway.kernel.reference import Period
from clearway.packs.model import MeasureRow
from clearway.packs.nomenclature import prefixes


def overlaps(periods: Sequence[Period]) -> list[tuple[int, int]]:
    """Return pairs of positions whose periods share a day, each later one with an earlier.

    >>> overlaps([Period(0, 10), Period(10, 20), Period(5, 12)])
    [(0, 2), (1, 2)]
    """
    found = []
    order = sorted(range(len(periods)), key=lambda position: periods[position].valid_from)
    standing: list[int] = []
    for position in order:
        start = periods[position].valid_from
        standing = [other for other in standing if periods[other].valid_to > start]
        found += [(min(other, position), max(other, position)) for other in standing]
        standing.append(position)
    return sorted(found)


def gaps(within: Period, periods: Iterable[Period]) -> list[Period]:
    """Return the stretches of ``within`` that none of the periods covers.

    >>> gaps(Period(0, 30), [Period(5, 10), Period(8, 20)])
    [Period(valid_from=0, valid_to=5), Period(valid_from=20, valid_to=30)]
    """
    left = [within]
    for period in periods:
        left = [part for stretch in left for part in _without(stretch, period)]
        if not left:
            break
    return left


def _without(stretch: Period, taken: Period) -> list[Period]:
    if taken.valid_to <= stretch.valid_from or taken.valid_from >= stretch.valid_to:
        return [stretch]
    parts = []
    if stretch.valid_from < taken.valid_from:
        parts.append(Period(stretch.valid_from, taken.valid_from))
    if taken.valid_to < stretch.valid_to:
        parts.append(Period(taken.valid_to, stretch.valid_to))
    return parts


class Spread:
    """The measures of a pack, ready to be asked for one declarable line after another."""

    def __init__(self, measures: Iterable[MeasureRow]) -> None:
        self._by_prefix: dict[str, list[MeasureRow]] = defaultdict(list)
        for row in measures:
            self._by_prefix[row.commodity].append(row)

    def of_line(self, code: str) -> Iterator[tuple[MeasureRow, Period]]:
        """Yield each measure that applies to a declarable line, with the days that it keeps."""
        taken: dict[tuple[str, str, str, str], list[Period]] = {}
        for prefix in prefixes(code):
            level: list[tuple[tuple[str, str, str, str], Period]] = []
            for row in self._by_prefix.get(prefix, ()):
                key = row.key
                before = taken.get(key)
                if before is None:
                    yield row, row.period
                else:
                    for period in gaps(row.period, before):
                        yield row, period
                level.append((key, row.period))
            for key, period in level:
                taken.setdefault(key, []).append(period)
