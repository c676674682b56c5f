"""What is true of a declaration at the moment of a release, gathered from every room that knows.

Holds are asked here; permits, inspection and payments are asked for theirs. The tables say which
guards an act has, ``declarations.guards`` tests them on what this file found.
"""

from __future__ import annotations

from collections.abc import Sequence

from clearway.clearance.models import Hold
from clearway.clearance.queries import holds_on
from clearway.declarations.guards import Facts, holds
from clearway.declarations.life_cycle import DECLARATION, Guard, step
from clearway.declarations.models import Declaration
from clearway.inspection import queries as inspection
from clearway.permits import queries as permits


def facts_of(declaration: Declaration, items: Sequence[int] | None = None) -> Facts:
    """Return the facts about a locked declaration, or about some of its goods items.

    A hold on one goods item is none on the others; everything else concerns them all.
    """
    held = [hold for hold in holds_on(declaration) if _concerns(hold, items)]
    return Facts(
        selected=True,
        decided_by_officer=True,
        lane_satisfied=declaration.state in {"assessed", "released", "cleared"},
        permitted=_is_permitted(declaration, items),
        inspected=not inspection.open_orders(declaration.pk),
        held=bool(held),
        goods_state=declaration.goods_state,
        debt_state=declaration.debt_state,
    )


def in_the_way(declaration: Declaration, facts: Facts | None = None) -> list[Guard]:
    """Return the guards of a release that do not hold, in the order of the table."""
    facts = facts or facts_of(declaration)
    guards = step(DECLARATION, "assessed", "release").guards
    return [guard for guard in guards if not holds(guard, facts)]


def _is_permitted(declaration: Declaration, items: Sequence[int] | None) -> bool:
    """Tell whether every agency has granted what it asks of a declaration, or of some items."""
    joint = permits.joint_status(declaration.pk)
    if joint.satisfied or items is None:
        return joint.satisfied
    needs = list(permits.needs(declaration.pk))
    of_these = [need for need in needs if need.item in {0, *items}]
    return bool(needs) and permits.status_of(of_these).satisfied


def _concerns(hold: Hold, items: Sequence[int] | None) -> bool:
    return items is None or hold.item is None or hold.item in items
