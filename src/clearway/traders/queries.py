"""Every read of the room that is not part of the line's batches."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from clearway.traders.models import Authorisation, Mandate


def mandates() -> QuerySet[Mandate]:
    """Return every mandate, with both organisations."""
    return Mandate.objects.select_related("principal", "agent")


def mandates_of(organisation: int) -> QuerySet[Mandate]:
    """Return the mandates that an organisation gave or holds."""
    return mandates().filter(Q(principal_id=organisation) | Q(agent_id=organisation))


def live_between(principal: int, agent: int) -> QuerySet[Mandate]:
    """Return what is asked or granted between two organisations."""
    rows = Mandate.objects.filter(principal_id=principal, agent_id=agent)
    return rows.filter(state__in=("asked", "granted"))


def over_by(day: date) -> QuerySet[Mandate]:
    """Return granted mandates whose period ended before or on a day (the end is exclusive)."""
    return Mandate.objects.filter(state="granted", valid_to__lte=day)


def authorisations() -> QuerySet[Authorisation]:
    """Return every authorisation, with its holder."""
    return Authorisation.objects.select_related("holder")
