"""Every read of the room's tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from django.db.models import Count, Q, QuerySet

from clearway.audit.bulk import ask
from clearway.cargo.rules import document_key
from clearway.declarations.life_cycle import BEFORE_RELEASE
from clearway.declarations.models import Declaration
from clearway.intelligence.keys import EXACT
from clearway.intelligence.models import (
    Alert,
    Appearance,
    Case,
    Entry,
    EntryKey,
    EntryName,
    Hit,
    ListVersion,
    Match,
    Piece,
    Trace,
    Watchlist,
)
from clearway.intelligence.names import Folded, folded, unfolded

LIVE: Final = ("proposed", "in_force")
OPEN_CASE: Final = ("new", "reviewed")


class Certain(NamedTuple):
    """An entry that stops goods, by what it is known for certain."""

    kind: str
    compared: str
    entry: int
    kind_of_list: str
    starts: int
    ends: int | None


_COUNTS: Final = "e.state = 'in_force' AND e.effect = 'stop'"


def exact_keys(cursor: Any) -> list[Certain]:
    """Return the exact keys of the entries that stop goods."""
    kinds = ", ".join(f"'{kind}'" for kind in sorted(EXACT))
    rows = ask(
        cursor,
        "SELECT k.kind, k.compared, e.id, w.kind, e.starts, e.ends "  # noqa: S608 - constants only
        "FROM intelligence_entry e JOIN intelligence_entrykey k ON k.entry_id = e.id "
        f"JOIN intelligence_watchlist w ON w.id = e.watchlist_id WHERE {_COUNTS} "
        f"AND k.kind IN ({kinds}) ORDER BY e.id",
        [],
    )
    return [Certain(*row) for row in rows]


def confirmed_traces(cursor: Any) -> list[Certain]:
    """Return the traces that an analyst confirmed to be entries that stop goods."""
    rows = ask(
        cursor,
        "SELECT t.kind, t.key, e.id, w.kind, e.starts, e.ends FROM intelligence_match m "  # noqa: S608
        "JOIN intelligence_trace t ON t.id = m.trace_id "
        "JOIN intelligence_watchlist w ON w.id = m.watchlist_id "
        "JOIN intelligence_entry e ON e.watchlist_id = m.watchlist_id "
        f"AND e.number = m.entry_number WHERE m.state = 'confirmed' AND {_COUNTS} ORDER BY e.id",
        [],
    )
    return [Certain(*row) for row in rows]


def names_in_force(cursor: Any) -> list[tuple[int, Folded]]:
    """Return what the names of all entries in force are compared by, each with its entry."""
    rows = ask(
        cursor,
        "SELECT n.entry_id, n.folded, n.joined, n.abjad FROM intelligence_entryname n "
        "JOIN intelligence_entry e ON e.id = n.entry_id WHERE e.state = 'in_force' ORDER BY n.id",
        [],
    )
    return [(row[0], unfolded(row[1], row[2], abjad=bool(row[3]))) for row in rows]


def trace_names(cursor: Any, after: int) -> Iterator[tuple[int, Folded]]:
    """Yield what the names of parties in the record are compared by, those after a row number."""
    rows = ask(
        cursor,
        "SELECT t.id, t.folded, t.joined, t.abjad FROM intelligence_trace t "
        "WHERE t.kind = 'party' AND t.id > %s ORDER BY t.id",
        [after],
    )
    for number, text, joined, abjad in rows:
        yield number, unfolded(text, joined, abjad=bool(abjad))


def last_trace_name(cursor: Any) -> int:
    """Return the greatest row number of a party's trace, 0 where there is none."""
    rows = ask(cursor, "SELECT max(t.id) FROM intelligence_trace t WHERE t.kind = 'party'", [])
    return int(rows[0][0] or 0)


def watchlists() -> QuerySet[Watchlist]:
    """Return the lists, by their codes, each with how many entries it has in force."""
    return Watchlist.objects.annotate(
        count=Count("entries", filter=Q(entries__state="in_force"))
    ).order_by("code")


def watchlist(code: str) -> Watchlist | None:
    """Return a list by its code."""
    return watchlists().filter(code=code).first()


def versions(watchlist: Watchlist) -> QuerySet[ListVersion]:
    """Return the versions of a list without their files, which are large."""
    return ListVersion.objects.filter(watchlist=watchlist).defer("files", "told")


def version(watchlist: Watchlist, number: int) -> ListVersion | None:
    """Return a version of a list with its files."""
    return ListVersion.objects.filter(watchlist=watchlist, number=number).first()


def entries(watchlist: Watchlist | None = None, state: str = "") -> QuerySet[Entry]:
    """Return entries with their list, of one list and in one state where these are given."""
    rows = Entry.objects.select_related("watchlist")
    if watchlist is not None:
        rows = rows.filter(watchlist=watchlist)
    return rows.filter(state=state) if state else rows


def entry(number: int) -> Entry | None:
    """Return an entry with its list."""
    return entries().filter(pk=number).first()


def entries_of_rows(rows: Iterable[int]) -> list[Entry]:
    """Return entries by their row numbers."""
    return list(Entry.objects.filter(pk__in=list(rows)).order_by("id"))


def entries_called(rows: QuerySet[Entry], name: str) -> QuerySet[Entry]:
    """Narrow entries to those that have a name with the words of one, in any order and script."""
    for word in folded(name).words:
        called = EntryName.objects.filter(folded__contains=word)
        rows = rows.filter(pk__in=called.values("entry"))
    return rows


