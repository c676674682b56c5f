"""Mandates and authorisations that a demonstration has ready, on top of its organisations."""

from __future__ import annotations

from datetime import date
from typing import Final

from clearway.accounts import seeding
from clearway.accounts.models import Organisation
from clearway.audit.actor import Actor, system
from clearway.traders import service
from clearway.traders.models import Authorisation, Mandate

SINCE: Final = date(2020, 1, 1)
_MANDATES: Final = (  # principal, agent
    ("trader", "broker"),
    ("trader2", "broker"),
    ("trader2", "broker2"),
    ("trader3", "broker2"),
)
_AUTHORISATIONS: Final = (  # holder, type
    ("trader", "AEOC"),
    ("trader", "SDE"),
    ("trader", "DPO"),
    ("trader2", "DPO"),
    ("broker", "SDE"),
    ("platform", "SDE"),
)


def seed_demo() -> dict[str, Actor]:
    """Make what a demonstration lacks of organisations, keys, mandates and authorisations.

    Returns:
        Each ready key as an actor, by name (``accounts.ready.READY``).
    """
    actors = seeding.seed_demo()
    for principal, agent in _MANDATES:
        ready_mandate(actors[principal].identifier, actors[agent].identifier)
    for holder, type_code in _AUTHORISATIONS:
        ready_authorisation(actors[holder].identifier, type_code)
    return actors


def ready_mandate(principal: str, agent: str) -> None:
    """Let an agent lodge for a principal, both known by number, where he may not already."""
    if Mandate.objects.filter(principal__identifier=principal, agent__identifier=agent).exists():
        return
    giver = Organisation.objects.get(identifier=principal)
    actor = Actor(name="system:start", organisation=giver.pk, identifier=principal)
    service.ask(actor, principal=principal, agent=agent, valid_from=SINCE)


def ready_authorisation(holder: str, type_code: str) -> None:
    """Let an operator have an authorisation of a type, where he has none."""
    reference = f"{holder[:2]}{type_code}{holder[2:]}"
    if not Authorisation.objects.filter(reference=reference).exists():
        service.authorise(
            system("start"),
            holder=holder,
            type_code=type_code,
            reference=reference,
            valid_from=SINCE,
        )
