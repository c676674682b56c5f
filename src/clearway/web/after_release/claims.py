"""Claims to a refund: what a payer claims by tax, who decides until when, what was granted."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from clearway.audit.actor import Actor
from clearway.declarations.access import decidable, declaration_for
from clearway.payments.queries import debt_of, refunds_of
from clearway.post_clearance import access, claiming, queries, standing
from clearway.post_clearance.access import OPERATIONS
from clearway.post_clearance.life_cycle import CLAIM
from clearway.post_clearance.models import Claim
from clearway.vocabulary.errors import DataRefused
from clearway.web.after_release import acting
from clearway.web.after_release.acting import LONGEST, Pages, may, note, rows_of
from clearway.web.listing import Column
from clearway.web.visitors import chosen, page, typed

CLAIMS: Final = acting.listing(
    "claims",
    "claims_hint",
    access.visible_claims,
    CLAIM,
    (
        Column("claim_number", lambda row: str(row.pk), "code"),
        Column("mrn", lambda row: row.declaration.mrn, "code"),
        Column("claim_state", lambda row: row.state, "state:claim_state"),
        Column("claimed", lambda row: (row.amount, row.currency), "money"),
        Column("granted", lambda row: (row.granted, row.currency), "money"),
        Column("lodged_at", lambda row: row.lodged_at, "instant"),
        Column("due", lambda row: row.decide_due if row.state == "lodged" else None, "day"),
    ),
)
listed = acting.list_page("listClaims", CLAIMS)


@require_http_methods(["GET", "POST"])
@page("lodgeClaim", OPERATIONS)
def new(request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
    """Claim what was paid too much for a declaration of one's own."""
    found = declaration_for(actor, key, to="amend")

    def lodge() -> Claim:
        wanted = acting.amounts(request)
        return claiming.lodge(actor, key, wanted, typed(request, "grounds", LONGEST))

    return acting.made(
        request,
        lodge,
        "claim",
        "claim_form",
        declaration=found,
        debt=debt_of(found.pk),
        rows=rows_of(request, ("tax", "amount")),
        taxes=acting.taxes_of(found.pk),
        place="tax-1",
    )


def _told(request: HttpRequest, actor: Actor, number: int) -> dict[str, Any]:
    """Return a claim with what is claimed, what was granted, and why."""
    found = access.claim_for(actor, number)
    note(actor, f"claim:{found.pk}", [found])
    own = found.organisation == actor.organisation
    official = not own and decidable(actor).filter(pk=found.declaration_id).exists()
    waits = found.state == "lodged"
    lines = queries.lines_claimed([found]).get(found.pk, [])
    return {
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
    }


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


_PAGES: Final = Pages("claim", _told)
one = _PAGES.one("getClaim")
decide = _PAGES.act("decideClaim", _decide, "reasons")
withdraw = _PAGES.act(
    "withdrawClaim", lambda _, actor, number: claiming.withdraw(actor, number), "standing"
)
