"""What is printed of a declaration, from every room's records: built, issued, and kept true.

Each print repeats the record as it stands. ``follow`` is told the news: a print whose content
would differ now is issued anew, and the former is void; one that could not be issued now is void.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from clearway.audit.actor import Actor, system
from clearway.clearance import print_contents
from clearway.clearance.print_contents import NotYet
from clearway.declarations import access, queries
from clearway.declarations.events import subject
from clearway.declarations.models import Declaration
from clearway.documents import queries as documents
from clearway.documents import service
from clearway.documents.contents import Content
from clearway.documents.models import IssuedDocument
from clearway.vocabulary.errors import DataRefused, StateForbids

ME: Final = system("printing")
_BUILDERS: Final[Mapping[str, Callable[[Declaration], Content]]] = {
    "declaration_print": print_contents.declaration_print,
    "tax_notice": print_contents.tax_notice,
    "receipt": print_contents.receipt,
    "release_note": print_contents.release_note,
    "inspection_report": print_contents.inspection_report,
}
KINDS: Final = tuple(_BUILDERS)
"""What is printed of a declaration; permits and the gate's papers are their rooms' own."""


def printable(declaration: Declaration) -> list[str]:
    """Return the kinds that can be printed of a declaration as it stands."""
    found = []
    for kind, build in _BUILDERS.items():
        try:
            build(declaration)
        except NotYet:
            continue
        found.append(kind)
    return found


def printed(mrns: Iterable[str]) -> set[str]:
    """Return those of some declarations of which anything was ever printed, by one query."""
    records = {subject(mrn, 0): mrn for mrn in mrns if mrn}
    return {records[one] for one in documents.records_among(records)}


def print_one(actor: Actor, key: str, kind: str, language: str) -> IssuedDocument:
    """Issue a document about a declaration; the one that holds already, where nothing changed.

    Args:
        actor: who may read the declaration.
        key: its MRN.
        kind: one of ``KINDS``.
        language: one of the five.

    Raises:
        NotThere: there is no such declaration for this actor.
        StateForbids: there is nothing to print of this kind yet.
        DataRefused: a datum of it is missing or wrong; the faults name it.
    """
    declaration = access.declaration_for(actor, key)
    access.note_read(actor, declaration, f"print:{kind}")
    try:
        content = _BUILDERS[kind](declaration)
    except NotYet as refused:
        raise StateForbids(
            "There is nothing to print of this kind yet.",
            remedy="Print it when the declaration has come so far.",
        ) from refused
    return _issued(actor, declaration, kind, content, language)


def _issued(
    actor: Actor, declaration: Declaration, kind: str, content: Content, language: str
) -> IssuedDocument:
    about = subject(declaration.mrn, declaration.pk)
    return service.issued(
        actor,
        kind=kind,
        subject=about,
        data=content,
        concerns=queries.concerned(declaration),
        language=language,
        record=about,
    )


def follow(mrn: str) -> None:
    """Keep what was printed of a declaration true to the record; told twice, it changes nothing."""
    declaration = queries.by_key(mrn)
    if declaration is None or not mrn:
        return
    about = subject(declaration.mrn, declaration.pk)
    latest: dict[str, IssuedDocument] = {}
    for row in documents.of_record(about).filter(kind__in=KINDS).order_by("id"):
        latest[row.kind] = row
    for kind, row in latest.items():
        if row.state == "valid" or row.void_by == ME.name:
            _renew(declaration, kind, row, about)


def _renew(declaration: Declaration, kind: str, row: IssuedDocument, about: str) -> None:
    """Issue a print anew where its content differs; void it where there is none any more."""
    try:
        _issued(ME, declaration, kind, _BUILDERS[kind](declaration), row.language)
    except (NotYet, DataRefused):
        if row.state != "valid":
            return
        reason = "withdrawn" if declaration.state == "invalidated" else "data_changed"
        service.withdraw(ME, about, kind, reason)
