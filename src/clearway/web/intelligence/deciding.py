"""Matches decided together: those by name that wait, chosen, with one reason for all."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from clearway.audit.actor import Actor
from clearway.intelligence import access, matching, queries
from clearway.intelligence.matching import TOGETHER, Together
from clearway.vocabulary.errors import DataRefused
from clearway.vocabulary.pages import page_of
from clearway.web.language import language_for
from clearway.web.visitors import chosen, page, see_other, typed, whole_number
from clearway.web.words import words


@require_http_methods(["GET", "POST"])
@page("decideMatches", access.OPERATIONS)
def several(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the matches by name that wait, and decide those that are ticked."""
    refused: DataRefused | None = None
    done = Together([], [])
    if request.method == "POST":
        confirm = chosen(request, "decision", {"confirm", "dismiss"}) == "confirm"
        try:
            done = matching.decide_many(
                actor, _ticked(request), confirm=confirm, reason=typed(request, "reason")
            )
        except DataRefused as why:
            refused = why
        if done.decided:
            told = words(language_for(request))["matches_are_decided"]
            messages.success(request, told.format(count=len(done.decided)))
        if refused is None and not done.refused:
            return see_other(reverse("decide_watch_matches"))
    waiting = queries.matches("open").filter(how="name")
    shown = page_of(waiting, "-id", request.GET.get("cursor", ""), TOGETHER)
    names = _named([number for number, _ in done.refused])
    access.note_read(actor, "matches", [*(row.pk for row in shown.items), *names])
    context: dict[str, Any] = {
        "matches": [(row, row.score // 10) for row in shown.items],
        "next": shown.next,
        "ticked": set(_ticked(request)),
        "reason": typed(request, "reason"),
        "refused": refused,
        "place": "choose" if not _ticked(request) else "matches-reason",
        "not_decided": [(number, names.get(number, ""), why) for number, why in done.refused],
    }
    status = 422 if refused is not None else 409 if done.refused else 200
    return render(request, "web/intelligence/several.html", context, status=status)


def _ticked(request: HttpRequest) -> list[int]:
    """Return the numbers that were ticked; one that is none can be of no match."""
    return [whole_number(one) or 0 for one in request.POST.getlist("match")]


def _named(numbers: list[int]) -> dict[int, str]:
    """Return what those of some matches that are there are called on the record."""
    return {row.pk: row.trace.name for row in queries.matches().filter(pk__in=numbers)}
