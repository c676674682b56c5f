"""The room's operations: who am I, keys, organisations, members."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field, StringConstraints

from clearway.accounts import access, queries, service
from clearway.accounts.forms import Cursor, Day, Form, Instant, Limit, Number, Reason, permitted
from clearway.accounts.models import ApiKey, Membership, Organisation
from clearway.audit import clock
from clearway.audit.actor import Role
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["accounts"])

Kind = Literal["trader", "broker", "carrier", "terminal", "platform", "administration"]
State = Literal["applied", "verified", "active", "suspended", "closed"]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Email = Annotated[
    str,
    StringConstraints(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$"),
    Field(examples=["h.mercator@customs.example"]),
]


class Me(Schema):
    """Who asks, as Clearway sees him."""

    name: str = Field(description="stable, without personal data", examples=["key:7"])
    organisation: int | None = Field(description="id of the organisation he acts for")
    identifier: str = Field(description="trader identification number, empty for officials")
    roles: list[Role]
    office: str = Field(description="customs office he is bound to, empty for any")
    language: str


class KeyTold(Schema):
    """A key, without its secret."""

    id: int
    organisation: int
    name: str
    prefix: str = Field(description="the public part of the secret", examples=["trader"])
    roles: list[Role]
    made_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class KeyMade(KeyTold):
    """A key just made: the only time its secret is told."""

    secret: str = Field(description="send it as `Authorization: Bearer <secret>`")


class KeyWanted(Form):
    """A key to be made."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80)] = Field(
        examples=["warehouse system"]
    )
    roles: Annotated[list[Role], Field(min_length=1, max_length=11, examples=[["trader"]])]
    expires_at: Instant | None = Field(None, examples=["2027-01-01T00:00:00Z"])
    organisation: int | None = Field(
        None, ge=1, le=2**63 - 1, description="another than his own: registrars only"
    )


class KeyPage(Schema):
    """Some keys."""

    items: list[KeyTold]
    next: str | None


class OrganisationTold(Schema):
    """An economic operator or an administration."""

    id: int
    identifier: str | None = Field(description="trader identification number (WCO R123 …)")
    name: str
    kind: Kind
    country: str
    state: State
    registered_at: datetime


class OrganisationPage(Schema):
    """Some organisations."""

    items: list[OrganisationTold]
    next: str | None


class OrganisationWanted(Form):
    """An organisation that has applied."""

    name: Name = Field(examples=["Atlas Trading SA"])
    kind: Kind
    country: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")] = Field(examples=["XP"])
    identifier: Annotated[str, StringConstraints(max_length=17)] = Field(
        "", description="trader identification number", examples=["XP1000000009"]
    )


class StateWanted(Form):
    """A step of an organisation's life cycle."""

    state: State
    reason: Reason


class MemberTold(Schema):
    """One role of one person."""

    id: int
    user: int
    email: str
    role: Role
    office: str
    valid_from: date
    valid_to: date | None = Field(description="first day without the role")
    granted_by: str


class MemberPage(Schema):
    """Some roles of people."""

    items: list[MemberTold]
    next: str | None


class RoleWanted(Form):
    """A role for a person."""

    email: Email
    role: Role
    office: Annotated[str, StringConstraints(max_length=17)] = ""
    valid_from: Day | None = Field(None, description="today where it is left out")
    valid_to: Day | None = Field(None, description="first day without the role")
    person: Annotated[str, StringConstraints(max_length=35)] = Field(
        "",
        description="staff number or the like: sign-ins with the same one are one person",
        examples=["S-10442"],
    )


def _key(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.pk,
        "organisation": key.organisation_id,
        "name": key.name,
        "prefix": key.prefix,
        "roles": key.roles.split(),
        "made_at": key.made_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
    }


def _member(member: Membership) -> dict[str, Any]:
    return {
        "id": member.pk,
        "user": member.user_id,
        "email": member.user.email,
        "role": member.role,
        "office": member.office,
        "valid_from": member.valid_from,
        "valid_to": member.valid_to,
        "granted_by": member.granted_by,
    }


@router.get("/me", response=Me, operation_id="whoAmI", summary="Who you are")
def who_am_i(request: HttpRequest) -> Any:
    """Return who asks, with the roles in force now."""
    actor = permitted(request, "whoAmI", access.OPERATIONS)
    return {
        "name": actor.name,
        "organisation": actor.organisation or None,
        "identifier": actor.identifier,
        "roles": sorted(actor.roles),
        "office": actor.office,
        "language": actor.language,
    }


@router.get("/api-keys", response=KeyPage, operation_id="listApiKeys", summary="Keys")
def list_api_keys(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
    organisation: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
) -> Any:
    """Return the keys of one's organisation; a registrar may name another."""
    actor = permitted(request, "listApiKeys", access.OPERATIONS)
    number = organisation or actor.organisation
    access.organisation_for(actor, number, to="keys")
    page = page_of(queries.keys_of(number), "id", cursor, limit)
    return {"items": [_key(key) for key in page.items], "next": page.next}


