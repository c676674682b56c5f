"""Operations on attached documents."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from ninja import File, Router, Status
from ninja import Form as FormField
from ninja.files import UploadedFile
from pydantic import StringConstraints

from clearway.accounts.forms import Cursor, Limit, Number, permitted
from clearway.declarations import access, documents, queries, told
from clearway.declarations.told import Mrn
from clearway.vocabulary.errors import NotThere
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["declarations"])

TypeCode = Annotated[str, StringConstraints(min_length=1, max_length=7, pattern="^[0-9A-Z]+$")]


@router.post(
    "/declarations/{mrn}/documents",
    response={201: told.AttachedTold},
    operation_id="attachDocument",
    summary="Attach a document",
)
def attach_document(
    request: HttpRequest,
    mrn: Mrn,
    file: Annotated[UploadedFile, File(description="PDF, PNG, JPEG, TIFF, XML, XLSX, CSV, text")],
    type_code: Annotated[TypeCode, FormField(description="WCO D006", examples=["N380"])],
    # Its bounds stand in the form's field: an optional one forgets its default beside others.
    reference: Annotated[str, FormField(max_length=70, description="the document's number")] = "",
) -> Any:
    """Attach a file of at most 20 MiB. What it is, is found by looking into it."""
    actor = permitted(request, "attachDocument", access.OPERATIONS)
    content = file.read()
    made = documents.attach(actor, mrn, type_code, file.name or "", content, reference)
    return Status(201, told.document(made))


@router.get(
    "/declarations/{mrn}/documents",
    response=told.AttachedPage,
    operation_id="listDocuments",
    summary="The documents of a declaration",
)
def list_documents(
    request: HttpRequest, mrn: Mrn, cursor: Cursor = "", limit: Limit = USUAL_PAGE
) -> Any:
    """Return what is attached to a declaration."""
    actor = permitted(request, "listDocuments", access.OPERATIONS)
    declaration = access.declaration_for(actor, mrn)
    access.note_read(actor, declaration, "listDocuments")
    page = page_of(queries.documents(declaration), "id", cursor, limit)
    return {"items": [told.document(row) for row in page.items], "next": page.next}


@router.get(
    "/declarations/{mrn}/documents/{number}",
    response=None,
    operation_id="getDocument",
    summary="A document's bytes",
    openapi_extra={
        "responses": {
            200: {
                "description": "The file, byte for byte, to be kept and not run",
                "content": {"application/octet-stream": {}},
            }
        }
    },
)
def get_document(request: HttpRequest, mrn: Mrn, number: Number) -> Any:
    """Return the file itself, always as something to keep and never as something to run."""
    actor = permitted(request, "getDocument", access.OPERATIONS)
    declaration = access.declaration_for(actor, mrn)
    found = documents.document_of(declaration, number)
    if found is None:
        raise NotThere("There is no such document.", remedy="List the documents first.")
    access.note_read(actor, declaration, f"document {found.pk}")
    return HttpResponse(
        documents.content_of(found),
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
            "X-Content-Type-Options": "nosniff",
            "Digest": f"sha-256={found.sha256}",
        },
    )
