"""The room's operations on claims to a refund."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from clearway.accounts.forms import Cursor, Limit, Number, permitted
from clearway.audit import service as audit_log
from clearway.audit.actor import Actor
from clearway.declarations.told import Mrn
from clearway.post_clearance import access, claiming, forms_claims, queries
from clearway.post_clearance.models import Claim
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["post_clearance"])
_CLAIM = "/claims/{number}"


@router.post(
    "/declarations/{mrn}/claims",
    response={201: forms_claims.ClaimTold},
    operation_id="lodgeClaim",
    summary="Claim money back",
)
def lodge_claim(request: HttpRequest, mrn: Mrn, wanted: forms_claims.ClaimWanted) -> Any:
    """Claim what was paid too much for a released declaration of yours, within its time."""
    actor = permitted(request, "lodgeClaim", access.OPERATIONS)
    lines = [(one.tax, one.amount) for one in wanted.lines]
    return Status(201, _told(actor, claiming.lodge(actor, mrn, lines, wanted.grounds)))


@router.get(
    "/claims",
    response=forms_claims.ClaimPage,
    operation_id="listClaims",
    summary="List claims to a refund",
)
def list_claims(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """Return the claims that you may read, with their clocks."""
    actor = permitted(request, "listClaims", access.OPERATIONS)
    page = page_of(access.visible_claims(actor), "-id", cursor, limit)
    _note(actor, "claim:list", page.items)
    lines = queries.lines_claimed(page.items)
    told = [forms_claims.claim(row, lines.get(row.pk, ())) for row in page.items]
    return {"items": told, "next": page.next}


@router.get(
    _CLAIM,
    response=forms_claims.ClaimTold,
    operation_id="getClaim",
    summary="Read a claim to a refund",
)
def get_claim(request: HttpRequest, number: Number) -> Any:
    """Return a claim with what is claimed, what was granted, and why."""
    actor = permitted(request, "getClaim", access.OPERATIONS)
    return _told(actor, access.claim_for(actor, number))


@router.post(
    _CLAIM + "/decision",
    response=forms_claims.ClaimTold,
    operation_id="decideClaim",
    summary="Decide a claim to a refund",
)
def decide_claim(request: HttpRequest, number: Number, wanted: forms_claims.ClaimDecided) -> Any:
    """Grant it wholly or in part, or refuse it; two other persons then pay what was granted."""
    actor = permitted(request, "decideClaim", access.OPERATIONS)
    granted = [(one.tax, one.amount) for one in wanted.granted]
    return _told(actor, claiming.decide(actor, number, granted, wanted.reasons))


@router.post(
    _CLAIM + "/withdrawal",
    response=forms_claims.ClaimTold,
    operation_id="withdrawClaim",
    summary="Withdraw a claim to a refund",
)
def withdraw_claim(request: HttpRequest, number: Number) -> Any:
    """Take a claim back before it is decided."""
    actor = permitted(request, "withdrawClaim", access.OPERATIONS)
    return _told(actor, claiming.withdraw(actor, number))


def _told(actor: Actor, row: Claim) -> dict[str, Any]:
    _note(actor, f"claim:{row.pk}", [row])
    return forms_claims.claim(row, queries.lines_claimed([row]).get(row.pk, ()))


def _note(actor: Actor, subject: str, rows: Sequence[Claim]) -> None:
    """Log one read of what is others' that an answer tells."""
    others = [row.pk for row in rows if row.organisation != actor.organisation]
    if others:
        audit_log.note("read", actor, subject, others)