@router.post("/api-keys", response={201: KeyMade}, operation_id="makeApiKey", summary="Make a key")
def make_api_key(request: HttpRequest, wanted: KeyWanted) -> Any:
    """Make a key that may do no more than its maker, and tell its secret once."""
    actor = permitted(request, "makeApiKey", access.OPERATIONS)
    number = wanted.organisation or actor.organisation
    access.organisation_for(actor, number, to="keys")
    key, secret = service.make_key(
        actor,
        number,
        name=wanted.name,
        roles=frozenset(wanted.roles),
        expires_at=wanted.expires_at,
    )
    return Status(201, {**_key(key), "secret": secret})


@router.delete(
    "/api-keys/{number}", response=KeyTold, operation_id="revokeApiKey", summary="End a key"
)
def revoke_api_key(request: HttpRequest, number: Number) -> Any:
    """End a key at once."""
    actor = permitted(request, "revokeApiKey", access.OPERATIONS)
    access.key_for(actor, number)
    return _key(service.revoke_key(actor, number))


@router.get(
    "/organisations",
    response=OrganisationPage,
    operation_id="listOrganisations",
    summary="Organisations",
)
def list_organisations(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
    name: Annotated[str, Query(max_length=200, description="part of the name")] = "",
    state: State | None = None,
) -> Any:
    """Return organisations, found by name in any way of writing it."""
    permitted(request, "listOrganisations", access.OPERATIONS)
    return page_of(queries.organisations(name, state or ""), "id", cursor, limit)


@router.post(
    "/organisations",
    response={201: OrganisationTold},
    operation_id="registerOrganisation",
    summary="Register an organisation",
)
def register_organisation(request: HttpRequest, wanted: OrganisationWanted) -> Any:
    """Register an organisation that has applied; it may act when it is active."""
    actor = permitted(request, "registerOrganisation", access.OPERATIONS)
    made: Organisation = service.register(actor, **wanted.dict())
    return Status(201, made)


@router.get(
    "/organisations/{number}",
    response=OrganisationTold,
    operation_id="getOrganisation",
    summary="An organisation",
)
def get_organisation(request: HttpRequest, number: Number) -> Any:
    """Return one organisation."""
    actor = permitted(request, "getOrganisation", access.OPERATIONS)
    return access.organisation_for(actor, number)


@router.post(
    "/organisations/{number}/state",
    response=OrganisationTold,
    operation_id="setOrganisationState",
    summary="Take an organisation to another state",
)
def set_organisation_state(request: HttpRequest, number: Number, wanted: StateWanted) -> Any:
    """Verify, activate, suspend or close. Keys and sessions of a closed one end at once."""
    actor = permitted(request, "setOrganisationState", access.OPERATIONS)
    access.organisation_for(actor, number, to="change")
    return service.set_state(actor, number, wanted.state, wanted.reason)


@router.get(
    "/organisations/{number}/members",
    response=MemberPage,
    operation_id="listMembers",
    summary="Who has which role in an organisation",
)
def list_members(
    request: HttpRequest, number: Number, cursor: Cursor = "", limit: Limit = USUAL_PAGE
) -> Any:
    """Return the roles that were granted and not revoked."""
    actor = permitted(request, "listMembers", access.OPERATIONS)
    access.organisation_for(actor, number, to="people")
    page = page_of(queries.members(number), "id", cursor, limit)
    return {"items": [_member(member) for member in page.items], "next": page.next}


@router.post(
    "/organisations/{number}/members",
    response={201: MemberTold},
    operation_id="grantRole",
    summary="Grant a person a role",
)
def grant_role(request: HttpRequest, number: Number, wanted: RoleWanted) -> Any:
    """Grant a role, never to oneself. An unknown address becomes a person who may sign up."""
    actor = permitted(request, "grantRole", access.OPERATIONS)
    access.organisation_for(actor, number, to="grant")
    granted = service.grant(
        actor,
        number,
        email=wanted.email,
        role=wanted.role,
        office=wanted.office,
        valid_from=wanted.valid_from or clock.now().astimezone(UTC).date(),
        valid_to=wanted.valid_to,
        person=wanted.person,
    )
    return Status(201, _member(granted))


@router.delete(
    "/organisations/{number}/members/{member}",
    response=MemberTold,
    operation_id="revokeRole",
    summary="Take a role away",
)
def revoke_role(request: HttpRequest, number: Number, member: Number) -> Any:
    """Take a role away; the person's sessions, and his keys with that role, end at once."""
    actor = permitted(request, "revokeRole", access.OPERATIONS)
    access.membership_for(actor, number, member)
    return _member(service.revoke_role(actor, member))
