"""Every read of the room."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from clearway.accounts.life_cycle import ACTIVE
from clearway.accounts.models import ApiKey, Generation, Membership, Organisation, User
from clearway.accounts.rules import digest_of
from clearway.audit.actor import Actor, Role
from clearway.vocabulary.clock import microseconds
from clearway.vocabulary.names import name_key

ALWAYS, NEVER = -(2**63), 2**63 - 1


class Standing(NamedTuple):
    """Who somebody is from one instant until another (microseconds; the second exclusive)."""

    actor: Actor
    since: int
    until: int


def generation() -> str:
    """Return the token of the room's latest change; empty before the first."""
    token = Generation.objects.filter(pk=1).values_list("token", flat=True).first()
    return token or ""


def organisation_of(identifier: str) -> Organisation | None:
    """Return the organisation of a trader identification number."""
    return Organisation.objects.filter(identifier=identifier).first()


def name_of(organisation: int) -> str:
    """Return an organisation's name; empty for none."""
    found = Organisation.objects.filter(pk=organisation).values_list("name", flat=True).first()
    return found or ""


def active_identifiers(identifiers: Iterable[str]) -> dict[str, int]:
    """Return the ids of those of these trader identification numbers that may act now."""
    rows = Organisation.objects.filter(identifier__in=set(identifiers), state=ACTIVE)
    return {each.identifier: each.pk for each in rows if each.identifier}


def organisations(name: str = "", state: str = "") -> QuerySet[Organisation]:
    """Return organisations, those of one name as it is compared, or of one state."""
    rows = Organisation.objects.all()
    if name:
        rows = rows.filter(name_key__contains=name_key(name))
    return rows.filter(state=state) if state else rows


def memberships(user: User, organisation: int) -> list[Membership]:
    """Return what a person may do or might have done for an organisation, revoked or not."""
    return list(Membership.objects.filter(user=user, organisation_id=organisation))


def members(organisation: int) -> QuerySet[Membership]:
    """Return the memberships of an organisation that are not revoked, with their users."""
    rows = Membership.objects.filter(organisation_id=organisation, revoked_at__isnull=True)
    return rows.select_related("user")


def live_memberships(user: User, now: datetime) -> QuerySet[Membership]:
    """Return the memberships of a person that are in force now, in every organisation."""
    rows = in_force(now).filter(user=user).select_related("organisation")
    return rows.order_by("organisation_id", "id")


def in_force(now: datetime) -> QuerySet[Membership]:
    """Return every membership that is in force now."""
    day = now.astimezone(UTC).date()
    rows = Membership.objects.filter(revoked_at__isnull=True, valid_from__lte=day)
    return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def keys_of(organisation: int | None = None) -> QuerySet[ApiKey]:
    """Return the keys of an organisation, or of all."""
    rows = ApiKey.objects.select_related("organisation", "maker")
    return rows if organisation is None else rows.filter(organisation_id=organisation)


def names_of_person(name: str) -> set[str]:
    """Return every name under which one acts: himself, his other sign-ins, and all their keys.

    Args:
        name: of a person, or of a key, whose maker stands behind it.
    """
    kind, _, number = name.partition(":")
    maker = number if kind == "user" else ""
    if kind == "key":
        found = ApiKey.objects.filter(pk=int(number)).values_list("maker_id", flat=True).first()
        maker = str(found or "")
    if not maker:
        return {name}
    own = _sign_ins(int(maker))
    keys = ApiKey.objects.filter(maker_id__in=own).values_list("pk", flat=True)
    return {name, *(f"user:{one}" for one in own), *(f"key:{key}" for key in keys)}


def _sign_ins(user: int) -> set[int]:
    """Return the sign-ins of the person who has this one, by the reference that he is known by."""
    person = User.objects.filter(pk=user).exclude(person="").values("person")
    return {user, *User.objects.filter(person__in=person).values_list("pk", flat=True)}


def persons_behind(names: Iterable[str]) -> dict[str, str]:
    """Return who answers for each actor: a key's maker for the key, everybody else for himself.

    Of a person with several sign-ins it is the first of them.
    """
    behind = {name: name for name in names}
    numbers = [int(name[4:]) for name in behind if name.startswith("key:") and name[4:].isdigit()]
    made = ApiKey.objects.filter(pk__in=numbers, maker__isnull=False)
    behind |= {f"key:{key}": f"user:{maker}" for key, maker in made.values_list("pk", "maker")}
    users = {int(one[5:]) for one in behind.values() if one.startswith("user:")}
    known = User.objects.filter(pk__in=users).exclude(person="").values("person")
    first: dict[str, int] = {}
    same: dict[str, str] = {}
    rows = User.objects.filter(person__in=known).order_by("pk").values_list("pk", "person")
    for number, person in rows:
        same[f"user:{number}"] = f"user:{first.setdefault(person, number)}"
    return {name: same.get(one, one) for name, one in behind.items()}


def worked_for(organisation: int, persons: Iterable[str]) -> set[str]:
    """Return those of some persons, by their names as actors, who have or had a role there."""
    numbers = [int(name[5:]) for name in persons if name.startswith("user:") and name[5:].isdigit()]
    rows = Membership.objects.filter(organisation_id=organisation, user__in=numbers)
    return {f"user:{number}" for number in rows.values_list("user_id", flat=True)}


