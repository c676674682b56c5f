"""What is announced of applications and permits, and to whom: applicant, holder, agency."""

from __future__ import annotations

from collections.abc import Collection

from clearway.accounts.queries import active_identifiers, organisations_at
from clearway.audit.actor import Role
from clearway.events.service import Act
from clearway.permits import events
from clearway.permits.models import Application, Permit


def of_application(
    doing: Act, application: Application, kind: str, agencies: Collection[str], **body: object
) -> None:
    """Announce a fact about an application to those of its parties whom it concerns.

    Args:
        doing: the act.
        application: what it is about.
        kind: of the event.
        agencies: the codes of the agencies concerned; the body names them.
        body: what else is told.
    """
    holder = active_identifiers([application.holder]).values()
    one = {"agency": next(iter(agencies))} if len(agencies) == 1 else {}
    doing.announce(
        kind,
        events.application_subject(application.reference),
        {
            "reference": application.reference,
            "application": application.pk,
            "agencies": sorted(agencies),
            **one,
            **body,
        },
        concerns=_each(application.organisation, *holder, *agencies_at(doing, agencies)),
    )


def of_permit(doing: Act, permit: Permit, kind: str, **body: object) -> None:
    """Announce a fact about a permit to its holder and its agency."""
    holder = active_identifiers([permit.holder]).values()
    doing.announce(
        kind,
        events.permit_subject(permit.number),
        {
            "number": permit.number,
            "permit": permit.pk,
            "agency": permit.agency,
            "state": permit.state,
            **body,
        },
        concerns=_each(*holder, *agencies_at(doing, [permit.agency])),
    )


def agencies_at(doing: Act, codes: Collection[str]) -> tuple[int, ...]:
    """Return the organisations whose officers decide for some agencies."""
    return organisations_at(Role.AGENCY, codes, doing.at)


def _each(*organisations: int) -> tuple[int, ...]:
    return tuple(dict.fromkeys(organisations))
