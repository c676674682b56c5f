"""Whether a document holds: the public page to which the code on it leads.

It says what the paper says already, and nothing of a person: its kind and number, who issued it
and when, what it is about, its state now, its fingerprint.
"""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clearway.documents import queries
from clearway.documents.models import IssuedDocument
from clearway.documents.rules import read

_SHOWN: Final = (
    "mrn",
    "version",
    "payment",
    "permit",
    "order",
    "receipt",
    "unit",
    "transport_document",
)
"""What of a content the page repeats, so that a forged paper is seen by it."""


@require_safe
@never_cache
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """Show whether the document of a public address holds."""
    found = queries.by_token(token)
    context: dict[str, Any] = {"document": found}
    if found is not None:
        content = read(found.kind, found.data)
        context |= {
            "content": content,
            "facts": [(name, value) for name in _SHOWN if (value := getattr(content, name, ""))],
            "replacement": _replacement(found),
            "files": queries.renderings(found),
        }
    return render(request, "web/documents/verify.html", context, status=200 if found else 404)


def _replacement(document: IssuedDocument) -> str:
    """Return the number of the document that replaced one; empty where none did."""
    after = queries.replacement(document)
    return "" if after is None else after.number
