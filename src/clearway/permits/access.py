"""Who may do what in this room. Unknown and forbidden answer alike.

A trader sees what his organisation applied for and what is his as holder. An agency (its officers'
``office`` is its code) sees and decides its own cases, permits and needs, and of a declaration
only the fields that the pack maps to it. Customs and auditors see all and decide nothing.
"""

from __future__ import annotations

from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from clearway.accounts.permission import CUSTOMS, EVERYBODY, Operations
from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.permits import queries
from clearway.permits.models import Application, Case, Need, Permit
from clearway.vocabulary.errors import NotThere

_LODGERS: Final = frozenset({Role.TRADER, Role.BROKER, Role.PLATFORM})
_AGENCY: Final = frozenset({Role.AGENCY})
_SEE_ALL: Final = CUSTOMS | {Role.AUDITOR}
_READERS: Final = _LODGERS | _AGENCY | _SEE_ALL
_LARGEST: Final = 2**63 - 1

OPERATIONS: Final[Operations] = {
    "listRequirements": EVERYBODY,
    "getHarmonisation": EVERYBODY,
    "applyForPermit": _LODGERS,
    "listApplications": _READERS,
    "getApplication": _READERS,
    "answerInformation": _LODGERS,
    "listPermitCases": _AGENCY,
    "getPermitCase": _AGENCY,
    "askInformation": _AGENCY,
    "wantInspection": _AGENCY,
    "decidePermitCase": _AGENCY,
    "listPermits": _READERS,
    "getPermit": _READERS,
    "revokePermit": _AGENCY,
    "getJointStatus": _LODGERS | _SEE_ALL,
    "listPapers": _AGENCY,
    "decidePaper": _AGENCY,
    "getAgencyView": _AGENCY,
    "getAgencyField": _AGENCY,
}
"""The roles that have each operation."""


def visible_applications(actor: Actor) -> QuerySet[Application]:
    """Return the applications that an actor may see."""
    rows = queries.applications()
    if actor.has(*_SEE_ALL):
        return rows
    mine = Q(pk__in=[])
    if actor.has(*_LODGERS) and actor.organisation:
        mine |= Q(organisation=actor.organisation)
        if actor.identifier:
            mine |= Q(holder=actor.identifier)
    if agency_of(actor):
        case = Case.objects.filter(application=OuterRef("pk"), agency=agency_of(actor))
        mine |= Q(Exists(case))
    return rows.filter(mine)


def visible_permits(actor: Actor) -> QuerySet[Permit]:
    """Return the permits that an actor may see."""
    rows = queries.permits()
    if actor.has(*_SEE_ALL):
        return rows
    mine = Q(pk__in=[])
    if actor.has(*_LODGERS):
        if actor.identifier:
            mine |= Q(holder=actor.identifier)
        if actor.organisation:
            mine |= Q(case__application__organisation=actor.organisation)
    if agency_of(actor):
        mine |= Q(agency=agency_of(actor))
    return rows.filter(mine)


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """Return the cases of an agency."""
    agency = agency_of(actor)
    return queries.cases().filter(agency=agency) if agency else queries.cases().none()


def agency_of(actor: Actor) -> str:
    """Return the agency that an actor decides for; empty where he is nobody's."""
    return actor.office if actor.has(Role.AGENCY) else ""


def application_for(actor: Actor, number: int) -> Application:
    """Return an application for somebody who may read it.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    found = visible_applications(actor).filter(pk=_sound(number)).first()
    if found is None:
        raise _refused(actor, f"application:{number}", "read", "application")
    if found.organisation != actor.organisation:
        audit.note("read", actor, f"application:{found.reference}")
    return found


def case_for(actor: Actor, number: int, *, to: str = "read") -> Case:
    """Return a case for somebody who may do this with it.

    Args:
        actor: who asks.
        number: its id.
        to: read or decide (its agency), answer (the applicant).

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    if to == "answer":
        rows = queries.cases().filter(application__organisation=actor.organisation)
        rows = rows if actor.has(*_LODGERS) else rows.none()
    else:
        rows = visible_cases(actor)
    found = rows.filter(pk=_sound(number)).first()
    if found is None:
        raise _refused(actor, f"permit_case:{number}", to, "case")
    if to == "read":
        audit.note("read", actor, f"application:{found.application.reference}")
    return found


def permit_for(actor: Actor, number: int, *, to: str = "read") -> Permit:
    """Return a permit for somebody who may do this with it.

    Args:
        actor: who asks.
        number: its id.
        to: read, or revoke (its agency).

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    rows = visible_permits(actor)
    if to == "revoke":
        agency = agency_of(actor)
        rows = rows.filter(agency=agency) if agency else rows.none()
    found = rows.filter(pk=_sound(number)).first()
    if found is None:
        raise _refused(actor, f"permit:{number}", to, "permit")
    if found.holder != actor.identifier:
        audit.note("read", actor, f"permit:{found.number}", to)
    return found


def visible_needs(actor: Actor) -> QuerySet[Need]:
    """Return what declarations need of an agency."""
    agency = agency_of(actor)
    return Need.objects.filter(agency=agency) if agency else Need.objects.none()


def need_for(actor: Actor, number: int, *, to: str = "read") -> Need:
    """Return a need for an officer of its agency.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    found = visible_needs(actor).filter(pk=_sound(number)).first()
    if found is None:
        raise _refused(actor, f"need:{number}", to, "need")
    return found


def _sound(number: int) -> int:
    return number if 0 < number <= _LARGEST else 0


def _refused(actor: Actor, subject: str, to: str, what: str) -> NotThere:
    audit.note("refusal", actor, subject, to)
    return NotThere(f"There is no such {what}.", remedy="Check its number.")
