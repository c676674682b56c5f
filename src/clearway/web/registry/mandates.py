"""Mandates: that an agent may lodge for a principal, as both sides and officials see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any, Final

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearway.audit import clock
from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.traders import access, rules, service
from clearway.traders.models import Mandate
from clearway.vocabulary.errors import DataRefused, StateForbids
from clearway.web import filling
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import chosen, page, see_other
from clearway.web.words import words

GIVE, ASK = "give", "ask"
"""The two ways to enter a mandate: as its principal, or as the agent who asks for it."""


def _rows(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[Mandate]:
    rows = access.visible_mandates(actor)
    if "mandate_state" in chosen:
        rows = rows.filter(state=chosen["mandate_state"])
    if "party" in chosen:
        party = chosen["party"].upper()
        rows = rows.filter(Q(principal__identifier=party) | Q(agent__identifier=party))
    return rows


def _note(actor: Actor, rows: Sequence[Mandate]) -> None:
    own = actor.organisation
    others = [row.pk for row in rows if own not in {row.principal_id, row.agent_id}]
    if others:
        audit.note("read", actor, "mandates:list", others)


MANDATES: Final = Listing(
    name="mandates",
    title="menu_mandates",
    hint="mandates_hint",
    rows=_rows,
    columns=(
        Column("principal", lambda row: row.principal.name),
        Column("agent", lambda row: row.agent.name),
        Column("direction", lambda row: row.direction or "both", "word:direction"),
        Column("procedures", lambda row: row.procedures, "code"),
        Column("valid_from", lambda row: row.valid_from, "day"),
        Column("valid_to", lambda row: row.valid_to, "day"),
        Column("mandate_state", lambda row: row.state, "state:mandate"),
        Column("changed_at", lambda row: row.changed_at, "instant"),
    ),
    filters=(
        Filter("mandate_state", "choice", tuple(rules.MANDATE_STEPS), "mandate"),
        Filter("party", longest=17),
    ),
    address=lambda row: reverse("mandate", args=[row.pk]),
    note=_note,
    live="mandate",
)


@require_safe
@page("listMandates", access.OPERATIONS)
def mandates(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the mandates that one gave or holds; officials see all."""
    more = [("new_mandate", "new_mandate")] if actor.has(*access.OPERATIONS["askMandate"]) else ()
    return MANDATES.answer(request, actor, acts=more)


def _fields(way: str) -> tuple[Field, ...]:
    return (
        Field("way", "choice", (GIVE, ASK), "way", initial=way),
        Field("party", longest=17),
        Field("direction", "choice", ("IM", "EX"), "direction", required=False),
        Field("procedures", required=False, longest=120),
        Field("valid_from", "day", initial=clock.now().astimezone(UTC).date()),
        Field("valid_to", "day", required=False),
    )


@require_http_methods(["GET", "POST"])
@page("askMandate", access.OPERATIONS)
def new_mandate(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Give an agent a mandate, or ask a principal for one."""
    way = ASK if actor.has(Role.BROKER) else GIVE
    asked, told = filling.form(request, _fields(way)), words(language_for(request))
    if request.method == "POST" and asked.is_valid():
        given = dict(asked.cleaned_data)
        gives, other = given.pop("way") == GIVE, given.pop("party").strip().upper()
        parties = (actor.identifier, other) if gives else (other, actor.identifier)
        given["procedures"] = given["procedures"].upper().replace(",", " ").split()
        try:
            made = service.ask(actor, principal=parties[0], agent=parties[1], **given)
        except (DataRefused, StateForbids) as refused:
            filling.refuse(request, asked, _of_party(refused))
        else:
            messages.success(request, told["mandate_given" if gives else "mandate_asked_for"])
            return see_other(reverse("mandate", args=[made.pk]))
    context = {
        "asked": asked,
        "heading": told["new_mandate"],
        "hint": told["new_mandate_hint"],
        "submit": told["enter_mandate"],
        "trail": (reverse("mandates"), told["menu_mandates"]),
    }
    status = 422 if asked.errors else 200
    return render(request, "web/parts/form.html", context, status=status)


def _of_party(refused: DataRefused | StateForbids) -> DataRefused | StateForbids:
    """Return a refusal about principal or agent as one about the party that was typed."""
    if not isinstance(refused, DataRefused):
        return refused
    named = {"/principal": "/party", "/agent": "/party"}
    faults = [(named.get(pointer, pointer), sentence) for pointer, sentence in refused.faults]
    return DataRefused(refused.what, faults=tuple(dict(faults).items()))


@require_safe
@page("getMandate", access.OPERATIONS)
def mandate(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Show a mandate with what one may do with it."""
    found = access.mandate_for(actor, number)
    principal = found.principal_id == actor.organisation
    side = principal or found.agent_id == actor.organisation
    steps = rules.MANDATE_STEPS[found.state]
    ends = actor.has(*access.OPERATIONS["revokeMandate"]) and (side or actor.has(Role.REGISTRAR))
    answers = principal and actor.has(*access.OPERATIONS["answerMandate"])
    context = {
        "mandate": found,
        "may_answer": answers and rules.REFUSED in steps,
        "may_end": ends and rules.REVOKED in steps,
        "official": not side,
    }
    return render(request, "web/registry/mandate.html", context)


@require_POST
@page("answerMandate", access.OPERATIONS)
def answer(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Grant or refuse what an agent asked for."""
    access.mandate_for(actor, number, to="answer")
    granted = chosen(request, "decision", {"grant", "refuse"}) == "grant"
    service.answer(actor, number, grant=granted, reason=_reason(request, optional=True))
    messages.success(request, words(language_for(request))["mandate_answered"])
    return see_other(reverse("mandate", args=[number]))


@require_POST
@page("revokeMandate", access.OPERATIONS)
def end(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """End a mandate from now on."""
    access.mandate_for(actor, number, to="end")
    service.end(actor, number, _reason(request))
    messages.success(request, words(language_for(request))["mandate_ended"])
    return see_other(reverse("mandate", args=[number]))


def _reason(request: HttpRequest, *, optional: bool = False) -> str:
    """Return why.

    Raises:
        DataRefused: nothing is said, and something must be.
    """
    reason = request.POST.get("reason", "").replace("\0", "").strip()[:512]
    if not reason and not optional:
        raise DataRefused("The reason is missing.", faults=(("/body/reason", "empty"),))
    return reason
