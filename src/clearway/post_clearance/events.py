"""The facts that this room announces.

Subject: ``post_audit:<number>`` of an audit, ``correction:<number>``, ``claim:<number>``,
``appeal:<number>``; a result has the declaration's.
"""

from __future__ import annotations

SELECTED = "post_clearance.selected"
"""Declarations were selected for an audit: told to customs alone."""
PASSED_OVER = "post_clearance.passed_over"
"""A selected declaration was taken off the list, for a reason: told to customs alone."""
DISCLOSED = "post_clearance.disclosed"
"""The trader came forward by himself."""
NOTIFIED = "post_clearance.notified"
BEGUN = "post_clearance.field_begun"
DRAFTED = "post_clearance.drafted"
"""Findings stand and the party may answer until the day that the body names."""
HEARD = "post_clearance.heard"
DECIDED = "post_clearance.decided"
SETTLED = "post_clearance.settled"
"""What was decided was collected or refunded."""
CLOSED = "post_clearance.closed"
DROPPED = "post_clearance.dropped"
"""It was given up before the party was told: told to customs alone."""
RESULT = "post_clearance.result"
"""What an audit, a correction or an appeal came to, for one declaration: a labelled row for risk.

Body: mrn, source (audit, correction, claim, appeal), outcome (confirmed, extra, refund), amount,
channel, propensity in ten-thousandths (absent where nothing was drawn), ground. Told to customs
alone.
"""
NOT_WRITTEN = "post_clearance.not_written"
"""A decision's version of a declaration could not be written; the accounts followed alone: told to
customs alone."""

CORRECTION_PROPOSED = "correction.proposed"
"""An officer found that a declaration should have said something else: told to customs alone."""
CORRECTION_CONFIRMED = "correction.confirmed"
"""It is carried out: ``declaration.amended`` with code 07 follows."""
CORRECTION_SENT_BACK = "correction.sent_back"
"""The second person did not confirm: told to customs alone."""
CORRECTION_FAILED = "correction.failed"
"""It was confirmed and could not be carried out; it waits again."""
CLAIM_LODGED = "claim.lodged"
CLAIM_GRANTED = "claim.granted"
"""Money goes back: ``refund.requested`` follows for what was paid."""
CLAIM_REFUSED = "claim.refused"
CLAIM_WITHDRAWN = "claim.withdrawn"
APPEAL_LODGED = "appeal.lodged"
APPEAL_ADMITTED = "appeal.admitted"
APPEAL_REFUSED = "appeal.refused"
"""It was not admitted; the body says why."""
APPEAL_HEARD = "appeal.heard"
APPEAL_WITHDRAWN = "appeal.withdrawn"
APPEAL_DECIDED = "appeal.decided"
