"""Tokens: who may fetch what until when, as their holders, terminals and officials see them."""

from __future__ import annotations

from typing import Any, Final

import segno
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearway.accounts.queries import name_of
from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.documents import queries as documents
from clearway.gate import access, events, issuing, papers, queries, recalling
from clearway.gate.access import OPERATIONS
from clearway.gate.models import Token
from clearway.gate.rules import DIRECTIONS, KINDS
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids
from clearway.web import filling
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import page, see_other, typed
from clearway.web.words import words

STATES: Final = ("live", "used", "recalled", "expired")


def _rows(actor: Actor, chosen: dict[str, Any]) -> Any:
    rows = queries.tokens(access.tokens_of(actor))
    if state := chosen.get("token_state"):
        over = Q(state="live", expires_at__lte=clock.now())
        here = {"expired": Q(state="expired") | over, "live": Q(state="live") & ~over}
        rows = rows.filter(here.get(state, Q(state=state)))
    if text := chosen.get("fetched_unit"):
        key = text.strip().upper()
        rows = rows.filter(Q(key=key) | Q(number__iexact=text) | Q(serial=key) | Q(plate=key))
    if mrn := chosen.get("mrn"):
        about = Q(declarations__declaration__mrn=mrn.strip().upper())
        rows = rows.filter(pk__in=queries.tokens(about).values("pk"))
    return rows


def _kind(request: HttpRequest) -> str:
    """Return the kind of unit that a link asks a token for; a container otherwise."""
    given = request.GET.get("kind", "")
    return given if given in KINDS else "container"


def state_of(token: Token) -> str:
    """Return where a token stands now: one that nobody used in time has expired."""
    over = token.state == "live" and token.expires_at <= clock.now()
    return "expired" if over else token.state


TOKENS: Final = Listing(
    name="gate_tokens",
    title="menu_gate_tokens",
    hint="gate_tokens_hint",
    rows=_rows,  # type: ignore[arg-type] # a mapping is all it reads
    columns=(
        Column("token", lambda row: row.serial, "code"),
        Column("fetched_unit", lambda row: row.number, "code"),
        Column("unit_kind", lambda row: row.kind, "word:unit_kind"),
        Column("packages", lambda row: row.packages, "number"),
        Column("passage_direction", lambda row: row.direction, "word:passage"),
        Column("plate", lambda row: row.plate, "code"),
        Column("token_state", state_of, "state:token"),
        Column("expires_at", lambda row: row.expires_at, "instant"),
    ),
    filters=(
        Filter("token_state", "choice", STATES, "token"),
        Filter("fetched_unit"),
        Filter("mrn", longest=18),
    ),
    address=lambda row: reverse("gate_token", args=[row.serial]),
    note=access.note_tokens,
    live="gate_token",
)


@require_safe
@page("listTokens", OPERATIONS)
def tokens(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the tokens for one's goods or one's terminal."""
    may = actor.has(*OPERATIONS["issueToken"])
    return TOKENS.answer(request, actor, acts=[("ask_token", "ask_token")] if may else [])


@require_http_methods(["GET", "POST"])
@page("issueToken", OPERATIONS)
def ask(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Ask for a token."""
    fields = (
        Field("fetched_kind", "choice", KINDS, "unit_kind", initial=_kind(request)),
        Field("fetched_unit", longest=70, initial=request.GET.get("unit", "")[:70]),
        Field("passage_direction", "choice", DIRECTIONS, "passage", initial="out"),
        Field("terminal", longest=17),
        Field("plate", required=False, longest=20),
        Field("gate_code", required=False, longest=17),
        Field("packages", required=False, longest=9),
    )
    asked, told = filling.form(request, fields), words(language_for(request))
    if request.method == "POST" and asked.is_valid():
        given = asked.cleaned_data
        try:
            made = issuing.issue(actor, _wanted(given))
        except NotThere:
            asked.add_error("fetched_unit", told["unit_not_known"])
        except (DataRefused, StateForbids) as refused:
            filling.refuse(request, asked, refused)
        else:
            return see_other(reverse("gate_token", args=[made.serial]))
    context = {
        "asked": asked,
        "heading": told["ask_token"],
        "hint": told["ask_token_hint"],
        "submit": told["ask_token"],
        "trail": (reverse("gate_tokens"), told["menu_gate_tokens"]),
    }
    return render(request, "web/parts/form.html", context, status=422 if asked.errors else 200)


def _wanted(given: dict[str, Any]) -> issuing.Wanted:
    packages = given["packages"].strip()
    return issuing.Wanted(
        direction=given["passage_direction"],
        kind=given["fetched_kind"],
        number=given["fetched_unit"],
        terminal=given["terminal"],
        plate=given["plate"],
        gate=given["gate_code"],
        packages=int(packages) if packages.isascii() and packages.isdigit() else None,
    )


@require_safe
@page("getToken", OPERATIONS)
def token(request: HttpRequest, actor: Actor, serial: str) -> HttpResponseBase:
    """Show a token with its QR code and what was shown of it at gates."""
    found = access.token_for(actor, serial)
    access.note_tokens(actor, [found])
    state = state_of(found)
    recalls = queries.tokens(access.tokens_of(actor, "recall") & Q(pk=found.pk)).exists()
    image = segno.make(found.code, error="m", micro=False)
    context = {
        "token": found,
        "state_now": state,
        "terminal": name_of(found.terminal),
        "mrns": queries.mrns(found),
        "order": documents.valid(papers.ORDER, events.subject(found.serial)),
        "revocation": getattr(found, "revocation", None),
        "passages": queries.passages(Q(token=found)).order_by("-id")[:12],
        "image": image.svg_data_uri(scale=4, border=4, light="#fff"),
        "may_recall": recalls and state == "live" and actor.has(*OPERATIONS["recallToken"]),
        "may_print": state == "live" and actor.has(*OPERATIONS["issueDeliveryOrder"]),
        "reasons_of_ours": (recalling.HELD, recalling.INVALIDATED, recalling.REPLACED),
    }
    return render(request, "web/gate/token.html", context)


@require_POST
@page("recallToken", OPERATIONS)
def recall(request: HttpRequest, actor: Actor, serial: str) -> HttpResponseBase:
    """Recall a token that was not used."""
    found = access.token_for(actor, serial, to="recall")
    told = words(language_for(request))
    reason = typed(request, "reason")
    if not reason:
        raise DataRefused(
            "This act needs a reason.",
            faults=(("/body/reason", "must not be empty"),),
            remedy="Say why in a few words; the record keeps it.",
        )
    recalling.recall(actor, found, reason)
    messages.success(request, told["token_recalled_now"])
    return see_other(reverse("gate_token", args=[found.serial]))


@require_POST
@page("issueDeliveryOrder", OPERATIONS)
def order(request: HttpRequest, actor: Actor, serial: str) -> HttpResponseBase:
    """Issue the delivery order of a token, and lead back to it."""
    found = access.token_for(actor, serial)
    issued = papers.delivery_order(actor, found)
    told = words(language_for(request))["delivery_order_issued"]
    messages.success(request, told.format(number=issued.number))
    return see_other(reverse("gate_token", args=[found.serial]))
