"""Organisations: the register, its changes of state, and who has which role in each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearway.accounts import access, queries, service
from clearway.accounts.life_cycle import OFFICE_ROLES, ROLES_OF_KIND, STATES, TRANSITIONS
from clearway.accounts.models import Organisation
from clearway.audit import clock
from clearway.audit.actor import Actor, Role
from clearway.events import queries as news
from clearway.events.access import may_learn, sees_all
from clearway.vocabulary.errors import DataRefused, StateForbids
from clearway.web import filling
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import page, see_other
from clearway.web.words import words

MOST_EVENTS: Final = 100
MOST_MEMBERS: Final = 500


def _rows(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[Organisation]:
    del actor
    rows = queries.organisations(
        chosen.get("organisation_name", ""), chosen.get("organisation_state", "")
    )
    if "trader_number" in chosen:
        rows = rows.filter(identifier=chosen["trader_number"].upper())
    if "organisation_kind" in chosen:
        rows = rows.filter(kind=chosen["organisation_kind"])
    return rows


ORGANISATIONS: Final = Listing(
    name="organisations",
    title="menu_organisations",
    rows=_rows,
    columns=(
        Column("organisation_name", lambda row: row.name),
        Column("trader_number", lambda row: row.identifier, "code"),
        Column("organisation_kind", lambda row: row.kind, "word:organisation"),
        Column("country", lambda row: row.country, "code"),
        Column("organisation_state", lambda row: row.state, "state:organisation"),
        Column("registered_at", lambda row: row.registered_at, "instant"),
    ),
    filters=(
        Filter("organisation_name"),
        Filter("trader_number", longest=17),
        Filter("organisation_kind", "choice", tuple(ROLES_OF_KIND), "organisation"),
        Filter("organisation_state", "choice", STATES, "organisation"),
    ),
    address=lambda row: reverse("organisation", args=[row.pk]),
    live="organisation",
)
_APPLICATION: Final = (
    Field("name"),
    Field("kind", "choice", tuple(ROLES_OF_KIND), "organisation"),
    Field("country", longest=2),
    Field("identifier", required=False, longest=17),
)


@require_safe
@page("listOrganisations", access.OPERATIONS)
def organisations(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the register."""
    more = (
        [("register", "register")] if actor.has(*access.OPERATIONS["registerOrganisation"]) else ()
    )
    return ORGANISATIONS.answer(request, actor, acts=more)


