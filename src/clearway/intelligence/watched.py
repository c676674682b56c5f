"""What is watched, as a process remembers it: exact keys and confirmed matches; names to search.

The intake line asks here whether a declaration's parties or means are on a list: ``flags_for``. It
looks at keys that are certain (a trader identification number, a means of transport, a container)
and at matches that an analyst has confirmed; a likeness of names alone never counts. All is held in
memory and read anew when ``Revision`` says that something changed, so that a batch costs one small
statement. What counts depends on the lists as they stand and on the day of the lodging alone, never
on a neighbour of the batch; which entries counted is stored with the version (``ENTRIES``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from clearway.intelligence import queries, revision
from clearway.intelligence.index import NameIndex, held_in
from clearway.intelligence.keys import compared
from clearway.intelligence.names import Folded
from clearway.intelligence.rules import SANCTIONS, trace_key
from clearway.kernel.lodgement import Lodgement, Party

Features = dict[str, int | str | bool | None]

ENTRIES: Final = "watch_entries"
"""The feature that keeps which entries stand behind the flags: ``importer=12 sanctions=40``."""
_MOST_TOLD: Final = 40


class Watched(NamedTuple):
    """An entry as the line needs it: its row, whether it is a sanction, the days it counts."""

    entry: int
    sanction: bool
    starts: int
    ends: int | None

    def counts_on(self, day: int) -> bool:
        """Tell whether it counts on a day."""
        return self.starts <= day and (self.ends is None or day < self.ends)


class Exact(NamedTuple):
    """What is known for certain: entries by compared key, and by confirmed traces."""

    revision: int
    keys: dict[tuple[str, str], list[Watched]]
    traces: dict[str, list[Watched]]


class ListedNames(NamedTuple):
    """The names of all entries that count, with the entry of each, ready to be searched."""

    revision: int
    found_by: NameIndex
    names: Sequence[Folded]
    entries: Sequence[int]


_exact: Exact | None = None
_names: ListedNames | None = None


def exact(cursor: Any) -> Exact:
    """Return what is known for certain, read anew where it changed."""
    global _exact  # noqa: PLW0603 - replaced as a whole, so that readers need no lock
    number, known = revision.current(cursor), _exact
    if known is not None and known.revision == number:
        return known
    keys: dict[tuple[str, str], list[Watched]] = {}
    traces: dict[str, list[Watched]] = {}
    if number:
        for row in queries.exact_keys(cursor):
            keys.setdefault((row.kind, row.compared), []).append(_watched(row))
        for row in queries.confirmed_traces(cursor):
            traces.setdefault(row.compared, []).append(_watched(row))
    _exact = Exact(number, keys, traces)
    return _exact


def listed_names(cursor: Any) -> ListedNames:
    """Return the names of the lists ready to be searched, read anew where they changed."""
    global _names  # noqa: PLW0603 - replaced as a whole, so that readers need no lock
    number, known = revision.current(cursor), _names
    if known is not None and known.revision == number:
        return known
    names: list[Folded] = []
    entries: list[int] = []
    for entry, name in queries.names_in_force(cursor) if number else ():
        names.append(name)
        entries.append(entry)
    _names = ListedNames(number, held_in(names), names, entries)
    return _names


def forget() -> None:
    """Forget all; the next who asks reads it anew."""
    global _exact, _names  # noqa: PLW0603 - as above
    _exact = _names = None


def _watched(row: queries.Certain) -> Watched:
    return Watched(row.entry, row.kind_of_list == SANCTIONS, row.starts, row.ends)


def flags_for(cursor: Any, lodgements: Sequence[Lodgement], day: int) -> list[Features]:
    """Return which flags of watchlists declarations bear on a day, in one statement for all.

    Args:
        cursor: of any connection; nothing is written.
        lodgements: declarations.
        day: days since 1970-01-01 of the lodging.

    Returns:
        For each the flags of ``kernel.features`` by name; a party that is not named has none.
    """
    known = exact(cursor)
    return [_flags(known, each, day) for each in lodgements]


def _flags(known: Exact, lodgement: Lodgement, day: int) -> Features:
    if not known.keys and not known.traces:
        return _nothing(lodgement)
    told: dict[str, None] = {}

    def seen(found: Iterable[Watched], flag: str) -> bool:
        """Note the entries that count, and tell whether one of a list of our own does."""
        own = False
        for each in found:
            if each.counts_on(day):
                told[f"{'sanctions' if each.sanction else flag}={each.entry}"] = None
                own = own or not each.sanction
        return own

    flags = _nothing(lodgement)
    for role in ("importer", "exporter", "consignee"):
        party = getattr(lodgement, role)
        if party is not None:
            flags[f"{role}_on_watchlist"] = seen(_of_party(known, party), role)
    for place, item in enumerate(lodgement.items, 1):
        if item.consignee is not None:
            own = seen(_of_party(known, item.consignee), f"consignee[{place}]")
            if own != flags.get("consignee_on_watchlist"):
                flags[f"consignee_on_watchlist[{place}]"] = own
    for party in _others(lodgement):
        seen((one for one in _of_party(known, party) if one.sanction), "sanctions")
    flags["conveyance_on_watchlist"] = seen(_of_means(known, lodgement), "conveyance")
    flags["sanctions_match"] = any(each.startswith("sanctions=") for each in told)
    if told:
        flags[ENTRIES] = " ".join(list(told)[:_MOST_TOLD])
    return flags


def _nothing(lodgement: Lodgement) -> Features:
    flags: Features = {"conveyance_on_watchlist": False, "sanctions_match": False}
    for role in ("importer", "exporter", "consignee"):
        if getattr(lodgement, role) is not None:
            flags[f"{role}_on_watchlist"] = False
    if "consignee_on_watchlist" not in flags and any(one.consignee for one in lodgement.items):
        flags["consignee_on_watchlist"] = False
    return flags


def _of_party(known: Exact, party: Party) -> Iterator[Watched]:
    if party.id:
        yield from known.keys.get(("trader", compared("trader", party.id)), ())
    if known.traces:
        yield from known.traces.get(trace_key(party.id, party.name, party.country), ())


def _of_means(known: Exact, lodgement: Lodgement) -> Iterator[Watched]:
    for means in dict.fromkeys((lodgement.border_means_id, lodgement.arrival_means_id)):
        if means:
            yield from known.keys.get(("means", compared("means", means)), ())
    for container in lodgement.containers:
        yield from known.keys.get(("container", compared("container", container)), ())


def _others(lodgement: Lodgement) -> Iterator[Party]:
    """Yield the parties that have no flag of their own: sanctions reach them as well."""
    for role in ("declarant", "agent", "carrier", "consignor", "seller", "buyer"):
        party = getattr(lodgement, role)
        if party is not None:
            yield party
    for item in lodgement.items:
        for party in (item.consignor, item.seller, item.buyer):
            if party is not None:
                yield party


def entries_told(features: Features) -> list[tuple[str, int]]:
    """Return which flag was raised by which entry, as a version keeps it.

    >>> entries_told({"watch_entries": "importer=12 sanctions=40"})
    [('importer', 12), ('sanctions', 40)]
    """
    told = str(features.get(ENTRIES) or "")
    pairs = (each.rpartition("=") for each in told.split())
    return [(flag, int(entry)) for flag, _, entry in pairs]
