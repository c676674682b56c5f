"""Many declarations in one file: hand it in, watch it, fetch what was wrong."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, Literal

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query, Router

from clearway.accounts.forms import Cursor, Limit, Number, permitted
from clearway.assessment.words import words_of
from clearway.intake import access, bulk, queries
from clearway.intake.access import OPERATIONS
from clearway.intake.bulk_reading import FORMS
from clearway.intake.forms import FILE, BulkErrorPage, BulkPage, BulkTold
from clearway.intake.headers import language_of
from clearway.intake.models import BulkRow
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
    return Page([_told(row, language) for row in page.items], page.next)


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
    answer = StreamingHttpResponse(_csv(rows, language), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="errors-{job.pk}.csv"'
    return answer


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
    written = _taken_csv(rows) if form == "csv" else _taken_ndjson(rows)
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/x-ndjson"
    answer = StreamingHttpResponse(written, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="accepted-{job.pk}.{form}"'
    return answer


_TAKEN = ("row", "lrn", "mrn")


def _taken_csv(rows: Iterator[tuple[int, str, str]]) -> Iterator[str]:
    cells = ((str(row), _harmless(lrn), mrn) for row, lrn, mrn in rows)
    return _written(_TAKEN, cells)


def _taken_ndjson(rows: Iterator[tuple[int, str, str]]) -> Iterator[str]:
    for row in rows:
        yield json.dumps(dict(zip(_TAKEN, row, strict=True)), ensure_ascii=False) + "\n"


_COLUMNS = ("row", "lrn", "code", "severity", "pointer", "message", "remedy")


def _csv(rows: Iterator[BulkRow], language: str) -> Iterator[str]:
    told = (_told(row, language) for row in rows)
    return _written(_COLUMNS, ([_harmless(str(one[name])) for name in _COLUMNS] for one in told))


def _written(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow(row)
        if text.tell() > _PIECE // 16:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def _told(row: BulkRow, language: str) -> dict[str, Any]:
    parameters = tuple(json.loads(bytes(row.parameters)).items())
    message, remedy = words_of(row.code, parameters, language)
    return {
        "id": row.pk,
        "row": row.row,
        "lrn": row.lrn,
        "code": row.code,
        "severity": row.severity,
        "pointer": row.pointer,
        "message": message,
        "remedy": remedy,
    }
