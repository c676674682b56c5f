"""Who may take, decide, confirm, reassign, hold; ``declarations.access`` says of which declaration.

A hold is placed by customs at its office and by agencies; its owner's people and their deputies
lift it, and a supervisor of the owner's administration where a court ordered it.
"""

from __future__ import annotations

from typing import Final

from django.db.models import Q, QuerySet

from clearway.accounts.permission import CUSTOMS, Operations
from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.clearance import queries, units
from clearway.clearance.models import Hold, Move, Proposal
from clearway.clearance.units import Unit
from clearway.declarations import queries as declarations
from clearway.declarations.access import declaration_for, not_there
from clearway.declarations.kinds import EXPORT
from clearway.declarations.models import Declaration
from clearway.vocabulary.errors import NotThere, StateForbids

_HOLDERS: Final = CUSTOMS | {Role.AGENCY}
_SHIPPERS: Final = frozenset({Role.TERMINAL, Role.CARRIER})
_TRADERS: Final = frozenset({Role.TRADER, Role.BROKER, Role.PLATFORM})
_SUPERVISOR: Final = frozenset({Role.SUPERVISOR})
_LARGEST_NUMBER: Final = 2**63 - 1

OPERATIONS: Final[Operations] = {
    "showQueue": CUSTOMS,
    "takeNext": CUSTOMS,
    "takeDeclaration": CUSTOMS,
    "handBack": CUSTOMS,
    "decideDeclaration": CUSTOMS,
    "showDesks": _SUPERVISOR,
    "reassignDeclaration": _SUPERVISOR,
    "listProposals": CUSTOMS,
    "confirmProposal": CUSTOMS,
    "showStanding": _TRADERS | CUSTOMS | {Role.AUDITOR},
    "placeHold": _HOLDERS,
    "holdUnit": _HOLDERS,
    "listHolds": _HOLDERS | {Role.AUDITOR},
    "liftHold": _HOLDERS,
    "releaseItems": CUSTOMS,
    "showUnit": _HOLDERS | {Role.TERMINAL, Role.AUDITOR},
    "authoriseMove": CUSTOMS,
    "listMoves": CUSTOMS | {Role.TERMINAL, Role.AUDITOR},
    "receiveMove": frozenset({Role.TERMINAL}),
    "cancelMove": CUSTOMS,
    "loadUnit": _SHIPPERS,
    "departUnit": _SHIPPERS,
    "listExits": CUSTOMS | {Role.AUDITOR},
    "confirmExit": CUSTOMS,
}
"""The roles that have each operation. Release stands in ``declarations.access``."""


def proposal_for(actor: Actor, number: int) -> Proposal:
    """Return a decision for somebody who may confirm it (``queries.proposals``).

    Never for him who proposed it; for a supervisor of another office where nobody else is.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    known = 0 < number <= _LARGEST_NUMBER
    found = queries.proposals(actor).filter(pk=number).first() if known else None
    if found is None:
        audit.note("refusal", actor, f"proposal:{number if known else '~'}")
        raise NotThere("No such decision waits for you.", remedy="Look at the list anew.")
    return found


def held_declaration_for(actor: Actor, key: str, *, to: str) -> Declaration:
    """Return a declaration whose goods an actor may ``hold``.

    Customs hold what they may decide on; an agency holds whatever its law is about, so that it
    may hold every declaration but its own.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    if actor.has(*CUSTOMS):
        return declaration_for(actor, key, to="decide")
    found = declarations.by_key(key)
    if found is not None and actor.has(Role.AGENCY) and _is_impartial(actor, found):
        return found
    audit.note("refusal", actor, "declaration:" + (key if found is not None else "~"), to)
    raise not_there()


def unit_for(actor: Actor, one: Unit, *, to: str) -> list[Declaration]:
    """Return the declarations of a unit that somebody may hold; none where it is only announced.

    Raises:
        NotThere: he may hold nothing, or is a party to something in it; the refusal is logged.
    """
    rows = units.declarations_of(one)
    if actor.has(*_HOLDERS) and all(_is_impartial(actor, row) for row in rows):
        return rows
    audit.note("refusal", actor, one.subject, to)
    raise NotThere("There is no such unit.", remedy="Check its number.")


