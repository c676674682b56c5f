"""Who may do what in this room. Unknown and forbidden answer alike; reads are logged.

Intelligence is customs' own: no trader, agency or operator ever sees any of it, and auditors read.
An entry of the register that is for analysts alone is shown to its author, to supervisors and to
auditors besides them. The hits of a declaration are for those alone who may read the declaration.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db.models import Q, QuerySet

from clearway.accounts.permission import Operations
from clearway.accounts.queries import names_of_person
from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.intelligence import queries
from clearway.intelligence.models import Case, Entry, ListVersion, Match, Piece, Trace, Watchlist
from clearway.vocabulary.errors import NotThere

ANALYSTS: Final = frozenset({Role.ANALYST, Role.SUPERVISOR})
_WORK: Final = ANALYSTS | {Role.OFFICER}
_READ: Final = _WORK | {Role.AUDITOR}

OPERATIONS: Final[Operations] = {
    "listIntelligence": _READ,
    "getIntelligence": _READ,
    "recordIntelligence": _WORK,
    "amendIntelligence": _WORK,
    "linkIntelligence": _WORK,
    "closeIntelligence": _WORK,
    "listWatchlists": _READ,
    "makeWatchlist": ANALYSTS,
    "listWatchEntries": _READ,
    "getWatchEntry": _READ,
    "proposeWatchEntry": _WORK,
    "decideWatchEntry": ANALYSTS,
    "endWatchEntry": ANALYSTS,
    "listListVersions": _READ,
    "importListVersion": ANALYSTS,
    "decideListVersion": ANALYSTS,
    "searchNames": _READ,
    "listMatches": _READ,
    "decideMatch": _WORK,
    "decideMatches": _WORK,
    "listTargetingCases": _READ,
    "getTargetingCase": _READ,
    "decideTargetingCase": _WORK,
    "showLinks": _READ,
    "listWatchHits": frozenset({Role.OFFICER, Role.SUPERVISOR, Role.AUDITOR}),
}
"""The roles that have each operation."""


def watchlist_for(actor: Actor, code: str) -> Watchlist:
    """Return a list.

    Raises:
        NotThere: there is none.
    """
    found = queries.watchlist(code) if "\0" not in code else None
    if found is None:
        raise _not_there(actor, "watchlist:~", "There is no such list.")
    return found


def version_for(actor: Actor, watchlist: Watchlist, number: int) -> ListVersion:
    """Return a version of a list.

    Raises:
        NotThere: there is none.
    """
    found = queries.version(watchlist, number)
    if found is None:
        raise _not_there(actor, f"watchlist:{watchlist.code}", "There is no such version.")
    return found


def entry_for(actor: Actor, number: int) -> Entry:
    """Return an entry of a list.

    Raises:
        NotThere: there is none.
    """
    found = queries.entry(number)
    if found is None:
        raise _not_there(actor, "watch_entry:~", "There is no such entry.")
    return found


def match_for(actor: Actor, number: int) -> Match:
    """Return a match.

    Raises:
        NotThere: there is none.
    """
    found = queries.match(number)
    if found is None:
        raise _not_there(actor, "watch_match:~", "There is no such match.")
    return found


def cases(actor: Actor, state: str = "") -> QuerySet[Case]:
    """Return the targeting cases that an actor may read: of his office, and of no office."""
    rows = queries.cases(state)
    if actor.office and not actor.has(Role.AUDITOR):
        rows = rows.filter(Q(office=actor.office) | Q(office=""))
    return rows


def case_for(actor: Actor, number: int) -> Case:
    """Return a targeting case that an actor may read.

    Raises:
        NotThere: there is none, or none for him; the refusal is logged.
    """
    found = cases(actor).filter(pk=number).first()
    if found is None:
        raise _not_there(actor, f"targeting_case:{number}", "There is no such case.")
    return found


def sees_case(actor: Actor, number: str) -> bool:
    """Tell whether an actor may read the case of a number, given as text."""
    plain = number.isascii() and number.isdigit() and len(number) < 19
    return plain and cases(actor).filter(pk=int(number)).exists()


def pieces_about(actor: Actor, kind: str, keys: Iterable[str]) -> list[Piece]:
    """Return the open entries of the register that are linked to something and one may read."""
    wanted = [key for key in keys if key]
    if not wanted:
        return []
    rows = pieces(actor).filter(links__kind=kind, links__key__in=wanted, state="open")
    return list(rows.distinct().order_by("-id")[:50])


def pieces(actor: Actor) -> QuerySet[Piece]:
    """Return the entries of the register that an actor may read."""
    rows = queries.pieces()
    if actor.has(*ANALYSTS, Role.AUDITOR):
        return rows
    return rows.filter(Q(audience="customs") | Q(author__in=names_of_person(actor.name)))


def piece_for(actor: Actor, number: int) -> Piece:
    """Return an entry of the register that an actor may read.

    Raises:
        NotThere: there is none, or none for him; the refusal is logged.
    """
    found = pieces(actor).filter(pk=number).first()
    if found is None:
        raise _not_there(actor, f"intelligence:{number}", "There is no such entry.")
    return found


def trace_for(actor: Actor, key: str) -> Trace:
    """Return a trace by its key.

    Raises:
        NotThere: there is none.
    """
    found = queries.trace(key) if "\0" not in key else None
    if found is None:
        raise _not_there(actor, "trace:~", "Nobody on the record has this key.")
    return found


def note_search(actor: Actor, name: str, reason: str) -> None:
    """Log that an actor looks for a name, and why; the log commits to both and shows neither."""
    audit.note("read", actor, "intelligence:search", [name, reason])


def note_read(actor: Actor, what: str, keys: Sequence[Any]) -> None:
    """Log that an actor reads something, before it is shown."""
    if keys:
        audit.note("read", actor, f"intelligence:{what}", list(keys))


def _not_there(actor: Actor, subject: str, what: str) -> NotThere:
    audit.note("refusal", actor, subject)
    return NotThere(what, remedy="Look at the list anew.")