def proposed_of(watchlists: Iterable[int]) -> dict[int, int]:
    """Return how many entries and versions wait for a second person, by list."""
    found: dict[int, int] = {}
    lists = list(watchlists)
    for model in (Entry, ListVersion):
        waiting = model.objects.filter(watchlist__in=lists, state="proposed")
        for number, count in waiting.values_list("watchlist").annotate(Count("pk")):
            found[number] = found.get(number, 0) + count
    return found


def live_of(watchlist: Watchlist) -> int:
    """Return how many entries of a list count."""
    return Entry.objects.filter(watchlist=watchlist, state="in_force").count()


def live_entries(watchlist: Watchlist) -> dict[str, tuple[int, str]]:
    """Return row number and digest of a list's live entries, by their numbers in the list."""
    rows = Entry.objects.filter(watchlist=watchlist, state="in_force")
    return {number: (row, digest) for number, row, digest in
            rows.values_list("number", "pk", "digest")}  # fmt: skip


def names_of(rows: Iterable[int]) -> dict[int, list[EntryName]]:
    """Return the names of entries, by entry, the primary first."""
    found: dict[int, list[EntryName]] = {}
    for name in EntryName.objects.filter(entry__in=list(rows)).order_by("id"):
        found.setdefault(name.entry_id, []).append(name)
    return found


def keys_of(rows: Iterable[int]) -> dict[int, list[EntryKey]]:
    """Return the second keys of entries, by entry."""
    found: dict[int, list[EntryKey]] = {}
    for key in EntryKey.objects.filter(entry__in=list(rows)).order_by("id"):
        found.setdefault(key.entry_id, []).append(key)
    return found


def entries_with_keys(kinds: Iterable[str], values: Iterable[str]) -> list[EntryKey]:
    """Return the keys of entries in force that are one of some values, with their entries."""
    rows = EntryKey.objects.filter(
        kind__in=list(kinds), compared__in=list(values), entry__state="in_force"
    )
    return list(rows.select_related("entry", "entry__watchlist").order_by("id"))


def matches(state: str = "") -> QuerySet[Match]:
    """Return matches with both their sides, in one state where it is given."""
    rows = Match.objects.select_related("entry__watchlist", "watchlist", "trace")
    return rows.filter(state=state) if state else rows


def match(number: int) -> Match | None:
    """Return a match with both its sides."""
    return matches().filter(pk=number).first()


def matches_of_traces(traces: Iterable[int]) -> QuerySet[Match]:
    """Return the matches of traces."""
    return matches().filter(trace__in=list(traces)).order_by("id")


def matches_of_entry(entry: Entry, most: int = 50) -> list[Match]:
    """Return whom the record names that may be an entry, the latest first."""
    rows = matches().filter(watchlist=entry.watchlist_id, entry_number=entry.number)
    return list(rows.order_by("-id")[:most])


def cases(state: str = "") -> QuerySet[Case]:
    """Return targeting cases, in one state where it is given."""
    rows = Case.objects.all()
    return rows.filter(state=state) if state else rows


def case(number: int) -> Case | None:
    """Return a targeting case."""
    return Case.objects.filter(pk=number).first()


def targeted(about: str, numbers: Iterable[str]) -> list[Case]:
    """Return the cases about some records that ended with a target note."""
    rows = Case.objects.filter(about=about, number__in=[n for n in numbers if n], state="targeted")
    return list(rows.order_by("id"))


def alerts(case: int) -> list[Alert]:
    """Return why a case was opened."""
    rows = Alert.objects.filter(case=case).select_related(
        "match__entry__watchlist", "match__watchlist", "match__trace"
    )
    return list(rows.order_by("-match__score", "id"))


def alerted(match: int) -> list[Case]:
    """Return the cases in which a match alerts."""
    return list(Case.objects.filter(alerts__match=match).distinct().order_by("-id")[:50])


def traces(numbers: Iterable[int]) -> dict[int, Trace]:
    """Return traces by their row numbers."""
    return Trace.objects.in_bulk(list(numbers))


def trace(key: str) -> Trace | None:
    """Return a trace by its key."""
    return Trace.objects.filter(key=key).first()


def known_keys(keys: Iterable[str]) -> set[str]:
    """Return which of some keys are those of traces."""
    return set(Trace.objects.filter(key__in=list(keys)).values_list("key", flat=True))


def appearances_of(trace: int, most: int) -> list[Appearance]:
    """Return where a trace stands, the latest first."""
    return list(Appearance.objects.filter(trace=trace).order_by("-id")[:most])


def appearances_in(numbers: Iterable[str]) -> list[Appearance]:
    """Return what stands in records, by their numbers."""
    rows = Appearance.objects.filter(number__in=list(numbers)).select_related("trace")
    return list(rows.order_by("id"))


def pieces() -> QuerySet[Piece]:
    """Return the entries of the register; who may see which is decided in ``access``."""
    return Piece.objects.all()


def hits(declaration: int) -> list[Hit]:
    """Return which entries stood behind the flags of a declaration's versions, the latest first."""
    rows = Hit.objects.filter(declaration=declaration)
    return list(rows.select_related("entry", "entry__watchlist").order_by("-version", "id"))


def mrns_on(number: str) -> list[str]:
    """Return the declarations before release that draw on a transport document, by its number."""
    rows = Declaration.objects.filter(
        transport_document=document_key(number), state__in=BEFORE_RELEASE, mrn__isnull=False
    )
    return [mrn for mrn in rows.order_by("id").values_list("mrn", flat=True) if mrn]
