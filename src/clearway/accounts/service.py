"""Every write of the room. Nobody grants himself a role; what ends, ends at once."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from django.db import transaction
from django.db.models import F, QuerySet

from clearway.accounts import actors, events, rules
from clearway.accounts.four_eyes import is_same_person, log_same_person
from clearway.accounts.life_cycle import (
    APPLIED,
    CLOSED,
    OFFICE_ROLES,
    ROLES_OF_KIND,
    TRANSITIONS,
)
from clearway.accounts.models import ApiKey, Generation, Membership, Organisation, User
from clearway.audit.actor import Actor, Role
from clearway.events.service import Act, act
from clearway.vocabulary.errors import DataRefused, StateForbids
from clearway.vocabulary.identifiers import check_tin, is_country
from clearway.vocabulary.names import name_key


@contextmanager
def _change(actor: Actor) -> Iterator[Act]:
    """Do something after which every process forgets the keys it remembers."""
    with act(actor) as doing:
        yield doing
        token = secrets.token_hex(16)
        Generation.objects.update_or_create(pk=1, defaults={"token": token})
        transaction.on_commit(actors.forget)


def register(
    actor: Actor, *, name: str, kind: str, country: str, identifier: str = ""
) -> Organisation:
    """Register an organisation that has applied.

    Raises:
        DataRefused: the identifier, kind, country or name is not in order.
        StateForbids: the identifier is somebody's already; identifiers are never shared.
    """
    faults = [
        *_name_faults(name),
        *(() if kind in ROLES_OF_KIND else (("/kind", f"not one of {', '.join(ROLES_OF_KIND)}"),)),
        *(() if is_country(country) else (("/country", "not an ISO 3166-1 alpha-2 code"),)),
    ]
    verdict = check_tin(identifier) if identifier else None
    if verdict is not None:
        faults.append(("/identifier", f"not a trader identification number: {verdict.expected}"))
    if faults:
        raise DataRefused("The organisation cannot be registered.", faults=faults)
    with _change(actor) as doing:
        organisation, made = Organisation.objects.get_or_create(
            identifier=identifier or None,
            **({} if identifier else {"name_key": name_key(name), "kind": kind}),
            defaults={
                "name": name.strip(),
                "name_key": name_key(name),
                "kind": kind,
                "country": country,
                "state": APPLIED,
                "registered_at": doing.at,
            },
        )
        if not made:
            raise StateForbids(
                f"{identifier or name} is registered already.",
                remedy="Look the organisation up and change its state, or correct the number.",
            )
        body = {
            "identifier": identifier,
            "name": organisation.name,
            "kind": kind,
            "country": country,
            "state": APPLIED,
        }
        subject = f"organisation:{organisation.pk}"
        doing.announce(events.ORGANISATION_REGISTERED, subject, body, concerns=[organisation.pk])
    return organisation


def _name_faults(name: str) -> list[tuple[str, str]]:
    if not name_key(name) or len(name) > 200 or not name.isprintable():
        return [("/name", "1 to 200 printable characters, with a letter or digit among them")]
    return []


def set_state(actor: Actor, organisation_id: int, state: str, reason: str) -> Organisation:
    """Take an organisation to another state. Suspended, it may not act; closed, never again.

    Raises:
        StateForbids: the table of ``life_cycle`` has no such step, or it is the actor's own.
    """
    with _change(actor) as doing:
        organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
        if organisation.pk == actor.organisation:
            raise StateForbids(
                "Nobody changes the state of his own organisation.",
                remedy="Let a registrar of another organisation do it.",
            )
        before, steps = organisation.state, TRANSITIONS[organisation.state]
        if state not in steps:
            raise StateForbids(
                f"From {before} there is no step to {state}.",
                remedy=f"From here it can be: {', '.join(steps) or 'nothing more'}.",
            )
        organisation.state = state
        organisation.save(update_fields=["state"])
        if state == CLOSED:
            _end_keys(ApiKey.objects.filter(organisation=organisation), doing)
            members = Membership.objects.filter(organisation=organisation, revoked_at__isnull=True)
            _end_sessions(members.values_list("user_id", flat=True))
            members.update(revoked_at=doing.at, revoked_by=actor.name)
        body = {"from": before, "to": state, "reason": reason}
        subject = f"organisation:{organisation.pk}"
        doing.announce(events.ORGANISATION_CHANGED, subject, body, concerns=[organisation.pk])
    return organisation


def grant(  # noqa: PLR0913 - a role is all of this
    actor: Actor,
    organisation_id: int,
    *,
    email: str,
    role: Role,
    valid_from: date,
    valid_to: date | None = None,
    office: str = "",
    person: str = "",
) -> Membership:
    """Give a person a role in an organisation; an unknown address becomes a user.

    Args:
        actor: a registrar.
        organisation_id: its row.
        email: the address that the person signs in by.
        role: what he may do there.
        valid_from: the first day.
        valid_to: the first day without it.
        office: the one customs office at which he sits; empty is any.
        person: the reference by which he is known whatever his address: sign-ins with the same one
            are one person wherever two are asked for.

    Raises:
        StateForbids: it would be his own role, he has it already, or another office, or he is known
            by another reference.
        DataRefused: the organisation's kind has no such role, or period or office is wrong.
    """
    same = User.objects.filter(email__iexact=email.strip()).values_list("pk", flat=True)
    own = [f"user:{number}" for number in same]
    person = person.strip().upper()
    if person:
        rows = User.objects.filter(person=person).values_list("pk", flat=True)
        own += [f"user:{number}" for number in rows]
    log_same_person(actor, own, f"organisation:{organisation_id}", "grant himself a role")
    with _change(actor) as doing:
        organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
        _check_grant(organisation, role, office, valid_from, valid_to)
        address = User.objects.normalize_email(email).lower()
        user = User.objects.filter(email__iexact=address).first()
        if user is None:
            user = User.objects.create_user(address)
        _know(user, person)
        if is_same_person(actor, [f"user:{user.pk}"]):
            raise StateForbids(
                "Nobody grants himself a role.", remedy="Let another registrar grant it."
            )
        now = doing.at.astimezone(UTC).date()
        others = Membership.objects.filter(
            user=user, organisation=organisation, revoked_at__isnull=True
        ).exclude(valid_to__lte=now)
        for other in others:
            if other.role == role and _overlap(other, valid_from, valid_to):
                raise StateForbids(f"The person is {role} there in that period already.")
            if {other.role, role} <= OFFICE_ROLES and other.office != office:
                raise StateForbids(
                    f"The person sits at {other.office} there."
                    if other.office
                    else "The person sits at every office there.",
                    remedy="Revoke that role first: one person, one office.",
                )
        membership = Membership.objects.create(
            user=user,
            organisation=organisation,
            role=role,
            office=office,
            valid_from=valid_from,
            valid_to=valid_to,
            granted_by=actor.name,
        )
        body = {
            "user": user.pk,
            "role": role,
            "office": office,
            "valid_from": valid_from,
            "valid_to": valid_to,
        }
        subject = f"organisation:{organisation.pk}"
        doing.announce(events.ROLE_GRANTED, subject, body, concerns=[organisation.pk])
    return membership


def _know(user: User, person: str) -> None:
    """Note the reference by which a person is known; his other sign-ins have the same.

    Raises:
        StateForbids: he is known by another one.
    """
    if not person or user.person == person:
        return
    if user.person:
        raise StateForbids(
            "This person is known by another reference.", remedy="Check whose address it is."
        )
    user.person = person
    user.save(update_fields=["person"])


def _overlap(other: Membership, valid_from: date, valid_to: date | None) -> bool:
    ends_before = other.valid_to is not None and other.valid_to <= valid_from
    return not (ends_before or (valid_to is not None and valid_to <= other.valid_from))


def _check_grant(
    organisation: Organisation, role: Role, office: str, valid_from: date, valid_to: date | None
) -> None:
    if organisation.state == CLOSED:
        raise StateForbids("The organisation is closed.")
    faults = []
    permitted = ROLES_OF_KIND[organisation.kind]
    if role not in permitted:
        faults.append(("/role", f"a {organisation.kind} may have: {', '.join(sorted(permitted))}"))
    if valid_to is not None and valid_to <= valid_from:
        faults.append(("/valid_to", "the first day without the role lies after valid_from"))
    if office and role not in OFFICE_ROLES:
        faults.append(("/office", "only an officer or a supervisor sits at an office"))
    if faults:
        raise DataRefused("The role cannot be granted.", faults=faults)


def revoke_role(actor: Actor, membership_id: int) -> Membership:
    """Take a role away: with it end at once the person's sessions and his keys that have it.

    Raises:
        StateForbids: it was revoked before.
    """
    with _change(actor) as doing:
        membership = Membership.objects.select_for_update().get(pk=membership_id)
        if membership.revoked_at is not None:
            raise StateForbids("The role was revoked before.")
        membership.revoked_at, membership.revoked_by = doing.at, actor.name
        membership.save(update_fields=["revoked_at", "revoked_by"])
        _end_sessions([membership.user_id])
        keys = ApiKey.objects.filter(
            organisation_id=membership.organisation_id, maker_id=membership.user_id
        )
        ended = _end_keys(keys, doing, role=membership.role)
        body = {"user": membership.user_id, "role": membership.role, "keys": ended}
        organisation = membership.organisation_id
        subject = f"organisation:{organisation}"
        doing.announce(events.ROLE_REVOKED, subject, body, concerns=[organisation])
    return membership


def _end_sessions(users: Iterable[int]) -> None:
    User.objects.filter(pk__in=list(users)).update(session_epoch=F("session_epoch") + 1)


def _end_keys(keys: QuerySet[ApiKey], doing: Act, role: str = "") -> list[int]:
    """End the keys that have a role, or all; return which."""
    live = keys.filter(revoked_at__isnull=True)
    ended = [key.pk for key in live if not role or role in key.roles.split()]
    ApiKey.objects.filter(pk__in=ended).update(revoked_at=doing.at)
    return ended


def make_key(
    actor: Actor,
    organisation_id: int,
    *,
    name: str,
    roles: frozenset[Role],
    expires_at: datetime | None = None,
    key: rules.FreshKey | None = None,
) -> tuple[ApiKey, str]:
    """Make a key and return it with its secret, which is never shown again.

    For his own organisation nobody makes a key that may do more, or lives longer, than himself.
    ``key`` gives the secret beforehand: in the demonstration only.

    Raises:
        DataRefused: roles or expiry are not in order.
    """
    with _change(actor) as doing:
        organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
        if organisation.state == CLOSED:
            raise StateForbids("The organisation is closed.")
        maker, latest = _maker(actor, organisation_id)
        own = organisation_id == actor.organisation
        permitted = ROLES_OF_KIND[organisation.kind] & (actor.roles if own else frozenset(Role))
        faults = []
        if not roles or not roles <= permitted:
            faults.append(("/roles", f"some of: {', '.join(sorted(permitted)) or 'none'}"))
        if expires_at is not None and expires_at <= doing.at:
            faults.append(("/expires_at", "lies in the past"))
        if latest is not None and (expires_at is None or expires_at > latest):
            faults.append(("/expires_at", f"not after {latest.isoformat()}, when its maker ends"))
        if faults:
            raise DataRefused("The key cannot be made.", faults=faults)
        key = key or rules.fresh_key()
        made = ApiKey.objects.create(
            organisation=organisation,
            maker=maker,
            name=name,
            prefix=key.prefix,
            digest=key.digest,
            roles=" ".join(sorted(roles)),
            office=actor.office if own else "",
            made_at=doing.at,
            expires_at=expires_at,
        )
        body = {"key": made.pk, "roles": sorted(roles), "expires_at": expires_at}
        doing.announce(events.KEY_MADE, f"key:{made.pk}", body, concerns=[organisation.pk])
    return made, key.secret


def _maker(actor: Actor, organisation_id: int) -> tuple[User | None, datetime | None]:
    """Return the person who answers for a key that an actor makes, and when that must end."""
    if organisation_id != actor.organisation:
        return None, None
    kind, _, number = actor.name.partition(":")
    if kind == "user":
        return User.objects.get(pk=int(number)), None
    if kind == "key":
        parent = ApiKey.objects.get(pk=int(number))
        return parent.maker, parent.expires_at
    return None, None


def revoke_key(actor: Actor, key_id: int) -> ApiKey:
    """End a key at once.

    Raises:
        StateForbids: it was revoked before.
    """
    with _change(actor) as doing:
        key = ApiKey.objects.select_for_update().get(pk=key_id)
        if key.revoked_at is not None:
            raise StateForbids("The key was revoked before.")
        key.revoked_at = doing.at
        key.save(update_fields=["revoked_at"])
        doing.announce(
            events.KEY_REVOKED, f"key:{key.pk}", {"key": key.pk}, concerns=[key.organisation_id]
        )
    return key
