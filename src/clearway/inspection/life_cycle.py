"""The life cycles of the room as tables. A test walks every (state, act) pair.

An *opening* is one look at the goods, for everybody who asked for it. A *doubt* is the procedure
about a declared value (WTO Valuation Agreement, Articles 11, 13, 16, 17; Decision 6.1 on cases
where customs have reasons to doubt the truth or accuracy of the declared value).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clearway.vocabulary.errors import StateForbids

NOTHING: Final = ""
OPENING_STATES: Final = (
    "ordered", "assigned", "started", "sampled", "satisfactory", "discrepancy", "approved",
    "closed", "cancelled",
)  # fmt: skip
OPEN: Final = frozenset(OPENING_STATES) - {"closed", "cancelled"}
"""While an opening is in one of these, the goods wait for it."""
JOINABLE: Final = frozenset({"ordered", "assigned", "started", "sampled"})
"""Another agency's wish still joins it."""
AT_WORK: Final = frozenset({"started", "sampled"})
BEFORE_WORK: Final = frozenset({"ordered", "assigned"})

_EVERYWHERE = tuple(sorted(OPEN))
# act, the states it may be done in, the state it leads to ("" leaves the state as it is)
_OPENING: Final[tuple[tuple[str, tuple[str, ...], str], ...]] = (
    ("order", (NOTHING,), "ordered"),
    ("order", tuple(sorted(JOINABLE)), ""),
    ("draw", ("ordered",), "assigned"),
    ("draw", ("assigned",), ""),
    ("draw", tuple(sorted(AT_WORK)), ""),
    ("start", ("assigned",), "started"),
    ("check", tuple(sorted(AT_WORK)), ""),
    ("find", tuple(sorted(AT_WORK)), ""),
    ("seal", tuple(sorted(AT_WORK)), ""),
    ("sample", tuple(sorted(AT_WORK)), "sampled"),
    ("analyse", ("sampled",), ""),
    ("find_in_order", tuple(sorted(AT_WORK)), "satisfactory"),
    ("find_discrepancy", tuple(sorted(AT_WORK)), "discrepancy"),
    ("approve", ("discrepancy",), "approved"),
    ("send_back", ("discrepancy",), "started"),
    ("close", ("satisfactory", "approved"), "closed"),
    ("cancel", _EVERYWHERE, "cancelled"),
)
OPENING: Final[Mapping[tuple[str, str], str]] = {
    (state, act): to or state for act, states, to in _OPENING for state in states
}
"""The state after each permitted act; a pair that is not here is refused."""

DOUBT_STATES: Final = (
    "asked", "replied", "grounds_told", "heard", "accepted", "determined", "closed", "lapsed",
)  # fmt: skip
DOUBT_OPEN: Final = frozenset({"asked", "replied", "grounds_told", "heard"})
_UNDECIDED = tuple(sorted(DOUBT_OPEN))
_DOUBT: Final[tuple[tuple[str, tuple[str, ...], str], ...]] = (
    ("ask", (NOTHING,), "asked"),
    ("reply", ("asked",), "replied"),
    ("tell_grounds", ("asked", "replied"), "grounds_told"),
    ("reply", ("grounds_told",), "heard"),
    ("fix_security", _UNDECIDED, ""),
    ("secure", _UNDECIDED, ""),
    ("accept", _UNDECIDED, "accepted"),
    ("determine", ("grounds_told", "heard"), "determined"),
    ("close", ("accepted", "determined"), "closed"),
    ("lapse", _UNDECIDED, "lapsed"),
)
DOUBT: Final[Mapping[tuple[str, str], str]] = {
    (state, act): to or state for act, states, to in _DOUBT for state in states
}
"""As ``OPENING``. What the tables cannot say (whose turn, whose period is over) stands in
``doubting``."""


def after(table: Mapping[tuple[str, str], str], state: str, act: str) -> str:
    """Return the state after an act.

    >>> after(OPENING, "assigned", "start")
    'started'

    Raises:
        StateForbids: the act is not permitted in that state.
    """
    if (state, act) in table:
        return table[state, act]
    told = state.replace("_", " ")
    raise StateForbids(
        f"The inspection is {told}, which does not allow this now."
        if table is OPENING
        else f"The doubt about the value is {told}, which does not allow this now.",
        remedy="Look where it stands now.",
    )
