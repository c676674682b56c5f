"""Sanctions lists: a published version read, compared with what counts, approved, taken over.

Reading comes first and whole: a broken file leaves nothing behind. A version that was read waits
with its files until a second person approves it; then, in one transaction, entries that changed
are replaced, those that are gone end, and what counts is the new version.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Final

import msgspec

from clearway.accounts.four_eyes import two_persons
from clearway.audit.actor import Actor
from clearway.declarations.service import needed_reason
from clearway.events.service import Act, act
from clearway.intelligence import access, accounts, events, ofac, queries, revision
from clearway.intelligence.models import Entry, ListVersion, Watchlist
from clearway.intelligence.ofac import Listed
from clearway.intelligence.rules import SANCTIONS
from clearway.intelligence.watchlists import today, write_keys, write_names
from clearway.vocabulary.dates import date_of, days_of
from clearway.vocabulary.errors import DataRefused, StateForbids, TooLarge

LARGEST: Final = 32 * 1024 * 1024
"""Bytes of a file at most."""


def propose(
    actor: Actor, code: str, *, sdn: bytes, alt: bytes, label: str, published: date, reason: str
) -> ListVersion:
    """Read a version of a sanctions list in the form of OFAC, and let it wait for approval.

    Args:
        actor: who imports it.
        code: of the list.
        sdn: SDN.CSV as published.
        alt: ALT.CSV as published; empty where there are no aliases.
        label: the publisher's own name of the version.
        published: the day on which it was published.
        reason: why it is imported.

    Raises:
        NotThere: there is no such list.
        DataRefused: a file is not as published; the faults name file, line and column.
        StateForbids: the list is of one's own, or another version of it waits.
        TooLarge: a file is larger than ``LARGEST``.
    """
    watchlist = access.watchlist_for(actor, code)
    reason = needed_reason(reason)[:512]
    if watchlist.kind != SANCTIONS:
        raise StateForbids("This list is kept by hand: nothing is imported into it.")
    if max(len(sdn), len(alt)) > LARGEST:
        raise TooLarge("A file of the list is larger than 32 MiB.")
    faults = [] if label.strip() else [("/body/label", "must not be empty")]
    if published > date_of(today()):
        faults.append(("/body/published", "not after today"))
    if faults:
        raise DataRefused(
            "The version cannot be imported.",
            faults=faults,
            remedy="Name the version as published.",
        )
    listed = ofac.read(sdn, alt)
    files = msgspec.msgpack.encode({"sdn": sdn, "alt": alt})
    with act(actor) as doing:
        locked = Watchlist.objects.select_for_update().get(pk=watchlist.pk)
        rows = queries.versions(locked)
        if rows.filter(state="proposed").exists():
            raise StateForbids(
                "A version of this list waits for its approval already.",
                remedy="Have it approved or refused first.",
            )
        live = queries.live_entries(locked)
        change = accounts.changes(live, listed)
        newest = rows.order_by("-number").first()
        made = ListVersion.objects.create(
            watchlist=locked,
            number=1 + (newest.number if newest else 0),
            label=label.strip()[:64],
            published=days_of(published),
            files=files,
            digest=hashlib.sha256(files).hexdigest(),
            entries=len(listed),
            added=len(change.added),
            changed=len(change.changed),
            removed=len(change.removed),
            told=accounts.written(change, live, listed),
            reason=reason,
            imported_by=actor.name,
            imported_at=doing.at,
        )
        doing.announce(events.VERSION_IMPORTED, f"watchlist:{code}", _told(made))
    return made


def decide(actor: Actor, code: str, number: int, *, approve: bool, reason: str) -> ListVersion:
    """Approve a version, so that it counts from now on, or refuse it; as a second person.

    Raises:
        NotThere: there is no such list or version.
        StateForbids: it waits for nobody, or who imported it decides; that is logged.
        DataRefused: there is no reason.
    """
    watchlist = access.watchlist_for(actor, code)
    found = access.version_for(actor, watchlist, number)
    two_persons(actor, [found.imported_by], f"watchlist:{code}", "approve a version")
    reason = needed_reason(reason)[:512]
    with act(actor) as doing:
        locked = Watchlist.objects.select_for_update().get(pk=watchlist.pk)
        row = ListVersion.objects.select_for_update().get(pk=found.pk)
        if row.state != "proposed":
            raise StateForbids(
                "This version waits for no decision.", remedy="Look where it stands now."
            )
        if approve:
            _take_over(doing, locked, row)
        row.state = "in_force" if approve else "refused"
        row.decided_by, row.decided_at, row.decided_why = actor.name, doing.at, reason
        row.save()
        doing.announce(events.VERSION_DECIDED, f"watchlist:{code}", _told(row))
    return row


def _take_over(doing: Act, watchlist: Watchlist, version: ListVersion) -> None:
    """Let a version count: what changed or is gone ends, what changed or is new is written."""
    files = msgspec.msgpack.decode(bytes(version.files))
    listed = {one.number: one for one in ofac.read(files["sdn"], files["alt"])}
    live = queries.live_entries(watchlist)
    change = accounts.changes(live, list(listed.values()))
    told = accounts.written(change, live, listed.values())
    over = [live[number][0] for number in (*change.removed, *change.changed)]
    for begin in range(0, len(over), 500):
        Entry.objects.filter(pk__in=over[begin : begin + 500]).update(
            state="ended", ended_by=doing.actor.name, ended_at=doing.at, ended_why=version.label
        )
    new = [listed[number] for number in (*change.added, *change.changed)]
    rows = Entry.objects.bulk_create(
        [_row(doing, watchlist, version, one) for one in new], batch_size=500
    )
    write_names((r.pk, k, n) for r, one in zip(rows, new, strict=True) for k, n in one.names)
    write_keys((r.pk, key) for r, one in zip(rows, new, strict=True) for key in one.keys)
    queries.versions(watchlist).filter(state="in_force").update(state="superseded")
    version.added, version.changed = len(change.added), len(change.changed)
    version.removed, version.told = len(change.removed), told
    watchlist.in_force = version.number
    watchlist.save(update_fields=["in_force"])
    revision.changed()


def _row(doing: Act, watchlist: Watchlist, version: ListVersion, one: Listed) -> Entry:
    return Entry(
        watchlist=watchlist,
        number=one.number,
        kind=one.kind,
        name=one.name,
        effect="stop",
        reason=f"{watchlist.name}: {one.programme}"[:2000],
        remarks=one.remarks,
        starts=version.published,
        state="in_force",
        digest=one.digest(),
        author=version.imported_by,
        proposed_at=version.imported_at,
        decided_by=doing.actor.name,
        decided_at=doing.at,
    )


def _told(version: ListVersion) -> dict[str, object]:
    return {
        "version": version.number,
        "label": version.label,
        "state": version.state,
        "added": version.added,
        "changed": version.changed,
        "removed": version.removed,
    }