def names_called(address: str) -> set[str]:
    """Return the names as an actor of whoever has an address: himself and his keys; or none."""
    found = User.objects.filter(email__iexact=address).values_list("pk", flat=True).first()
    return set() if found is None else names_of_person(f"user:{found}")


def called(names: Iterable[str]) -> dict[str, str]:
    """Return what people call actors: a person's address, a key's name; others keep their own."""
    told = {name: name for name in names}
    numbers: dict[str, set[int]] = {"user": set(), "key": set()}
    for name in told:
        kind, _, number = name.partition(":")
        if kind in numbers and number.isdigit():
            numbers[kind].add(int(number))
    users = User.objects.filter(pk__in=numbers["user"]).values_list("pk", "email")
    told |= {f"user:{number}": email for number, email in users}
    keys = ApiKey.objects.filter(pk__in=numbers["key"]).values_list("pk", "name")
    return told | {f"key:{number}": f"{name} ({number})" for number, name in keys}


def names_of_identifiers(identifiers: Iterable[str]) -> dict[str, str]:
    """Return the registered names of those of these trader identification numbers that are known.

    >>> names_of_identifiers([])
    {}
    """
    wanted = {one for one in identifiers if one}
    if not wanted:
        return {}
    rows = Organisation.objects.filter(identifier__in=wanted).values_list("identifier", "name")
    return {identifier: name for identifier, name in rows if identifier}


def organisations_at(role: Role, offices: Collection[str], now: datetime) -> tuple[int, ...]:
    """Return the organisations whose people have a role in force at one of some offices."""
    if not offices:
        return ()
    rows = in_force(now).filter(role=role, office__in=set(offices))
    return tuple(sorted(set(rows.values_list("organisation_id", flat=True))))


def offices_of(organisation: int, role: Role, now: datetime) -> dict[str, set[str]]:
    """Return the offices at which each person or key of an organisation has a role in force.

    An empty office is any. A key counts that is neither revoked nor expired.
    """
    found: dict[str, set[str]] = {}
    rows = in_force(now).filter(organisation_id=organisation, role=role)
    for user, office in rows.values_list("user_id", "office"):
        found.setdefault(f"user:{user}", set()).add(office)
    keys = ApiKey.objects.filter(
        organisation_id=organisation, revoked_at=None, roles__contains=role
    )
    keys = keys.filter(Q(expires_at=None) | Q(expires_at__gt=microseconds(now)))
    for key, office, roles in keys.values_list("pk", "office", "roles"):
        if role in roles.split():
            found.setdefault(f"key:{key}", set()).add(office)
    return found


def persons_in(role: Role, office: str | None, now: datetime) -> set[str]:
    """Return the persons, by their names as actors, who have a role in force at an office.

    Those of every active organisation are meant; who may act at any office is among them. Without
    an office, wherever they are.
    """
    rows = in_force(now).filter(role=role, organisation__state=ACTIVE, user__is_active=True)
    if office is not None:
        rows = rows.filter(office__in={"", office})
    return {f"user:{number}" for number in rows.values_list("user_id", flat=True)}


def standing_of_key(secret: str, now: datetime) -> Standing | None:
    """Return who a key is now and how long that will stand, or None where it is of no force."""
    found: Any = keys_of().filter(digest=digest_of(secret), revoked_at__isnull=True).first()
    if found is None or found.organisation.state != ACTIVE:
        return None
    key: ApiKey = found
    roles = frozenset(Role(role) for role in key.roles.split())
    since, until = ALWAYS, NEVER
    if key.expires_at is not None:
        until = microseconds(key.expires_at)
    if key.maker is not None:
        if not key.maker.is_active:
            return None
        periods = memberships(key.maker, key.organisation_id)
        roles, since, until = roles_at(periods, microseconds(now), roles, until)
    if not roles or microseconds(now) >= until:
        return None
    actor = Actor(
        name=f"key:{key.pk}",
        organisation=key.organisation_id,
        identifier=key.organisation.identifier or "",
        roles=roles,
        office=key.office,
    )
    return Standing(actor, since, until)


def roles_at(
    periods: Iterable[Membership], now: int, wanted: frozenset[Role], until: int
) -> tuple[frozenset[Role], int, int]:
    """Return which wanted roles memberships give at an instant, and for which span they do.

    Args:
        periods: memberships of one person in one organisation.
        now: the instant in microseconds.
        wanted: roles that count.
        until: an end that is known already, in microseconds.
    """
    roles, since = set(), ALWAYS
    for period in periods:
        if period.revoked_at is not None or Role(period.role) not in wanted:
            continue
        start = _midnight(period.valid_from)
        end = NEVER if period.valid_to is None else _midnight(period.valid_to)
        if start <= now < end:
            roles.add(Role(period.role))
        for edge in (start, end):
            if edge <= now:
                since = max(since, edge)
            else:
                until = min(until, edge)
    return frozenset(roles), since, until


def _midnight(day: date) -> int:
    return microseconds(datetime.combine(day, time(), UTC))
