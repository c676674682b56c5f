"""A page for every finding code: what it means, why it is asked, how to mend it."""

from __future__ import annotations

from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clearway.web.helping.explaining import Explained, codes, explained, neutral
from clearway.web.language import language_for

SHOWN_AT_ONCE = 8
"""Of the data that a finding may point at; the others are folded away."""


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    """Show where help is to be found."""
    return render(request, "web/helping/help.html")


@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    """Show every code that a finding may have, or those that hold the words asked for."""
    language = language_for(request)
    asked = " ".join(request.GET.get("q", "").split())[:70]
    found = [
        (explained(code, language))
        for code in codes()
        if _holds(asked.casefold().split(), explained(code, language), explained(code, "en"))
    ]
    order = list(neutral()["family"])
    found.sort(key=lambda one: (order.index(one.family), one.code))
    families = [
        (name, list(members)) for name, members in groupby(found, key=lambda one: one.family_name)
    ]
    context = {"families": families, "asked": asked, "count": len(found)}
    return render(request, "web/helping/findings.html", context)


@require_safe
def finding(request: HttpRequest, code: str) -> HttpResponse:
    """Show one code."""
    if code not in codes():
        raise Http404
    told = explained(code, language_for(request))
    data, more = told.data[:SHOWN_AT_ONCE], told.data[SHOWN_AT_ONCE:]
    near = [each for each in codes() if explained(each, "en").family == told.family]
    place = near.index(code)
    context = {
        "told": told,
        "data": data,
        "more": more,
        "before": near[place - 1] if place else "",
        "after": near[place + 1] if place + 1 < len(near) else "",
    }
    return render(request, "web/helping/finding.html", context)


def _holds(words: list[str], *told: Explained) -> bool:
    """Tell whether a page, in the reader's language or in English, holds every word."""
    text = " ".join(
        " ".join((one.code, one.title, one.family_name, *(part.text for part in one.message)))
        for one in told
    ).casefold()
    return all(word in text for word in words)
