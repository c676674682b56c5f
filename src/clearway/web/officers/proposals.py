"""Decisions that wait for a second person: he sees the declaration and what is proposed."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clearway.accounts.queries import called
from clearway.audit.actor import Actor
from clearway.clearance import access, deciding, queries
from clearway.declarations.access import note_read
from clearway.vocabulary.errors import DataRefused, StateForbids
from clearway.web.language import language_for
from clearway.web.listing import Column, Listing
from clearway.web.record import declaration as one
from clearway.web.record.lists import note_read as note_list
from clearway.web.visitors import chosen, page, see_other, typed
from clearway.web.words import words

PROPOSALS: Final = Listing(
    name="proposals",
    title="menu_proposals",
    rows=lambda actor, _: queries.proposals(actor),
    columns=(
        Column("mrn", lambda row: row.declaration.mrn, "code"),
        Column("lane", lambda row: row.declaration.lane, "lane"),
        Column("office", lambda row: row.declaration.office, "code"),
        Column("proposed_by", lambda row: row.proposed_by, "actor"),
        Column("proposed_at", lambda row: row.proposed_at, "instant"),
    ),
    order="id",
    address=lambda row: reverse("decide_proposal", args=[row.pk]),
    note=lambda actor, rows: note_list(actor, [row.declaration for row in rows]),
    live="declaration",
    hint="proposals_hint",
)


@require_safe
@page("listProposals", access.OPERATIONS)
def proposals(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the decisions that one might confirm."""
    return PROPOSALS.answer(request, actor)


@require_http_methods(["GET", "POST"])
@page("confirmProposal", access.OPERATIONS)
def decide(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Confirm a decision or send it back, with the declaration before one's eyes."""
    proposal = access.proposal_for(actor, number)
    wrong, refused = "", None
    told = words(language_for(request))
    if request.method == "POST":
        confirmed = chosen(request, "decision", {"confirm", "send_back"}) == "confirm"
        try:
            done = deciding.confirm(
                actor, number, confirmed=confirmed, reason=typed(request, "reason")
            )
        except DataRefused:
            wrong = told["send_back_needs_reason"]
        except StateForbids as found:
            refused = found
        else:
            name = "decided_confirmed" if done.what == "assessed" else f"decided_{done.what}"
            messages.success(request, told[name].format(mrn=done.declaration.mrn))
            return see_other(reverse("proposals"))
    declaration = proposal.declaration
    note_read(actor, declaration, f"proposal:{number}")
    context = one.told(request, actor, declaration)
    context |= {
        "proposed": proposal,
        "order": deciding.order_of(proposal),
        "first": called([proposal.proposed_by])[proposal.proposed_by],
        "outdated": proposal.version != declaration.version,
        "wrong": wrong,
        "refused": refused,
        "given": request.POST,
    }
    status = 422 if wrong else 409 if refused else 200
    return render(request, "web/officers/proposal.html", context, status=status)
