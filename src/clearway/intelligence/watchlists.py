"""Lists of one's own: made, an entry proposed, approved by a second person, ended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import IntegrityError, transaction

from clearway.accounts.four_eyes import two_persons
from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.declarations.service import needed_reason
from clearway.events.service import Act, act
from clearway.intelligence import access, events, queries, revision
from clearway.intelligence.keys import Key, compared
from clearway.intelligence.models import Entry, EntryKey, EntryName, Watchlist
from clearway.intelligence.names import folded
from clearway.intelligence.rules import (
    CODE,
    LIST_KINDS,
    SANCTIONS,
    EntryWanted,
    digest_of,
    faults_of,
)
from clearway.reference import in_force
from clearway.reference.queries import day_at
from clearway.vocabulary.dates import date_of, days_of
from clearway.vocabulary.errors import DataRefused, StateForbids

LONGEST_FOLDED: Final = 512


def today() -> int:
    """Return today in the pack's country, in days since 1970-01-01."""
    now = clock.now()
    return day_at(now, in_force.reference_at(now))


def make(actor: Actor, *, code: str, name: str, kind: str, publisher: str = "") -> Watchlist:
    """Make an empty list.

    Raises:
        DataRefused: it has no name, or its kind is none.
        StateForbids: its code is used.
    """
    faults = [] if kind in LIST_KINDS else [("/body/kind", f"one of {', '.join(LIST_KINDS)}")]
    faults += [] if name.strip() else [("/body/name", "must not be empty")]
    faults += [] if CODE.fullmatch(code.strip()) else [("/body/code", "letters, digits, - and _")]
    if faults:
        raise DataRefused(
            "The list cannot be made.",
            faults=faults,
            remedy="Mend what is named and send it again.",
        )
    used = StateForbids("A list has this code already.", remedy="Give it another code.")
    if queries.watchlist(code) is not None:
        raise used
    with act(actor) as doing:
        try:
            with transaction.atomic():
                row = Watchlist.objects.create(
                    code=code.strip(), name=name.strip(), kind=kind, publisher=publisher.strip(),
                    made_by=actor.name, made_at=doing.at,
                )  # fmt: skip
        except IntegrityError:
            raise used from None
        doing.announce(events.LIST_MADE, f"watchlist:{row.code}", {"kind": kind})
    return row


def propose(actor: Actor, code: str, wanted: EntryWanted) -> Entry:
    """Propose an entry of a list of one's own. One that only alerts counts at once.

    Raises:
        NotThere: there is no such list.
        DataRefused: it lacks a reason, an end, or what it is known by.
        StateForbids: the list is imported.
    """
    watchlist = access.watchlist_for(actor, code)
    if watchlist.kind == SANCTIONS:
        raise StateForbids(
            "A sanctions list is what its publisher says: no entry is added by hand.",
            remedy="Put the party on a targeting list.",
        )
    if faults := faults_of(wanted, date_of(today())):
        raise DataRefused(
            "The entry cannot be put on the list.",
            faults=faults,
            remedy="Mend what is named: every entry has a reason and an end.",
        )
    stops = wanted.effect == "stop"
    with act(actor) as doing:
        row = Entry(
            watchlist=watchlist,
            number="",
            kind=wanted.kind,
            name=wanted.name.strip(),
            effect=wanted.effect,
            reason=wanted.reason.strip(),
            starts=days_of(wanted.starts),
            ends=days_of(wanted.ends),
            state="proposed" if stops else "in_force",
            digest=digest_of([wanted.name, wanted.aliases, wanted.keys]),
            author=actor.name,
            proposed_at=doing.at,
        )
        number = Entry.objects.filter(watchlist=watchlist).count() + 1
        row.number = f"{number}-{row.digest[:8]}"
        row.save()
        names = [("primary", wanted.name), *(("aka", alias) for alias in wanted.aliases)]
        write_names([(row.pk, kind, name) for kind, name in names])
        write_keys([(row.pk, key) for key in wanted.keys])
        if not stops:
            revision.changed()
        told = {"list": watchlist.code, "effect": row.effect, "state": row.state}
        doing.announce(events.ENTRY_PROPOSED, f"watch_entry:{row.pk}", told)
    return row


