"""Second keys: what tells two bearers of one name apart, and how it is compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from clearway.intelligence.names import folded, score

KINDS: Final = ("birth", "identity", "trader", "country", "address", "means", "container")
"""Date of birth, number of a paper, trader identification number, country (ISO 3166-1), address,
means of transport (IMO number, plate, flight), container (ISO 6346)."""
EXACT: Final = frozenset({"trader", "means", "container"})
"""Kinds by which a record is known for certain, without a look at the name."""
_ADDRESS_ALIKE: Final = 0.85
_NOT_KEY: Final = re.compile(r"[\W_]+")


class Key(NamedTuple):
    """A second key: its kind and its value as given."""

    kind: str
    value: str


class Agreement(NamedTuple):
    """The kinds of second keys that agree, and those that differ."""

    agreeing: tuple[str, ...]
    differing: tuple[str, ...]


def compared(kind: str, value: str) -> str:
    """Return a key as it is compared: letters and figures in capitals; an address folded.

    >>> compared("identity", "A-1234 567"), compared("means", "IMO 9187629")
    ('A1234567', '9187629')
    >>> compared("address", "12, Rue de la Paix")
    '12 de la paix rue'
    """
    if kind == "address":
        return folded(value).text
    plain = _NOT_KEY.sub("", unicodedata.normalize("NFKC", value)).upper()
    if kind == "means" and plain.startswith("IMO") and plain[3:].isdigit():
        return plain[3:]
    return plain


def agreement(listed: Iterable[tuple[str, str]], given: Mapping[str, Iterable[str]]) -> Agreement:
    """Return which second keys of an entry agree with what a record gives, and which differ.

    Args:
        listed: kinds and compared values of the entry.
        given: compared values of the record's party by kind; a kind it does not give says nothing.
    """
    by_kind: dict[str, set[str]] = {}
    for kind, value in listed:
        by_kind.setdefault(kind, set()).add(value)
    agreeing: list[str] = []
    differing: list[str] = []
    for kind in KINDS:
        ours, theirs = by_kind.get(kind), {value for value in given.get(kind, ()) if value}
        if ours and theirs:
            (agreeing if _same(kind, ours, theirs) else differing).append(kind)
    return Agreement(tuple(agreeing), tuple(differing))


def _same(kind: str, ours: set[str], theirs: set[str]) -> bool:
    if ours & theirs:
        return True
    if kind != "address":
        return kind == "birth" and any(a[:4] == b[:4] and 4 in {len(a), len(b)}
                                       for a in ours for b in theirs)  # fmt: skip
    pairs = ((folded(one), folded(other)) for one in ours for other in theirs)
    return any(score(one, other) >= _ADDRESS_ALIKE for one, other in pairs)
