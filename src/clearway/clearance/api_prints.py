"""The operation that prints documents about a declaration."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Status

from clearway.accounts.forms import Form, permitted
from clearway.clearance import access, printing
from clearway.declarations.told import Mrn
from clearway.documents import forms

router = Router(tags=["documents"])


class PrintWanted(Form):
    """What is to be printed of a declaration, and in which language first."""

    kind: Literal["declaration_print", "tax_notice", "receipt", "release_note", "inspection_report"]
    language: forms.PrintLanguage = "en"


@router.post(
    "/declarations/{mrn}/prints",
    response={201: forms.IssuedTold},
    operation_id="printDeclaration",
    summary="Print a document about a declaration",
)
def print_declaration(request: HttpRequest, mrn: Mrn, wanted: PrintWanted) -> Any:
    """Issue a document about a declaration. Where nothing changed, it is the one that holds."""
    actor = permitted(request, "printDeclaration", access.OPERATIONS)
    made = printing.print_one(actor, mrn, wanted.kind, wanted.language)
    return Status(201, forms.issued(made))
