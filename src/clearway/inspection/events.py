"""The facts that inspections and doubts about values announce. Subject: ``declaration:<mrn>``.

What only officers may know (the team, what it notes while it looks) is told to customs and
auditors alone. Where containers are inspected, ``equipment_events`` of the body holds DCSA
equipment events: CUSI selected for inspection, INSP inspected, RSEA resealed.
"""

from __future__ import annotations

ORDERED = "inspection.ordered"
"""Somebody asked for a look at the goods; the body says who (customs: empty) and at what."""
CLOCK_STARTED = "inspection.clock_started"
"""All is there that is to be looked at: the body says until when it is to be done."""
TEAM_DRAWN = "inspection.team_drawn"
STARTED = "inspection.started"
CHECKED = "inspection.checked"
FINDING_RECORDED = "inspection.finding_recorded"
FINDING_WITHDRAWN = "inspection.finding_withdrawn"
PHOTO_TAKEN = "inspection.photo_taken"
SAMPLED = "inspection.sampled"
ANALYSED = "inspection.analysed"
SEAL_RECORDED = "inspection.seal_recorded"
AGENCY_RESULT = "inspection.agency_result"
"""What an agency's own officer found, for its permit."""
RESULT_GIVEN = "inspection.result_given"
SENT_BACK = "inspection.sent_back"
CLOSED = "inspection.closed"
"""The look is over: outcome satisfactory or discrepancy, with the amount at stake."""
CANCELLED = "inspection.cancelled"
INTEREST_DECLARED = "interest.declared"
INTEREST_ENDED = "interest.ended"
DOUBT_ASKED = "value_doubt.asked"
DOUBT_REPLIED = "value_doubt.replied"
DOUBT_GROUNDS_TOLD = "value_doubt.grounds_told"
DOUBT_HEARD = "value_doubt.heard"
DOUBT_SECURITY_FIXED = "value_doubt.security_fixed"
"""The goods may leave against this security (Article 13)."""
DOUBT_SECURED = "value_doubt.secured"
DOUBT_DECIDED = "value_doubt.decided"
DOUBT_CLOSED = "value_doubt.closed"
DOUBT_LAPSED = "value_doubt.lapsed"
