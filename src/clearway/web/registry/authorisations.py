"""Authorisations: what customs has allowed an operator, as its holder and officials see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearway.audit import clock
from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.declarations.rules import local_day
from clearway.reference.in_force import reference_at
from clearway.traders import access, rules, service
from clearway.traders.models import Authorisation
from clearway.vocabulary.errors import DataRefused, StateForbids
from clearway.web import filling
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import page, see_other
from clearway.web.words import words


def _rows(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[Authorisation]:
    rows = access.visible_authorisations(actor)
    if "holder" in chosen:
        rows = rows.filter(holder__identifier=chosen["holder"].upper())
    if "authorisation_type" in chosen:
        rows = rows.filter(type__startswith=chosen["authorisation_type"].upper())
    if "authorisation_state" in chosen:
        rows = rows.filter(state=chosen["authorisation_state"])
    return rows


def _note(actor: Actor, rows: Sequence[Authorisation]) -> None:
    others = [row.pk for row in rows if row.holder_id != actor.organisation]
    if others:
        audit.note("read", actor, "authorisations:list", others)


AUTHORISATIONS: Final = Listing(
    name="authorisations",
    title="menu_authorisations",
    rows=_rows,
    columns=(
        Column("reference", lambda row: row.reference, "code"),
        Column("authorisation_type", lambda row: row.type, "code"),
        Column("holder", lambda row: row.holder.name),
        Column("valid_from", lambda row: row.valid_from, "day"),
        Column("valid_to", lambda row: row.valid_to, "day"),
        Column("authorisation_state", lambda row: row.state, "state:authorisation"),
        Column("changed_at", lambda row: row.changed_at, "instant"),
    ),
    filters=(
        Filter("holder", longest=17),
        Filter("authorisation_type", longest=4),
        Filter("authorisation_state", "choice", tuple(rules.AUTHORISATION_STEPS), "authorisation"),
    ),
    address=lambda row: reverse("authorisation", args=[row.pk]),
    note=_note,
    live="authorisation",
)


@require_safe
@page("listAuthorisations", access.OPERATIONS)
def authorisations(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show one's authorisations; officials see all."""
    may = actor.has(*access.OPERATIONS["grantAuthorisation"])
    more = [("grant_authorisation", "grant_authorisation")] if may else ()
    return AUTHORISATIONS.answer(request, actor, acts=more)


def _types() -> list[tuple[str, str]]:
    """Return the types that the law knows, by code and name."""
    law = reference_at(clock.now())
    listed, today = law.code_lists.get("authorisation"), local_day(clock.now(), law)
    found = [] if listed is None else [listed.lookup(code, today) for code in listed.entries]
    return sorted((one.code, f"{one.code} {one.name}") for one in found if one is not None)


def type_name(code: str) -> str:
    """Return a type of authorisation with its name, as far as the law knows it."""
    return dict(_types()).get(code, code)


@require_http_methods(["GET", "POST"])
@page("grantAuthorisation", access.OPERATIONS)
def grant(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Grant an operator an authorisation."""
    fields = (
        Field("holder", longest=17, initial=request.GET.get("holder", "")[:17]),
        Field("type", "choice", _types()),
        Field("reference", longest=35),
        Field("valid_from", "day", initial=clock.now().astimezone(UTC).date()),
        Field("valid_to", "day", required=False),
    )
    asked, told = filling.form(request, fields), words(language_for(request))
    if request.method == "POST" and asked.is_valid():
        given = dict(asked.cleaned_data)
        given["holder"], given["type_code"] = given["holder"].strip().upper(), given.pop("type")
        try:
            made = service.authorise(actor, **given)
        except (DataRefused, StateForbids) as refused:
            filling.refuse(request, asked, refused)
        else:
            messages.success(request, told["authorisation_given"])
            return see_other(reverse("authorisation", args=[made.pk]))
    context = {
        "asked": asked,
        "heading": told["grant_authorisation"],
        "hint": told["grant_authorisation_hint"],
        "submit": told["grant"],
        "trail": (reverse("authorisations"), told["menu_authorisations"]),
    }
    status = 422 if asked.errors else 200
    return render(request, "web/parts/form.html", context, status=status)


@require_safe
@page("getAuthorisation", access.OPERATIONS)
def authorisation(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Show an authorisation."""
    found = access.authorisation_for(actor, number)
    steps = rules.AUTHORISATION_STEPS[found.state] if actor.has(Role.REGISTRAR) else ()
    asked = filling.form(request, _step(steps), given=False) if steps else None
    return _shown(request, found, asked)


def _shown(request: HttpRequest, found: Authorisation, asked: Any) -> HttpResponse:
    context = {"authorisation": found, "type_name": type_name(found.type), "asked": asked}
    status = 422 if asked is not None and asked.errors else 200
    return render(request, "web/registry/authorisation.html", context, status=status)


def _step(steps: Sequence[str]) -> tuple[Field, ...]:
    return (
        Field("state", "choice", steps, "authorisation"),
        Field("reason", "area", longest=512),
    )


@require_POST
@page("suspendAuthorisation", access.OPERATIONS)
def set_state(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Suspend, resume or revoke an authorisation: the next lane decision already heeds it."""
    found = access.authorisation_for(actor, number, to="change")
    asked = filling.form(request, _step(rules.AUTHORISATION_STEPS[found.state]))
    if asked.is_valid():
        given = asked.cleaned_data
        try:
            service.set_authorisation(actor, number, given["state"], given["reason"])
        except StateForbids as refused:
            filling.refuse(request, asked, refused)
        else:
            messages.success(request, words(language_for(request))["state_changed"])
            return see_other(reverse("authorisation", args=[number]))
    return _shown(request, found, asked)
