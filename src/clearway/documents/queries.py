"""Every read of the room."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from clearway.documents.kinds import PREFIXES
from clearway.documents.models import IssuedDocument, Reader, Rendering

_LARGEST: Final = 2**63 - 1
_KIND_OF: Final = {prefix: kind for kind, prefix in PREFIXES.items()}


def all_documents() -> QuerySet[IssuedDocument]:
    """Return every document, without its data, which may be long."""
    return IssuedDocument.objects.defer("data")


def valid(kind: str, subject: str) -> IssuedDocument | None:
    """Return the document of a kind that holds of a subject now."""
    return IssuedDocument.objects.filter(kind=kind, subject=subject, state="valid").first()


def of_subject(subject: str, kinds: Iterable[str] = ()) -> QuerySet[IssuedDocument]:
    """Return the valid documents of a subject, of some kinds where they are named."""
    rows = IssuedDocument.objects.filter(subject=subject, state="valid")
    wanted = tuple(kinds)
    return rows.filter(kind__in=wanted) if wanted else rows


def of_record(record: str) -> QuerySet[IssuedDocument]:
    """Return all documents that are listed on the page of a record, void ones too."""
    return all_documents().filter(record=record)


def records_among(records: Iterable[str]) -> set[str]:
    """Return those of some records under which any document is listed."""
    rows = IssuedDocument.objects.filter(record__in=list(records)).order_by()
    return set(rows.values_list("record", flat=True).distinct())


def readable_by(organisation: int) -> QuerySet[IssuedDocument]:
    """Return the documents that an organisation may read."""
    mine = Reader.objects.filter(organisation=organisation, document=OuterRef("pk"))
    return all_documents().filter(Exists(mine))


def by_token(token: str) -> IssuedDocument | None:
    """Return the document of a public address."""
    if not token.isascii() or not 0 < len(token) <= 32:
        return None
    return IssuedDocument.objects.filter(token=token).select_related("replaced_by").first()


def by_number(number: str) -> IssuedDocument | None:
    """Return the document of a number as it is printed, capitals and blanks apart."""
    prefix, _, rest = number.replace(" ", "").upper().partition("-")
    year, _, digits = rest.partition("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 20):
        return None
    pk = int(digits)
    if prefix not in _KIND_OF or len(year) != 2 or not 0 < pk <= _LARGEST:
        return None
    found = IssuedDocument.objects.filter(pk=pk).first()
    return found if found is not None and found.number == f"{prefix}-{year}-{pk:07d}" else None


def renderings(document: IssuedDocument) -> QuerySet[Rendering]:
    """Return the files that were given out of a document, the earliest first."""
    return Rendering.objects.filter(document=document).order_by("id")


def readers(document: IssuedDocument) -> tuple[int, ...]:
    """Return the organisations that may read a document."""
    rows = Reader.objects.filter(document=document).order_by("organisation")
    return tuple(rows.values_list("organisation", flat=True))


def replacement(document: IssuedDocument) -> IssuedDocument | None:
    """Return the document that replaced one, None where none did."""
    return IssuedDocument.objects.filter(replaces=document).first()
