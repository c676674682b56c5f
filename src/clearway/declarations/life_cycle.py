"""The three life cycles of a declaration as three tables: the declaration, its goods, its debt.

A table maps (state, act) to the next state and to the guards that must hold. An act that a table
does not hold for a state is refused there. ``docs/life-cycles.md`` is drawn from these tables,
and a test walks every (state, act) pair. WCO notification codes stand beside the states.

At acceptance the lane decides what comes next: green and blue go to ``assessed``, yellow to
``documents_requested``, red to ``under_control``. Acts that only record (amend, correct) keep
the state; the lane they lead to is an act of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from clearway.kernel.decisions import Lane
from clearway.vocabulary.errors import StateForbids


class Guard(StrEnum):
    """What must be true besides the state; ``GUARDS`` says it, ``guards.py`` tests it."""

    NOT_SELECTED = "not_selected"
    OFFICER = "officer"
    LANE_SATISFIED = "lane_satisfied"
    MATCHED = "matched"
    ARRIVED = "arrived"
    NOT_HELD = "not_held"
    PERMITTED = "permitted"
    INSPECTED = "inspected"
    DEBT_COVERED = "debt_covered"
    DEBT_SETTLED = "debt_settled"
    GONE = "gone"


class Step(msgspec.Struct, frozen=True):
    """Where an act leads, and what must hold before."""

    to: str
    guards: tuple[Guard, ...] = ()


Table = Mapping[tuple[str, str], Step]
NOTHING = ""
"""The state before the first act."""

DECLARATION_STATES: Mapping[str, str] = {
    "received": "02",
    "rejected": "03",
    "accepted": "01",
    "under_control": "05",
    "documents_requested": "06",
    "assessed": "13",
    "released": "08",
    "cleared": "09",
    "invalidated": "10",
    "exited": "16",
}
"""The states of a declaration with their WCO notification codes."""

GOODS_STATES = (
    "none", "unmatched", "reported", "arrived", "held", "released", "recalled", "gated_out",
    "presented", "gated_in", "loaded", "departed", "exit_confirmed",
)  # fmt: skip
"""``none``: this declaration moves no goods (rejected, invalidated, supplementary).

