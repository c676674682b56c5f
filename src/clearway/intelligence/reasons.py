"""Why two names were taken for one: what was compared, which words met, what was left over.

The score says how alike; an analyst who confirms or dismisses a match reads here what makes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from clearway.intelligence import queries
from clearway.intelligence.models import EntryName, Match, Trace
from clearway.intelligence.names import Folded, paired, score, unfolded, ways


class Pair(NamedTuple):
    """Two words that met: of whom was asked for, of whom was found; how alike they are, 0 to 1."""

    asked: str
    found: str
    alike: float


class Why(NamedTuple):
    """Why a name was found.

    ``name`` is the name that was meant, an alias perhaps; ``asked`` and ``found`` are what was
    compared; ``way`` is same, words, joined (written as one word) or consonants; ``pairs`` are the
    words that met and ``over`` those that met none, of either name.
    """

    name: str
    asked: str
    found: str
    score: float
    way: str
    pairs: tuple[Pair, ...]
    over: tuple[str, ...]


def why(asked: Folded, found: Folded, name: str) -> Why:
    """Return why one name was found by another.

    Args:
        asked: what was looked for, as it is compared.
        found: what was found, as it is compared.
        name: what was found, as it is written.
    """
    by = ways(asked, found)
    way = "same" if asked.words == found.words else max(by, key=lambda one: by[one])
    met = paired(asked.words, found.words)
    ours, theirs = {place for _, place, _ in met}, {place for _, _, place in met}
    over = [word for place, word in enumerate(asked.words) if place not in ours]
    over += [word for place, word in enumerate(found.words) if place not in theirs]
    pairs = sorted(Pair(asked.words[a], found.words[b], alike) for alike, a, b in met)
    return Why(name, asked.text, found.text, score(asked, found), way, tuple(pairs), tuple(over))


def why_listed(asked: Folded, entries: Iterable[int]) -> Mapping[int, Why]:
    """Return why entries were found by a name: by the likest of the names of each.

    Args:
        asked: as it is compared.
        entries: row numbers.
    """
    return {
        entry: max((_of(asked, name) for name in names), key=lambda one: one.score)
        for entry, names in queries.names_of(entries).items()
    }


def why_all(matches: Iterable[Match]) -> Mapping[int, Why]:
    """Return why each of several matches by name was found, by their row numbers, asked at once."""
    rows = [row for row in matches if row.trace.kind == "party" and row.how == "name"]
    names = queries.names_of({row.entry.pk for row in rows})
    return {
        row.pk: max(
            (_of(of_trace(row.trace), name) for name in names[row.entry.pk]),
            key=lambda one: one.score,
        )
        for row in rows
        if row.entry.pk in names
    }


def of_trace(trace: Trace) -> Folded:
    """Return what a party on the record is compared by."""
    return unfolded(trace.folded, trace.joined, abjad=trace.abjad)


def _of(asked: Folded, row: EntryName) -> Why:
    return why(asked, unfolded(row.folded, row.joined, abjad=row.abjad), row.name)
