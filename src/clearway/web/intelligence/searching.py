"""The search by name: over the lists, and over everybody whom records name."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from clearway.audit.actor import Actor
from clearway.intelligence import access, searching, told
from clearway.intelligence.names import THRESHOLD, THRESHOLD_WITH_KEY, folded
from clearway.intelligence.reasons import of_trace, why, why_listed
from clearway.web import filling
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.visitors import page
from clearway.web.writing import share

_KEYS: Final = ("birth", "identity", "trader", "country", "address")
"""The second keys of parties."""


@require_http_methods(["GET", "POST"])
@page("searchNames", access.OPERATIONS)
def search(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Search a name in any script. Why is asked, and logged with it before anything is shown.

    The name is sent, never written into the address, where logs of machines would keep it.
    """
    fields = (
        Field("searched_name", longest=350),
        Field("search_reason", longest=512),
        *(Field(f"key_{kind}", longest=350, required=False) for kind in _KEYS),
    )
    asked = filling.form(request, fields)
    context: dict[str, Any] = {"asked": asked}
    status = 200
    if request.method == "POST":
        status = 200 if asked.is_valid() else 422
    if request.method == "POST" and status == 200:
        given = asked.cleaned_data
        access.note_search(actor, given["searched_name"], given["search_reason"])
        keys = {kind: [given[f"key_{kind}"]] for kind in _KEYS if given[f"key_{kind}"]}
        context |= _found(given["searched_name"], keys, language_for(request))
    return render(request, "web/intelligence/search.html", context, status=status)


def _found(name: str, keys: dict[str, list[str]], language: str) -> dict[str, Any]:
    own = folded(name)
    listed, named = searching.listed(name, keys), searching.named(name)
    reasons = why_listed(own, [one.entry.pk for one in listed])
    return {
        "searched": True,
        "folded": own.text,
        "with_keys": bool(keys),
        "threshold": share(THRESHOLD, language),
        "lower": share(THRESHOLD_WITH_KEY, language),
        "listed": [{**told.listed(one), "list": one.entry.watchlist, "why": reasons[one.entry.pk],
                    "score_told": share(one.score, language)} for one in listed],
        "named": [{**told.recorded(one), "why": why(own, of_trace(one.trace), one.trace.name),
                   "score_told": share(one.score, language)} for one in named],
    }  # fmt: skip
