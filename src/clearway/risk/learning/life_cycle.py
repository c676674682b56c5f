"""The life cycle of a model as one table; a test walks every (state, act) pair (card C29).

================  ===================================================================
state             what it is
================  ===================================================================
data              ordered: inspections are gathered and it is being trained
trained           learnt; nobody knows yet how good it is
tested            measured on inspections later than all that it was measured with
shadow            judges every declaration beside what serves, and selects none
proposed          in the shadow still: waits for a second person
live              serves: its chances are one channel of selection
retiring          serves still: somebody has asked to retire it
retired           gone, with the reason in writing
refused           could not be trained, or a second person did not want it
================  ===================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clearway.vocabulary.errors import StateForbids

DATA, TRAINED, TESTED, SHADOW = "data", "trained", "tested", "shadow"
PROPOSED, LIVE, RETIRING = "proposed", "live", "retiring"
RETIRED, REFUSED = "retired", "refused"
STATES: Final = (DATA, TRAINED, TESTED, SHADOW, PROPOSED, LIVE, RETIRING, RETIRED, REFUSED)

TRAIN, FAIL, TEST, ON_TRIAL, PROPOSE, PROMOTE, REFUSE, RETIRE, REPLACE = (
    "train",
    "fail",
    "test",
    "shadow",
    "propose",
    "promote",
    "refuse",
    "retire",
    "replace",
)
ACTS: Final = (TRAIN, FAIL, TEST, ON_TRIAL, PROPOSE, PROMOTE, REFUSE, RETIRE, REPLACE)

TRANSITIONS: Final[Mapping[str, Mapping[str, str]]] = {
    DATA: {TRAIN: TRAINED, FAIL: REFUSED, RETIRE: RETIRED},
    TRAINED: {TEST: TESTED, RETIRE: RETIRED},
    TESTED: {TEST: TESTED, ON_TRIAL: SHADOW, RETIRE: RETIRED},
    SHADOW: {TEST: SHADOW, PROPOSE: PROPOSED, RETIRE: RETIRED},
    PROPOSED: {PROMOTE: LIVE, REFUSE: REFUSED, RETIRE: RETIRED},
    LIVE: {RETIRE: RETIRING, REPLACE: RETIRED},
    RETIRING: {PROMOTE: RETIRED, REFUSE: LIVE, REPLACE: RETIRED},
    RETIRED: {},
    REFUSED: {},
}
"""What each act makes of each state; an act that is missing is refused. ``promote`` is a second
person's yes: to what is proposed, or to a retirement. ``fail`` and ``train`` end the job of
training, ``replace`` is what a model's promotion does to the one that served before it."""

WATCHING: Final = (SHADOW, PROPOSED)
"""States in which it judges without any effect."""
SERVING: Final = (LIVE, RETIRING)
OPEN: Final = (DATA, TRAINED, TESTED, SHADOW, PROPOSED)
"""States which whoever may train may end alone: nothing depends on them."""


def after(state: str, act: str) -> str:
    """Return the state after an act.

    Raises:
        StateForbids: the table does not have it.
    """
    found = TRANSITIONS[state].get(act)
    if found is None:
        raise StateForbids(
            "The state of this model does not allow that.",
            where=f"{state}: {act}",
            remedy="Read the model again, then decide.",
        )
    return found
