"""The facts that declarations announce. Subject: ``declaration:<mrn>``, or the row number.

Each is a stamp of card C11: legal time is when it is held to have happened (``body.code`` is the
WCO notification code where there is one), system time when it was written.
"""

from __future__ import annotations

from clearway.events.service import subject_of

RECEIVED = "declaration.received"
ACCEPTED = "declaration.accepted"
REJECTED = "declaration.rejected"
LANED = "declaration.laned"
ASSESSED = "declaration.assessed"
DOCUMENTS_REQUESTED = "declaration.documents_requested"
UNDER_CONTROL = "declaration.under_control"
CONTROL_REASON = "declaration.control_reason"
"""Why an officer sent the goods to control: told to customs alone."""
AMENDED = "declaration.amended"
"""A version was added; code 07 where a person of the administration decided, else 11."""
AMENDMENT_REQUESTED = "declaration.amendment_requested"
CANCELLATION_REQUESTED = "declaration.cancellation_requested"
REQUEST_WITHDRAWN = "declaration.request_withdrawn"
REQUEST_DECIDED = "declaration.request_decided"
INVALIDATED = "declaration.invalidated"
PRESENTED = "declaration.presented"
PRESENTATION_FAILED = "declaration.presentation_failed"
"""At presentation the declaration had errors by the law of that day: amend it and present again."""
MATCHED = "declaration.matched"
UNMATCHED = "declaration.unmatched"
STOCK_SHORT = "declaration.stock_short"
"""The cargo report came and holds less than is declared: an officer's matter."""
NOT_DRAWN = "declaration.not_drawn"
"""The cargo report came and nothing can be drawn on it; the body names the rule that says why."""
DOCUMENT_OF_ANOTHER = "declaration.document_of_another"
"""The transport document it names is another consignee's: told to customs alone."""
SELECTED_ANEW = "declaration.selected_anew"
"""Its cargo report came, or changed, and tells another story: told to customs alone."""
ARRIVED = "declaration.arrived"
QUOTA_DRAWN = "declaration.quota_drawn"
QUOTA_RETURNED = "declaration.quota_returned"
"""How much of a tariff quota the declaration draws more, or no longer."""
DOCUMENT_ATTACHED = "declaration.document_attached"
LANE_SATISFIED = "declaration.lane_satisfied"
"""An officer found documents or goods in order; the body says which."""
SECURED = "declaration.secured"
DEBT_PAID = "declaration.debt_paid"
DEBT_FINAL = "declaration.debt_final"
DEBT_ADJUSTED = "declaration.debt_adjusted"
DEBT_REFUNDED = "declaration.debt_refunded"
DEBT_ASSESSED = "declaration.debt_assessed"
DEBT_GONE = "declaration.debt_gone"
"""Steps of the debt's table, each with ``debt_state`` (``debt.py``)."""
RELEASED = "declaration.released"
CLEARED = "declaration.cleared"
"""Nothing is owed any more (code 09)."""
EXITED = "declaration.exited"
"""The exit of export goods is confirmed or proved (code 16)."""
SUPPLEMENTED = "declaration.supplemented"
"""About a simplified declaration: the one that completes it (``by``) was accepted."""
SUPPLEMENTARY_OVERDUE = "supplementary.overdue"

OF_STATE = {
    "received": RECEIVED,
    "accepted": ACCEPTED,
    "rejected": REJECTED,
    "assessed": ASSESSED,
    "documents_requested": DOCUMENTS_REQUESTED,
    "under_control": UNDER_CONTROL,
    "released": RELEASED,
    "cleared": CLEARED,
    "exited": EXITED,
    "invalidated": INVALIDATED,
}
"""The fact that announces a state."""


def subject(mrn: str | None, number: int) -> str:
    """Return the subject of a declaration: its MRN, else its row number."""
    return subject_of("declaration", mrn or str(number))
