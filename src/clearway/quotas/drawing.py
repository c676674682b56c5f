"""Draws on a quota: won by condition inside the commit, so that no two ever draw one kilogram.

Whoever decides on declarations first asks what is left (``left``), then lets the kernel price them,
and takes what they draw in the transaction that stores them (``take``, ``take_each``): what a
neighbour took meanwhile is found out there, and the loser is assessed again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from clearway.audit import bulk
from clearway.quotas.models import Balance, Draw
from clearway.quotas.rules import LIMITLESS, Key, Owner, Quota, Wanted

_TAKE = (
    "INSERT INTO quotas_balance (quota_order, opens, drawn) VALUES (%s, %s, %s) "
    "ON CONFLICT (quota_order, opens) DO UPDATE SET drawn = quotas_balance.drawn + excluded.drawn "
    "WHERE quotas_balance.drawn + excluded.drawn <= %s"
)
_GIVE = "UPDATE quotas_balance SET drawn = drawn - %s WHERE quota_order = %s AND opens = %s"
_MOST = LIMITLESS


def take(cursor: Any, wanted: Wanted) -> bool:
    """Draw a quantity if it is still there, and tell whether it was.

    The database decides by one conditional statement, so that of two declarations that fit alone
    but not together only one draws; the other is to be assessed again.

    Args:
        cursor: of the transaction that stores the declaration.
        wanted: 0 or more millionths of the quota's unit.

    Raises:
        ValueError: the quantity is negative or beyond what a column holds.
    """
    key, quantity, most = wanted
    if not 0 <= quantity < _MOST:
        raise ValueError(f"{quantity} cannot be drawn")
    if quantity > most:
        return False
    (drawn,) = bulk.change(cursor, _TAKE, [(*key, quantity, most)])
    return drawn


def give_back(cursor: Any, wanted: Iterable[Wanted]) -> None:
    """Return what was drawn; rows are taken in the order of their quotas."""
    bulk.change(cursor, _GIVE, [(one.quantity, *one.key) for one in sorted(wanted)])


def take_each(cursor: Any, of_all: Sequence[Sequence[Wanted]]) -> list[bool]:
    """Draw what each of several declarations wants, all of it or nothing.

    Args:
        cursor: of the transaction that stores them.
        of_all: for each declaration what it wants.

    Returns:
        For each whether it drew. Rows are taken in the order of the quotas, whichever declaration
        wants them, so that two lines of declarations never wait for each other in turn.
    """
    kept = [True] * len(of_all)
    taken: list[list[Wanted]] = [[] for _ in of_all]
    each = [(wanted, place) for place, all_its in enumerate(of_all) for wanted in all_its]
    for wanted, place in sorted(each):
        if not kept[place]:
            continue
        if take(cursor, wanted):
            taken[place].append(wanted)
        else:
            kept[place] = False
    give_back(cursor, [one for place, all_its in enumerate(taken) if not kept[place]
                       for one in all_its])  # fmt: skip
    return kept


def move(cursor: Any, former: Collection[Wanted], now: Collection[Wanted]) -> bool:
    """Draw for a version in place of the one before; False where it does not fit, nothing done."""
    before = {one.key: one for one in former}
    after = {one.key: one for one in now}
    more, less = [], []
    for key in before.keys() | after.keys():
        change = _quantity(after, key) - _quantity(before, key)
        if change > 0:
            more.append(after[key]._replace(quantity=change))
        elif change < 0:
            less.append(before[key]._replace(quantity=-change))
    if not take_each(cursor, [more])[0]:
        return False
    give_back(cursor, less)
    return True


def _quantity(wanted: Mapping[Key, Wanted], key: Key) -> int:
    return wanted[key].quantity if key in wanted else 0


def left(quotas: Iterable[Quota]) -> dict[Key, int]:
    """Return what is left of each quota, in millionths of its unit; never below zero."""
    amounts = {one.key: one.amount for one in quotas}
    if not amounts:
        return {}
    rows = Balance.objects.filter(quota_order__in={key.order for key in amounts})
    drawn = {Key(row.quota_order, row.opens): row.drawn for row in rows}
    return {key: max(amount - drawn.get(key, 0), 0) for key, amount in amounts.items()}


def held(declarations: Collection[int]) -> dict[int, tuple[Wanted, ...]]:
    """Return what declarations, by row number, have drawn of quotas."""
    found: dict[int, tuple[Wanted, ...]] = dict.fromkeys(declarations, ())
    for row in Draw.objects.filter(declaration__in=declarations).order_by("quota_order", "opens"):
        key = Key(row.quota_order, row.opens)
        found[row.declaration] += (Wanted(key, row.quantity, row.quantity),)
    return found


def write(draws: Mapping[Owner, Collection[Wanted]], at: datetime) -> None:
    """Write down what declarations have drawn, in place of what they had before."""
    Draw.objects.filter(declaration__in=[owner.declaration for owner in draws]).delete()
    Draw.objects.bulk_create(
        Draw(
            declaration=owner.declaration, mrn=owner.mrn, organisation=owner.organisation,
            quota_order=one.key.order, opens=one.key.opens, quantity=one.quantity, at=at,
        )
        for owner, its in draws.items()
        for one in its
        if one.quantity
    )  # fmt: skip
