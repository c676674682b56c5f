"""Giving a document out as a file, and remembering the file's hash, so that it is known again."""

from __future__ import annotations

import hashlib

from clearway.audit.actor import Actor
from clearway.documents import service
from clearway.documents.models import IssuedDocument
from clearway.documents.typesetting import pdf_of


def file_of(actor: Actor, document: IssuedDocument, language: str) -> bytes:
    """Return a document as a PDF file in a language.

    The hash of a valid one's file is remembered, once; a void one's, which says so, is not.

    Raises:
        DataRefused: a letter of it is in none of the fonts; the fault names the datum.
    """
    made = pdf_of(document, language)
    if document.state == "valid":
        service.note_rendering(actor, document, language, hashlib.sha256(made).hexdigest())
    return made
