"""What stands in the way of an act: the guards of ``life_cycle``, tested on the facts."""

from __future__ import annotations

import msgspec

from clearway.declarations.life_cycle import GUARDS, Guard, Table, step
from clearway.vocabulary.errors import StateForbids


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is true of a declaration at the moment of an act.

    ``permitted``, ``inspected`` and ``held`` are what other rooms know; ``clearance.facts``
    gathers them for a release.
    """

    selected: bool = False
    decided_by_officer: bool = False
    lane_satisfied: bool = False
    permitted: bool = True
    inspected: bool = True
    held: bool = False
    goods_state: str = ""
    debt_state: str = ""


_MATCHED = frozenset(
    {"none", "reported", "arrived", "held", "presented", "released", "recalled", "gated_out"}
)
_HERE = frozenset({"none", "arrived", "presented", "held"})
_COVERED = frozenset({"none", "secured", "paid", "final", "refunded"})
_SETTLED = frozenset({"none", "final", "refunded"})


def holds(guard: Guard, facts: Facts) -> bool:
    """Tell whether a guard holds."""
    return {
        Guard.NOT_SELECTED: not facts.selected or facts.decided_by_officer,
        Guard.OFFICER: facts.decided_by_officer,
        Guard.LANE_SATISFIED: facts.lane_satisfied,
        Guard.MATCHED: facts.goods_state in _MATCHED,
        Guard.ARRIVED: facts.goods_state in _HERE,
        Guard.NOT_HELD: not facts.held and facts.goods_state != "held",
        Guard.PERMITTED: facts.permitted,
        Guard.INSPECTED: facts.inspected,
        Guard.DEBT_COVERED: facts.debt_state in _COVERED,
        Guard.DEBT_SETTLED: facts.debt_state in _SETTLED,
        Guard.GONE: facts.goods_state == "exit_confirmed",
    }[guard]


def take(table: Table, state: str, act: str, facts: Facts) -> str:
    """Return the state after an act, all guards tested.

    Raises:
        StateForbids: the state does not know the act, or a guard does not hold; all are named.
    """
    wanted = step(table, state, act)
    missing = [GUARDS[guard] for guard in wanted.guards if not holds(guard, facts)]
    if missing:
        raise StateForbids(
            f"This cannot be done yet: {act.replace('_', ' ')}.",
            remedy=f"It must hold that {'; that '.join(missing)}.",
        )
    return wanted.to
