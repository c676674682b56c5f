"""Who may do what with bookings and interchange receipts. Unknown and forbidden answer alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db.models import Q

from clearway.accounts.permission import CUSTOMS, TRADE
from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.gate import access, events, queries
from clearway.gate.models import Booking, Passage, Receipt
from clearway.vocabulary.errors import NotThere

_READERS: Final = CUSTOMS | {Role.AUDITOR}


def booking_for(actor: Actor, number: str, *, to: str = "read") -> Booking:
    """Return a booking for somebody who may ``read``, ``accept``, ``give_up`` it or ``work`` at it.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    rows = queries.bookings(bookings_of(actor, to))
    found = rows.filter(number=number.upper()).first()
    if found is None:
        audit.note("refusal", actor, events.booking_subject(number[:20]), to)
        raise NotThere("There is no such booking.", remedy="Check its number.")
    return found


def bookings_of(actor: Actor, to: str = "read") -> Q:
    """Return the condition for the bookings that an actor may read or act on."""
    if to == "read" and actor.has(*_READERS):
        return Q()
    if not actor.organisation or not actor.has(*TRADE):
        return Q(pk__in=[])
    own, terminal = Q(organisation=actor.organisation), Q(terminal=actor.organisation)
    carrier = Q(carrier=actor.organisation)
    return {
        "read": own | terminal | carrier,
        "accept": terminal | carrier,
        "work": terminal,
        "give_up": own | terminal,
    }[to]


def note_bookings(actor: Actor, rows: Sequence[Booking]) -> None:
    """Log one read of bookings of others, before the answer leaves."""
    others = [row.number for row in rows if row.organisation != actor.organisation]
    if others:
        audit.note("read", actor, "bookings", others)


def passage_for(actor: Actor, number: int) -> Passage:
    """Return what passed a gate of the actor's terminal.

    Raises:
        NotThere: there is none, or it is another terminal's; the refusal is logged.
    """
    here = Q(gate__organisation=actor.organisation)
    found = queries.passages(access.passages_of(actor) & here).filter(pk=number).first()
    if found is None:
        audit.note("refusal", actor, f"gate_passage:{number}")
        raise NotThere("There is no such passage.", remedy="Look at the list of your gate.")
    return found


def receipt_for(actor: Actor, number: str, *, to: str = "read") -> Receipt:
    """Return a receipt for somebody who may ``read`` it or ``state`` what he saw.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    rows = queries.receipts(receipts_of(actor, to))
    found = rows.filter(number=number.upper()).first()
    if found is None:
        audit.note("refusal", actor, events.receipt_subject(number[:20]), to)
        raise NotThere("There is no such receipt.", remedy="Check its number.")
    return found


def receipts_of(actor: Actor, to: str = "read") -> Q:
    """Return the condition for the receipts that an actor may read, or state something in."""
    if to == "read" and actor.has(*_READERS):
        return Q()
    if not actor.organisation or not actor.has(*TRADE):
        return Q(pk__in=[])
    return Q(terminal=actor.organisation) | Q(other=actor.organisation)


def note_receipts(actor: Actor, rows: Sequence[Receipt]) -> None:
    """Log one read of receipts of others, before the answer leaves."""
    others = [r.number for r in rows if actor.organisation not in {r.terminal, r.other}]
    if others:
        audit.note("read", actor, "interchange_receipts", others)
