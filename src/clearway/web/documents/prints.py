"""Prints: issued about a declaration by its page, listed, taken as a file or as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from clearway.audit.actor import Actor
from clearway.clearance import printing
from clearway.clearance.access import OPERATIONS as CLEARANCE
from clearway.declarations.life_cycle import AFTER_RELEASE
from clearway.declarations.models import Declaration
from clearway.documents import access, giving_out, queries
from clearway.documents.access import OPERATIONS
from clearway.documents.kinds import KINDS
from clearway.documents.models import IssuedDocument
from clearway.kernel.texts import LANGUAGES
from clearway.vocabulary.errors import NotThere
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import chosen, page, see_other
from clearway.web.words import OWN_NAMES, words

_DEAD: Final = frozenset({"rejected", "invalidated"})
_NOTHING_PAID: Final = frozenset({"none", "assessed", "secured"})


def of_declaration(actor: Actor, declaration: Declaration) -> dict[str, Any]:
    """Return what the page of a declaration shows of prints: those that are, what can be printed.

    What can be printed is told by the declaration's states alone; printing itself says the rest.
    """
    may_print = actor.has(*CLEARANCE["printDeclaration"]) and declaration.mrn is not None
    kinds = []
    if may_print and declaration.state not in _DEAD:
        kinds.append("declaration_print")
        if declaration.debt_state != "none":
            kinds.append("tax_notice")
        if declaration.debt_state not in _NOTHING_PAID:
            kinds.append("receipt")
        if declaration.state in AFTER_RELEASE:
            kinds.append("release_note")
        if declaration.lane == _RED and declaration.state != "under_control":
            kinds.append("inspection_report")
    about = f"declaration:{declaration.mrn}"
    return {
        "prints": list(queries.of_record(about).order_by("-id")[:_SHOWN]),
        "print_kinds": kinds,
        "print_languages": list(OWN_NAMES.items()),
    }


_RED: Final = 3
_SHOWN: Final = 20


@require_POST
@page("printDeclaration", CLEARANCE)
def print_declaration(request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
    """Issue a document about a declaration and give it out."""
    kind = chosen(request, "kind", set(printing.KINDS))
    language = request.POST.get("language", "")
    language = language if language in LANGUAGES else language_for(request)
    made = printing.print_one(actor, key, kind, language)
    messages.success(request, words(language_for(request))["print_issued"])
    return see_other(reverse("print_file", args=[made.number, language]))


@require_safe
@page("getIssuedDocumentFile", OPERATIONS)
def print_file(request: HttpRequest, actor: Actor, number: str, language: str) -> HttpResponse:
    """Give a document out as a file in a language; the browser shows it."""
    del request
    found = access.document_for(actor, number)
    if language not in LANGUAGES:
        raise NotThere("There is no such document.", remedy="Check its number.")
    access.note_read(actor, [found])
    answer = HttpResponse(giving_out.file_of(actor, found, language), "application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{found.number}-{language}.pdf"'
    return answer


@require_safe
@page("getIssuedDocument", OPERATIONS)
def print_data(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Give a document's data out: canonical JSON, whose hash the public page shows."""
    del request
    found = access.document_for(actor, number)
    access.note_read(actor, [found])
    answer = HttpResponse(bytes(found.data), "application/json")
    answer["Content-Disposition"] = f'attachment; filename="{found.number}.json"'
    return answer


def _rows(actor: Actor, given: Mapping[str, Any]) -> QuerySet[IssuedDocument]:
    names = {"print_kind": "kind", "print_state": "state"}
    wanted = {names[name]: value for name, value in given.items() if name in names}
    return access.visible(actor).filter(**wanted)


def _note(actor: Actor, rows: Sequence[IssuedDocument]) -> None:
    access.note_read(actor, rows)


PRINTS: Final = Listing(
    name="prints",
    title="menu_prints",
    rows=_rows,
    columns=(
        Column("print_number", lambda row: row.number, "code"),
        Column("print_kind", lambda row: row.kind, "word:print_kind"),
        Column("print_state", lambda row: row.state, "word:print_state"),
        Column("print_about", lambda row: row.subject.partition(":")[2], "code"),
        Column("print_issued_at", lambda row: row.issued_at, "instant"),
        Column("print_void_at", lambda row: row.void_at, "instant"),
    ),
    filters=(
        Filter("print_kind", "choice", KINDS, "print_kind"),
        Filter("print_state", "choice", ("valid", "void"), "print_state"),
    ),
    address=lambda row: reverse("print_file", args=[row.number, row.language]),
    note=_note,
    live="document",
    hint="prints_hint",
)


@page("listIssuedDocuments", OPERATIONS)
def prints(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the documents that one may read, void ones too."""
    return PRINTS.answer(request, actor)
