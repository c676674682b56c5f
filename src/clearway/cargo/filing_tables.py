"""Filing a table of transport documents: each becomes a report, as a message's consignments do.

The table was read where it came in; here its documents are filed each on its own, masters before
their houses. The table is kept with what became of it, so that its wrong rows can be given back.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

import msgspec
from django.db import transaction

from clearway.audit import clock
from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.cargo import events, filing
from clearway.cargo.filing import Filed, FiledDocument, FiledFault, FiledMessage
from clearway.cargo.law import ReportRefused
from clearway.cargo.models import Interchange
from clearway.cargo.reports import DocumentReport
from clearway.kernel.decisions import Finding
from clearway.vocabulary.errors import ActRefused

KIND = "CSV"
_AT_ONCE = 50


class TableDocument(msgspec.Struct, frozen=True):
    """One document of a table.

    ``row`` is its first row, counted from 1; ``container_rows`` the row of each of its containers.
    ``report`` is absent where ``findings`` tell that the rows cannot be read as one.
    """

    row: int
    number: str
    report: DocumentReport | None
    findings: Sequence[Finding] = ()
    container_rows: Sequence[int] = ()

    def row_of(self, pointer: str) -> int:
        """Return the row on which a datum stands."""
        parts = pointer.split("/")
        if parts[0] == "containers" and len(parts) > 1 and parts[1].isdigit():
            place = int(parts[1])
            if place < len(self.container_rows):
                return self.container_rows[place]
        return self.row


def file_table(
    actor: Actor, data: bytes, documents: Sequence[TableDocument], reason: str = ""
) -> Interchange:
    """File the documents of a table, and keep the table with what became of each.

    Args:
        actor: who reports.
        data: the table as received.
        documents: what was read of it.
        reason: with one, documents that the actor has reported before are corrected; without, a
            row for such a document is refused unless it reports the same again.

    Returns:
        The table as it was kept. ``Filed.messages`` has one message; a fault's ``segment`` and
        ``consignment`` are rows.
    """
    digest = hashlib.sha256(data).digest()
    # A table has no number of its own: sent again it is judged again, and reports nothing twice.
    reference = f"csv-{clock.now():%Y%m%d}-{secrets.token_hex(8)}"
    told = FiledMessage(KIND, reference)
    filed = Filed(reference, messages=[told])
    # Masters are there before their houses.
    order = sorted(documents, key=lambda one: bool(one.report and one.report.master_number))
    for start in range(0, len(order), _AT_ONCE):
        with transaction.atomic():
            for one in order[start : start + _AT_ONCE]:
                told.documents.append(_file(actor, one, reason, told.faults))
    told.documents.sort(key=lambda each: each.place)
    told.faults.sort(key=lambda fault: fault.segment)
    return filing.keep(actor, data, digest, filed)


def _file(actor: Actor, one: TableDocument, reason: str, faults: list[FiledFault]) -> FiledDocument:
    """File one document; a refusal is told, never raised."""
    found: Sequence[Finding] = one.findings
    if one.report is not None and not found:
        try:
            # A savepoint: what a document's act has begun is undone without its neighbours.
            with transaction.atomic():
                outcome, state = filing.file_document(actor, one.report, reason)
            return FiledDocument(one.row, one.number, outcome, state)
        except ReportRefused as refused:
            found = refused.findings
        except ActRefused as refused:
            faults.append(FiledFault("CLW1514", one.row, "", {"why": str(refused)}, one.row))
            audit.note("refusal", actor, events.subject(one.number))
    for each in found:
        row, parameters = one.row_of(each.pointer), dict(each.parameters)
        faults.append(FiledFault(each.rule, row, "", parameters, one.row, each.pointer))
    return FiledDocument(one.row, one.number, "refused")
