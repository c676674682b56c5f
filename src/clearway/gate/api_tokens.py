"""The room's operations on tokens, and the lists by which releases and passages are compared."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from clearway.accounts.forms import Cursor, Limit, permitted
from clearway.audit import clock
from clearway.gate import access, answers, comparing, forms, issuing, queries, recalling
from clearway.gate.access import OPERATIONS
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["gate"])


@router.post(
    "/gate-tokens",
    response={201: answers.GateTokenTold},
    operation_id="issueToken",
    summary="Ask for a token",
)
def issue_token(request: HttpRequest, wanted: forms.TokenWanted) -> Any:
    """Give a token for a unit in which everything is released and nobody holds anything.

    A whole unit has one live token for each direction: another plate or gate recalls the former.
    """
    actor = permitted(request, "issueToken", OPERATIONS)
    return Status(201, answers.token_told(issuing.issue(actor, wanted.wanted()), clock.now()))


@router.get(
    "/gate-tokens", response=answers.GateTokenPage, operation_id="listTokens", summary="Tokens"
)
def list_tokens(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """Return tokens, the last given first: of your goods, for your terminal; officials see all."""
    actor = permitted(request, "listTokens", OPERATIONS)
    page = page_of(queries.tokens(access.tokens_of(actor)), "-id", cursor, limit)
    access.note_tokens(actor, page.items)
    now = clock.now()
    return {"items": [answers.token_told(row, now) for row in page.items], "next": page.next}


@router.get(
    "/gate-tokens/{serial}",
    response=answers.GateTokenTold,
    operation_id="getToken",
    summary="A token",
)
def get_token(request: HttpRequest, serial: forms.Serial) -> Any:
    """Return one token."""
    actor = permitted(request, "getToken", OPERATIONS)
    token = access.token_for(actor, serial)
    access.note_tokens(actor, [token])
    return answers.token_told(token, clock.now())


@router.post(
    "/gate-tokens/{serial}/recall",
    response=answers.GateTokenTold,
    operation_id="recallToken",
    summary="Recall a token",
)
def recall_token(request: HttpRequest, serial: forms.Serial, told: forms.TokenRecall) -> Any:
    """Recall a token that was not used: no gate accepts it from this moment."""
    actor = permitted(request, "recallToken", OPERATIONS)
    token = access.token_for(actor, serial, to="recall")
    return answers.token_told(recalling.recall(actor, token, told.reason), clock.now())


@router.get(
    "/released-not-gated",
    response=answers.GateRowPage,
    operation_id="listReleasedNotGated",
    summary="Released, and not out of the gate",
)
def list_released(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """Return declarations whose goods are released and still here, each with what explains it."""
    actor = permitted(request, "listReleasedNotGated", OPERATIONS)
    page = page_of(comparing.released(actor), "id", cursor, limit)
    now = clock.now()
    return {"items": [comparing.explain(row, now) for row in page.items], "next": page.next}


@router.get(
    "/gated-not-released",
    response=answers.GateRowPage,
    operation_id="listGatedNotReleased",
    summary="Out of the gate, and not released",
)
def list_gated(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """Return passages for which no release stands, each with what explains it."""
    actor = permitted(request, "listGatedNotReleased", OPERATIONS)
    page = page_of(comparing.gated(actor), "id", cursor, limit)
    return {"items": [comparing.explain_passage(row) for row in page.items], "next": page.next}
