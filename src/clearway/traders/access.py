"""Who may do what with mandates and authorisations. Unknown and forbidden answer alike.

Both sides of a mandate see it; the principal grants and revokes, the agent asks and gives it back;
a registrar may end any. A holder sees his authorisations; registrars grant and suspend them,
customs and auditors see all.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import QuerySet

from clearway.accounts.permission import CUSTOMS, TRADE
from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.traders import queries
from clearway.traders.models import Authorisation, Mandate
from clearway.vocabulary.errors import NotThere

_REGISTRAR = frozenset({Role.REGISTRAR})
_SEE_ALL = CUSTOMS | {Role.REGISTRAR, Role.AUDITOR}

OPERATIONS: Mapping[str, frozenset[Role]] = {
    "listMandates": TRADE | _SEE_ALL,
    "getMandate": TRADE | _SEE_ALL,
    "askMandate": TRADE,
    "grantMandate": TRADE,
    "answerMandate": TRADE,
    "revokeMandate": TRADE | _REGISTRAR,
    "listAuthorisations": TRADE | _SEE_ALL,
    "getAuthorisation": TRADE | _SEE_ALL,
    "grantAuthorisation": _REGISTRAR,
    "suspendAuthorisation": _REGISTRAR,
}
"""The roles that have each operation."""


def visible_mandates(actor: Actor) -> QuerySet[Mandate]:
    """Return the mandates that an actor may see."""
    return queries.mandates() if actor.has(*_SEE_ALL) else queries.mandates_of(actor.organisation)


def visible_authorisations(actor: Actor) -> QuerySet[Authorisation]:
    """Return the authorisations that an actor may see."""
    rows = queries.authorisations()
    return rows if actor.has(*_SEE_ALL) else rows.filter(holder_id=actor.organisation)


def mandate_for(actor: Actor, number: int, *, to: str = "read") -> Mandate:
    """Return a mandate for somebody who may do this with it.

    Args:
        actor: who asks.
        number: its id.
        to: read, answer (the principal) or end (either side, a registrar).

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    found = visible_mandates(actor).filter(pk=number).first()
    if found is not None:
        principal = found.principal_id == actor.organisation
        agent = found.agent_id == actor.organisation
        allowed = {
            "read": True,
            "answer": principal,
            "end": principal or agent or actor.has(Role.REGISTRAR),
        }[to]
        if allowed:
            if not (principal or agent):
                audit.note("read", actor, f"mandate:{number}", to)
            return found
    raise _refused(actor, f"mandate:{number}", to, "mandate")


def authorisation_for(actor: Actor, number: int, *, to: str = "read") -> Authorisation:
    """Return an authorisation for somebody who may read or change it.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    found = visible_authorisations(actor).filter(pk=number).first()
    if found is not None and (to == "read" or actor.has(Role.REGISTRAR)):
        if found.holder_id != actor.organisation:
            audit.note("read", actor, f"authorisation:{number}", to)
        return found
    raise _refused(actor, f"authorisation:{number}", to, "authorisation")


def _refused(actor: Actor, subject: str, to: str, what: str) -> NotThere:
    audit.note("refusal", actor, subject, to)
    return NotThere(f"There is no such {what}.", remedy="Check its number.")
