"""The room's operations: find, read, cancel; requests. Documents: ``api_documents``.

Release stands with the officers' other acts, in ``clearance.api``.
"""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from clearway.accounts.forms import Cursor, Limit, Number, permitted
from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.declarations import access, api_documents, queries, service, told
from clearway.declarations.models import Declaration, Version
from clearway.declarations.told import Mrn, RequestState, VersionNumber
from clearway.kernel.decisions import Lane
from clearway.vocabulary.errors import NotThere
from clearway.vocabulary.pages import USUAL_PAGE, Page, page_of

router = Router(tags=["declarations"])
router.add_router("", api_documents.router)

_AS_SENT = {"application/json": "json", "application/xml": "xml"}


@router.get(
    "/declarations",
    response=told.DeclarationPage,
    operation_id="listDeclarations",
    summary="Find declarations",
)
def list_declarations(
    request: HttpRequest,
    by: Annotated[told.Narrowing, Query()],
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
) -> Any:
    """Return the declarations that you may read, the latest first."""
    actor = permitted(request, "listDeclarations", access.OPERATIONS)
    wanted: dict[str, Any] = {name: value or "" for name, value in by.dict().items()}
    wanted["lane"] = None if by.lane is None else int(Lane[by.lane.upper()])
    wanted |= {"received_from": by.received_from, "received_before": by.received_before}
    rows = queries.filtered(access.visible(actor), queries.Filters(**wanted))
    page = page_of(rows, "-id", cursor, limit)
    _note_list(actor, page)
    return {"items": [told.declaration(row) for row in page.items], "next": page.next}


def _note_list(actor: Actor, page: Page[Declaration]) -> None:
    """Log one read of a page that shows declarations of others."""
    others = [row.pk for row in page.items if access.reads_as_stranger(actor, row)]
    if others:
        audit.note("read", actor, "declarations:list", others)


@router.get(
    "/declarations/{mrn}",
    response=told.DeclarationWhole,
    operation_id="getDeclaration",
    summary="A declaration",
)
def get_declaration(request: HttpRequest, mrn: Mrn) -> Any:
    """Return a declaration as it stands now, with its goods items."""
    declaration = _read(request, "getDeclaration", mrn)
    return {**told.declaration(declaration), "items": queries.items(declaration)}


@router.get(
    "/declarations/{mrn}/versions",
    response=told.VersionPage,
    operation_id="listVersions",
    summary="The versions of a declaration",
)
def list_versions(
    request: HttpRequest, mrn: Mrn, cursor: Cursor = "", limit: Limit = USUAL_PAGE
) -> Any:
    """Return what was lodged, amended and presented: nothing is ever overwritten."""
    declaration = _read(request, "listVersions", mrn)
    page = page_of(queries.versions(declaration), "number", cursor, limit)
    return {"items": [told.version(row) for row in page.items], "next": page.next}


@router.get(
    "/declarations/{mrn}/versions/{number}",
    response=told.VersionWhole,
    operation_id="getVersion",
    summary="A version of a declaration",
)
def get_version(request: HttpRequest, mrn: Mrn, number: VersionNumber) -> Any:
    """Return one version with its goods items."""
    declaration = _read(request, "getVersion", mrn)
    found = _version(declaration, number)
    return {**told.version(found), "items": queries.items(declaration, number)}


@router.get(
    "/declarations/{mrn}/versions/{number}/original",
    operation_id="getOriginal",
    summary="The message of a version, as it was received",
    response=None,
    openapi_extra={
        "responses": {
            200: {
                "description": "The message, byte for byte",
                "content": {"application/json": {}, "application/xml": {}},
            }
        }
    },
)
def get_original(request: HttpRequest, mrn: Mrn, number: VersionNumber) -> Any:
    """Return the message itself, byte for byte."""
    declaration = _read(request, "getOriginal", mrn)
    found = _version(declaration, number)
    suffix = _AS_SENT.get(found.media_type, "bin")
    media_type = found.media_type if found.media_type in _AS_SENT else "application/octet-stream"
    name = f"{declaration.mrn or declaration.pk}-{number}.{suffix}"
    return HttpResponse(
        bytes(found.message),
        content_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )


@router.post(
    "/declarations/{mrn}/cancellation",
    response={200: told.DeclarationTold, 202: told.RequestTold},
    operation_id="cancelDeclaration",
    summary="Cancel a declaration",
)
def cancel_declaration(request: HttpRequest, mrn: Mrn, wanted: told.CancellationWanted) -> Any:
    """Cancel at once before a lane was communicated (200); afterwards ask for it (202)."""
    actor = permitted(request, "cancelDeclaration", access.OPERATIONS)
    done = service.cancel(actor, mrn, wanted.reason)
    if done.request is None:
        return Status(200, told.declaration(done.declaration))
    return Status(202, told.request(done.request))


@router.get(
    "/requests",
    response=told.RequestPage,
    operation_id="listRequests",
    summary="Requests to amend, cancel or correct",
)
def list_requests(
    request: HttpRequest,
    state: RequestState | None = None,
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
) -> Any:
    """Return the requests about declarations that you may read, the latest first."""
    actor = permitted(request, "listRequests", access.OPERATIONS)
    rows: QuerySet[Any] = queries.requests(access.visible(actor), state or "")
    page = page_of(rows, "-id", cursor, limit)
    _note_list(actor, Page([row.declaration for row in page.items]))
    return {"items": [told.request(row) for row in page.items], "next": page.next}


@router.post(
    "/requests/{number}/withdrawal",
    response=told.RequestTold,
    operation_id="withdrawRequest",
    summary="Take back a request",
)
def withdraw_request(request: HttpRequest, number: Number) -> Any:
    """Take back a request that is not decided yet."""
    actor = permitted(request, "withdrawRequest", access.OPERATIONS)
    return told.request(service.withdraw(actor, number))


def _read(request: HttpRequest, operation: str, mrn: str) -> Declaration:
    actor = permitted(request, operation, access.OPERATIONS)
    declaration = access.declaration_for(actor, mrn)
    access.note_read(actor, declaration, operation)
    return declaration


def _version(declaration: Declaration, number: int) -> Version:
    found = queries.version(declaration, number)
    if found is None:
        raise NotThere("There is no such version.", remedy="List the versions first.")
    return found
