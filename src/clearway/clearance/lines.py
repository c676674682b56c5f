"""Release line by line: goods items that are ready go before the others of their declaration."""

from __future__ import annotations

from collections.abc import Sequence

from clearway.audit.actor import Actor
from clearway.clearance import deciding, events, facts, queries, releasing, service
from clearway.clearance.models import ItemRelease
from clearway.clearance.releasing import Order
from clearway.declarations.access import declaration_for
from clearway.declarations.guards import Facts, holds
from clearway.declarations.life_cycle import DECLARATION, GUARDS, Guard, step
from clearway.declarations.models import Declaration
from clearway.declarations.queries import items
from clearway.declarations.service import announce
from clearway.events.service import act
from clearway.payments.covering import telling_shortfall
from clearway.vocabulary.errors import DataRefused, StateForbids


def release_items(actor: Actor, key: str, numbers: Sequence[int], order: Order) -> Declaration:
    """Release some goods items; with the last of them the declaration is released.

    What the order says was checked or controlled was so for these items alone: the lane waits on
    until the others are seen.

    Args:
        actor: the officer.
        key: MRN of the declaration.
        numbers: goods items, 1-based.
        order: what he found in order of them.

    Raises:
        NotThere: no such declaration for this officer.
        StateForbids: a guard does not hold for them, or another has the declaration.
        DataRefused: it has no such items, or they are released already.
    """
    found = declaration_for(actor, key, to="release")
    with telling_shortfall(actor), act(actor) as doing:
        declaration = deciding.before_me(actor, found.pk)
        releasing.refuse_while_asked(declaration)
        known = {row.item: row for row in items(declaration)}
        released = queries.released_items(declaration)
        wanted = sorted(set(numbers))
        _refuse_unknown(wanted, set(known), released)
        deciding.refuse_single(declaration, order)
        if released | set(wanted) == set(known):
            releasing.release(doing, declaration, order)
            service.end(doing, declaration.pk, "decided")
            return declaration
        releasing.secure(doing, declaration, order.security)
        _refuse_unready(declaration, wanted, order)
        ItemRelease.objects.bulk_create(
            ItemRelease(
                declaration=declaration,
                item=number,
                released_by=actor.name,
                released_at=doing.at,
            )
            for number in wanted
        )
        packages = sum(known[number].packages or 0 for number in wanted)
        announce(doing, declaration, events.ITEMS_RELEASED, items=wanted, packages=packages)
    return declaration


def _refuse_unknown(wanted: list[int], known: set[int], released: set[int]) -> None:
    if not wanted or set(wanted) - known:
        raise DataRefused(
            "The declaration has no such goods items.",
            faults=(("/body/items", "not its items"),),
            remedy="Name items by their number on the declaration.",
        )
    if set(wanted) & released:
        raise DataRefused(
            "Some of these goods items are released already.",
            faults=(("/body/items", "released already"),),
            remedy="Name those that are not.",
        )


def _refuse_unready(declaration: Declaration, wanted: list[int], order: Order) -> None:
    now = facts.facts_of(declaration, wanted)
    seen = {
        "assessed": True,
        "documents_requested": order.documents_checked or order.goods_controlled,
        "under_control": order.goods_controlled,
    }.get(declaration.state, False)
    missing = [GUARDS[guard] for guard in _guards() if not _holds(guard, now, seen=seen)]
    if missing:
        raise StateForbids(
            "These goods items cannot be released yet.",
            remedy=f"It must hold that {'; that '.join(missing)}.",
        )


def _guards() -> tuple[Guard, ...]:
    return step(DECLARATION, "assessed", "release").guards


def _holds(guard: Guard, now: Facts, *, seen: bool) -> bool:
    return seen if guard is Guard.LANE_SATISFIED else holds(guard, now)
