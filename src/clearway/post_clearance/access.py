"""Who may do what in this room. Unknown and forbidden answer alike.

Customs sees and acts on what is of its office, but for a party's own people in that party's
matter; auditors read all. A party sees an audit from the day on which it was told, or came forward
itself: never that it was only selected.
"""

from __future__ import annotations

from typing import Final, TypeVar

from django.db.models import Q, QuerySet

from clearway.accounts.permission import CUSTOMS, Operations
from clearway.audit import service as audit_log
from clearway.audit.actor import Actor, Role
from clearway.declarations.access import decidable
from clearway.post_clearance import queries
from clearway.post_clearance.models import Appeal, Audit, Claim, Correction, Draw
from clearway.vocabulary.errors import NotThere

_Lodged = TypeVar("_Lodged", Claim, Appeal)
_SUPERVISOR: Final = frozenset({Role.SUPERVISOR})
_TRADE: Final = frozenset({Role.TRADER, Role.BROKER, Role.PLATFORM})
OFFICIALS: Final = CUSTOMS | {Role.AUDITOR}

OPERATIONS: Final[Operations] = {
    "listSelections": OFFICIALS,
    "passOverSelection": _SUPERVISOR,
    "openAudit": CUSTOMS,
    "listAudits": OFFICIALS | _TRADE,
    "getAudit": OFFICIALS | _TRADE,
    "notifyAudit": _SUPERVISOR,
    "dropAudit": _SUPERVISOR,
    "beginFieldwork": CUSTOMS,
    "draftFindings": CUSTOMS,
    "answerFindings": _TRADE,
    "closeHearing": CUSTOMS,
    "decideAudit": _SUPERVISOR,
    "discloseError": _TRADE,
    "proposeCorrection": CUSTOMS,
    "listCorrections": OFFICIALS | _TRADE,
    "getCorrection": OFFICIALS | _TRADE,
    "confirmCorrection": CUSTOMS,
    "lodgeClaim": _TRADE,
    "listClaims": OFFICIALS | _TRADE,
    "getClaim": OFFICIALS | _TRADE,
    "decideClaim": CUSTOMS,
    "withdrawClaim": _TRADE,
    "lodgeAppeal": _TRADE,
    "listAppeals": OFFICIALS | _TRADE,
    "getAppeal": OFFICIALS | _TRADE,
    "admitAppeal": CUSTOMS,
    "hearAppeal": CUSTOMS,
    "decideAppeal": _SUPERVISOR,
    "withdrawAppeal": _TRADE,
}
"""The roles that have each operation."""


def audit_for(actor: Actor, number: int, *, to: str = "read") -> Audit:
    """Return an audit for somebody who may do this with it.

    Args:
        actor: who asks.
        number: its id.
        to: read, act (customs) or answer (the party).

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    rows = {"read": visible_audits, "act": _actionable, "answer": _own}[to](actor)
    found = rows.filter(pk=number).first() if queries.is_number(number) else None
    if found is None:
        audit_log.note("refusal", actor, f"post_audit:{number}", to)
        raise NotThere("There is no such audit.", remedy="Check its number.")
    return found


def visible_audits(actor: Actor) -> QuerySet[Audit]:
    """Return the audits that an actor may read."""
    if actor.has(Role.AUDITOR):
        return queries.audits()
    customs = _actionable(actor) if actor.has(*CUSTOMS) else queries.audits().none()
    own = _own(actor) if actor.has(*_TRADE) else queries.audits().none()
    return customs | own


def _actionable(actor: Actor) -> QuerySet[Audit]:
    rows = queries.audits().exclude(organisation=actor.organisation)
    if actor.identifier:
        rows = rows.exclude(party=actor.identifier)
    if not actor.has(*CUSTOMS):
        return rows.none()
    return rows.filter(office=actor.office) if actor.office else rows


def _own(actor: Actor) -> QuerySet[Audit]:
    told = ~Q(notified_at=None) | ~Q(disclosed_at=None)
    if not actor.organisation:
        return queries.audits().none()
    return queries.audits().filter(told, organisation=actor.organisation)


def visible_draws(actor: Actor) -> QuerySet[Draw]:
    """Return what was selected and waits, as far as an official may see it."""
    rows = queries.waiting_draws()
    if actor.has(Role.AUDITOR):
        return rows
    rows = rows.exclude(declaration__organisation=actor.organisation)
    return rows.filter(office=actor.office) if actor.office else rows


def draw_for(actor: Actor, number: int) -> Draw:
    """Return a waiting selection for a supervisor who may pass it over.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    known = queries.is_number(number)
    found = visible_draws(actor).filter(pk=number).first() if known else None
    if found is None:
        audit_log.note("refusal", actor, f"selection:{number}", "pass over")
        raise NotThere("There is no such selection.", remedy="Look at the list anew.")
    return found


