"""What of an export went aboard and what stayed, goods item by goods item where that is told."""

from __future__ import annotations

from typing import NamedTuple

from clearway.assessment.queries import charges, newest
from clearway.clearance.models import Exit
from clearway.declarations.models import Declaration
from clearway.declarations.queries import items
from clearway.payments.departing import Part
from clearway.vocabulary.errors import DataRefused


class Share(NamedTuple):
    """What was left behind of what was released, in packages; ``released`` is above nothing."""

    short: int
    released: int


def count(declaration: Declaration, way: Exit, packages: int | None, item: int | None) -> int:
    """Note on a locked exit what goes aboard, and return how much is aboard then.

    Args:
        declaration: locked.
        way: its exit; ``by_item`` follows where items are named.
        packages: how many go aboard; all of them, or of the item, where it is not said.
        item: of which goods item.

    Raises:
        DataRefused: more than was released, no such item, or items are told of a part alone.
    """
    if item is None and not way.by_item:
        loaded = way.packages if packages is None else way.loaded + packages
        _refuse_beyond(loaded, way.packages)
        return int(loaded)
    known = _released(declaration)
    if item is None and packages is None:
        way.by_item = {str(one): number for one, number in known.items()}
        return int(way.packages)
    if item not in known or (way.loaded and not way.by_item):
        raise DataRefused(
            "The declaration has no such goods items.",
            faults=(("/body/item", "not its item, or counted without items before"),),
            remedy="Name items by their number on the declaration.",
        )
    now = known[item] if packages is None else way.by_item.get(str(item), 0) + packages
    _refuse_beyond(now, known[item])
    way.by_item = {**way.by_item, str(item): now}
    return sum(way.by_item.values())


def shares(declaration: Declaration, way: Exit) -> dict[int, Share]:
    """Return what was left behind of each goods item; item 0 is the whole declaration.

    Where nobody told it by items, each item's share is that of all packages together.
    """
    whole = Share(way.short, way.packages)
    known = _released(declaration)
    if not way.by_item:
        return {0: whole} | dict.fromkeys(known, whole)
    found = {
        item: Share(number - way.by_item.get(str(item), 0), number) if number else Share(0, 1)
        for item, number in known.items()
    }
    return {0: whole} | found


def taxes_back(declaration: Declaration, way: Exit) -> list[Part]:
    """Return what each tax falls by, below zero: of each item the share that was left behind."""
    decided = newest(declaration.pk)
    if decided is None:
        return []
    left, found = shares(declaration, way), dict[str, int]()
    for charge in charges(decided.pk):
        part = left.get(charge.item, left[0])
        amount = -((charge.payable or 0) * part.short // part.released)
        found[charge.tax] = found.get(charge.tax, 0) + amount
    return [Part(tax, amount) for tax, amount in found.items() if amount < 0]


def _released(declaration: Declaration) -> dict[int, int]:
    return {one.item: one.packages or 0 for one in items(declaration)}


def _refuse_beyond(loaded: int, released: int) -> None:
    if not 0 < loaded <= released:
        raise DataRefused(
            f"Between one and {released} packages can be loaded.",
            faults=(("/body/packages", "out of range"),),
            remedy="Count them again; what is over is declared apart.",
        )