@require_http_methods(["GET", "POST"])
@page("registerOrganisation", access.OPERATIONS)
def register(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Register an organisation that has applied."""
    asked, told = filling.form(request, _APPLICATION), words(language_for(request))
    if request.method == "POST" and asked.is_valid():
        given = asked.cleaned_data
        given["country"], given["identifier"] = (
            given["country"].upper(),
            given["identifier"].upper(),
        )
        try:
            made = service.register(actor, **given)
        except (DataRefused, StateForbids) as refused:
            filling.refuse(request, asked, refused)
        else:
            messages.success(request, told["registered_now"])
            return see_other(reverse("organisation", args=[made.pk]))
    context = {
        "asked": asked,
        "heading": told["register"],
        "hint": told["register_hint"],
        "submit": told["register"],
        "trail": (reverse("organisations"), told["menu_organisations"]),
    }
    status = 422 if asked.errors else 200
    return render(request, "web/parts/form.html", context, status=status)


@require_safe
@page("getOrganisation", access.OPERATIONS)
def organisation(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Show an organisation with its people."""
    return _shown(request, actor, access.organisation_for(actor, number))


def _shown(
    request: HttpRequest,
    actor: Actor,
    found: Organisation,
    *,
    state: forms.Form | None = None,
    grant: forms.Form | None = None,
) -> HttpResponse:
    """Show an organisation, with whichever form was sent and has to be mended."""
    registrar = actor.has(Role.REGISTRAR)
    own = found.pk == actor.organisation
    people = own or actor.has(*access.OPERATIONS["grantRole"], Role.AUDITOR)
    if people:
        access.organisation_for(actor, found.pk, to="people")  # which logs the reading
    steps = TRANSITIONS[found.state] if registrar and not own else ()
    asked = state or grant
    wrong = bool(asked is not None and asked.errors)
    context = {
        "organisation": found,
        "own": own,
        "people": people,
        "members": list(queries.members(found.pk).order_by("user__email", "id")[:MOST_MEMBERS]),
        "today": clock.now().astimezone(UTC).date(),
        "state_form": steps and (state or filling.form(request, _step(found), given=False)),
        "grant_form": registrar and (grant or filling.form(request, _role(found), given=False)),
        "asked": asked if wrong else None,
        "timeline": _timeline(actor, found),
        "registrar": registrar,
    }
    status = 422 if wrong else 200
    return render(request, "web/registry/organisation.html", context, status=status)


def _step(found: Organisation) -> tuple[Field, ...]:
    steps = TRANSITIONS[found.state]
    return (
        Field("state", "choice", steps, "organisation"),
        Field("reason", "area", longest=512),
    )


def _role(found: Organisation) -> tuple[Field, ...]:
    permitted = sorted(ROLES_OF_KIND[found.kind])
    office = (Field("office", required=False, longest=17),)
    return (
        Field("email", "email", longest=254),
        Field("role", "choice", permitted, "role"),
        *(office if OFFICE_ROLES & ROLES_OF_KIND[found.kind] else ()),
        Field("valid_from", "day", initial=clock.now().astimezone(UTC).date()),
        Field("valid_to", "day", required=False),
        Field("person_reference", required=False, longest=35),
    )


def _timeline(actor: Actor, found: Organisation) -> list[news.Told]:
    """Return what happened to an organisation, as far as this reader may learn of it."""
    allowed = may_learn(actor)
    told = news.history(f"organisation:{found.pk}", news.START, MOST_EVENTS)
    return [one for one in reversed(told) if sees_all(actor) or allowed(one)]


@require_POST
@page("setOrganisationState", access.OPERATIONS)
def set_state(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Take an organisation to another state."""
    found = access.organisation_for(actor, number, to="change")
    asked = filling.form(request, _step(found))
    if asked.is_valid():
        given = asked.cleaned_data
        try:
            service.set_state(actor, number, given["state"], given["reason"])
        except StateForbids as refused:
            filling.refuse(request, asked, refused)
        else:
            messages.success(request, words(language_for(request))["state_changed"])
            return see_other(reverse("organisation", args=[number]))
    return _shown(request, actor, found, state=asked)


@require_POST
@page("grantRole", access.OPERATIONS)
def grant(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Grant a person a role; an address that is not known yet becomes a person."""
    found = access.organisation_for(actor, number, to="grant")
    asked = filling.form(request, _role(found))
    if asked.is_valid():
        given = asked.cleaned_data
        try:
            service.grant(
                actor,
                number,
                email=given["email"],
                role=Role(given["role"]),
                office=given.get("office", ""),
                valid_from=given["valid_from"],
                valid_to=given["valid_to"],
                person=given["person_reference"],
            )
        except (DataRefused, StateForbids) as refused:
            filling.refuse(request, asked, refused)
        else:
            messages.success(request, words(language_for(request))["role_granted"])
            return see_other(reverse("organisation", args=[number]))
    return _shown(request, actor, found, grant=asked)


@require_POST
@page("revokeRole", access.OPERATIONS)
def revoke(request: HttpRequest, actor: Actor, number: int, member: int) -> HttpResponseBase:
    """Take a role away; the person's sessions and keys with it end at once."""
    access.membership_for(actor, number, member)
    service.revoke_role(actor, member)
    messages.success(request, words(language_for(request))["role_revoked"])
    return see_other(reverse("organisation", args=[number]))
