"""The life cycle of a case at an agency as one table (card C08). A test walks every pair.

An application is before each agency concerned; the agency asks for information, wants to look,
approves or refuses; a trader who does not answer in time lets the case expire; what was approved
may be revoked.
"""

from __future__ import annotations

from typing import Final

from clearway.vocabulary.errors import StateForbids

STATES: Final = ("applied", "info", "inspect", "approved", "refused", "expired", "revoked")
OPEN: Final = ("applied", "info", "inspect")
"""States in which the agency or the trader still has to do something."""

# act, the states it may be done in, the state it leads to
_TABLE: Final[tuple[tuple[str, tuple[str, ...], str], ...]] = (
    ("ask", ("applied", "inspect"), "info"),
    ("answer", ("info",), "applied"),
    ("inspect", ("applied",), "inspect"),
    ("approve", ("applied", "inspect"), "approved"),
    ("refuse", OPEN, "refused"),
    ("lapse", ("info",), "expired"),
    ("end", ("approved",), "expired"),
    ("revoke", ("approved",), "revoked"),
)

ACTS: Final = tuple(act for act, _, _ in _TABLE)
NEXT: Final = {(state, act): to for act, states, to in _TABLE for state in states}
"""The state after each permitted act; a pair that is not here is refused."""


def after(state: str, act: str) -> str:
    """Return the state after an act.

    Raises:
        StateForbids: the table does not know the act in this state.
    """
    found = NEXT.get((state, act))
    if found is None:
        raise StateForbids(
            "The case does not allow this now.", remedy="Look where it stands, then decide."
        )
    return found


def possible(state: str) -> tuple[str, ...]:
    """Return the acts that a state allows."""
    return tuple(act for act in ACTS if (state, act) in NEXT)
