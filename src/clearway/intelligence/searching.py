"""The search by name: over the lists, and over everybody whom cargo reports and declarations name.

The names of the record are held in memory as parts of an index: a large one, and a small one of
those that came since. The texts themselves stay in the database, of which a search reads only the
names that it compares exactly.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

from django.db import connection

from clearway.intelligence import queries
from clearway.intelligence.index import NameIndex
from clearway.intelligence.matching import Candidate, by_name
from clearway.intelligence.models import Appearance, Trace
from clearway.intelligence.names import THRESHOLD, Folded, folded, unfolded

MOST: Final = 50
_WHOLE: Final = 20_000
"""Names from which on the newest part becomes one of its own, and is not made anew."""


class Named(NamedTuple):
    """Somebody whom the record names: with the score of his name, and where he stands."""

    trace: Trace
    score: float
    appearances: Sequence[Appearance]


class _Part(NamedTuple):
    last: int
    numbers: Sequence[int]
    found_by: NameIndex


class _Names:
    """The parts of the index of the record's names, and where the last one ends."""

    def __init__(self) -> None:
        self.parts: list[_Part] = []
        self.lock = threading.Lock()


_names = _Names()


def forget() -> None:
    """Forget the index; the next search reads the names anew."""
    global _names  # noqa: PLW0603 - replaced as a whole
    _names = _Names()


def listed(name: str, given: Mapping[str, Sequence[str]]) -> list[Candidate]:
    """Return the entries of the lists whose names are like one, with what else agrees."""
    return by_name(folded(name), given)


def named(name: str) -> list[Named]:
    """Return whom the record names so, the likest first, each with where he stands last."""
    own = folded(name)
    found: dict[int, float] = {}
    for part in _parts():
        for each in part.found_by.search(own, THRESHOLD, MOST):
            found[part.numbers[each.place]] = each.score
    best = sorted(found, key=lambda number: (-found[number], number))[:MOST]
    rows = queries.traces(best)
    told = [Named(rows[number], found[number], ()) for number in best if number in rows]
    where = _where([one.trace.pk for one in told])
    return [one._replace(appearances=where.get(one.trace.pk, ())) for one in told]


def _where(traces: Sequence[int]) -> dict[int, list[Appearance]]:
    """Return where traces stand, the latest first, at most five of each."""
    found: dict[int, list[Appearance]] = {}
    for row in Appearance.objects.filter(trace__in=traces).order_by("-id")[: 20 * MOST]:
        own = found.setdefault(row.trace_id, [])
        if len(own) < 5:
            own.append(row)
    return found


def _parts() -> list[_Part]:
    """Return the index with what came since: the newest part is made anew while it is small."""
    names = _names
    with names.lock, connection.cursor() as cursor:
        newest = queries.last_trace_name(cursor)
        if names.parts and names.parts[-1].last == newest:
            return list(names.parts)
        whole = [part for part in names.parts if len(part.numbers) >= _WHOLE]
        after = whole[-1].last if whole else 0
        rows = list(queries.trace_names(cursor, after))
        if rows:
            numbers = [number for number, _ in rows]
            index = NameIndex((name for _, name in rows), partial(_read, numbers))
            names.parts = [*whole, _Part(numbers[-1], numbers, index)]
        return list(names.parts)


def _read(numbers: Sequence[int], places: Sequence[int]) -> list[Folded]:
    """Return names of a part by their places, in one statement."""
    rows = queries.traces(numbers[place] for place in places)
    told = (rows[numbers[place]] for place in places)
    return [unfolded(row.folded, row.joined, abjad=row.abjad) for row in told]
