"""Many declarations in one file: hand it in, watch it, fetch what was wrong."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from ninja import Query, Router

from clearway.accounts.forms import Cursor, Limit, Number, permitted
from clearway.intake import access, bulk, queries, returned_files
from clearway.intake.access import OPERATIONS
from clearway.intake.bulk_reading import FORMS
from clearway.intake.forms import FILE, BulkErrorPage, BulkPage, BulkTold
from clearway.intake.headers import language_of
from clearway.vocabulary.errors import WrongMediaType
from clearway.vocabulary.pages import USUAL_PAGE, Page, page_of

router = Router(tags=["bulk"])
Name = Annotated[str, Query(max_length=200, description="what you call the file")]
_PIECE = 1 << 20


@router.post("/bulk", operation_id="uploadBulk", response={202: BulkTold}, openapi_extra=FILE,
             summary="Hand in a file of declarations")  # fmt: skip
def upload_bulk(request: HttpRequest, name: Name = "") -> Any:
    """Store a file; its declarations are lodged one by one, and bad rows stop no other.

    The same file a second time is the same job.
    """
    actor = permitted(request, "uploadBulk", OPERATIONS)
    form = FORMS.get(request.content_type or "")
    if form is None:
        raise WrongMediaType("A bulk file is NDJSON, CSV or Parquet.")
    parts = iter(lambda: request.read(_PIECE), b"")
    return 202, bulk.receive(actor, name, form, parts, "bulk")


@router.get("/bulk", operation_id="listBulk", response=BulkPage, summary="Your bulk files")
def list_bulk(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """List the bulk files of your organisation, the latest first."""
    actor = permitted(request, "listBulk", OPERATIONS)
    return page_of(access.jobs_of(actor), "-id", cursor, limit)


@router.get("/bulk/{id}", operation_id="getBulk", response=BulkTold, summary="How a file goes on")
def get_bulk(request: HttpRequest, id: Number) -> Any:  # noqa: A002
    """Tell how far a bulk file is and what became of its rows."""
    return access.job_for(permitted(request, "getBulk", OPERATIONS), id)


@router.get("/bulk/{id}/errors", operation_id="listBulkErrors", response=BulkErrorPage,
            summary="What is wrong in a file")  # fmt: skip
def list_bulk_errors(
    request: HttpRequest,
    id: Number,  # noqa: A002 - the path's own name
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
) -> Any:
    """List what is wrong with rows of a file: row, pointer, reason and remedy."""
    actor = permitted(request, "listBulkErrors", OPERATIONS)
    job = access.job_for(actor, id)
    language = language_of(request.headers.get("Accept-Language", "")) or actor.language
    page = page_of(queries.rows_of(job), "id", cursor, limit)
    return Page([returned_files.told(row, language) for row in page.items], page.next)


@router.get("/bulk/{id}/errors.csv", operation_id="downloadBulkErrors",
            response={200: None}, summary="The same as a CSV file",
            openapi_extra={"responses": {200: {"description": "OK", "content": {
                "text/csv": {"schema": {"type": "string"}}}}}})  # fmt: skip
def download_bulk_errors(request: HttpRequest, id: Number) -> Any:  # noqa: A002
    """Return everything that is wrong in a file as CSV; no cell runs as a formula."""
    actor = permitted(request, "downloadBulkErrors", OPERATIONS)
    job = access.job_for(actor, id)
    language = language_of(request.headers.get("Accept-Language", "")) or actor.language
    rows = queries.rows_of(job).order_by("id").iterator(chunk_size=500)
    answer = StreamingHttpResponse(
        returned_files.errors_csv(rows, language), content_type=returned_files.MEDIA_TYPES["csv"]
    )
    answer["Content-Disposition"] = f'attachment; filename="errors-{job.pk}.csv"'
    return answer


@router.get("/bulk/{id}/to-mend", operation_id="downloadBulkToMend",
            response={200: None}, summary="The wrong rows, to be mended",
            openapi_extra={"responses": {200: {"description": "OK", "content": {
                kind.partition(";")[0]: {"schema": {"type": "string"}}
                for kind in returned_files.MEDIA_TYPES.values()}}}})  # fmt: skip
def download_bulk_to_mend(request: HttpRequest, id: Number) -> Any:  # noqa: A002
    """Return the rows that were not accepted, as they were and in the file's own form.

    Beside each stand `#row`, `#field` and `#reason`. Names that begin with `#` are passed over when
    a file is read, so that the mended one is handed in as it is.
    """
    actor = permitted(request, "downloadBulkToMend", OPERATIONS)
    job = access.job_for(actor, id)
    language = language_of(request.headers.get("Accept-Language", "")) or actor.language
    return FileResponse(
        returned_files.to_mend(job, language),
        as_attachment=True,
        filename=f"to-mend-{job.pk}.{job.form}",
        content_type=returned_files.MEDIA_TYPES[job.form],
    )


@router.get("/bulk/{id}/accepted", operation_id="downloadBulkAccepted",
            response={200: None}, summary="What was accepted of a file",
            openapi_extra={"responses": {200: {"description": "OK", "content": {
                "text/csv": {"schema": {"type": "string"}},
                "application/x-ndjson": {"schema": {"type": "string"}}}}}})  # fmt: skip
def download_bulk_accepted(
    request: HttpRequest,
    id: Number,  # noqa: A002 - the path's own name
    form: Literal["csv", "ndjson"] = "csv",
) -> Any:
    """Return row, local reference and MRN of every accepted row so far, as CSV or NDJSON."""
    job = access.job_for(permitted(request, "downloadBulkAccepted", OPERATIONS), id)
    rows = queries.taken_rows(job)
    write = returned_files.accepted_csv if form == "csv" else returned_files.accepted_ndjson
    answer = StreamingHttpResponse(write(rows), content_type=returned_files.MEDIA_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="accepted-{job.pk}.{form}"'
    return answer
