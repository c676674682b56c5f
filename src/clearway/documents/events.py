"""The facts that the room announces. Subject: ``document:<number>``."""

from __future__ import annotations

from clearway.events.service import subject_of

ISSUED = "document.issued"
VOIDED = "document.voided"
PRINTED = "document.printed"
"""It was set in a language for the first time; the body holds the file's hash."""


def subject(number: str) -> str:
    """Return the subject of an issued document."""
    return subject_of("document", number)
