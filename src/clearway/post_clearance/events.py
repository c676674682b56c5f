"""The facts that this room announces.

Subject: ``post_audit:<number>`` of an audit, ``correction:<number>``, ``appeal:<number>``; a result
has the declaration's.
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

Body: mrn, source (audit, correction, appeal), outcome (confirmed, extra, refund), amount, channel,
propensity in ten-thousandths (absent where nothing was drawn), ground. Told to customs alone.
"""