def hold_for(actor: Actor, number: int, *, to: str) -> Hold:
    """Return a hold for somebody who may lift it: its owner, or who carries out a court's order.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    found = queries.hold(number) if 0 < number <= _LARGEST_NUMBER else None
    if found is not None and (owns(actor, found) or _carries_out_orders(actor, found)):
        return found
    audit.note("refusal", actor, f"hold:{number if found is not None else '~'}", to)
    raise NotThere("There is no such hold.", remedy="Look at the declaration anew.")


def holds_of(actor: Actor) -> QuerySet[Hold]:
    """Return the holds that an actor may see: of his office or agency, or that it deputises for.

    Auditors and the administration's head office see all of them.
    """
    rows = Hold.objects.select_related("declaration")
    if actor.has(Role.AUDITOR) or (actor.has(*CUSTOMS) and not actor.office):
        return rows
    own = Q(organisation=actor.organisation) & (Q(owner=actor.office) | Q(deputy=actor.office))
    return rows.filter(own)


def moves_of(actor: Actor) -> QuerySet[Move]:
    """Return the movements under control that an actor may see."""
    if actor.has(*CUSTOMS) or actor.has(Role.AUDITOR):
        return Move.objects.all()
    return Move.objects.filter(keeper=actor.organisation)


def note_unit(actor: Actor, one: Unit) -> None:
    """Log that somebody reads where a unit stands: it names declarations of others."""
    audit.note("read", actor, one.subject)


def refuse_unless_export(actor: Actor, one: Unit) -> None:
    """Refuse to load a unit in which no export is.

    Raises:
        NotThere: there is none; the refusal is logged.
    """
    if not any(row.direction == EXPORT for row in units.declarations_of(one)):
        audit.note("refusal", actor, one.subject, "load")
        raise NotThere("There is no such unit.", remedy="Check its number.")


def owns(actor: Actor, hold: Hold) -> bool:
    """Tell whether a hold is an actor's to lift: of his office or agency, or it deputises.

    Who sits at no office belongs to the administration's own, and owns what was placed there.
    """
    if actor.organisation != hold.organisation or not actor.has(*_HOLDERS):
        return False
    if hold.declaration is not None and not _is_impartial(actor, hold.declaration):
        return False
    return actor.office == hold.owner or (bool(hold.deputy) and actor.office == hold.deputy)


def refuse_without_order(actor: Actor, hold: Hold, court_order: str) -> None:
    """Refuse to lift another's hold where no court's order is named.

    Raises:
        StateForbids: none is; the refusal is logged.
    """
    if court_order:
        return
    audit.note("refusal", actor, f"hold:{hold.pk}", "lift")
    raise StateForbids(
        "Another office holds these goods.",
        remedy="Ask its owner or his deputy, or name the order of the court.",
    )


def move_for(actor: Actor, number: int, *, to: str) -> Move:
    """Return a movement under control for its keeper (``read``, ``arrive``) or customs.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    found = Move.objects.filter(pk=number).first() if 0 < number <= _LARGEST_NUMBER else None
    if found is not None:
        keeper = actor.has(Role.TERMINAL) and actor.organisation == found.keeper
        official = actor.has(*CUSTOMS) and actor.organisation != found.keeper
        allowed = {"arrive": keeper, "cancel": official, "read": keeper or official}
        if allowed[to] or (to == "read" and actor.has(Role.AUDITOR)):
            return found
    audit.note("refusal", actor, f"move:{number if found is not None else '~'}", to)
    raise NotThere("There is no such movement.", remedy="Check its number.")


def _carries_out_orders(actor: Actor, hold: Hold) -> bool:
    impartial = hold.declaration is None or _is_impartial(actor, hold.declaration)
    return actor.has(Role.SUPERVISOR) and impartial


def _is_impartial(actor: Actor, declaration: Declaration) -> bool:
    parties = {declaration.declarant, declaration.importer, declaration.exporter} - {""}
    return declaration.organisation != actor.organisation and actor.identifier not in parties
