"""The life cycles: every (state, act) pair is walked, and the drawing is the tables'."""

from __future__ import annotations

from pathlib import Path

import pytest

from clearway.declarations.life_cycle import (
    DEBT_STATES,
    DECLARATION,
    DECLARATION_STATES,
    GOODS_STATES,
    GUARDS,
    NOTHING,
    TABLES,
    Guard,
    after_lane,
    document,
    next_state,
    step,
)
from clearway.kernel.decisions import Lane
from clearway.vocabulary.errors import StateForbids

STATES = {
    "declaration": tuple(DECLARATION_STATES),
    "goods": GOODS_STATES,
    "debt": DEBT_STATES,
}
AFTER_THE_GATE = {"gated_out", "loaded", "departed", "exit_confirmed"}


@pytest.mark.parametrize("name", TABLES)
def test_every_pair_leads_somewhere_known_or_is_refused(name: str) -> None:
    table, states = TABLES[name], STATES[name]
    acts = {act for _, act in table}
    for state in (NOTHING, *states):
        for act in acts:
            if (state, act) in table:
                found = step(table, state, act)
                assert found.to in states
                assert all(guard in GUARDS for guard in found.guards)
            else:
                with pytest.raises(StateForbids):
                    step(table, state, act)
    assert {state for state, _ in table} <= {NOTHING, *states}


@pytest.mark.parametrize("name", TABLES)
def test_every_state_can_be_reached(name: str) -> None:
    table = TABLES[name]
    reached, before = {NOTHING}, set()
    while reached != before:
        before = set(reached)
        reached |= {to.to for (state, _), to in table.items() if state in before}
    assert reached - {NOTHING} == set(STATES[name])


def test_nothing_is_released_unguarded() -> None:
    for (_, act), to in DECLARATION.items():
        if to.to == "released" and act != "correct":
            assert set(to.guards) == {
                Guard.LANE_SATISFIED, Guard.PERMITTED, Guard.INSPECTED, Guard.MATCHED,
                Guard.ARRIVED, Guard.NOT_HELD, Guard.DEBT_COVERED,
            }  # fmt: skip


def test_rejected_and_invalidated_are_the_end() -> None:
    assert not [pair for pair in DECLARATION if pair[0] in {"rejected", "invalidated"}]


def test_nothing_is_undone_after_the_gate() -> None:
    goods = TABLES["goods"]
    back = {to.to for (state, _), to in goods.items() if state in AFTER_THE_GATE}
    assert back <= AFTER_THE_GATE


def test_every_change_after_release_is_an_officers() -> None:
    for (state, act), to in DECLARATION.items():
        if state in {"released", "cleared", "exited"} and act in {"correct", "invalidate"}:
            assert Guard.OFFICER in to.guards


def test_a_lane_asks_for_more_but_never_for_less() -> None:
    assert after_lane("accepted", Lane.GREEN) == "assessed"
    assert after_lane("assessed", Lane.RED) == "under_control"
    assert after_lane("documents_requested", Lane.RED) == "under_control"
    assert after_lane("documents_requested", Lane.GREEN) == "documents_requested"
    assert after_lane("under_control", Lane.YELLOW) == "under_control"


def test_the_plain_import() -> None:
    assert next_state(DECLARATION, "", "accept", "control", "satisfy", "release") == "released"


def test_the_drawing_is_the_tables() -> None:
    drawn = Path(__file__).parents[2] / "docs" / "life-cycles.md"
    assert drawn.read_text("utf-8") == document()
