"""The operations on doubts about declared values."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from clearway.accounts.forms import Cursor, Limit, Number, permitted
from clearway.audit import service as audit
from clearway.declarations.access import reads_as_stranger
from clearway.declarations.told import Mrn
from clearway.inspection import access, doubting
from clearway.inspection import doubt_forms as forms
from clearway.inspection.reading import note_doubt
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["inspection"])


@router.post(
    "/declarations/{mrn}/value-doubts",
    response={201: forms.ValueDoubtTold},
    operation_id="openValueDoubt",
    summary="Doubt a declared value",
)
def open_value_doubt(request: HttpRequest, mrn: Mrn, wanted: forms.DoubtWanted) -> Any:
    """Tell the trader in writing why you doubt a value; he has the pack's period to explain it."""
    actor = permitted(request, "openValueDoubt", access.OPERATIONS)
    return Status(201, forms.doubt(doubting.ask(actor, mrn, wanted.item, wanted.reasons)))


@router.get(
    "/value-doubts",
    response=forms.ValueDoubtPage,
    operation_id="listValueDoubts",
    summary="Doubts about values",
)
def list_value_doubts(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """Return the doubts about declarations that you may read, the latest first."""
    actor = permitted(request, "listValueDoubts", access.OPERATIONS)
    page = page_of(access.doubts(actor), "-id", cursor, limit)
    others = [row.pk for row in page.items if reads_as_stranger(actor, row.declaration)]
    if others:
        audit.note("read", actor, "value_doubt:list", others)
    return {"items": [forms.doubt(row) for row in page.items], "next": page.next}


@router.get(
    "/value-doubts/{number}",
    response=forms.ValueDoubtTold,
    operation_id="getValueDoubt",
    summary="One doubt about a value",
)
def get_value_doubt(request: HttpRequest, number: Number) -> Any:
    """Return what each side has written, and where it stands."""
    actor = permitted(request, "getValueDoubt", access.OPERATIONS)
    found = access.doubt_for(actor, number)
    note_doubt(actor, found)
    return forms.doubt(found)


@router.post(
    "/value-doubts/{number}/reply",
    response=forms.ValueDoubtTold,
    operation_id="replyToValueDoubt",
    summary="Explain a doubted value",
)
def reply_to_value_doubt(request: HttpRequest, number: Number, given: forms.ValueExplained) -> Any:
    """Explain the value, or respond to the grounds for doubting it."""
    actor = permitted(request, "replyToValueDoubt", access.OPERATIONS)
    return forms.doubt(doubting.reply(actor, number, given.text))


@router.post(
    "/value-doubts/{number}/grounds",
    response=forms.ValueDoubtTold,
    operation_id="tellGrounds",
    summary="Tell why a value is still doubted",
)
def tell_grounds(request: HttpRequest, number: Number, given: forms.GroundsGiven) -> Any:
    """Tell the grounds, after the reply or its period; the trader may respond to them."""
    actor = permitted(request, "tellGrounds", access.OPERATIONS)
    return forms.doubt(doubting.tell_grounds(actor, number, given.grounds))


@router.post(
    "/value-doubts/{number}/decision",
    response=forms.ValueDoubtTold,
    operation_id="decideValueDoubt",
    summary="Decide on a doubted value",
)
def decide_value_doubt(request: HttpRequest, number: Number, given: forms.ValueDecision) -> Any:
    """Accept the declared value, or determine it by another method, with reasons in writing."""
    actor = permitted(request, "decideValueDoubt", access.OPERATIONS)
    if given.accept or given.method is None or given.value is None:
        return forms.doubt(doubting.accept(actor, number, given.decision))
    done = doubting.determine(
        actor, number, decision=given.decision, method=given.method, value=given.value
    )
    return forms.doubt(done)
