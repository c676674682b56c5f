"""The facts that permits announce.

Subjects: ``application:<reference>``, ``permit:<number>``; what concerns a declaration stands
under ``declaration:<mrn>``.
"""

from __future__ import annotations

from clearway.events.service import subject_of

APPLIED = "permit.applied"
INFORMATION_WANTED = "permit.information_wanted"
INFORMATION_GIVEN = "permit.information_given"
INSPECTION_WANTED = "permit.inspection_wanted"
"""An agency wants to look at the goods: inspection makes an order of it."""
REFUSED = "permit.refused"
LAPSED = "permit.lapsed"
"""The trader did not answer in time: the case is closed without a decision."""
GRANTED = "permit.granted"
REVOKED = "permit.revoked"
EXPIRED = "permit.expired"
USED_UP = "permit.used_up"
WRITTEN_OFF = "permit.written_off"
WRITE_OFF_FINAL = "permit.write_off_final"
GIVEN_BACK = "permit.given_back"
WRITE_OFF_REFUSED = "permit.write_off_refused"
PAPER_DECIDED = "permit.paper_decided"
"""An agency confirmed or refused a document that was issued outside Clearway."""
JOINT_STATUS = "permit.joint_status"
"""The worst of the agencies concerned with a declaration changed: clearance listens."""


def permit_subject(number: str) -> str:
    """Return the subject of a permit."""
    return subject_of("permit", number)


def application_subject(reference: str) -> str:
    """Return the subject of an application."""
    return subject_of("application", reference)
