"""Files of declarations: hand one in, watch it, fetch what was accepted and what to mend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.http import StreamingHttpResponse as Stream
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clearway.audit.actor import Actor
from clearway.intake import access, bulk, queries, returned_files
from clearway.intake.bulk_reading import form_of
from clearway.intake.models import BulkJob, BulkRow
from clearway.vocabulary.errors import InputUnusable
from clearway.web import filling
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import page, see_other
from clearway.web.words import words

SHOWN: Final = 10
"""Faults on the page of a file; the others stand in their list."""
STATES: Final = ("waiting", "running", "finished", "failed")
WRONG: Final = Q(rejected__gt=0) | Q(unreadable__gt=0) | Q(quarantined__gt=0)
"""The files with rows that were not accepted."""
_UPLOAD: Final = (Field("file", "file"),)


def wrong_in(job: BulkJob) -> int:
    """Return how many rows of a file were not accepted."""
    return job.rejected + job.unreadable + job.quarantined


def _rows(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[BulkJob]:
    rows = access.jobs_of(actor)
    if "file_state" in chosen:
        rows = rows.filter(state=chosen["file_state"])
    if chosen.get("with_errors"):
        rows = rows.filter(WRONG)
    return rows


FILES: Final = Listing(
    name="files",
    title="menu_files",
    template="web/traders/files.html",
    rows=_rows,
    columns=(
        Column("file_name", lambda row: row.name or f"{row.form} {row.pk}"),
        Column("file_state", lambda row: row.state, "state:file"),
        Column("rows_done", lambda row: row.done, "number"),
        Column("rows_accepted", lambda row: row.accepted, "number"),
        Column("rows_wrong", wrong_in, "number"),
        Column("handed_in", lambda row: row.received_at, "instant"),
    ),
    filters=(
        Filter("file_state", "choice", STATES, "file"),
        Filter("with_errors", "choice", ("yes",), "only"),
    ),
    address=lambda row: reverse("file", args=[row.pk]),
    live="bulk",
)


@require_http_methods(["GET", "POST"])
@page("listBulk", access.OPERATIONS)
def files(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the files of one's organisation; take another one."""
    asked = filling.form(request, _UPLOAD)
    if request.method == "POST" and asked.is_valid():
        try:
            job = _receive(actor, asked.cleaned_data["file"])
        except InputUnusable:
            asked.add_error("file", words(language_for(request))["file_empty"])
        else:
            return see_other(reverse("file", args=[job.pk]))
    return FILES.answer(request, actor, asked=asked, status=422 if asked.errors else 200)


def _receive(actor: Actor, file: Any) -> BulkJob:
    """Store an uploaded file; its form is known by how it begins, not by its name."""
    pieces: Iterator[bytes] = iter(file.chunks())
    first = next(pieces, b"")
    return bulk.receive(actor, file.name or "", form_of(first), chain((first,), pieces), "form")


@require_safe
@page("getBulk", access.OPERATIONS)
def file(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Show how far a file is and what became of its rows."""
    job = access.job_for(actor, number)
    language = language_for(request)
    found = queries.rows_of(job).filter(severity="error").order_by("id")[:SHOWN]
    context = {
        "job": job,
        "wrong": wrong_in(job),
        "under_way": job.state in {"waiting", "running"},
        "errors": [returned_files.told(row, language) for row in found],
        "kept": job.state == "finished" and job.discarded_at is None,
    }
    part = request.GET.get("part") == "progress"
    template = "web/traders/file_progress.html" if part else "web/traders/file.html"
    return render(request, template, context)


@require_safe
@page("listBulkErrors", access.OPERATIONS)
def errors(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Show everything that is wrong in a file."""
    return _errors(access.job_for(actor, number), language_for(request)).answer(request, actor)


def _errors(job: BulkJob, language: str) -> Listing:
    def said(name: str) -> Any:
        return lambda row: returned_files.told(row, language)[name]

    def rows(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[BulkRow]:
        del actor
        found = queries.rows_of(job)
        if "fault_severity" in chosen:
            found = found.filter(severity=chosen["fault_severity"])
        if "finding_code" in chosen:
            found = found.filter(code=chosen["finding_code"].upper())
        return found

    return Listing(
        name="file_errors",
        title="file_errors",
        rows=rows,
        order="id",
        columns=(
            Column("finding_code", lambda row: row.code, "code"),
            Column("file_row", lambda row: row.row, "number"),
            Column("lrn", lambda row: row.lrn, "code"),
            Column("fault_severity", lambda row: row.severity, "word:severity"),
            Column("fault_pointer", lambda row: row.pointer, "code"),
            Column("fault_message", said("message")),
            Column("fault_remedy", said("remedy")),
        ),
        filters=(
            Filter("fault_severity", "choice", ("error", "doubt", "warning", "note"), "severity"),
            Filter("finding_code", longest=10),
        ),
        address=lambda row: reverse("finding", args=[row.code]),
        keeps_views=False,
    )


@require_safe
@page("downloadBulkToMend", access.OPERATIONS)
def to_mend(request: HttpRequest, actor: Actor, number: int) -> FileResponse:
    """Return the wrong rows as they were, with what is wrong beside each."""
    job = access.job_for(actor, number)
    name = (job.name.rsplit(".", 1)[0] or str(job.pk))[:80]
    return FileResponse(
        returned_files.to_mend(job, language_for(request)),
        as_attachment=True,
        filename=f"{name}-to-mend.{job.form}",
        content_type=returned_files.MEDIA_TYPES[job.form],
    )


@require_safe
@page("downloadBulkAccepted", access.OPERATIONS)
def accepted(request: HttpRequest, actor: Actor, number: int) -> Stream:
    """Return row, reference and MRN of what was accepted, as CSV or NDJSON."""
    job = access.job_for(actor, number)
    form = "ndjson" if request.GET.get("format") == "ndjson" else "csv"
    write = returned_files.accepted_csv if form == "csv" else returned_files.accepted_ndjson
    rows = write(queries.taken_rows(job))
    answer = Stream(rows, content_type=returned_files.MEDIA_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="accepted-{job.pk}.{form}"'
    return answer
