"""The facts that models announce. Subject: ``model:<number>``. No body tells what a model learnt.

==========================  ============================================================
kind                        body: model (its number), state, digest, and
==========================  ============================================================
model.ordered               until: the first day whose inspections it does not learn from
model.trained               rows, violations
model.not_trained           reason
model.test_ordered
model.tested                serving: beside which model; unmet: keys of conditions
model.not_tested            reason
model.on_trial              it judges beside what serves, and selects none
model.proposed
model.promoted              reason, replaced: the model that served before, 0 for none
model.refused               reason
model.retirement_asked      reason
model.retirement_refused    reason
model.retired               reason
model.drifted               day, alarms: keys of what passed its threshold
==========================  ============================================================
"""

from __future__ import annotations

from typing import Final

ORDERED: Final = "model.ordered"
TRAINED: Final = "model.trained"
NOT_TRAINED: Final = "model.not_trained"
TEST_ORDERED: Final = "model.test_ordered"
TESTED: Final = "model.tested"
NOT_TESTED: Final = "model.not_tested"
ON_TRIAL: Final = "model.on_trial"
PROPOSED: Final = "model.proposed"
PROMOTED: Final = "model.promoted"
REFUSED: Final = "model.refused"
RETIREMENT_ASKED: Final = "model.retirement_asked"
RETIREMENT_REFUSED: Final = "model.retirement_refused"
RETIRED: Final = "model.retired"
DRIFTED: Final = "model.drifted"
