"""The room's operations: one's documents, their files, and whether one holds."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from clearway.accounts.forms import Cursor, Limit, permitted
from clearway.documents import access, forms, giving_out
from clearway.documents.access import OPERATIONS
from clearway.documents.forms import IssuedKind, IssuedNumber, PrintLanguage, Token
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["documents"])


@router.get(
    "/documents",
    response=forms.IssuedPage,
    operation_id="listIssuedDocuments",
    summary="Issued documents",
)
def list_issued_documents(
    request: HttpRequest,
    kind: Annotated[IssuedKind | None, Query(description="of one kind")] = None,
    state: Annotated[Literal["valid", "void"] | None, Query(description="of one state")] = None,
    record: Annotated[
        str,
        Query(max_length=96, description="of one record, such as declaration:26XP0000000000000A1"),
    ] = "",
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
) -> Any:
    """Return the documents that you may read, void ones too."""
    actor = permitted(request, "listIssuedDocuments", OPERATIONS)
    named = {"kind": kind, "state": state, "record": record}
    rows = access.visible(actor).filter(**{name: value for name, value in named.items() if value})
    page = page_of(rows, "-id", cursor, limit)
    access.note_read(actor, page.items)
    return {"items": [forms.issued(row) for row in page.items], "next": page.next}


@router.get(
    "/documents/{number}",
    response=forms.IssuedWhole,
    operation_id="getIssuedDocument",
    summary="An issued document as data",
)
def get_issued_document(request: HttpRequest, number: IssuedNumber) -> Any:
    """Return what a document says, as data, and whether it holds."""
    actor = permitted(request, "getIssuedDocument", OPERATIONS)
    found = access.document_for(actor, number)
    access.note_read(actor, [found])
    return forms.whole(found)


@router.get(
    "/documents/{number}/file",
    response=None,
    operation_id="getIssuedDocumentFile",
    summary="An issued document as PDF",
    openapi_extra={
        "responses": {
            200: {"description": "The file: PDF/A-2a", "content": {"application/pdf": {}}},
        }
    },
)
def get_issued_document_file(
    request: HttpRequest,
    number: IssuedNumber,
    language: Annotated[PrintLanguage | None, Query(description="as issued, if absent")] = None,
) -> Any:
    """Return a document set in a language. A void one says so on every page."""
    actor = permitted(request, "getIssuedDocumentFile", OPERATIONS)
    found = access.document_for(actor, number)
    access.note_read(actor, [found])
    file = giving_out.file_of(actor, found, language or found.language)
    return HttpResponse(
        file,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{found.number}.pdf"'},
    )


@router.get(
    "/document-verification/{token}",
    response=forms.VerifiedTold,
    operation_id="verifyDocument",
    summary="Whether a document holds",
)
def verify_document(request: HttpRequest, token: Token) -> Any:
    """Say whether a document holds, by the code on it. The page `/verify/…` tells anybody."""
    actor = permitted(request, "verifyDocument", OPERATIONS)
    return forms.verified(access.verified(actor, token))
