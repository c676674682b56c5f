"""Every write of the room: a pack is proposed by one person and approved by another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.db import transaction

from clearway import packs
from clearway.accounts.four_eyes import log_same_person
from clearway.accounts.queries import names_of_person
from clearway.audit.actor import Actor, system
from clearway.events.service import Act, act
from clearway.packs.snapshot import write_snapshot
from clearway.reference import events, in_force, queries
from clearway.reference.models import PublishedPack
from clearway.vocabulary.clock import instant_of
from clearway.vocabulary.errors import StateForbids

DEMO_PACK = "portolan"


@contextmanager
def _change(actor: Actor) -> Iterator[Act]:
    with act(actor) as doing:
        yield doing
        transaction.on_commit(in_force.forget)


def publish_first(pack: str) -> PublishedPack | None:
    """Publish the installation's pack at its first start, in force since ever.

    Args:
        pack: ``portolan`` for the demo country, else a pack's folder or a snapshot.

    Returns:
        The pack published now; None where one was published before.

    Raises:
        PackRefused: it has errors.
        InputUnusable: there is no such pack.
    """
    if PublishedPack.objects.filter(state="approved").exists():
        return None
    source = packs.demo_pack() if pack == DEMO_PACK else Path(pack)
    folder = write_snapshot(packs.load(source), in_force.snapshots()).name
    starter = system("start")
    with _change(starter) as doing:
        if PublishedPack.objects.select_for_update().filter(state="approved").exists():
            return None
        published = _row(starter, folder, instant_of(0), doing)
        published.state, published.approved_by = "approved", starter.name
        published.approved_at = doing.at
        published.save()
        _announce(events.PUBLISHED, published, doing)
    return published


def propose(actor: Actor, source: Path, valid_from: datetime) -> PublishedPack:
    """Propose a pack: it is checked, worked through its golden cases and compiled.

    Args:
        actor: who proposes.
        source: the pack's folder.
        valid_from: from when it is to rule.

    Raises:
        PackRefused: the pack has errors; nothing is kept.
        StateForbids: it would rule from a moment that has passed, or of another country.
    """
    folder = packs.compile(source, in_force.snapshots()).name
    with _change(actor) as doing:
        if valid_from < doing.at:
            raise StateForbids(
                "A pack cannot rule the past.", remedy="Let it rule from a moment to come."
            )
        made = _row(actor, folder, valid_from, doing)
        ruling = in_force.reference_at(doing.at)
        if made.country != ruling.country:
            raise StateForbids(f"The pack is of {made.country}; here rules {ruling.country}.")
        _announce(events.PROPOSED, made, doing)
    return made


def approve(actor: Actor, pack_id: int, changes_seen: str) -> PublishedPack:
    """Approve a pack that another person proposed, having seen what it changes.

    Args:
        actor: who approves.
        pack_id: the proposal.
        changes_seen: the digest of the report that he read (``queries.changes_of``): nothing that
            is valid today may disappear unnoticed.

    Raises:
        StateForbids: it is not proposed any more, is his own, the report was another, the moment
            has passed, or another pack rules from the very same moment.
    """
    proposers = PublishedPack.objects.filter(pk=pack_id).values_list("proposed_by", flat=True)
    log_same_person(actor, proposers, f"pack:{pack_id}", "approve")
    with _change(actor) as doing:
        pack = PublishedPack.objects.select_for_update().get(pk=pack_id)
        if pack.state != "proposed":
            raise StateForbids(f"The pack is {pack.state}, not proposed.")
        if actor.name in names_of_person(pack.proposed_by):
            raise StateForbids(
                "Nobody approves his own proposal.", remedy="Let a second person approve it."
            )
        if pack.valid_from < doing.at:
            raise StateForbids(
                "The moment from which it was to rule has passed.",
                remedy="Withdraw it and propose it for a moment to come.",
            )
        if PublishedPack.objects.filter(state="approved", valid_from=pack.valid_from).exists():
            raise StateForbids("Another pack rules from that very moment.")
        report = queries.changes_of(pack)
        if report.digest != changes_seen:
            raise StateForbids(
                "What the pack changes is not what you have seen.",
                remedy="Read its changes again, and approve with their digest.",
            )
        pack.state, pack.approved_by, pack.approved_at = "approved", actor.name, doing.at
        pack.changes = report.digest
        pack.save()
        _announce(events.PUBLISHED, pack, doing, changes=report.digest)
    return pack


def withdraw(actor: Actor, pack_id: int, reason: str) -> PublishedPack:
    """Take back a proposal, or an approved pack that does not rule yet.

    Raises:
        StateForbids: it rules or has ruled: what was law stays on record.
    """
    with _change(actor) as doing:
        pack = PublishedPack.objects.select_for_update().get(pk=pack_id)
        rules_already = pack.state == "approved" and pack.valid_from <= doing.at
        if pack.state == "withdrawn" or rules_already:
            raise StateForbids("The pack rules already, or was withdrawn.")
        pack.state, pack.reason = "withdrawn", reason
        pack.save()
        _announce(events.WITHDRAWN, pack, doing, reason=reason)
    return pack


def _row(actor: Actor, folder: str, valid_from: datetime, doing: Act) -> PublishedPack:
    reference = in_force.opened(folder)
    return PublishedPack.objects.create(
        name=reference.name,
        version=reference.version,
        country=reference.country,
        hash=reference.hash,
        folder=folder,
        proposed_by=actor.name,
        proposed_at=doing.at,
        valid_from=valid_from,
    )


def _announce(kind: str, pack: PublishedPack, doing: Act, **more: str) -> None:
    body = {
        "name": pack.name,
        "version": pack.version,
        "hash": pack.hash,
        "valid_from": pack.valid_from,
        **more,
    }
    doing.announce(kind, f"pack:{pack.pk}", body, legal_time=pack.valid_from)
