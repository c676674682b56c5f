"""How an organisation's systems reach us and are reached: its API keys, and its webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearway.accounts import access, queries, service
from clearway.accounts.models import ApiKey
from clearway.audit import clock
from clearway.audit.actor import Actor, Role
from clearway.events import access as news_access
from clearway.events import queries as news
from clearway.vocabulary.errors import DataRefused, StateForbids
from clearway.web import filling
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import page, see_other
from clearway.web.words import words


def standing(key: ApiKey) -> str:
    """Return whether a key is of force: active, revoked or expired."""
    if key.revoked_at is not None:
        return "revoked"
    over = key.expires_at is not None and key.expires_at <= clock.now()
    return "expired" if over else "active"


def _rows(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[ApiKey]:
    rows = queries.keys_of(actor.organisation)
    return rows.filter(revoked_at__isnull=True) if chosen.get("in_force") else rows


KEYS: Final = Listing(
    name="keys",
    title="menu_connections",
    template="web/traders/connections.html",
    rows=_rows,
    columns=(
        Column("key_name", lambda row: row.name),
        Column("key_prefix", lambda row: f"cw_{row.prefix}_…", "code"),
        Column("roles", lambda row: row.roles, "words:role"),
        Column("key_made_at", lambda row: row.made_at, "instant"),
        Column("expires_at", lambda row: row.expires_at, "instant"),
        Column("key_state", standing, "state:key"),
    ),
    filters=(Filter("in_force", "choice", ("yes",), "only"),),
    address=lambda row: reverse("key", args=[row.pk]),
    live="key webhook",
)


@require_safe
@page("listApiKeys", access.OPERATIONS)
def keys(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the keys and the webhooks of one's organisation."""
    access.organisation_for(actor, actor.organisation, to="keys")
    hooks = actor.has(*news_access.OPERATIONS["listWebhooks"])
    found = news.webhooks(actor.organisation).order_by("id") if hooks else ()
    more = [("make_key", "make_key")]
    more += [("make_webhook", "make_webhook")] if hooks else []
    return KEYS.answer(request, actor, hooks=found, may_hook=hooks, acts=more)


@require_http_methods(["GET", "POST"])
@page("makeApiKey", access.OPERATIONS)
def make_key(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Make a key and show its secret, which no other page ever shows.

    The answer is the page itself: a secret is neither kept for the next page nor put into an
    address.
    """
    access.organisation_for(actor, actor.organisation, to="keys")
    roles = sorted(actor.roles)
    fields = (
        Field("key_name", longest=80),
        Field("roles", "several", roles, "role", initial=roles),
        Field("expires_at", "instant", required=False),
    )
    asked, told = filling.form(request, fields), words(language_for(request))
    if request.method == "POST" and asked.is_valid():
        given = asked.cleaned_data
        try:
            key, secret = service.make_key(
                actor,
                actor.organisation,
                name=given["key_name"],
                roles=frozenset(Role(role) for role in given["roles"]),
                expires_at=given["expires_at"],
            )
        except (DataRefused, StateForbids) as refused:
            filling.refuse(request, asked, refused)
        else:
            shown = {"heading": told["key_made"], "secret": secret, "hint": told["key_secret_hint"]}
            more = {"next": reverse("key", args=[key.pk]), "name": key.name}
            return render(request, "web/traders/secret.html", {**shown, **more}, status=201)
    context = {
        "asked": asked,
        "heading": told["make_key"],
        "hint": told["make_key_hint"],
        "submit": told["make_key"],
        "trail": (reverse("keys"), told["menu_connections"]),
    }
    status = 422 if asked.errors else 200
    return render(request, "web/parts/form.html", context, status=status)


@require_safe
@page("listApiKeys", access.OPERATIONS)
def key(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Show a key, and let whoever may end it."""
    found = access.key_for(actor, number, to="read")
    may_end = not found.revoked_at and access.may_revoke(actor, found)
    context = {"key": found, "standing": standing(found), "may_end": may_end}
    return render(request, "web/traders/key.html", context)


@require_POST
@page("revokeApiKey", access.OPERATIONS)
def revoke_key(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """End a key at once."""
    access.key_for(actor, number)
    service.revoke_key(actor, number)
    messages.success(request, words(language_for(request))["key_ended_now"])
    return see_other(reverse("key", args=[number]))
