"""The facts that profiles announce. Subject: ``profile:<code>``. No body tells a condition.

============================  ==========================================================
kind                          body: code, version, state, and
============================  ==========================================================
profile.drafted               text (its number), digest
profile.amended               text, digest
profile.tested                digest, passed, declarations, hits
profile.trial_ordered         digest: a job runs it over a long history
profile.trial_done            digest, declarations: the job is over (profile.tested says what)
profile.trial_failed          digest, reason
profile.on_trial              digest: counted from now on, never selecting
profile.proposed              digest
profile.approved              digest, valid_from, valid_to
profile.refused               reason
profile.retirement_asked      reason
profile.retirement_refused    reason
profile.retired               reason
============================  ==========================================================
"""

from __future__ import annotations

from typing import Final

DRAFTED: Final = "profile.drafted"
AMENDED: Final = "profile.amended"
TESTED: Final = "profile.tested"
TRIAL_ORDERED: Final = "profile.trial_ordered"
TRIAL_DONE: Final = "profile.trial_done"
TRIAL_FAILED: Final = "profile.trial_failed"
ON_TRIAL: Final = "profile.on_trial"
PROPOSED: Final = "profile.proposed"
APPROVED: Final = "profile.approved"
REFUSED: Final = "profile.refused"
RETIREMENT_ASKED: Final = "profile.retirement_asked"
RETIREMENT_REFUSED: Final = "profile.retirement_refused"
RETIRED: Final = "profile.retired"
