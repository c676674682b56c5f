"""The facts that cargo announces. Subjects: ``conveyance:<id>``, ``transport_document:<number>``.

A shortage or an excess is announced once for the document and once for each declaration that
draws on it, under ``declaration:<mrn>``: no body tells one declarant of another.
"""

from __future__ import annotations

from clearway.events.service import subject_of

CONVEYANCE_REPORTED = "conveyance.reported"
CONVEYANCE_ARRIVED = "conveyance.arrived"
REPORTED = "transport_document.reported"
"""A document is there, or was corrected: declarations that came ahead of it may now match."""
ASSESSED = "transport_document.assessed"
ARRIVED = "transport_document.arrived"
"""The goods are here: pre-lodged declarations that draw on the document are presented."""
DISCHARGED = "transport_document.discharged"
SHORT = "transport_document.short"
EXCESS = "transport_document.excess"
WRITTEN_OFF = "transport_document.written_off"
OVERDUE = "transport_document.overdue"
CLOSED = "transport_document.closed"
CANCELLED = "transport_document.cancelled"
PRE_LOADING_ASSESSED = "pre_loading.assessed"
INTERCHANGE_FILED = "interchange.filed"


def subject(number: str) -> str:
    """Return the subject under which facts about a transport document are announced."""
    return subject_of("transport_document", number)


def declaration_subject(mrn: str, declaration: int) -> str:
    """Return the subject of a declaration, by its MRN where it has one."""
    return subject_of("declaration", mrn or str(declaration))
