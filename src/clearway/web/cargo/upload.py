"""Manifests as files: CUSCAR or a table; what was taken, what is wrong and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.cargo import access, filing, filing_tables, queries
from clearway.cargo.access import OPERATIONS
from clearway.cargo.filing import Filed, NothingFiled
from clearway.cargo.models import Interchange
from clearway.vocabulary.errors import (
    ClearwayError,
    InputUnusable,
    NotThere,
    StateForbids,
    TooLarge,
)
from clearway.web.cargo import reading, tables, telling
from clearway.web.cargo.conveyances import REASON
from clearway.web.cargo.document_forms import offered_conveyances
from clearway.web.cargo.telling import Fault
from clearway.web.language import language_for
from clearway.web.visitors import page, see_other, whole_number
from clearway.web.words import words

SHOWN: Final = 200
"""Of each kind on a page; a table that is given back holds every wrong row."""
RECENT: Final = 10
_MESSAGE: Final = (b"UNA", b"UNB")
_TABLE: Final = "text/csv; charset=utf-8"


@require_http_methods(["GET", "POST"])
@page("lodgeCuscar", OPERATIONS)
def upload(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Take a manifest as a file, or show the form for it."""
    if request.method != "POST":
        return _form(request, actor, [])
    file, language = request.FILES.get("file"), language_for(request)
    known: Any = words(language)
    if file is None or not file.size:
        return _form(request, actor, [_fault("file", known, "cargo_no_file", language)])
    reason, missing = _reason(request)
    if missing:
        return _form(request, actor, [*telling.findings(missing, language)])
    if (file.size or 0) > tables.LARGEST:
        return _form(request, actor, [_fault("file", known, "cargo_file_too_large", language)])
    data = file.read()
    try:
        if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(_MESSAGE):
            return _message(request, actor, data)
        conveyance = whole_number(request.POST.get("conveyance", ""))
        return _table(actor, data, conveyance, reason)
    except (InputUnusable, TooLarge, StateForbids) as refused:
        fault = _fault("file", known, _unread(refused), language)
        return _form(request, actor, [fault._replace(why=f"{refused.what} {refused.remedy}")])


def _reason(request: HttpRequest) -> tuple[str, list[Any]]:
    """Return why documents are corrected; empty where the file reports them for the first time."""
    if request.POST.get("function") != "correction":
        return "", []
    values, missing = reading.read((REASON,), request.POST.dict())
    return values.get("reason", ""), missing


def _unread(refused: ClearwayError) -> str:
    if isinstance(refused, TooLarge):
        return "cargo_file_too_large"
    return "cargo_reference_taken" if isinstance(refused, StateForbids) else "cargo_file_unread"


def _fault(field: str, known: Any, key: str, language: str) -> Fault:
    return Fault(field, telling.label_of(field, language), known[key], known[f"{key}_do"])


def _message(request: HttpRequest, actor: Actor, data: bytes) -> HttpResponseBase:
    try:
        filed = filing.file_interchange(actor, data)
    except NothingFiled as refused:
        # Nothing of it was kept, so that there is no page to lead to.
        return render(request, "web/cargo/uploaded.html", _told(request, refused.filed), status=422)
    kept = queries.interchange(actor.organisation, filed.control_reference)
    if kept is None:
        return render(request, "web/cargo/uploaded.html", _told(request, filed))
    return see_other(reverse("cargo_uploaded", args=[kept.pk]))


def _table(actor: Actor, data: bytes, conveyance: int | None, reason: str) -> HttpResponseBase:
    try:
        documents = tables.read_table(data)
    except InputUnusable as unusable:
        audit.note("unreadable", actor, "interchange", [unusable.what])
        raise
    mine = queries.conveyances(access.conveyances_of(actor, "file"))
    named = mine.filter(reference__in=tables.references(documents))
    conveyances = dict(named.values_list("reference", "pk"))
    if conveyance is not None:
        conveyance = access.conveyance_for(actor, conveyance, to="file").pk
    wanted = tables.to_be_filed(documents, conveyances, conveyance)
    kept = filing_tables.file_table(actor, data, wanted, reason)
    return see_other(reverse("cargo_uploaded", args=[kept.pk]))