def write_names(rows: Iterable[tuple[int, str, str]]) -> None:
    """Write names of entries: entry, kind and name of each."""
    made = []
    for entry, kind, name in rows:
        own = folded(name)
        made.append(
            EntryName(
                entry_id=entry, kind=kind, name=name.strip()[:350],
                folded=own.text[:LONGEST_FOLDED], joined=own.joined[:LONGEST_FOLDED],
                abjad=own.abjad,
            )
        )  # fmt: skip
    EntryName.objects.bulk_create(made, batch_size=500)


def write_keys(rows: Iterable[tuple[int, Key]]) -> None:
    """Write second keys of entries: entry and key of each."""
    made = [
        EntryKey(
            entry_id=entry, kind=key.kind, value=key.value.strip()[:350],
            compared=compared(key.kind, key.value)[:350],
        )
        for entry, key in rows
    ]  # fmt: skip
    EntryKey.objects.bulk_create(made, batch_size=500)


def decide(actor: Actor, number: int, *, approve: bool, reason: str) -> Entry:
    """Approve or refuse, as a second person, an entry that stops goods.

    Raises:
        NotThere: there is no such entry.
        StateForbids: it waits for nobody, or its author decides; that is logged.
        DataRefused: there is no reason, or it would have ended before it began to count.
    """
    found = access.entry_for(actor, number)
    two_persons(actor, [found.author], f"watch_entry:{number}", "decide")
    reason = needed_reason(reason)[:512]
    with act(actor) as doing:
        row = Entry.objects.select_for_update().get(pk=number)
        if row.state != "proposed":
            raise StateForbids(
                "This entry waits for no decision.", remedy="Look where it stands now."
            )
        if approve and row.ends is not None and row.ends <= today():
            raise DataRefused(
                "The entry's end has passed.",
                faults=(("/body/approve", "it has ended"),),
                remedy="Refuse it, and have it proposed anew with a later end.",
            )
        row.state = "in_force" if approve else "refused"
        row.decided_by, row.decided_at, row.decided_why = actor.name, doing.at, reason
        row.save(update_fields=["state", "decided_by", "decided_at", "decided_why"])
        if approve:
            revision.changed()
        told = {"list": found.watchlist.code, "effect": row.effect, "state": row.state}
        doing.announce(events.ENTRY_DECIDED, f"watch_entry:{row.pk}", told)
    return row


def end(actor: Actor, number: int, reason: str) -> Entry:
    """End an entry of a list of one's own before its day.

    Raises:
        NotThere: there is no such entry.
        StateForbids: it has ended, or its list is imported.
        DataRefused: there is no reason.
    """
    found = access.entry_for(actor, number)
    reason = needed_reason(reason)[:512]
    if found.watchlist.kind == SANCTIONS:
        raise StateForbids(
            "An imported entry ends with a version of its list that lacks it.",
            remedy="Import the newer version; dismiss matches that are not meant.",
        )
    with act(actor) as doing:
        row = Entry.objects.select_for_update().get(pk=number)
        if row.state not in queries.LIVE:
            raise StateForbids("This entry has ended already.", remedy="Look where it stands now.")
        close(doing, row, reason)
        revision.changed()
        doing.announce(events.ENTRY_ENDED, f"watch_entry:{row.pk}", {"list": found.watchlist.code})
    return row


def close(doing: Act, row: Entry, reason: str) -> None:
    """End a locked entry within an act."""
    row.state, row.ended_by, row.ended_at, row.ended_why = (
        "ended", doing.actor.name, doing.at, reason,
    )  # fmt: skip
    row.save(update_fields=["state", "ended_by", "ended_at", "ended_why"])
