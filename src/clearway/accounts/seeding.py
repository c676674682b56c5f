"""Organisations, people and keys that are ready: the first ones of an installation, and a demo's.

``seed_demo`` may run at every start of a demonstration. Its keys and passwords are known to
everybody: the site calls it with ``CLEARWAY_DEMO=1`` only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Final

from django.contrib.auth.hashers import make_password

from clearway.accounts import queries, rules, service
from clearway.accounts.life_cycle import ACTIVE, ADMINISTRATION, VERIFIED
from clearway.accounts.models import ApiKey, Membership, Organisation, User
from clearway.accounts.ready import DEMO_COUNTRY, DEMO_PASSWORD, READY, Ready
from clearway.audit.actor import Actor, Role, system
from clearway.vocabulary.names import name_key

_SINCE: Final = date(2020, 1, 1)
_START: Final = system("start")


def seed_demo() -> dict[str, Actor]:
    """Make what is missing of ``READY`` and return each one's key as an actor, by name."""
    return {ready.name: ready_one(ready) for ready in READY}


def ready_one(ready: Ready, *, country: str = DEMO_COUNTRY) -> Actor:
    """Make what is missing of one organisation, its person and its key; return the key's actor."""
    organisation = ready_organisation(
        ready.organisation, ready.kind, identifier=ready.identifier, country=country
    )
    user = _person(ready, organisation)
    key = ready_key(ready.name, organisation, ready.roles, maker=user, office=ready.office)
    return Actor(
        name=f"key:{key.pk}",
        organisation=organisation.pk,
        identifier=ready.identifier,
        roles=frozenset(ready.roles),
        office=ready.office,
    )


def ready_organisation(
    name: str, kind: str, *, identifier: str = "", country: str = DEMO_COUNTRY
) -> Organisation:
    """Return an active organisation, registered and activated now where it is missing."""
    found = (
        queries.organisation_of(identifier)
        if identifier
        else Organisation.objects.filter(name_key=name_key(name), kind=kind).first()
    )
    if found is not None:
        return found
    made = service.register(_START, name=name, kind=kind, country=country, identifier=identifier)
    for state in (VERIFIED, ACTIVE):
        made = service.set_state(_START, made.pk, state, "ready at the start")
    return made


def ready_key(
    name: str,
    organisation: Organisation,
    roles: Sequence[Role],
    *,
    maker: User | None = None,
    office: str = "",
) -> ApiKey:
    """Return the key that a demonstration has under a name, made now where it is missing."""
    found = ApiKey.objects.filter(prefix=name).first()
    if found is not None:
        return found
    actor = _START
    if maker is not None:
        actor = Actor(f"user:{maker.pk}", organisation.pk, "", frozenset(roles), office)
    made, _ = service.make_key(
        actor,
        organisation.pk,
        name=f"demonstration: {name}",
        roles=frozenset(roles),
        key=rules.demo_key(name),
    )
    return made


@cache
def _hashed() -> str:
    """Return the demonstration's one password, hashed once: a hash takes half a second."""
    return make_password(DEMO_PASSWORD)


def _person(ready: Ready, organisation: Organisation) -> User:
    email = f"{ready.name}@demo.example"
    found = User.objects.filter(email=email).first()
    user: User = found or User.objects.create(email=email, password=_hashed())
    for role in ready.roles:
        if not Membership.objects.filter(user=user, organisation=organisation, role=role).exists():
            service.grant(
                _START,
                organisation.pk,
                email=email,
                role=role,
                valid_from=_SINCE,
                office=ready.office,
            )
    return user


def first_registrars(name: str, country: str, emails: Sequence[str]) -> Organisation:
    """Make the administration of a new installation and its registrars: at least two, four eyes.

    They sign in by a new password that they ask for by e-mail, or by the country's own sign-in.

    Raises:
        ValueError: fewer than two addresses.
    """
    if len(set(emails)) < 2:
        raise ValueError("four eyes need two registrars")
    organisation = ready_organisation(name, ADMINISTRATION, country=country)
    for email in emails:
        service.grant(_START, organisation.pk, email=email, role=Role.REGISTRAR, valid_from=_SINCE)
    return organisation
