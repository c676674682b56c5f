"""The life cycle of a profile's version as one table; a test walks every (state, act) pair.

================  ===================================================================
state             what it is
================  ===================================================================
draft             being written; nobody has tried this very text
tested            this very text was tried on history and let through
shadow            on trial: counted on every declaration, never selecting
proposed          waits for a second person
approved          in force from its first day until its last (``standing_of``)
retiring          in force still: somebody has asked to retire it, a second person decides
retired           gone, with the reason in writing
================  ===================================================================

What is stored is a state of this table. Whether an approved version is *live* already, or
*expired*, follows from the day alone, so that no clockwork has to run for a profile to end.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from clearway.vocabulary.errors import StateForbids

DRAFT, TESTED, SHADOW, PROPOSED = "draft", "tested", "shadow", "proposed"
APPROVED, RETIRING, RETIRED = "approved", "retiring", "retired"
LIVE, EXPIRED = "live", "expired"
STATES: Final = (DRAFT, TESTED, SHADOW, PROPOSED, APPROVED, RETIRING, RETIRED)
STANDINGS: Final = (*STATES[:5], LIVE, RETIRING, EXPIRED, RETIRED)
"""As a version is shown: the states, with live and expired read off the day."""

AMEND, TEST, FAIL, PROPOSE, APPROVE, REFUSE, ON_TRIAL, RETIRE = (
    "amend",
    "test",
    "fail",
    "propose",
    "approve",
    "refuse",
    "shadow",
    "retire",
)
ACTS: Final = (AMEND, TEST, FAIL, PROPOSE, APPROVE, REFUSE, ON_TRIAL, RETIRE)

TRANSITIONS: Final[Mapping[str, Mapping[str, str]]] = {
    DRAFT: {AMEND: DRAFT, TEST: TESTED, FAIL: DRAFT, RETIRE: RETIRED},
    TESTED: {
        AMEND: DRAFT, TEST: TESTED, FAIL: DRAFT, ON_TRIAL: SHADOW, PROPOSE: PROPOSED,
        RETIRE: RETIRED,
    },
    SHADOW: {AMEND: DRAFT, TEST: SHADOW, FAIL: DRAFT, PROPOSE: PROPOSED, RETIRE: RETIRED},
    PROPOSED: {AMEND: DRAFT, APPROVE: APPROVED, REFUSE: DRAFT, RETIRE: RETIRED},
    APPROVED: {RETIRE: RETIRING},
    RETIRING: {APPROVE: RETIRED, REFUSE: APPROVED},
    RETIRED: {},
}  # fmt: skip
"""What each act makes of each state; an act that is missing is refused. ``fail`` is a back-test
that does not let the text through. What nobody has approved its writers may retire alone; what is
in force takes two persons to end, as it took two to begin."""

OPEN: Final = (DRAFT, TESTED, SHADOW, PROPOSED)
"""States in which a version may still be written on; a code has one such version at most."""
IN_FORCE: Final = (APPROVED, RETIRING)


def after(state: str, act: str) -> str:
    """Return the state after an act.

    Raises:
        StateForbids: the table does not have it.
    """
    found = TRANSITIONS[state].get(act)
    if found is None:
        raise StateForbids(
            "The state of this profile's version does not allow that.",
            where=f"{state}: {act}",
            remedy="Read the profile again, then decide.",
        )
    return found


def standing_of(state: str, begins: date, ends: date, today: date) -> str:
    """Return how a version stands on a day.

    Args:
        state: as stored.
        begins: its first day.
        ends: the first day on which it is in force no more.
        today: the day.
    """
    if state not in IN_FORCE or today < begins:
        return state
    if today >= ends:
        return EXPIRED
    return LIVE if state == APPROVED else RETIRING
