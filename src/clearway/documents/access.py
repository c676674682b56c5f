"""Who may do what in this room. Unknown and forbidden answer alike.

An organisation reads what was issued to it or concerns it. Customs reads what its office issued
(an officer without office, everything) and every permit, an agency what it issued, a cashier
notices and receipts, an auditor everything. Whether a document holds, anybody may ask who has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db.models import Q, QuerySet

from clearway.accounts.permission import CUSTOMS, EVERYBODY, TRADE, Operations
from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.documents import queries
from clearway.documents.events import subject
from clearway.documents.kinds import MONEY_KINDS
from clearway.documents.models import IssuedDocument
from clearway.vocabulary.errors import NotThere

_READERS: Final = TRADE | CUSTOMS | {Role.AUDITOR, Role.AGENCY, Role.CASHIER}

OPERATIONS: Final[Operations] = {
    "listIssuedDocuments": _READERS,
    "getIssuedDocument": _READERS,
    "getIssuedDocumentFile": _READERS,
    "verifyDocument": EVERYBODY,
}
"""The roles that have each operation."""


def visible(actor: Actor) -> QuerySet[IssuedDocument]:
    """Return the documents that an actor may read."""
    rows = queries.all_documents()
    if actor.has(Role.AUDITOR) or (actor.has(*CUSTOMS) and not actor.office):
        return rows
    found = Q(pk__in=[])
    if actor.has(*CUSTOMS):
        found |= Q(office=actor.office) | Q(kind="permit")
    if actor.has(Role.AGENCY) and actor.office:
        found |= Q(office=actor.office)
    if actor.has(Role.CASHIER):
        found |= Q(kind__in=MONEY_KINDS)
    if actor.has(*TRADE) and actor.organisation:
        found |= queries.read_by(actor.organisation)
    return rows.filter(found)


def document_for(actor: Actor, number: str) -> IssuedDocument:
    """Return a document for somebody who may read it.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    found = queries.by_number(number)
    if found is None or not visible(actor).filter(pk=found.pk).exists():
        audit.note("refusal", actor, subject(number[:24] if found is not None else "~"))
        raise NotThere("There is no such document.", remedy="Check its number.")
    return found


def verified(actor: Actor, token: str) -> IssuedDocument:
    """Return the document of a public address, for anybody.

    Raises:
        NotThere: none was issued under it; the refusal is logged.
    """
    found = queries.by_token(token)
    if found is None:
        audit.note("refusal", actor, "document:~")
        raise NotThere("No such document was issued.", remedy="Scan its code again.")
    return found


def note_read(actor: Actor, rows: Sequence[IssuedDocument]) -> None:
    """Log one read of documents of others, before the answer leaves."""
    others = [row.pk for row in rows if row.organisation != actor.organisation]
    if others:
        audit.note("read", actor, "documents:list", others)
