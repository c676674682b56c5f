"""Webhooks: addresses that an organisation's news are sent to, their secrets and deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearway.audit.actor import Actor
from clearway.events import access, queries, webhooks
from clearway.events.models import Delivery, Webhook
from clearway.vocabulary.errors import DataRefused, StateForbids
from clearway.web import filling
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import page, see_other
from clearway.web.words import words

KINDS: Final = (
    "declaration.", "bulk.", "transport_document.", "conveyance.", "mandate.", "authorisation.",
    "organisation.", "role.", "key.",
)  # fmt: skip
"""Beginnings of the kinds of news that one may choose; none is all."""
SHOWN: Final = 20
STATES: Final = ("waiting", "delivered", "failed")


def _fields(kinds: str = "", url: str = "", description: str = "") -> tuple[Field, ...]:
    chosen = kinds.split()
    # What was chosen by programme may be finer than what is offered here; it stays on offer.
    offered = dict.fromkeys((*KINDS, *chosen))
    return (
        Field("url", longest=2000, initial=url),
        Field("description", required=False, longest=200, initial=description),
        Field("kinds", "several", [*offered], "news", required=False, initial=chosen),
    )


@require_http_methods(["GET", "POST"])
@page("makeWebhook", access.OPERATIONS)
def make(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Make a webhook and show its secret, which no other page ever shows."""
    asked, told = filling.form(request, _fields()), words(language_for(request))
    if request.method == "POST" and asked.is_valid():
        given = asked.cleaned_data
        try:
            hook, secret = webhooks.make(actor, given["url"], given["kinds"], given["description"])
        except (DataRefused, StateForbids) as refused:
            filling.refuse(request, asked, refused)
        else:
            return _secret(request, hook, secret, "webhook_made")
    context = {
        "asked": asked,
        "heading": told["make_webhook"],
        "hint": told["make_webhook_hint"],
        "submit": told["make_webhook"],
        "trail": (reverse("keys"), told["menu_connections"]),
    }
    status = 422 if asked.errors else 200
    return render(request, "web/parts/form.html", context, status=status)


def _secret(request: HttpRequest, hook: Webhook, secret: str, heading: str) -> HttpResponse:
    told = words(language_for(request))
    context = {
        "heading": told[heading],
        "secret": secret,
        "hint": told["webhook_secret_hint"],
        "next": reverse("webhook", args=[hook.pk]),
        "name": hook.url,
    }
    return render(request, "web/traders/secret.html", context, status=201)


@require_http_methods(["GET", "POST"])
@page("getWebhook", access.OPERATIONS)
def webhook(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Show a webhook with its latest deliveries; change its address, news or description."""
    hook = access.webhook_for(actor, number)
    asked = filling.form(request, _fields(hook.kinds, hook.url, hook.description))
    if request.method == "POST" and asked.is_valid():
        changes = dict(asked.cleaned_data)
        changes["kinds"] = " ".join(changes["kinds"])
        try:
            webhooks.change(actor, hook, changes)
        except DataRefused as refused:
            filling.refuse(request, asked, refused)
        else:
            messages.success(request, words(language_for(request))["webhook_changed"])
            return see_other(reverse("webhook", args=[number]))
    return _shown(request, hook, asked)


def _shown(
    request: HttpRequest, hook: Webhook, asked: forms.Form, span: forms.Form | None = None
) -> HttpResponse:
    wrong = bool(asked.errors) or (span is not None and bool(span.errors))
    context = {
        "hook": hook,
        "asked": asked,
        "span": span or filling.form(request, _SPAN, given=False, name="span"),
        "wrong": span if span is not None and span.errors else asked,
        "deliveries": queries.deliveries(hook).order_by("-id")[:SHOWN],
    }
    part = request.GET.get("part") == "deliveries"
    template = "web/traders/webhook_deliveries.html" if part else "web/traders/webhook.html"
    return render(request, template, context, status=422 if wrong else 200)


@require_POST
@page("changeWebhook", access.OPERATIONS)
def switch(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Switch a webhook off or on."""
    hook = access.webhook_for(actor, number)
    state = "disabled" if hook.state == "active" else "active"
    webhooks.change(actor, hook, {"state": state})
    messages.success(request, words(language_for(request))[f"webhook_is_{state}"])
    return see_other(reverse("webhook", args=[number]))


@require_POST
@page("rotateSecret", access.OPERATIONS)
def rotate(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Give a webhook a new secret and show it, this once."""
    hook, secret = webhooks.rotate(actor, access.webhook_for(actor, number))
    return _secret(request, hook, secret, "webhook_rotated")


@require_POST
@page("removeWebhook", access.OPERATIONS)
def remove(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Remove a webhook for good."""
    webhooks.remove(actor, access.webhook_for(actor, number))
    messages.success(request, words(language_for(request))["webhook_removed"])
    return see_other(reverse("keys"))


_SPAN: Final = (Field("since", "instant"), Field("until", "instant"))


@require_POST
@page("replayDeliveries", access.OPERATIONS)
def replay(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Send again the deliveries that were ticked, or all that were made in a span of time."""
    hook = access.webhook_for(actor, number)
    ticked = [int(one) for one in request.POST.getlist("delivery") if _is_number(one)][:SHOWN]
    span = filling.form(request, _SPAN, name="span")
    if ticked:
        count = sum(
            webhooks.replay(actor, hook, delivery=one, since=None, until=None) for one in ticked
        )
    elif span.is_valid():
        given = span.cleaned_data
        count = webhooks.replay(
            actor, hook, delivery=None, since=given["since"], until=given["until"]
        )
    else:
        asked = filling.form(request, _fields(hook.kinds, hook.url, hook.description), given=False)
        return _shown(request, hook, asked, span)
    told = words(language_for(request))["sent_again"]
    messages.success(request, told.format(count=count))
    return see_other(reverse("webhook", args=[number]))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


@require_safe
@page("listDeliveries", access.OPERATIONS)
def deliveries(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Show what was and is to be sent to a webhook."""
    return _deliveries(access.webhook_for(actor, number)).answer(request, actor)


def _deliveries(hook: Webhook) -> Listing:
    def rows(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[Delivery]:
        del actor
        found = queries.deliveries(hook)
        if "delivery_state" in chosen:
            found = found.filter(state=chosen["delivery_state"])
        return found

    return Listing(
        name="deliveries",
        title="deliveries",
        rows=rows,
        columns=(
            Column("news_kind", lambda row: row.event.kind, "code"),
            Column("news_subject", lambda row: row.event.subject, "code"),
            Column("delivery_state", lambda row: row.state, "state:delivery"),
            Column("attempts", lambda row: row.attempts, "number"),
            Column("http_status", lambda row: row.status, "code"),
            Column("delivery_error", lambda row: row.error),
            Column("queued_at", lambda row: row.made_at, "instant"),
            Column("attempted_at", lambda row: row.attempted_at, "instant"),
        ),
        filters=(Filter("delivery_state", "choice", STATES, "delivery"),),
        keeps_views=False,
    )