``recalled``: somebody holds them although they were released; the release rules again when the
last hold is lifted.
"""

AT_PORT = ("held", "released", "recalled", "gated_in", "loaded")
"""The states of goods that a port watches: held, free to leave, on their way aboard."""
DEBT_STATES = ("none", "assessed", "secured", "paid", "final", "adjusted", "refunded")

_RELEASE = (
    Guard.LANE_SATISFIED,
    Guard.PERMITTED,
    Guard.INSPECTED,
    Guard.MATCHED,
    Guard.ARRIVED,
    Guard.NOT_HELD,
    Guard.DEBT_COVERED,
)
_LEAVE = (Guard.NOT_HELD,)
_FREE = (Guard.NOT_SELECTED,)

DECLARATION: Table = {
    (NOTHING, "receive"): Step("received"),
    (NOTHING, "accept"): Step("accepted"),
    (NOTHING, "reject"): Step("rejected"),
    ("received", "amend"): Step("received", _FREE),
    ("received", "present"): Step("accepted"),
    ("received", "invalidate"): Step("invalidated", _FREE),
    ("received", "lapse"): Step("invalidated"),
    ("accepted", "clear_lane"): Step("assessed"),
    ("accepted", "ask_documents"): Step("documents_requested"),
    ("accepted", "control"): Step("under_control"),
    ("accepted", "amend"): Step("accepted", _FREE),
    ("accepted", "invalidate"): Step("invalidated", _FREE),
    ("assessed", "ask_documents"): Step("documents_requested"),
    ("assessed", "control"): Step("under_control"),
    ("assessed", "amend"): Step("assessed", _FREE),
    ("assessed", "invalidate"): Step("invalidated", _FREE),
    ("assessed", "release"): Step("released", _RELEASE),
    ("documents_requested", "satisfy"): Step("assessed", (Guard.OFFICER,)),
    ("documents_requested", "control"): Step("under_control"),
    ("documents_requested", "amend"): Step("documents_requested", _FREE),
    ("documents_requested", "invalidate"): Step("invalidated", _FREE),
    ("under_control", "satisfy"): Step("assessed", (Guard.OFFICER, Guard.INSPECTED)),
    ("under_control", "amend"): Step("under_control", _FREE),
    ("under_control", "invalidate"): Step("invalidated", _FREE),
    ("released", "correct"): Step("released", (Guard.OFFICER,)),
    ("released", "invalidate"): Step("invalidated", (Guard.OFFICER,)),
    ("released", "clear"): Step("cleared", (Guard.DEBT_SETTLED,)),
    ("released", "exit"): Step("exited", (Guard.GONE,)),
    ("cleared", "correct"): Step("cleared", (Guard.OFFICER,)),
    ("cleared", "invalidate"): Step("invalidated", (Guard.OFFICER,)),
    ("cleared", "exit"): Step("exited", (Guard.GONE,)),
    ("exited", "correct"): Step("exited", (Guard.OFFICER,)),
}

GOODS: Table = {
    (NOTHING, "leave_out"): Step("none"),
    (NOTHING, "await_report"): Step("unmatched"),
    (NOTHING, "match"): Step("reported"),
    (NOTHING, "present"): Step("presented"),
    ("unmatched", "match"): Step("reported"),
    ("unmatched", "present"): Step("presented"),
    ("unmatched", "withdraw"): Step("none"),
    ("reported", "unmatch"): Step("unmatched"),
    ("reported", "arrive"): Step("arrived"),
    ("reported", "withdraw"): Step("none"),
    ("arrived", "unmatch"): Step("unmatched"),
    ("arrived", "hold"): Step("held"),
    ("arrived", "release"): Step("released"),
    ("arrived", "withdraw"): Step("none"),
    ("held", "lift"): Step("arrived"),
    ("held", "lift_at_exit"): Step("presented"),
    ("presented", "hold"): Step("held"),
    ("presented", "release"): Step("released"),
    ("presented", "withdraw"): Step("none"),
    ("released", "recall"): Step("recalled"),
    ("released", "gate_out"): Step("gated_out", _LEAVE),
    ("released", "gate_in"): Step("gated_in", _LEAVE),
    ("released", "load"): Step("loaded", _LEAVE),
    ("released", "withdraw"): Step("none"),
    ("recalled", "reinstate"): Step("released", _LEAVE),
    ("gated_in", "load"): Step("loaded", _LEAVE),
    ("gated_in", "withdraw"): Step("none"),
    ("loaded", "depart"): Step("departed", _LEAVE),
    ("departed", "confirm_exit"): Step("exit_confirmed"),
}

DEBT: Table = {
    (NOTHING, "owe_nothing"): Step("none"),
    (NOTHING, "assess"): Step("assessed"),
    ("none", "assess"): Step("assessed"),
    ("none", "owe_nothing"): Step("none"),
    ("none", "finalise"): Step("final"),
    ("assessed", "assess"): Step("assessed"),
    ("assessed", "owe_nothing"): Step("none"),
    ("assessed", "secure"): Step("secured"),
    ("assessed", "pay"): Step("paid"),
    ("secured", "assess"): Step("assessed"),
    ("secured", "owe_nothing"): Step("none"),
    ("secured", "pay"): Step("paid"),
    ("secured", "finalise"): Step("final"),
    ("paid", "assess"): Step("adjusted"),
    ("paid", "finalise"): Step("final"),
    ("paid", "refund"): Step("refunded"),
    ("final", "adjust"): Step("adjusted"),
    ("final", "refund"): Step("refunded"),
    ("adjusted", "assess"): Step("adjusted"),
    ("adjusted", "adjust"): Step("adjusted"),
    ("adjusted", "pay"): Step("paid"),
    ("adjusted", "finalise"): Step("final"),
    ("adjusted", "refund"): Step("refunded"),
    ("refunded", "adjust"): Step("adjusted"),
}

TABLES: Mapping[str, Table] = {"declaration": DECLARATION, "goods": GOODS, "debt": DEBT}

_LANE_ACTS = {
    Lane.GREEN: "clear_lane",
    Lane.BLUE: "clear_lane",
    Lane.YELLOW: "ask_documents",
    Lane.RED: "control",
}
WAITING = ("documents_requested", "under_control")
"""The states in which a declaration waits for an officer."""
BEFORE_RELEASE = frozenset(
    {"received", "accepted", "assessed", "documents_requested", "under_control"}
)
AFTER_RELEASE = frozenset({"released", "cleared", "exited"})


def step(table: Table, state: str, act: str) -> Step:
    """Return what a table says of an act in a state.

    Raises:
        StateForbids: the state does not know the act.
    """
    found = table.get((state, act))
    if found is None:
        raise StateForbids(
            f"What is {state or 'not lodged'} cannot do this: {act.replace('_', ' ')}.",
            remedy=_possible(table, state),
        )
    return found


def next_state(table: Table, state: str, *acts: str) -> str:
    """Return the state after some acts whose guards are known to hold.

    >>> next_state(DECLARATION, "", "accept", "ask_documents")
    'documents_requested'

    Raises:
        StateForbids: a state on the way does not know its act.
    """
    for act in acts:
        state = step(table, state, act).to
    return state


def lane_act(lane: int) -> str:
    """Return the act by which a lane takes hold of an accepted declaration.

    >>> lane_act(Lane.RED)
    'control'
    """
    return _LANE_ACTS[Lane(lane)]


def after_lane(state: str, lane: int) -> str:
    """Return the state in which the lane of a new version puts a declaration.

    What a yellow or red lane asks for is asked for again, though it was done for the version
    before: nobody has looked at this one. A green or blue lane asks for nothing, and leaves a
    declaration whose documents or goods are being looked at where it is.
    """
    act = lane_act(lane)
    return DECLARATION[(state, act)].to if (state, act) in DECLARATION else state


def _possible(table: Table, state: str) -> str:
    acts = [act.replace("_", " ") for known, act in table if known == state]
    return f"Possible now: {', '.join(acts)}." if acts else "Nothing can be done here any more."


def diagram(table: Table) -> str:
    """Return a table as a Mermaid state diagram, guards in brackets."""
    lines = ["stateDiagram-v2"]
    for (state, act), to in table.items():
        guards = f" [{', '.join(to.guards)}]" if to.guards else ""
        lines.append(f"    {state or '[*]'} --> {to.to}: {act}{guards}")
    return "\n".join(lines)


def document() -> str:
    """Return ``docs/life-cycles.md`` whole, as a test holds it."""
    parts = [
        "# Life cycles",
        "",
        "Drawn from `src/clearway/declarations/life_cycle.py` by",
        "`python -m clearway.declarations.life_cycle > docs/life-cycles.md`; not edited by hand.",
        "An arrow is an act; what stands in brackets must hold before it.",
    ]
    for name, table in TABLES.items():
        parts += ["", f"## {name.capitalize()}", "", "```mermaid", diagram(table), "```"]
    parts += ["", "## What no table holds", "", *_ABSENT]
    parts += ["", "## Notification codes (WCO)", "", "| state | code |", "|---|---|"]
    parts += [f"| {state} | {code} |" for state, code in DECLARATION_STATES.items()]
    parts += ["", "## Guards", "", "| guard | what must hold |", "|---|---|"]
    parts += [f"| {guard} | {GUARDS[guard]} |" for guard in Guard]
    return "\n".join(parts) + "\n"


_ABSENT = (
    "An officer cannot reject a declaration once it is accepted. Rejection (03) is the answer to",
    "a lodgement that cannot be registered, and gives every reason at once, each with its pointer",
    "(Revised Kyoto Convention, General Annex, chapter 3: who does not register a declaration",
    "states why). What is accepted has its legal effect from that instant: the duties, the law of",
    "its day and the stock that it draws hang on it. Whoever doubts it afterwards asks for",
    "documents (06), controls the goods (05), doubts the value, holds the goods, or does not",
    "release them, and each of these tells the trader what is wanted. What proves wrong is",
    "corrected (07 or 11); what must not stand is invalidated (10): at the trader's request, at",
    "the end of an enquiry about an exit, or when goods that were declared ahead never come. A",
    "table with a second kind of refusal would let an officer undo an acceptance without any of",
    "these.",
)
GUARDS: Mapping[Guard, str] = {
    Guard.NOT_SELECTED: "no lane was communicated, or an officer has decided",
    Guard.OFFICER: "an officer decides, who is not of the trader's organisation",
    Guard.LANE_SATISFIED: "what the lane asked for was done",
    Guard.MATCHED: "the goods are in the cargo report (import) or were presented (export)",
    Guard.ARRIVED: "the goods are here",
    Guard.NOT_HELD: "nobody holds the goods",
    Guard.PERMITTED: "every agency concerned has granted what its law asks for",
    Guard.INSPECTED: "no inspection is open",
    Guard.DEBT_COVERED: "nothing is payable, or it is paid or secured",
    Guard.DEBT_SETTLED: "nothing is owed any more",
    Guard.GONE: "the exit of the goods is confirmed",
}

if __name__ == "__main__":
    import sys

    sys.stdout.write(document())