def _form(request: HttpRequest, actor: Actor, faults: list[Fault]) -> HttpResponse:
    language = language_for(request)
    recent = list(queries.interchanges(actor.organisation).order_by("-id")[:RECENT])
    fields = [
        (each.name, telling.label_of(each.name, language), _rule_of(each, language))
        for each in (*reading.DOCUMENT, *reading.CONTAINER)
    ]
    given = request.POST
    context = {
        "faults": faults,
        "fields": fields,
        "conveyances": offered_conveyances(
            actor, given.get("conveyance", request.GET.get("conveyance", ""))
        ),
        "chosen": given.get("conveyance", request.GET.get("conveyance", "")),
        "correction": given.get("function") == "correction",
        "reason": given.get("reason", ""),
        "most": tables.MOST_DOCUMENTS,
        "recent": [(row, _read(row)) for row in recent],
    }
    status = 422 if faults else 200
    return render(request, "web/cargo/upload.html", context, status=status)


def _rule_of(field: reading.Field, language: str) -> str:
    """Return how a column is written, and whether every document needs it."""
    needed = field.required and field.name != "container"
    parts = [words(language)["cargo_needed"] if needed else ""]
    return " · ".join(filter(None, [*parts, telling.how_written(field.name, language)]))


@require_safe
@page("lodgeCuscar", OPERATIONS)
def uploaded(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Show what became of a file."""
    found = access.interchange_for(actor, number)
    context = _told(request, _read(found), found)
    return render(request, "web/cargo/uploaded.html", context)


@require_safe
@page("lodgeCuscar", OPERATIONS)
def given_back(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Give the refused documents of a table back, each row with what is wrong with it."""
    found = access.interchange_for(actor, number)
    filed, language = _read(found), language_for(request)
    reasons: dict[int, list[dict[str, str]]] = {}
    refused = {one.place for each in filed.messages for one in each.documents if not _taken(one)}
    for one in _wrong(filed, language):
        fault = one.fault
        reason = f"{fault.message} {fault.remedy}".strip()
        label = fault.label or fault.field
        reasons.setdefault(one.place, []).append({"field": label, "reason": reason})
    try:
        documents = tables.read_table(bytes(found.content))
    except InputUnusable as error:
        raise NotThere(
            "This file is no table: what is wrong with it is told on its page alone.",
            remedy="Mend the message where it was made, and send it again.",
        ) from error
    table = tables.given_back([one for one in documents if one.rows[0].number in refused], reasons)
    return _file(table, f"clearway-{found.pk}.csv")


@require_safe
@page("lodgeCuscar", OPERATIONS)
def sample(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Give out a table to begin with."""
    del request, actor
    return _file(tables.sample(), "clearway-manifest.csv")


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=_TABLE)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _read(row: Interchange) -> Filed:
    return msgspec.json.decode(bytes(row.outcome), type=Filed)


def _taken(one: filing.FiledDocument) -> bool:
    return one.outcome != "refused"


def _wrong(filed: Filed, language: str) -> list[telling.Filed]:
    """Return every fault with its document's number, in the order of the file."""
    found = [telling.filed_fault(each, "", language) for each in filed.faults]
    for message in filed.messages:
        numbers = {one.place: one.number for one in message.documents}
        found += [
            telling.filed_fault(each, numbers.get(each.consignment, ""), language)
            for each in message.faults
        ]
    return found


class Taken(NamedTuple):
    """A document that was taken, with the row number of its page where it still has one."""

    number: str
    outcome: str
    state: str
    page: int | None


def _told(request: HttpRequest, filed: Filed, kept: Interchange | None = None) -> dict[str, Any]:
    """Return what the page of a file shows."""
    every = [one for each in filed.messages for one in each.documents]
    taken = [one for one in every if _taken(one)]
    outcomes: dict[str, int] = {}
    for one in every:
        outcomes[one.outcome] = outcomes.get(one.outcome, 0) + 1
    wrong = _wrong(filed, language_for(request))
    pages = _pages([one.number for one in taken[:SHOWN]])
    return {
        "filed": filed,
        "kept": kept,
        "table": any(each.message == filing_tables.KIND for each in filed.messages),
        "outcomes": outcomes,
        "refused": outcomes.get("refused", 0),
        "wrong": wrong[:SHOWN],
        "wrong_count": len(wrong),
        "taken": [Taken(one.number, one.outcome, one.state, pages.get(one.number))
                  for one in taken[:SHOWN]],
        "taken_count": len(taken),
        "conveyances": [each.conveyance for each in filed.messages if each.conveyance],
    }  # fmt: skip


def _pages(numbers: Sequence[str]) -> Mapping[str, int]:
    """Return the row numbers of documents by their numbers."""
    return {number: found.row for number, found in queries.as_reported(numbers).items()}
