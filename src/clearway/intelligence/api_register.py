"""The room's operations on the register of intelligence."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from clearway.accounts.forms import Cursor, Limit, Number, permitted
from clearway.audit.actor import Actor
from clearway.intelligence import access, forms_register, register, told
from clearway.intelligence.models import Piece
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["intelligence"])
_PIECE = "/intelligence/{number}"


@router.get(
    "/intelligence",
    response=forms_register.IntelligencePage,
    operation_id="listIntelligence",
    summary="The register of intelligence",
)
def list_intelligence(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """Return the entries of the register that you may read, the latest first."""
    actor = permitted(request, "listIntelligence", access.OPERATIONS)
    page = page_of(access.pieces(actor), "-id", cursor, limit)
    access.note_read(actor, "register", [row.pk for row in page.items])
    return {"items": [told.piece(row) for row in page.items], "next": page.next}


@router.post(
    "/intelligence",
    response={201: forms_register.IntelligenceWhole},
    operation_id="recordIntelligence",
    summary="Record intelligence",
)
def record_intelligence(request: HttpRequest, wanted: forms_register.IntelligenceContent) -> Any:
    """Record intelligence with its source, grades, reasons and end."""
    actor = permitted(request, "recordIntelligence", access.OPERATIONS)
    return Status(201, _piece(actor, register.record(actor, wanted.wanted())))


@router.get(
    _PIECE,
    response=forms_register.IntelligenceWhole,
    operation_id="getIntelligence",
    summary="An entry of the register",
)
def get_intelligence(request: HttpRequest, number: Number) -> Any:
    """Return an entry of the register with its links and versions."""
    actor = permitted(request, "getIntelligence", access.OPERATIONS)
    return _piece(actor, access.piece_for(actor, number))


@router.post(
    _PIECE + "/versions",
    response={201: forms_register.IntelligenceWhole},
    operation_id="amendIntelligence",
    summary="Amend intelligence",
)
def amend_intelligence(
    request: HttpRequest, number: Number, wanted: forms_register.IntelligenceAmended
) -> Any:
    """Amend an entry of the register by a new version."""
    actor = permitted(request, "amendIntelligence", access.OPERATIONS)
    done = register.amend(actor, number, wanted.wanted(), wanted.why)
    return Status(201, _piece(actor, done))


@router.post(
    _PIECE + "/links",
    response={201: forms_register.IntelligenceWhole},
    operation_id="linkIntelligence",
    summary="Link intelligence",
)
def link_intelligence(
    request: HttpRequest, number: Number, wanted: forms_register.IntelligenceLinkWanted
) -> Any:
    """Link an entry of the register to a party, a profile, a declaration or a case."""
    actor = permitted(request, "linkIntelligence", access.OPERATIONS)
    register.link(actor, number, kind=wanted.kind, key=wanted.key)
    return Status(201, _piece(actor, access.piece_for(actor, number)))


@router.post(
    _PIECE + "/closing",
    response=forms_register.IntelligenceWhole,
    operation_id="closeIntelligence",
    summary="Close intelligence",
)
def close_intelligence(
    request: HttpRequest, number: Number, given: forms_register.IntelligenceClosing
) -> Any:
    """Close an entry of the register before its end."""
    actor = permitted(request, "closeIntelligence", access.OPERATIONS)
    return _piece(actor, register.close(actor, number, given.reason))


def _piece(actor: Actor, row: Piece) -> dict[str, Any]:
    access.note_read(actor, "register", [row.pk])
    return told.whole_piece(row)
