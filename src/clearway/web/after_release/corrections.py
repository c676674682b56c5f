"""Corrections that customs makes of its own motion: begun by one person, decided by a second."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clearway.accounts.four_eyes import is_same_person
from clearway.accounts.queries import called
from clearway.audit import service as audit_log
from clearway.audit.actor import Actor
from clearway.declarations.access import decidable, declaration_for
from clearway.post_clearance import access, changing, correcting, standing
from clearway.post_clearance.access import OPERATIONS
from clearway.post_clearance.changing import DATA
from clearway.post_clearance.life_cycle import CORRECTION, states
from clearway.post_clearance.models import Correction
from clearway.vocabulary.errors import DataRefused, StateForbids
from clearway.web.after_release import acting
from clearway.web.after_release.acting import Refused, act, may, rows_of, status_of
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import chosen, page, see_other, typed
from clearway.web.words import words


def _rows(actor: Actor, wanted: Mapping[str, Any]) -> QuerySet[Correction]:
    rows = access.visible_corrections(actor)
    if state := wanted.get("correction_state"):
        rows = rows.filter(state=state)
    if mrn := wanted.get("mrn"):
        rows = rows.filter(declaration__mrn=mrn.upper())
    return rows


def note(actor: Actor, subject: str, rows: Any) -> None:
    """Log one read of what is others' that a page tells."""
    others = [row.pk for row in rows if row.declaration.organisation != actor.organisation]
    if others:
        audit_log.note("read", actor, subject, others)


CORRECTIONS: Final = Listing(
    name="corrections",
    title="menu_corrections",
    hint="corrections_hint",
    rows=_rows,
    columns=(
        Column("correction_number", lambda row: str(row.pk), "code"),
        Column("mrn", lambda row: row.declaration.mrn, "code"),
        Column("correction_state", lambda row: row.state, "state:correction_state"),
        Column("correction_difference", lambda row: (row.difference, row.currency), "money"),
        Column("proposed_at", lambda row: row.proposed_at, "instant"),
        Column("decided_at", lambda row: row.decided_at, "instant"),
    ),
    filters=(
        Filter("mrn", longest=18),
        Filter("correction_state", "choice", states(CORRECTION), "correction_state"),
    ),
    address=lambda row: reverse("correction", args=[row.pk]),
    note=lambda actor, rows: note(actor, "correction:list", rows),
    live="correction",
)


@require_safe
@page("listCorrections", OPERATIONS)
def listed(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the corrections that one may read; a party's own once they are done."""
    return CORRECTIONS.answer(request, actor)


@require_http_methods(["GET", "POST"])
@page("proposeCorrection", OPERATIONS)
def new(request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
    """Say what a released declaration should have said."""
    found = declaration_for(actor, key, to="decide")
    refused: Refused | None = None
    if request.method == "POST" and not acting.wants_more(request):
        try:
            wanted = [change for _, change in acting.changes(request)]
            made = correcting.propose(actor, key, wanted, typed(request, "reason"))
        except (DataRefused, StateForbids) as why:
            refused = why
        else:
            messages.success(request, words(language_for(request))["after_release_noted"])
            return see_other(reverse("correction", args=[made.pk]))
    context = {
        "declaration": found,
        "rows": rows_of(request, ("item", "datum", "value", "of")),
        "data": DATA,
        "refused": refused,
        "place": "item-1",
        "given": request.POST,
    }
    return render(request, "web/after_release/correct.html", context, status=status_of(refused))


@require_safe
@page("getCorrection", OPERATIONS)
def one(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Show a correction with what it changes and what that comes to."""
    return _shown(request, actor, number)


def _shown(
    request: HttpRequest,
    actor: Actor,
    number: int,
    *,
    refused: Refused | None = None,
    place: str = "",
) -> HttpResponse:
    found = access.correction_for(actor, number)
    note(actor, f"correction:{found.pk}", [found])
    waits = found.state == "proposed" and may(actor, "confirmCorrection")
    official = decidable(actor).filter(pk=found.declaration_id).exists()
    own = found.declaration.organisation == actor.organisation
    officials = actor.has(*access.OFFICIALS)
    people = called([found.proposed_by, *([found.decided_by] if found.decided_by else [])])
    context = {
        "correction": found,
        "declaration": found.declaration,
        "changes": changing.read(found.changes),
        "ball": standing.of_correction(found),
        "official": officials,
        "proposed_by": people[found.proposed_by],
        "decided_by": people.get(found.decided_by, ""),
        "may_confirm": waits and official and not is_same_person(actor, [found.proposed_by]),
        "may_appeal": own and found.state == "done" and may(actor, "lodgeAppeal"),
        "refused": refused,
        "place": place,
        "given": request.POST,
    }
    return render(request, "web/after_release/correction.html", context, status=status_of(refused))


def _confirm(request: HttpRequest, actor: Actor, number: int) -> object:
    confirmed = chosen(request, "decision", {"confirm", "send_back"}) == "confirm"
    return correcting.confirm(actor, number, confirmed=confirmed, reason=typed(request, "reason"))


confirm = act("confirmCorrection", _confirm, _shown, "correction", "reason")
