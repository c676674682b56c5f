"""Who may do what with a declaration. Unknown and forbidden answer alike: ``NotThere``.

A trader acts on what his organisation lodged and may read what names him as declarant, importer
or exporter. Customs reads and decides at its office (an officer without office, at any), never
on a declaration of its own organisation's or of a party it acts for. Auditors read everything.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from clearway.accounts.permission import CUSTOMS
from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.declarations import queries
from clearway.declarations.events import subject
from clearway.declarations.models import ActRequest, Declaration
from clearway.vocabulary.errors import NotThere

_TRADE = frozenset({Role.TRADER, Role.BROKER, Role.PLATFORM})
_READERS = _TRADE | CUSTOMS | {Role.AUDITOR}

OPERATIONS: Mapping[str, frozenset[Role]] = {
    "listDeclarations": _READERS,
    "getDeclaration": _READERS,
    "listVersions": _READERS,
    "getVersion": _READERS,
    "getOriginal": _READERS,
    "listRequests": _READERS,
    "withdrawRequest": _TRADE,
    "cancelDeclaration": _TRADE,
    "amendDeclaration": _TRADE,
    "presentGoods": _TRADE | CUSTOMS,
    "decideRequest": CUSTOMS,
    "releaseDeclaration": CUSTOMS,
    "attachDocument": _TRADE,
    "listDocuments": _READERS,
    "getDocument": _READERS,
}
"""The roles that have each operation; the intake room's acts on declarations are among them."""

_OWNERS_ACTS = frozenset({"amend", "cancel", "attach", "withdraw"})
_CUSTOMS_ACTS = frozenset({"release", "decide"})


def declaration_for(actor: Actor, key: str, *, to: str = "read") -> Declaration:
    """Return a declaration for somebody who may do this with it.

    Args:
        actor: who asks.
        key: its MRN; the row number of one that was rejected and has none.
        to: read, amend, cancel, attach, withdraw, present, release or decide.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    found = queries.by_key(key)
    if found is not None and _may(actor, found, to):
        return found
    audit.note("refusal", actor, "declaration:" + (key if found is not None else "~"), to)
    raise not_there()


def not_there() -> NotThere:
    """Return the one answer to whatever is unknown or another's."""
    return NotThere(
        "There is no such declaration.", remedy="Check the MRN, and for whom you are signed in."
    )


def visible(actor: Actor) -> QuerySet[Declaration]:
    """Return the declarations that an actor may read."""
    rows = queries.all_declarations()
    if actor.has(Role.AUDITOR):
        return rows
    mine = Q(pk__in=[])
    if actor.has(*CUSTOMS):
        mine |= Q(office=actor.office) if actor.office else Q(pk__isnull=False)
    if actor.has(*_TRADE) and actor.organisation:
        mine |= Q(organisation=actor.organisation)
        if actor.identifier:
            mine |= Q(importer=actor.identifier) | Q(exporter=actor.identifier)
            mine |= Q(declarant=actor.identifier)
    return rows.filter(mine)


def decidable(actor: Actor) -> QuerySet[Declaration]:
    """Return the declarations that an official may decide on: ``declaration_for(to="decide")``."""
    rows = queries.all_declarations()
    if not actor.has(*CUSTOMS):
        return rows.none()
    rows = rows.exclude(organisation=actor.organisation)
    if actor.office:
        rows = rows.filter(office=actor.office)
    if actor.identifier:
        own = Q(declarant=actor.identifier) | Q(importer=actor.identifier)
        rows = rows.exclude(own | Q(exporter=actor.identifier))
    return rows


def request_for(actor: Actor, number: int, *, to: str) -> ActRequest:
    """Return a trader's request for somebody who may decide or withdraw it.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    found = queries.request(number)
    if found is not None and _may(actor, found.declaration, to):
        return found
    audit.note("refusal", actor, f"request:{number}", to)
    raise NotThere("There is no such request.", remedy="Check its number.")


def reads_as_stranger(actor: Actor, declaration: Declaration) -> bool:
    """Tell whether a read is of another's data and therefore logged."""
    return declaration.organisation != actor.organisation


def note_read(actor: Actor, declaration: Declaration, what: str = "") -> None:
    """Log that somebody reads another's declaration, before the answer leaves."""
    if reads_as_stranger(actor, declaration):
        audit.note("read", actor, subject(declaration.mrn, declaration.pk), what or None)


def _may(actor: Actor, declaration: Declaration, to: str) -> bool:
    owner = declaration.organisation == actor.organisation and actor.has(*_TRADE)
    customs = actor.has(*CUSTOMS) and actor.office in {"", declaration.office}
    party = bool(actor.identifier) and actor.identifier in {
        declaration.declarant,
        declaration.importer,
        declaration.exporter,
    }
    # Nobody decides in his own matter, whatever roles he holds besides.
    impartial = customs and not party and declaration.organisation != actor.organisation
    if to in _OWNERS_ACTS:
        return owner
    if to in _CUSTOMS_ACTS:
        return impartial
    if to == "present":
        return owner or impartial
    return owner or customs or actor.has(Role.AUDITOR) or (party and actor.has(*_TRADE))
