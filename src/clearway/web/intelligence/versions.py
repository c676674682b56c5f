"""Versions of a sanctions list: brought as published, what each changes, two persons."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from clearway.accounts.four_eyes import is_same_person
from clearway.accounts.permission import require
from clearway.accounts.queries import called
from clearway.audit.actor import Actor
from clearway.intelligence import access, importing, queries, told, watchlists
from clearway.intelligence.accounts import MOST, account_of
from clearway.vocabulary.dates import date_of
from clearway.vocabulary.errors import ActRefused, DataRefused, StateForbids
from clearway.web.filling import Field
from clearway.web.intelligence.asking import Asked, Given, ask, may
from clearway.web.language import language_for
from clearway.web.visitors import chosen, page, see_other, typed, whole_number
from clearway.web.words import words

_ORDER: Final = ("removed", "changed", "added")
"""The gravest first: who is removed is looked for no longer."""
_PAGE: Final = 100


@require_http_methods(["GET", "POST"])
@page("importListVersion", access.OPERATIONS)
def bring(request: HttpRequest, actor: Actor, code: str) -> HttpResponseBase:
    """Bring a version of a sanctions list as it is published; nothing of it counts yet."""
    found = access.watchlist_for(actor, code)
    fields = (
        Field("sdn_file", "file"),
        Field("alt_file", "file", required=False),
        Field("version_label", longest=64),
        Field("version_published", "day", initial=date_of(watchlists.today())),
        Field("version_reason", "area", longest=512),
    )

    def do(given: Given) -> str:
        alt = given["alt_file"]
        made = importing.propose(
            actor,
            code,
            sdn=given["sdn_file"].read(),
            alt=alt.read() if alt else b"",
            label=given["version_label"],
            published=given["version_published"],
            reason=given["version_reason"],
        )
        return reverse("list_version", args=[code, made.number])

    asked = Asked(
        "import_version",
        (reverse("watchlist", args=[code]), found.name),
        "version_is_brought",
        hint="import_version_hint",
        named={"label": "version_label", "published": "version_published"},
    )
    return ask(request, asked, fields, do)


@require_http_methods(["GET", "POST"])
@page("listListVersions", access.OPERATIONS)
def version(request: HttpRequest, actor: Actor, code: str, number: int) -> HttpResponseBase:
    """Show what a version changes; a second person lets it count, or refuses it."""
    watchlist = access.watchlist_for(actor, code)
    refused: ActRefused | None = None
    if request.method == "POST":
        require(actor, "decideListVersion", access.OPERATIONS)
        approve = chosen(request, "decision", {"approve", "refuse"}) == "approve"
        try:
            importing.decide(actor, code, number, approve=approve, reason=typed(request, "reason"))
        except (DataRefused, StateForbids) as why:
            refused = why
        else:
            key = "version_is_approved" if approve else "version_is_refused"
            messages.success(request, words(language_for(request))[key])
            return see_other(reverse("list_version", args=[code, number]))
    row = access.version_for(actor, watchlist, number)
    access.note_read(actor, f"version:{watchlist.code}", [row.pk])
    waits = row.state == "proposed"
    own = waits and is_same_person(actor, [row.imported_by])
    account = account_of(row)
    lines = {"added": account.added, "changed": account.changed, "removed": account.removed}
    change = request.GET.get("change", "")
    change = change if change in lines else next((one for one in _ORDER if lines[one]), "added")
    begin = min(whole_number(request.GET.get("from", "")) or 0, MOST)
    shown = lines[change][begin : begin + _PAGE]
    context = {
        "list": watchlist,
        "version": told.version(row),
        "live": queries.live_of(watchlist) if waits else 0,
        "counts": [(one, getattr(row, one)) for one in _ORDER],
        "change": change,
        "lines": shown,
        "next": begin + _PAGE if begin + _PAGE < len(lines[change]) else 0,
        "cut": getattr(row, change) > MOST,
        "people": called({row.imported_by, row.decided_by} - {""}),
        "decided_at": row.decided_at,
        "waits": waits,
        "own": own,
        "decides": waits and not own and may(actor, "decideListVersion"),
        "refused": refused,
    }
    status = 200 if refused is None else 422 if isinstance(refused, DataRefused) else 409
    return render(request, "web/intelligence/version.html", context, status=status)
