"""Commodity codes found by code or by words, as of the day, with their duty."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from clearway.kernel.reference import Reference
from clearway.reference import queries
from clearway.vocabulary.errors import NotThere

MOST: Final = 12


class Line(NamedTuple):
    """A tariff line: code, what it holds, its unit and its duty for goods of any origin."""

    code: str
    description: str
    unit: str
    duty: str


@lru_cache(maxsize=4)
def _searched(reference: Reference, day: int) -> list[tuple[str, str]]:
    found = []
    for code in reference.commodities:
        line = reference.commodity(code, day)
        if line is not None:
            found.append((code, line.description.casefold()))
    return found


def suggestions(asked: str, reference: Reference, day: int) -> list[Line]:
    """Return the lines whose code begins as asked, or whose description holds all of the words."""
    code = "".join(asked.replace(".", "").split())
    if code.isdigit():
        found = [own for own, _ in _searched(reference, day) if own.startswith(code)]
    else:
        wanted = asked.casefold().split()
        found = [
            own
            for own, words in _searched(reference, day)
            if all(_begins(one, words) for one in wanted)
        ]
    told = (line(own, reference, day) for own in found[:MOST])
    return [one for one in told if one is not None]


def line(code: str, reference: Reference, day: int) -> Line | None:
    """Return a line in force on a day, or None."""
    try:
        found = queries.tariff_line(reference, code, day)
    except NotThere:
        return None
    general = reference.measures.areas[0] if len(reference.measures.areas) else ""
    rates = [
        measure["rate"]
        for measure in found.measures
        if reference.measure_types[measure["type"]].family == "duty"
        and measure["area"] == general
        and not measure["additional_code"]
        and not measure["quota"]
    ]
    return Line(found.code, found.description, found.unit, "; ".join(rates))


def _begins(word: str, words: str) -> bool:
    """Tell whether a word of a description begins so: "oak" is not in "cloak"."""
    at = words.find(word)
    while at > 0 and words[at - 1].isalnum():
        at = words.find(word, at + 1)
    return at >= 0
