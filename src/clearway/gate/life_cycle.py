"""The life cycle of a booking for direct pick-up (直提) and direct loading (直装), as one table.

An act that the table does not hold for a state is refused there. ``fall_back`` leads to the yard
from everywhere before the end: the goods then go the usual way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clearway.vocabulary.errors import StateForbids

STATES: Final = ("booked", "eligible", "slot", "at_gate", "handled", "out", "yard", "given_up")
"""``slot``: it has its slot and all holds; ``handled``: picked up, or loaded; ``yard``: it fell
back to the usual way."""

OPEN: Final = ("booked", "eligible", "slot", "at_gate", "handled")

BOOKING: Final[Mapping[tuple[str, str], str]] = {
    ("booked", "become_eligible"): "eligible",
    ("eligible", "lose"): "booked",
    ("slot", "lose"): "booked",
    ("eligible", "take_slot"): "slot",
    ("slot", "come"): "at_gate",
    ("at_gate", "handle"): "handled",
    ("handled", "leave"): "out",
    **{(state, "fall_back"): "yard" for state in OPEN},
    **{(state, "give_up"): "given_up" for state in ("booked", "eligible", "slot")},
}


def after(state: str, act: str) -> str:
    """Return the state after an act.

    >>> after("slot", "come")
    'at_gate'

    Raises:
        StateForbids: the state does not know it.
    """
    found = BOOKING.get((state, act))
    if found is None:
        raise StateForbids(
            f"A booking that is {state.replace('_', ' ')} does not allow this.",
            remedy="Look where it stands now.",
        )
    return found
