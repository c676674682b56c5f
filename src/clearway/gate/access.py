"""Who may do what at a gate, and with which token. Unknown and forbidden answer alike.

A terminal works at its own gates and sees the tokens that are bound to it. Whom the goods concern
asks for tokens: declarants, importers and exporters by their declarations, and whoever reported a
transport document of the unit. Officers and auditors read all; officers recall.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db.models import Q

from clearway.accounts.permission import CUSTOMS, TRADE, Operations
from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.clearance.leaving import Standing
from clearway.clearance.units import declarations_of, documents_of
from clearway.declarations.access import visible
from clearway.gate import events, queries
from clearway.gate.models import Gate, Passage, Token
from clearway.vocabulary.errors import NotThere

_TERMINAL: Final = frozenset({Role.TERMINAL})
_LODGERS: Final = frozenset({Role.TRADER, Role.BROKER, Role.PLATFORM})
_SEALERS: Final = frozenset({Role.TERMINAL, Role.CARRIER})
"""Whoever keeps or carries a container operates its seal."""
_READERS: Final = CUSTOMS | {Role.AUDITOR}

OPERATIONS: Final[Operations] = {
    "openGate": _TERMINAL,
    "listGates": _TERMINAL | _READERS,
    "presentToken": _TERMINAL,
    "listPassages": _TERMINAL | _READERS,
    "getGatePack": _TERMINAL,
    "reconcilePassages": _TERMINAL,
    "listGateAlarms": _TERMINAL | _READERS,
    "seeGateAlarm": _TERMINAL | CUSTOMS,
    "listRevocations": _TERMINAL | _READERS,
    "issueToken": TRADE | CUSTOMS,
    "listTokens": TRADE | _READERS,
    "getToken": TRADE | _READERS,
    "recallToken": TRADE | CUSTOMS,
    "listReleasedNotGated": _TERMINAL | _READERS,
    "listGatedNotReleased": _TERMINAL | _READERS,
    "bookDirect": _LODGERS,
    "listBookings": TRADE | _READERS,
    "getBooking": TRADE | _READERS,
    "acceptBooking": _TERMINAL | {Role.CARRIER},
    "giveSlot": _TERMINAL,
    "moveBooking": _TERMINAL | _LODGERS,
    "getDirectShare": _TERMINAL | _READERS | {Role.CARRIER},
    "openEquipmentReceipt": _TERMINAL,
    "listEquipmentReceipts": TRADE | _READERS,
    "getEquipmentReceipt": TRADE | _READERS,
    "stateCondition": TRADE,
    "issueDeliveryOrder": TRADE | CUSTOMS,
    "tellSealEvent": _SEALERS,
    "listSealEvents": _SEALERS | _READERS,
    "seeSealAlarm": _TERMINAL | CUSTOMS,
}
"""The roles that have each operation."""
_LARGEST: Final = 2**63 - 1


def gate_for(actor: Actor, number: int, *, to: str = "read") -> Gate:
    """Return a gate for somebody who may ``read`` what happened there, or ``work`` at it.

    Raises:
        NotThere: there is none, or it is another terminal's; the refusal is logged.
    """
    found = queries.gates(gates_of(actor, to)).filter(pk=number).first()
    if found is None:
        audit.note("refusal", actor, f"gate:{number}", to)
        raise NotThere("There is no such gate.", remedy="Look at the list of your gates.")
    return found


def gates_of(actor: Actor, to: str = "read") -> Q:
    """Return the condition for the gates that an actor may read of or work at."""
    if to == "read" and actor.has(*_READERS):
        return Q()
    if not actor.has(Role.TERMINAL):
        return Q(pk__in=[])
    return Q(organisation=actor.organisation)


def unit_for(actor: Actor, standing: Standing) -> None:
    """Let somebody go on whom a unit concerns.

    Raises:
        NotThere: nobody knows the unit, or it does not concern him; the refusal is logged.
    """
    declared = [row.pk for row in declarations_of(standing.unit)]
    mine = visible(actor).filter(pk__in=declared).exists()
    reported = any(row.organisation == actor.organisation for row in documents_of(standing.unit))
    if not (mine or (actor.organisation and reported)):
        audit.note("refusal", actor, standing.unit.subject[:96], "token")
        raise NotThere("There is no such unit.", remedy="Check its number and what is declared.")


def token_for(actor: Actor, serial: str, *, to: str = "read") -> Token:
    """Return a token for somebody who may ``read`` or ``recall`` it.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    found = queries.tokens(tokens_of(actor, to)).filter(serial=serial.upper()).first()
    if found is None:
        audit.note("refusal", actor, events.subject(serial[:20]), to)
        raise NotThere("There is no such token.", remedy="Check its number.")
    return found


def tokens_of(actor: Actor, to: str = "read") -> Q:
    """Return the condition for the tokens that an actor may read, or recall.

    He who asked for one may recall it, and customs any; the terminal only reads.
    """
    if actor.has(*(CUSTOMS if to == "recall" else _READERS)):
        return Q()
    if not actor.organisation or not actor.has(*TRADE):
        return Q(pk__in=[])
    asked = Q(organisation=actor.organisation)
    if to == "recall":
        return asked
    own = Q(declarations__declaration__in=visible(actor).values("pk"))
    found = asked | Q(pk__in=queries.tokens(own).values("pk"))
    return found | Q(terminal=actor.organisation) if actor.has(Role.TERMINAL) else found


def passages_of(actor: Actor) -> Q:
    """Return the condition for the attempts to pass that an actor may read."""
    if actor.has(*_READERS):
        return Q()
    if not actor.has(Role.TERMINAL):
        return Q(pk__in=[])
    return Q(gate__organisation=actor.organisation)


def note_tokens(actor: Actor, rows: Sequence[Token]) -> None:
    """Log one read of tokens that others asked for, before the answer leaves."""
    others = [row.serial for row in rows if row.organisation != actor.organisation]
    if others:
        audit.note("read", actor, "gate_tokens", others)


def note_passages(actor: Actor, gate: Gate, rows: Sequence[Passage]) -> None:
    """Log one read of what passed another's gate, before the answer leaves."""
    if rows and gate.organisation != actor.organisation:
        audit.note("read", actor, events.gate_subject(gate.pk), [row.pk for row in rows])


def note_passages_of_all(actor: Actor, rows: Sequence[Passage]) -> None:
    """Log one read of passages at several gates, those of others, before the answer leaves."""
    others = [row.pk for row in rows if row.gate.organisation != actor.organisation]
    if others:
        audit.note("read", actor, "gate_passages", others)


def alarm_for(actor: Actor, number: int) -> Passage:
    """Return an alarm for somebody who may say that he looked at it.

    Raises:
        NotThere: there is none, or it is another terminal's; the refusal is logged.
    """
    known = 0 < number <= _LARGEST
    rows = queries.passages(passages_of(actor) & Q(alarm=True))
    found = rows.filter(pk=number).first() if known else None
    if found is None:
        audit.note("refusal", actor, f"gate_alarm:{number}")
        raise NotThere("There is no such alarm.", remedy="Look at the list anew.")
    return found
