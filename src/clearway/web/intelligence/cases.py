"""Targeting cases: what is looked at before the goods arrive, and the note that ends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clearway.accounts.permission import require
from clearway.accounts.queries import called
from clearway.audit.actor import Actor
from clearway.intelligence import access, cases, queries, reasons, told
from clearway.intelligence.models import Case
from clearway.intelligence.rules import WISHES
from clearway.vocabulary.errors import ActRefused, DataRefused, StateForbids
from clearway.web.intelligence.asking import may
from clearway.web.intelligence.matches import shown
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import chosen, page, see_other, typed
from clearway.web.words import words

_STATES: Final = ("new", "reviewed", "targeted", "cleared")


def _rows(actor: Actor, wanted: Mapping[str, Any]) -> QuerySet[Case]:
    rows = access.cases(actor, wanted.get("targeting_state", ""))
    if "case_about" in wanted:
        rows = rows.filter(about=wanted["case_about"])
    if "case_record" in wanted:
        rows = rows.filter(number__startswith=wanted["case_record"])
    return rows.annotate(alerts_count=Count("alerts"))


CASES: Final = Listing(
    name="targeting_cases",
    title="menu_targeting_cases",
    hint="targeting_cases_hint",
    rows=_rows,
    columns=(
        Column("case_record", lambda row: row.number, "code"),
        Column("case_about", lambda row: row.about, "word:case_about"),
        Column("case_alerts", lambda row: row.alerts_count, "number"),
        Column("targeting_state", lambda row: row.state, "state:targeting_state"),
        Column("case_opened", lambda row: row.opened_at, "instant"),
        Column("case_expected", lambda row: row.expected_at, "instant"),
        Column("office", lambda row: row.office, "code"),
    ),
    filters=(
        Filter("targeting_state", "choice", _STATES, "targeting_state"),
        Filter("case_about", "choice", ("declaration", "document"), "case_about"),
        Filter("case_record"),
    ),
    actions=(("menu_matches", "watch_matches"),),
    address=lambda row: reverse("targeting_case", args=[row.pk]),
    note=lambda actor, rows: access.note_read(actor, "cases", [row.pk for row in rows]),
    live="targeting_case",
)


@require_safe
@page("listTargetingCases", access.OPERATIONS)
def listed(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the cases of one's office, the latest first."""
    return CASES.answer(request, actor, lesser=True)


@require_http_methods(["GET", "POST"])
@page("getTargetingCase", access.OPERATIONS)
def one(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Show a case with its alerts and what the register knows, and decide on it."""
    refused: ActRefused | None = None
    if request.method == "POST":
        require(actor, "decideTargetingCase", access.OPERATIONS)
        act = chosen(request, "act", set(_DONE))
        try:
            cases.decide(actor, number, what=act, note=typed(request, "note", 2000),
                         wish=typed(request, "wish") if act == "target" else "")  # fmt: skip
        except (DataRefused, StateForbids) as why:
            refused = why
        else:
            messages.success(request, words(language_for(request))[_DONE[act]])
            return see_other(reverse("targeting_case", args=[number]))
    found = access.case_for(actor, number)
    access.note_read(actor, "cases", [found.pk])
    alerts = queries.alerts(found.pk)
    access.note_read(actor, "matches", [row.match.pk for row in alerts])
    pieces = access.pieces_about(actor, "case", [str(found.pk)])
    parties = {row.match.trace.identifier for row in alerts}
    pieces += [row for row in access.pieces_about(actor, "party", parties) if row not in pieces]
    access.note_read(actor, "register", [row.pk for row in pieces])
    context = {
        "case": {**told.case(found), "reviewed_by": found.reviewed_by},
        "decided_at": found.decided_at,
        "alerts": _alerts(alerts, language_for(request)),
        "pieces": [told.piece(row) for row in pieces],
        "people": called({found.reviewed_by, found.decided_by} - {""}),
        "acts": [what for state, what in cases.ACTS if state == found.state]
        if may(actor, "decideTargetingCase")
        else [],
        "wishes": WISHES,
        "note": typed(request, "note", 2000),
        "wish": typed(request, "wish"),
        "may_link": may(actor, "linkIntelligence"),
        "refused": refused,
    }
    status = 200 if refused is None else 422 if isinstance(refused, DataRefused) else 409
    return render(request, "web/intelligence/case.html", context, status=status)


_DONE: Final = {
    "review": "case_is_reviewed",
    "target": "case_is_targeted",
    "clear": "case_is_cleared",
}


def _alerts(rows: list[Any], language: str) -> list[dict[str, Any]]:
    why = reasons.why_all(row.match for row in rows)
    return [
        {"role": row.role, "at": row.at, "match": shown(row.match, language, why.get(row.match.pk))}
        for row in rows
    ]  # fmt: skip
