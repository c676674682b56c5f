"""Watchlists: every list, one with its entries and versions, and a new one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clearway.audit.actor import Actor
from clearway.intelligence import access, queries, told, watchlists
from clearway.intelligence.models import Entry, Watchlist
from clearway.intelligence.rules import LIST_KINDS, SANCTIONS
from clearway.web.filling import Field
from clearway.web.intelligence.asking import Asked, Given, ask, may
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import page
from clearway.web.words import words

STATES: Final = ("proposed", "in_force", "refused", "ended")
_VERSIONS: Final = 20


@require_safe
@page("listWatchlists", access.OPERATIONS)
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show every list, with how many entries count and how much waits for a second person."""
    rows = list(queries.watchlists())
    waiting = queries.proposed_of(row.pk for row in rows)
    access.note_read(actor, "watchlists", [row.pk for row in rows])
    context = {
        "lists": [{**told.watchlist(row), "waiting": waiting.get(row.pk, 0)} for row in rows],
        "may_make": may(actor, "makeWatchlist"),
    }
    return render(request, "web/intelligence/watchlists.html", context)


@require_http_methods(["GET", "POST"])
@page("makeWatchlist", access.OPERATIONS)
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Make an empty list."""
    fields = (
        Field("list_code", longest=32),
        Field("list_name", longest=120),
        Field("list_kind", "choice", LIST_KINDS, "list_kind"),
        Field("publisher", longest=120, required=False),
    )

    def do(given: Given) -> str:
        made = watchlists.make(
            actor,
            code=given["list_code"],
            name=given["list_name"],
            kind=given["list_kind"],
            publisher=given["publisher"],
        )
        return reverse("watchlist", args=[made.code])

    asked = Asked(
        "make_watchlist",
        trail(request),
        "watchlist_is_made",
        named={"code": "list_code", "name": "list_name", "kind": "list_kind"},
    )
    return ask(request, asked, fields, do)


def trail(request: HttpRequest) -> tuple[str, str]:
    """Return where pages of lists hang."""
    return reverse("watchlists"), words(language_for(request))["menu_watchlists"]


@require_safe
@page("listWatchEntries", access.OPERATIONS)
def entries(request: HttpRequest, actor: Actor, code: str) -> HttpResponseBase:
    """Show a list: its entries, the latest first, and its versions where it is imported."""
    found = access.watchlist_for(actor, code)
    imported = found.kind == SANCTIONS
    versions = queries.versions(found).order_by("-number")[:_VERSIONS] if imported else ()
    return _entries(found).answer(
        request,
        actor,
        heading=found.name,
        list=found,
        imported=imported,
        versions=[told.version(row) for row in versions],
        may_propose=not imported and may(actor, "proposeWatchEntry"),
        may_import=imported and may(actor, "importListVersion"),
    )


def _entries(watchlist: Watchlist) -> Listing:
    def rows(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[Entry]:
        del actor  # whoever may read one list may read every one
        found = queries.entries(watchlist, chosen.get("entry_state", ""))
        return (
            queries.entries_called(found, chosen["entry_name"]) if "entry_name" in chosen else found
        )

    imported = watchlist.kind == SANCTIONS
    ends = () if imported else (Column("entry_ends", lambda row: row.ends, "day"),)
    return Listing(
        name="watchlist",
        title="watch_entries",
        rows=rows,
        columns=(
            Column("entry_name", lambda row: row.name),
            Column("entry_number", lambda row: row.number, "code"),
            Column("entry_kind", lambda row: row.kind, "word:entry_kind"),
            Column("entry_effect", lambda row: row.effect, "word:entry_effect"),
            Column("entry_reason", lambda row: row.reason),
            Column("entry_starts", lambda row: row.starts, "day"),
            *ends,
            Column("entry_state", lambda row: row.state, "state:watch_state"),
        ),
        filters=(
            Filter("entry_name", longest=350),
            Filter("entry_state", "choice", STATES, "watch_state"),
        ),
        address=lambda row: reverse("watch_entry", args=[row.pk]),
        note=lambda actor, shown: access.note_read(actor, "entries", [row.pk for row in shown]),
        template="web/intelligence/watchlist.html",
        keeps_views=False,
    )
