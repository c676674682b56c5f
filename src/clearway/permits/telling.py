"""What is announced of applications and permits, and to whom: the applicant and the holder."""

from __future__ import annotations

from clearway.accounts.queries import active_identifiers
from clearway.events.service import Act
from clearway.permits import events
from clearway.permits.models import Application, Permit


def of_application(doing: Act, application: Application, kind: str, **body: object) -> None:
    """Announce a fact about an application."""
    holder = set(active_identifiers([application.holder]).values())
    others = sorted(holder - {application.organisation})
    doing.announce(
        kind,
        events.application_subject(application.reference),
        {"reference": application.reference, "application": application.pk, **body},
        concerns=(application.organisation, *others),
    )


def of_permit(doing: Act, permit: Permit, kind: str, **body: object) -> None:
    """Announce a fact about a permit."""
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
        concerns=tuple(active_identifiers([permit.holder]).values()),
    )
