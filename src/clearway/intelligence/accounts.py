"""What a version of a sanctions list changes, told so that a second person can judge it.

An account is made when a version is read and again when it begins to count. It names each entry
that is added, changed or removed, and says of a changed one what stood there and what stands now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from clearway.intelligence import queries
from clearway.intelligence.models import Entry, ListVersion
from clearway.intelligence.ofac import Listed

MOST: Final = 2_000
"""Entries that an account names at most, of each sort."""


class Part(msgspec.Struct, frozen=True):
    """What differs in an entry: ``what`` is kind, name, aliases, keys, programme or remarks."""

    what: str
    before: str
    after: str


class Line(msgspec.Struct, frozen=True):
    """An entry that a version adds, changes or removes."""

    number: str
    name: str = ""
    kind: str = ""
    parts: tuple[Part, ...] = ()


class Account(msgspec.Struct, frozen=True):
    """What a version changes, at most ``MOST`` entries of each sort."""

    added: tuple[Line, ...]
    changed: tuple[Line, ...]
    removed: tuple[Line, ...]


class Change(msgspec.Struct, frozen=True):
    """What a version changes against what counts: numbers of entries in the list."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


class _Kept(msgspec.Struct, frozen=True):
    """As it is kept; versions of before this account have numbers alone."""

    added: tuple[Line | str, ...]
    changed: tuple[Line | str, ...]
    removed: tuple[Line | str, ...]


def changes(live: Mapping[str, tuple[int, str]], listed: Sequence[Listed]) -> Change:
    """Return what a version changes against live entries, given by number with row and digest."""
    digests = {one.number: one.digest() for one in listed}
    return Change(
        added=tuple(number for number in digests if number not in live),
        changed=tuple(n for n, own in digests.items() if n in live and live[n][1] != own),
        removed=tuple(number for number in live if number not in digests),
    )


def written(change: Change, live: Mapping[str, tuple[int, str]], listed: Iterable[Listed]) -> bytes:
    """Return the account of a change, as a version keeps it.

    Args:
        change: what is added, changed and removed.
        live: row and digest of the entries that count, by their numbers in the list.
        listed: the version's entries.
    """
    new = {one.number: one for one in listed}
    changed, removed = change.changed[:MOST], change.removed[:MOST]
    rows = {row.number: row for row in queries.entries_of_rows(
        live[number][0] for number in (*changed, *removed))}  # fmt: skip
    told = Account(
        tuple(_line(new[number]) for number in change.added[:MOST]),
        _compared([(rows[number], new[number]) for number in changed if number in rows]),
        tuple(Line(n, rows[n].name, rows[n].kind) for n in removed if n in rows),
    )
    return msgspec.json.encode(told)


def account_of(version: ListVersion) -> Account:
    """Return which entries a version added, changed and removed."""
    kept = msgspec.json.decode(bytes(version.told), type=_Kept)
    return Account(_lines(kept.added), _lines(kept.changed), _lines(kept.removed))


def _lines(kept: Iterable[Line | str]) -> tuple[Line, ...]:
    return tuple(Line(one) if isinstance(one, str) else one for one in kept)


def _line(one: Listed) -> Line:
    return Line(one.number, one.name, one.kind)


def _compared(pairs: Sequence[tuple[Entry, Listed]]) -> tuple[Line, ...]:
    numbers = [row.pk for row, _ in pairs]
    names, keys = queries.names_of(numbers), queries.keys_of(numbers)
    found = []
    for row, one in pairs:
        aliases = [name.name for name in names.get(row.pk, ()) if name.kind != "primary"]
        values = [key.value for key in keys.get(row.pk, ())]
        parts = (
            *_part("kind", [row.kind], [one.kind]),
            *_part("name", [row.name], [one.name]),
            *_part("aliases", aliases, [name for kind, name in one.names if kind != "primary"]),
            *_part("keys", values, [key.value for key in one.keys]),
            *_part("programme", [_programme(row)], [one.programme]),
            *_part("remarks", [row.remarks], [one.remarks]),
        )
        found.append(Line(one.number, one.name, one.kind, parts))
    return tuple(found)


def _programme(row: Entry) -> str:
    """Return the publisher's programme: it stands in the reason, behind the list's name."""
    return row.reason.rpartition(": ")[2]


def _part(what: str, before: Sequence[str], after: Sequence[str]) -> list[Part]:
    """Return what was left out and what came; nothing where both are the same."""
    gone = [one for one in before if one and one not in after]
    new = [one for one in after if one and one not in before]
    return [Part(what, "; ".join(gone), "; ".join(new))] if gone or new else []
