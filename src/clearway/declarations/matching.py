"""Cargo's news reach declarations: reported, corrected, cancelled, arrived.

``site`` subscribes these functions to cargo's events. Each may come twice, or late; each looks
at what is true now and changes only what differs.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from clearway.audit.actor import system
from clearway.cargo import stock
from clearway.cargo.rules import document_key
from clearway.declarations import events, queries
from clearway.declarations.life_cycle import GOODS, next_state
from clearway.declarations.models import Declaration
from clearway.declarations.service import announce
from clearway.events.service import act
from clearway.kernel.lodgement import Lodgement


def on_document_reported(number: str) -> int:
    """Match the declarations that came ahead of a transport document; stock is reserved now.

    The oldest is served first. Where less is left than it declares, the declaration stays
    unmatched, which blocks its release, and officers are told.

    Returns:
        How many were matched.
    """
    waiting = queries.unmatched(document_key(number)).values_list("pk", flat=True)
    return sum(_match(pk) for pk in list(waiting))


def _match(number: int) -> bool:
    with transaction.atomic():
        declaration = queries.locked(number)
        # One lodged in advance draws on its stock when it is presented.
        waits = declaration.goods_state == "unmatched" and declaration.state != "received"
        if not waits or declaration.direction != "IM":
            return False
        version = queries.current_version(declaration)
        with act(system("matching")) as doing, connection.cursor() as cursor:
            lodgement = queries.lodgement_of(version)
            wanted = reservation(declaration, lodgement, declaration.version)
            (outcome,) = stock.reserve_many(cursor, [wanted], doing.at)
            if outcome.kind != "reserved":
                _not_matched(doing, declaration, outcome)
                return False
            acts = ("match", "arrive") if outcome.arrived else ("match",)
            declaration.goods_state = next_state(GOODS, "unmatched", *acts)
            declaration.save(update_fields=["goods_state"])
            announce(doing, declaration, events.MATCHED, document=declaration.transport_document)
            if outcome.arrived:
                announce(doing, declaration, events.ARRIVED)
    return True


def _not_matched(doing: Any, declaration: Declaration, outcome: stock.Outcome) -> None:
    kind = events.STOCK_SHORT if outcome.kind == "short" else events.UNMATCHED
    announce(
        doing,
        declaration,
        kind,
        document=declaration.transport_document,
        why=outcome.kind,
        **({"balance": outcome.packages} if outcome.kind == "short" else {}),
    )


def reservation(
    declaration: Declaration, lodgement: Lodgement, version: int, *, replaces: bool = False
) -> stock.Reservation:
    """Return what a version of a declaration wants of its transport document."""
    packages = [item.packages for item in lodgement.items]
    masses = [item.gross_mass for item in lodgement.items]
    return stock.Reservation(
        document_number=declaration.transport_document,
        declaration=declaration.pk,
        version=version,
        packages=total(packages, lodgement.total_packages),
        gross_mass=total(masses, lodgement.total_gross_mass),
        mrn=declaration.mrn or "",
        organisation=declaration.organisation,
        importer=declaration.importer,
        replaces=replaces,
    )


def total(parts: list[int | None], whole: int | None) -> int | None:
    """Return the sum of the items where each says it, else what the declaration says itself."""
    known = [part for part in parts if part is not None]
    return sum(known) if known and len(known) == len(parts) else whole


def on_document_arrived(number: str) -> int:
    """Note that the goods of a transport document are here.

    Declarations lodged in advance are presented by the intake room, which assesses them again.

    Returns:
        How many declarations it concerns.
    """
    waiting = queries.awaiting_arrival(document_key(number)).values_list("pk", flat=True)
    count = 0
    for pk in list(waiting):
        with transaction.atomic():
            declaration = queries.locked(pk)
            if declaration.goods_state != "reported":
                continue
            with act(system("matching")) as doing:
                declaration.goods_state = next_state(GOODS, "reported", "arrive")
                declaration.save(update_fields=["goods_state"])
                announce(doing, declaration, events.ARRIVED)
            count += 1
    return count


def on_document_cancelled(number: str) -> int:
    """Note that a transport document is no longer reported: its declarations wait again.

    Returns:
        How many declarations it concerns.
    """
    matched = queries.of_document(document_key(number), ("reported", "arrived"))
    count = 0
    for pk in list(matched.values_list("pk", flat=True)):
        with transaction.atomic():
            declaration = queries.locked(pk)
            if declaration.goods_state not in {"reported", "arrived"}:
                continue
            with act(system("matching")) as doing, connection.cursor() as cursor:
                returned = stock.give_back(cursor, [declaration.pk], doing.at)
                declaration.goods_state = next_state(GOODS, declaration.goods_state, "unmatch")
                declaration.save(update_fields=["goods_state"])
                announce(
                    doing, declaration, events.UNMATCHED, document=declaration.transport_document
                )
                doing.announcements.extend(returned)
            count += 1
    return count
