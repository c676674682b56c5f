"""The life cycle of a transport document as one table. A test walks every (state, act) pair.

From a report to the day nothing of it is left: what was advised is assessed, may be asked about
(RFI), screened (RFS) or kept from being loaded; it arrives, is tallied and is written off.
"""

from __future__ import annotations

from clearway.vocabulary.errors import StateForbids

STATES = (
    "advised", "assessed", "ok", "rfi", "rfs", "do_not_load", "arrived", "discharged", "short",
    "excess", "partly_written_off", "fully_written_off", "overdue", "closed", "cancelled",
)  # fmt: skip

_ANSWERED = ("ok", "rfi", "rfs", "do_not_load")
_WAITING = ("advised", "assessed", *_ANSWERED)
_LANDED = ("arrived", "discharged", "short", "excess", "overdue")
_DRAWN = ("partly_written_off", "fully_written_off")

# act, the states it may be done in, the state it leads to ("" leaves the state as it is)
_TABLE: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("assess", ("advised", *_ANSWERED), "assessed"),
    ("clear", ("assessed",), "ok"),
    ("ask_information", ("assessed",), "rfi"),
    ("ask_screening", ("assessed",), "rfs"),
    ("refuse_loading", ("assessed",), "do_not_load"),
    ("correct", _WAITING, "advised"),
    ("correct", (*_LANDED, "partly_written_off"), ""),
    ("arrive", _WAITING, "arrived"),
    ("arrive", (*_LANDED, *_DRAWN), ""),
    ("tally_even", _LANDED, "discharged"),
    ("tally_even", _DRAWN, ""),
    ("tally_short", (*_LANDED, *_DRAWN), "short"),
    ("tally_excess", (*_LANDED, *_DRAWN), "excess"),
    ("write_off_part", ("ok", "rfi", "rfs", *_LANDED, *_DRAWN), "partly_written_off"),
    ("write_off_whole", ("ok", "rfi", "rfs", *_LANDED, *_DRAWN), "fully_written_off"),
    ("give_back", _DRAWN, "arrived"),
    ("expire", ("arrived", "discharged", "short", "excess", "partly_written_off"), "overdue"),
    ("close", ("fully_written_off", "short"), "closed"),
    ("cancel", _WAITING, "cancelled"),
)

ACTS = tuple(dict.fromkeys(act for act, _, _ in _TABLE))
NEXT = {(state, act): to or state for act, states, to in _TABLE for state in states}
"""The state after each permitted act; a pair that is not here is refused."""

OPEN_TO_DRAWING = frozenset(STATES) - {"do_not_load", "closed", "cancelled"}
HERE = frozenset({*_LANDED, "closed"})
"""States of goods that have certainly arrived; those drawn on may have been released before."""


_WRITTEN_OFF = {"none": "give_back", "part": "write_off_part", "whole": "write_off_whole"}


def written_off(state: str, share: str, tally: str) -> str:
    """Return the state of a document of which a share (none, part, whole) is written off for good.

    Where all was given back it is again as the tally left it. A state that does not take part in
    writing off stays.
    """
    state = NEXT.get((state, _WRITTEN_OFF[share]), state)
    return NEXT.get((state, f"tally_{tally}"), state) if share == "none" else state


def after(state: str, act: str) -> str:
    """Return the state after an act.

    Raises:
        StateForbids: the act is not permitted in that state.
    """
    try:
        return NEXT[state, act]
    except KeyError:
        raise StateForbids(
            f"A transport document that is {state.replace('_', ' ')} does not allow: "
            f"{act.replace('_', ' ')}.",
            remedy="Look at the document's present state first.",
        ) from None


def states_for(act: str) -> dict[str, str]:
    """Return every state in which an act may be done, with the state it leads to."""
    return {state: to for (state, done), to in NEXT.items() if done == act}
