"""Search everywhere: by the beginning of any number that people hold in their hands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clearway.accounts import queries as accounts
from clearway.accounts.access import OPERATIONS as ACCOUNTS
from clearway.audit.actor import Actor
from clearway.cargo import queries as cargo
from clearway.cargo.access import OPERATIONS as CARGO
from clearway.cargo.access import documents_of
from clearway.cargo.access import note_list as note_documents
from clearway.declarations.access import OPERATIONS as DECLARATIONS
from clearway.declarations.access import visible
from clearway.declarations.queries import begins_with
from clearway.web.record.lists import address_of, note_read
from clearway.web.visitors import page

SHORTEST: Final = 2
MOST: Final = 8
"""Of each kind; more are found by the list's own filters."""


class Found(NamedTuple):
    """Something that was found: the key of its kind's word, its number, what it is, its page."""

    kind: str
    number: str
    what: str
    address: str


@require_safe
@page()
def search(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show what was found, as a page or as the suggestions of the search field."""
    asked = " ".join(request.GET.get("q", "").split())[:70]
    found = list(_found(actor, asked)) if len(asked) >= SHORTEST and "\0" not in asked else []
    part = request.GET.get("part") == "choices"
    template = "web/record/search_choices.html" if part else "web/record/search.html"
    return render(request, template, {"asked": asked, "found": found, "shortest": SHORTEST})


def _found(actor: Actor, asked: str) -> Iterator[Found]:
    code = asked.upper().replace(" ", "")
    if actor.has(*DECLARATIONS["listDeclarations"]):
        begins = begins_with(asked) | Q(importer=code)
        rows = list(visible(actor).filter(begins).order_by("-id")[:MOST])
        note_read(actor, rows)
        for row in rows:
            yield Found("declaration", row.mrn or row.lrn, row.lrn, address_of(row))
    if actor.has(*CARGO["listTransportDocuments"]):
        begins = Q(key__begins=code) | Q(containers__number=code)
        reported = cargo.documents(documents_of(actor)).filter(begins).distinct().order_by("-id")
        documents = list(reported[:MOST])
        note_documents(actor, documents)
        for document in documents:
            address = reverse("document", args=[document.pk])
            yield Found("transport_document", document.number, document.description, address)
    if actor.has(*ACCOUNTS["listOrganisations"]):
        named = accounts.organisations(asked) | accounts.organisations().filter(identifier=code)
        for one in named.order_by("name")[:MOST]:
            address = reverse("organisation", args=[one.pk])
            yield Found("organisation", one.identifier or "", one.name, address)
