"""An entry of a watchlist: proposed, decided by a second person, ended with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearway.accounts.four_eyes import is_same_person
from clearway.accounts.queries import called
from clearway.audit.actor import Actor
from clearway.intelligence import access, queries, told, watchlists
from clearway.intelligence.keys import KINDS, Key
from clearway.intelligence.models import Entry
from clearway.intelligence.rules import EFFECTS, ENTRY_KINDS, SANCTIONS, EntryWanted
from clearway.vocabulary.dates import date_of
from clearway.vocabulary.errors import ActRefused, DataRefused, StateForbids
from clearway.web.filling import Field
from clearway.web.intelligence.asking import Asked, Given, ask, may
from clearway.web.language import language_for
from clearway.web.visitors import chosen, page, see_other, typed
from clearway.web.words import words

_USUAL: Final = timedelta(days=180)
_NAMED: Final = {
    "name": "entry_name",
    "kind": "entry_kind",
    "effect": "entry_effect",
    "reason": "entry_reason",
    "starts": "entry_starts",
    "ends": "entry_ends",
}


@require_http_methods(["GET", "POST"])
@page("proposeWatchEntry", access.OPERATIONS)
def propose(request: HttpRequest, actor: Actor, code: str) -> HttpResponseBase:
    """Propose an entry of a list of one's own."""
    found = access.watchlist_for(actor, code)
    today = date_of(watchlists.today())
    fields = (
        Field("entry_kind", "choice", ENTRY_KINDS, "entry_kind"),
        Field("entry_name", longest=350),
        Field("entry_aliases", "area", longest=2000, required=False),
        *(Field(f"key_{kind}", longest=350, required=False) for kind in KINDS),
        Field("entry_effect", "choice", EFFECTS, "entry_effect"),
        Field("entry_reason", "area", longest=512),
        Field("entry_starts", "day", initial=today),
        Field("entry_ends", "day", initial=today + _USUAL),
    )

    def do(given: Given) -> str:
        made = watchlists.propose(actor, code, _wanted(given))
        return reverse("watch_entry", args=[made.pk])

    asked = Asked(
        "propose_watch_entry",
        (reverse("watchlist", args=[code]), found.name),
        "watch_entry_is_proposed",
        hint="propose_watch_entry_hint",
        named=_NAMED,
    )
    return ask(request, asked, fields, do, paired=True)


def _wanted(given: Given) -> EntryWanted:
    aliases = (line.strip() for line in given["entry_aliases"].splitlines())
    keys = (Key(kind, given[f"key_{kind}"].strip()) for kind in KINDS)
    return EntryWanted(
        kind=given["entry_kind"],
        name=given["entry_name"],
        aliases=tuple(alias for alias in aliases if alias),
        keys=tuple(key for key in keys if key.value),
        effect=given["entry_effect"],
        reason=given["entry_reason"],
        starts=given["entry_starts"],
        ends=given["entry_ends"],
    )


@require_safe
@page("getWatchEntry", access.OPERATIONS)
def entry(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Show an entry with its names and second keys, whom it was found as, and what can be done."""
    return _shown(request, actor, number)


def _shown(
    request: HttpRequest, actor: Actor, number: int, *, refused: ActRefused | None = None
) -> HttpResponseBase:
    found = access.entry_for(actor, number)
    access.note_read(actor, "entries", [found.pk])
    matches = queries.matches_of_entry(found)
    if matches:
        access.note_read(actor, "matches", [row.pk for row in matches])
    context = {
        "entry": told.whole_entry(found),
        "list": found.watchlist,
        "names": queries.names_of([found.pk]).get(found.pk, ()),
        "imported": found.watchlist.kind == SANCTIONS,
        "matches": [told.match(row) for row in matches],
        "people": called({found.author, found.decided_by, found.ended_by} - {""}),
        "ended_by": found.ended_by,
        "ended_at": found.ended_at,
        "refused": refused,
        **_acts(actor, found),
    }
    status = 200 if refused is None else 422 if isinstance(refused, DataRefused) else 409
    return render(request, "web/intelligence/entry.html", context, status=status)


def _acts(actor: Actor, row: Entry) -> dict[str, Any]:
    """Return which acts the page offers this actor."""
    waits = row.state == "proposed"
    own = waits and is_same_person(actor, [row.author])
    by_hand = row.watchlist.kind != SANCTIONS
    return {
        "waits": waits,
        "own": own,
        "decides": waits and not own and may(actor, "decideWatchEntry"),
        "may_end": by_hand and row.state in queries.LIVE and may(actor, "endWatchEntry"),
    }


@require_POST
@page("decideWatchEntry", access.OPERATIONS)
def decide(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Approve or refuse an entry, as a second person."""
    approve = chosen(request, "decision", {"approve", "refuse"}) == "approve"
    try:
        watchlists.decide(actor, number, approve=approve, reason=typed(request, "reason"))
    except (DataRefused, StateForbids) as refused:
        return _shown(request, actor, number, refused=refused)
    key = "watch_entry_is_approved" if approve else "watch_entry_is_refused"
    messages.success(request, words(language_for(request))[key])
    return see_other(reverse("watch_entry", args=[number]))


@require_POST
@page("endWatchEntry", access.OPERATIONS)
def end(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """End an entry before its day."""
    try:
        watchlists.end(actor, number, typed(request, "reason"))
    except (DataRefused, StateForbids) as refused:
        return _shown(request, actor, number, refused=refused)
    messages.success(request, words(language_for(request))["watch_entry_is_ended"])
    return see_other(reverse("watch_entry", args=[number]))
