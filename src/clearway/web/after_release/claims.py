"""Claims to a refund: what a payer claims by tax, who decides until when, what was granted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clearway.audit.actor import Actor
from clearway.declarations.access import decidable, declaration_for
from clearway.payments.queries import debt_of, refunds_of
from clearway.post_clearance import access, claiming, queries, standing
from clearway.post_clearance.access import OPERATIONS
from clearway.post_clearance.life_cycle import CLAIM, states
from clearway.post_clearance.models import Claim
from clearway.vocabulary.errors import DataRefused, StateForbids
from clearway.web.after_release import acting
from clearway.web.after_release.acting import LONGEST, Refused, act, may, rows_of, status_of
from clearway.web.after_release.corrections import note
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import chosen, page, see_other, typed
from clearway.web.words import words


def _rows(actor: Actor, wanted: Mapping[str, Any]) -> QuerySet[Claim]:
    rows = access.visible_claims(actor)
    if state := wanted.get("claim_state"):
        rows = rows.filter(state=state)
    if mrn := wanted.get("mrn"):
        rows = rows.filter(declaration__mrn=mrn.upper())
    return rows


CLAIMS: Final = Listing(
    name="claims",
    title="menu_claims",
    hint="claims_hint",
    rows=_rows,
    columns=(
        Column("claim_number", lambda row: str(row.pk), "code"),
        Column("mrn", lambda row: row.declaration.mrn, "code"),
        Column("claim_state", lambda row: row.state, "state:claim_state"),
        Column("claimed", lambda row: (row.amount, row.currency), "money"),
        Column("granted", lambda row: (row.granted, row.currency), "money"),
        Column("lodged_at", lambda row: row.lodged_at, "instant"),
        Column("due", lambda row: row.decide_due if row.state == "lodged" else None, "day"),
    ),
    filters=(
        Filter("mrn", longest=18),
        Filter("claim_state", "choice", states(CLAIM), "claim_state"),
    ),
    address=lambda row: reverse("claim", args=[row.pk]),
    note=lambda actor, rows: note(actor, "claim:list", rows),
    live="claim",
)


@require_safe
@page("listClaims", OPERATIONS)
def listed(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the claims that one may read, with their clocks."""
    return CLAIMS.answer(request, actor)


@require_http_methods(["GET", "POST"])
@page("lodgeClaim", OPERATIONS)
def new(request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
    """Claim what was paid too much for a declaration of one's own."""
    found = declaration_for(actor, key, to="amend")
    refused: Refused | None = None
    if request.method == "POST":
        try:
            wanted = acting.amounts(request)
            made = claiming.lodge(actor, key, wanted, typed(request, "grounds", LONGEST))
        except (DataRefused, StateForbids) as why:
            refused = why
        else:
            messages.success(request, words(language_for(request))["after_release_noted"])
            return see_other(reverse("claim", args=[made.pk]))
    context = {
        "declaration": found,
        "debt": debt_of(found.pk),
        "rows": rows_of(request, ("tax", "amount")),
        "taxes": acting.taxes_of(found.pk),
        "refused": refused,
        "place": "tax-1",
        "given": request.POST,
    }
    return render(request, "web/after_release/claim_form.html", context, status=status_of(refused))


@require_safe
@page("getClaim", OPERATIONS)
def one(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Show a claim with what is claimed, what was granted, and why."""
    return _shown(request, actor, number)


def _shown(
    request: HttpRequest,
    actor: Actor,
    number: int,
    *,
    refused: Refused | None = None,
    place: str = "",
) -> HttpResponse:
    found = access.claim_for(actor, number)
    note(actor, f"claim:{found.pk}", [found])
    own = found.organisation == actor.organisation
    official = not own and decidable(actor).filter(pk=found.declaration_id).exists()
    waits = found.state == "lodged"
    lines = queries.lines_claimed([found]).get(found.pk, [])
    context = {
        "claim": found,
        "declaration": found.declaration,
        "lines": lines,
        "taxes": [line.tax for line in lines],
        "ball": standing.of_claim(found),
        "refunds": list(refunds_of(found.declaration_id)) if found.granted else [],
        "may_decide": official and waits and may(actor, "decideClaim"),
        "may_withdraw": own and waits and may(actor, "withdrawClaim"),
        "may_appeal": own and found.decided_at is not None and may(actor, "lodgeAppeal"),
        "rows": rows_of(request, ("tax", "amount")) if official and waits else (),
        "refused": refused,
        "place": place,
        "given": request.POST,
    }
    return render(request, "web/after_release/claim.html", context, status=status_of(refused))


def _decide(request: HttpRequest, actor: Actor, number: int) -> object:
    how = chosen(request, "decision", {"all", "part", "refuse"})
    reasons = typed(request, "reasons", LONGEST)
    given: tuple[tuple[str, int], ...] = ()
    if how == "all":
        found = access.claim_for(actor, number, to="act")
        lines = queries.lines_claimed([found]).get(found.pk, [])
        given = tuple((line.tax, line.claimed) for line in lines)
    elif how == "part":
        given = acting.amounts(request)
        if not given:
            raise DataRefused(
                "A claim names what is to go back.",
                faults=(("/body/amount-1", "must not be empty"),),
                remedy="Say by how much each tax is too high.",
            )
    return claiming.decide(actor, number, given, reasons)


decide = act("decideClaim", _decide, _shown, "claim", "reasons")
withdraw = act(
    "withdrawClaim",
    lambda _, actor, number: claiming.withdraw(actor, number),
    _shown,
    "claim",
    "standing",
)
