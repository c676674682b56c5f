"""Matches: who on the record may be looked for; an analyst confirms or dismisses each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clearway.accounts.permission import require
from clearway.accounts.queries import called
from clearway.audit.actor import Actor
from clearway.intelligence import access, matching, queries, told
from clearway.intelligence.models import Match
from clearway.intelligence.reasons import Why, why_all
from clearway.vocabulary.errors import ActRefused, DataRefused, StateForbids
from clearway.web.intelligence.asking import may
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import chosen, page, see_other, typed
from clearway.web.words import words
from clearway.web.writing import share


def _rows(actor: Actor, wanted: Mapping[str, Any]) -> QuerySet[Match]:
    del actor  # whoever may see matches sees all of them
    rows = queries.matches(wanted.get("match_state", ""))
    return rows.filter(how=wanted["match_how"]) if "match_how" in wanted else rows


MATCHES: Final = Listing(
    name="watch_matches",
    title="menu_matches",
    hint="matches_hint",
    rows=_rows,
    columns=(
        Column("named_on_record", lambda row: row.trace.name),
        Column("listed_as", lambda row: row.entry.name),
        Column("list_name", lambda row: row.watchlist.name),
        Column("match_percent", lambda row: row.score // 10, "number"),
        Column("match_agrees", lambda row: row.agreeing, "words:key"),
        Column("match_differs", lambda row: row.differing, "words:key"),
        Column("match_how", lambda row: row.how, "word:match_how"),
        Column("found_at", lambda row: row.found_at, "instant"),
        Column("match_state", lambda row: row.state, "state:match_state"),
    ),
    filters=(
        Filter("match_state", "choice", ("open", "confirmed", "dismissed"), "match_state"),
        Filter("match_how", "choice", ("name", "exact"), "match_how"),
    ),
    address=lambda row: reverse("watch_match", args=[row.pk]),
    note=lambda actor, rows: access.note_read(actor, "matches", [row.pk for row in rows]),
)


@require_safe
@page("listMatches", access.OPERATIONS)
def matches(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show who on the record may be looked for."""
    several = "decide_watch_matches"
    return MATCHES.answer(
        request, actor, acts=[(several, several)] if may(actor, "decideMatches") else []
    )


@require_http_methods(["GET", "POST"])
@page("listMatches", access.OPERATIONS)
def match(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Show both sides of a match and why it was found; confirm or dismiss it."""
    refused: ActRefused | None = None
    if request.method == "POST":
        require(actor, "decideMatch", access.OPERATIONS)
        confirm = chosen(request, "decision", {"confirm", "dismiss"}) == "confirm"
        try:
            matching.decide(actor, number, confirm=confirm, reason=typed(request, "reason"))
        except (DataRefused, StateForbids) as why:
            refused = why
        else:
            key = "match_is_confirmed" if confirm else "match_is_dismissed"
            messages.success(request, words(language_for(request))[key])
            return see_other(reverse("watch_match", args=[number]))
    found = access.match_for(actor, number)
    access.note_read(actor, "matches", [found.pk])
    mine = set(access.cases(actor).filter(alerts__match=found.pk).values_list("pk", flat=True))
    context = {
        "match": shown(found, language_for(request), why_all([found]).get(found.pk)),
        "listed": told.whole_entry(found.entry),
        "people": called({found.decided_by} - {""}),
        "decided_at": found.decided_at,
        "cases": [row for row in queries.alerted(found.pk) if row.pk in mine],
        "places": queries.appearances_of(found.trace.pk, _PLACES),
        "may_decide": found.how == "name" and may(actor, "decideMatch"),
        "refused": refused,
    }
    status = 200 if refused is None else 422 if isinstance(refused, DataRefused) else 409
    return render(request, "web/intelligence/match.html", context, status=status)


_PLACES: Final = 20


def shown(row: Match, language: str, why: Why | None) -> dict[str, Any]:
    """Return a match as pages show it: both sides, how alike they are, and why."""
    return {
        **told.match(row),
        "share": share(row.score / 1000, language),
        "why_found": why,
        "list": row.watchlist,
        "kind": row.trace.kind,
    }
