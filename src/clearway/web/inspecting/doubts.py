"""Doubts about declared values: both sides read the same page and write on it in turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearway.audit import clock
from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.clearance import doubts_secured
from clearway.declarations.access import (
    decidable,
    declaration_for,
    reads_as_stranger,
)
from clearway.inspection import access, doubt_forms, doubting
from clearway.inspection.life_cycle import DOUBT_OPEN, DOUBT_STATES
from clearway.inspection.models import ValueDoubt
from clearway.inspection.reading import note_doubt
from clearway.payments import queries as payments
from clearway.payments import securities
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import DataRefused, StateForbids
from clearway.web import filling
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import chosen, page, see_other, typed, whole_number
from clearway.web.words import words


def _rows(actor: Actor, wanted: Mapping[str, Any]) -> QuerySet[ValueDoubt]:
    rows = access.doubts(actor)
    return rows.filter(state=wanted["value_doubt"]) if "value_doubt" in wanted else rows


def _note(actor: Actor, rows: Any) -> None:
    others = [row.pk for row in rows if reads_as_stranger(actor, row.declaration)]
    if others:
        audit.note("read", actor, "value_doubt:list", others)


DOUBTS: Final = Listing(
    name="value_doubts",
    title="menu_value_doubts",
    hint="value_doubts_hint",
    rows=_rows,
    columns=(
        Column("mrn", lambda row: row.declaration.mrn, "code"),
        Column("value_doubt", lambda row: row.state, "state:value_doubt"),
        Column("doubted_item", lambda row: row.item, "number"),
        Column("doubted_at", lambda row: row.asked_at, "instant"),
        Column("reply_by", lambda row: row.heard_by or row.reply_by, "instant"),
        Column("appeal_until", lambda row: row.appeal_until, "instant"),
    ),
    filters=(Filter("value_doubt", "choice", DOUBT_STATES, "value_doubt"),),
    address=lambda row: reverse("value_doubt", args=[row.pk]),
    note=_note,
    live="declaration",
)


@require_safe
@page("listValueDoubts", access.OPERATIONS)
def listed(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the doubts about declarations that one may read."""
    return DOUBTS.answer(request, actor)


@require_http_methods(["GET", "POST"])
@page("openValueDoubt", access.OPERATIONS)
def new(request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
    """Doubt the value of an item."""
    declaration_for(actor, key, to="decide")
    fields = (
        Field("doubted_item", longest=3, initial="1"),
        Field("reasons", "area", longest=doubting.LONGEST),
    )
    asked, told = filling.form(request, fields), words(language_for(request))
    if request.method == "POST" and asked.is_valid():
        given = asked.cleaned_data
        item = whole_number(given["doubted_item"]) or 0
        try:
            made = doubting.ask(actor, key, item, given["reasons"])
        except (DataRefused, StateForbids) as refused:
            filling.refuse(request, asked, refused)
        else:
            return see_other(reverse("value_doubt", args=[made.pk]))
    context = {
        "asked": asked,
        "heading": told["doubt_value"],
        "hint": told["doubt_value_hint"],
        "submit": told["doubt_value"],
        "trail": (reverse("declaration", args=[key]), key),
    }
    return render(request, "web/parts/form.html", context, status=422 if asked.errors else 200)


@require_safe
@page("getValueDoubt", access.OPERATIONS)
def one(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Show what each side has written."""
    return _shown(request, actor, number)


@require_POST
@page("replyToValueDoubt", access.OPERATIONS)
def reply(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Explain the value, or respond to the grounds."""
    text = typed(request, "text", doubting.LONGEST)
    return _done(request, actor, number, "text", lambda: doubting.reply(actor, number, text))


@require_POST
@page("tellGrounds", access.OPERATIONS)
def grounds(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Tell why the value is still doubted."""
    text = typed(request, "grounds", doubting.LONGEST)
    return _done(
        request, actor, number, "grounds", lambda: doubting.tell_grounds(actor, number, text)
    )


@require_POST
@page("fixSecurity", access.OPERATIONS)
def security(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Fix the security by the value that is suspected."""
    return _done(
        request,
        actor,
        number,
        "suspected",
        lambda: doubts_secured.fix(actor, number, _amount(request, "suspected")),
    )


@require_POST
@page("coverSecurity", access.OPERATIONS)
def cover(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Cover the security by a guarantee, or by what was deposited."""
    reference = typed(request, "reference", 70)
    return _done(
        request, actor, number, "reference", lambda: doubts_secured.cover(actor, number, reference)
    )


@require_POST
@page("decideValueDoubt", access.OPERATIONS)
def decide(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Accept the declared value, or determine another."""

    def act() -> object:
        text = typed(request, "decision", doubting.LONGEST)
        if chosen(request, "how", {"accept", "determine"}) == "accept":
            return doubting.accept(actor, number, text)
        method, value = typed(request, "method", 2), _amount(request, "value")
        return doubting.determine(actor, number, decision=text, method=method, value=value)

    return _done(request, actor, number, "decision", act)


def _amount(request: HttpRequest, name: str) -> int:
    """Return a typed amount of the pack's currency in minor units.

    Raises:
        DataRefused: it is none.
    """
    exponent = reference_at(clock.now()).exponent
    try:
        minor = Decimal(typed(request, name, 24)).scaleb(exponent)
    except InvalidOperation:
        minor = Decimal("0.5")
    if not minor.is_finite() or minor != minor.to_integral_value() or not 0 < minor < 10**15:
        raise DataRefused(
            "This is no amount.",
            faults=((f"/body/{name}", "no amount"),),
            remedy="Mend what is marked and send it again.",
        )
    return int(minor)


def _done(
    request: HttpRequest, actor: Actor, number: int, place: str, act: Callable[[], object]
) -> HttpResponseBase:
    """Do something with a doubt; what is refused is told where it was asked."""
    try:
        act()
    except (DataRefused, StateForbids) as refused:
        return _shown(request, actor, number, refused=refused, place=place)
    messages.success(request, words(language_for(request))["inspection_noted"])
    return see_other(reverse("value_doubt", args=[number]))


def _shown(
    request: HttpRequest,
    actor: Actor,
    number: int,
    *,
    refused: DataRefused | StateForbids | None = None,
    place: str = "",
) -> HttpResponse:
    found = access.doubt_for(actor, number)
    note_doubt(actor, found)
    now = clock.now()
    owner = found.declaration.organisation == actor.organisation
    official = decidable(actor).filter(pk=found.declaration_id).exists()
    told_grounds = found.state in {"grounds_told", "heard"}
    secured = payments.security_of_doubt(found.pk)
    context = {
        "security": secured,
        "deposited": 0 if secured is None else securities.deposited(secured),
        "deposit_number": doubt_forms.deposit_number(found.pk),
        "doubt": found,
        "declaration": found.declaration,
        "is_open": found.state in DOUBT_OPEN,
        "may_reply": owner
        and actor.has(*access.OPERATIONS["replyToValueDoubt"])
        and found.state in {"asked", "grounds_told"},
        "official": official,
        "may_tell": official
        and (found.state == "replied" or _over(found.reply_by, now))
        and not told_grounds,
        "may_determine": found.state == "heard"
        or (found.state == "grounds_told" and _over(found.heard_by, now)),
        "methods": doubting.METHODS,
        "refused": refused,
        "place": place,
        "given": request.POST,
    }
    status = 200 if refused is None else 422 if isinstance(refused, DataRefused) else 409
    return render(request, "web/inspecting/doubt.html", context, status=status)


def _over(until: Any, now: Any) -> bool:
    return until is not None and now > until