def correction_for(actor: Actor, number: int, *, to: str = "read") -> Correction:
    """Return a correction for somebody who may do this with it.

    Args:
        actor: who asks.
        number: its id.
        to: read, act (customs) or own (the party, once it is done).

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    rows = visible_corrections(actor, to)
    found = rows.filter(pk=number).first() if queries.is_number(number) else None
    if found is None:
        audit_log.note("refusal", actor, f"correction:{number}", to)
        raise NotThere("There is no such correction.", remedy="Check its number.")
    return found


def visible_corrections(actor: Actor, to: str = "read") -> QuerySet[Correction]:
    """Return the corrections that an actor may read, or act on."""
    rows = queries.corrections()
    if to == "read" and actor.has(Role.AUDITOR):
        return rows
    customs, own = rows.none(), rows.none()
    if actor.has(*CUSTOMS) and to != "own":
        customs = rows.filter(declaration__in=decidable(actor).values("pk"))
    if actor.has(*_TRADE) and actor.organisation and to != "act":
        own = rows.filter(state="done", declaration__organisation=actor.organisation)
    return customs | own


def claim_for(actor: Actor, number: int, *, to: str = "read") -> Claim:
    """Return a claim for somebody who may do this with it.

    Args:
        actor: who asks.
        number: its id.
        to: read, act (customs, impartial) or own (who lodged it).

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    rows = visible_claims(actor, to)
    found = rows.filter(pk=number).first() if queries.is_number(number) else None
    if found is None:
        audit_log.note("refusal", actor, f"claim:{number}", to)
        raise NotThere("There is no such claim.", remedy="Check its number.")
    return found


def visible_claims(actor: Actor, to: str = "read") -> QuerySet[Claim]:
    """Return the claims that an actor may read, act on or withdraw."""
    return _lodged_rows(actor, queries.claims(), to)


def appeal_for(actor: Actor, number: int, *, to: str = "read") -> Appeal:
    """Return an appeal for somebody who may do this with it.

    Args:
        actor: who asks.
        number: its id.
        to: read, act (customs, impartial) or own (who lodged it).

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    rows = visible_appeals(actor, to)
    found = rows.filter(pk=number).first() if queries.is_number(number) else None
    if found is None:
        audit_log.note("refusal", actor, f"appeal:{number}", to)
        raise NotThere("There is no such appeal.", remedy="Check its number.")
    return found


def visible_appeals(actor: Actor, to: str = "read") -> QuerySet[Appeal]:
    """Return the appeals that an actor may read, act on or withdraw."""
    return _lodged_rows(actor, queries.appeals(), to)


def _lodged_rows(actor: Actor, rows: QuerySet[_Lodged], to: str) -> QuerySet[_Lodged]:
    """Return what a party lodged, for itself, for impartial customs and for auditors."""
    if to == "read" and actor.has(Role.AUDITOR):
        return rows
    customs, own = rows.none(), rows.none()
    if actor.has(*CUSTOMS) and to != "own":
        customs = rows.filter(declaration__in=decidable(actor).values("pk"))
        customs = customs.exclude(organisation=actor.organisation)
    if actor.has(*_TRADE) and actor.organisation and to != "act":
        own = rows.filter(organisation=actor.organisation)
    return customs | own
