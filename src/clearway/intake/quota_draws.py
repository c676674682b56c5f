"""Tariff quotas at the line: granted where enough is left, drawn by condition inside the commit.

The kernel prices an item by its quota only where it is told that the quota has enough (``ask``).
What is drawn when the declaration is stored is what was charged by a quota; who finds it taken by a
neighbour meanwhile is gathered again and told what is left. A declaration lodged in advance draws
when it is presented: the quota of the day of acceptance serves, not that of the day of lodging.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from clearway.audit.actor import system
from clearway.declarations import events, findings
from clearway.declarations.findings import told
from clearway.declarations.kinds import in_advance
from clearway.declarations.models import Declaration
from clearway.declarations.queries import by_key
from clearway.declarations.service import announce
from clearway.declarations.storing import NewDeclaration
from clearway.events.service import act
from clearway.intake.submission import Piece
from clearway.kernel.decisions import Finding
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference
from clearway.quotas.drawing import give_back as return_to
from clearway.quotas.drawing import held, left, move, take_each, write
from clearway.quotas.rules import (
    LIMITLESS,
    Key,
    Owner,
    Quota,
    Wanted,
    claimed,
    counted,
    drawn_by,
    quota_of,
    shown,
)


def ask(pieces: Sequence[Piece], reference: Reference) -> None:
    """Tell the items that claim a quota whether it has enough for them; what not is a finding.

    What the declaration has drawn already, by a version before or by the simplified declaration
    that it completes, is its own and counts as left for it.
    """
    claims = [(piece, its) for piece, its in _claims(pieces, reference) if its]
    if not claims:
        return
    rest = left({quota for _, its in claims for quota in its.values()})
    for piece, its in claims:
        assert piece.lodgement is not None
        piece.inherited = _of_simplified(piece)
        own = dict(rest)
        for mine in (*piece.inherited, *former_of(piece)):
            own[mine.key] = own.get(mine.key, 0) + mine.quantity
        _grant(piece.lodgement, its, own)


def look(lodgement: Lodgement, reference: Reference) -> None:
    """Tell the items of a declaration that is only estimated what its quotas have left now."""
    if in_advance(lodgement) or not any(item.quota_order for item in lodgement.items):
        return
    its = claimed(lodgement, reference)
    _grant(lodgement, its, left(its.values()))


def _claims(
    pieces: Sequence[Piece], reference: Reference
) -> Iterator[tuple[Piece, dict[int, Quota]]]:
    for piece in pieces:
        lodgement = piece.lodgement
        if lodgement is None or not any(item.quota_order for item in lodgement.items):
            continue
        if piece.submission.purpose == "present" or not in_advance(lodgement):
            yield piece, claimed(lodgement, reference)


def _grant(lodgement: Lodgement, claims: dict[int, Quota], rest: dict[Key, int]) -> None:
    """Serve the items in their order, each whole or not at all, and tell the others why not."""
    granted = set()
    for number, quota in claims.items():
        quantity = counted(lodgement.items[number - 1], quota)
        if quantity is not None and quantity <= rest[quota.key]:
            rest[quota.key] -= quantity
            granted.add(number)
        else:
            lodgement.form_findings += (_not_served(number, quota, quantity, rest[quota.key]),)
    lodgement.items = tuple(
        msgspec.structs.replace(item, quota_granted=number in granted)
        for number, item in enumerate(lodgement.items, 1)
    )


def _not_served(number: int, quota: Quota, quantity: int | None, rest: int) -> Finding:
    if quantity is None:
        return told(findings.QUOTA_UNIT, i=number, order=quota.order, unit=quota.unit)
    return told(
        findings.QUOTA_SHORT, i=number, order=quota.order, unit=quota.unit, balance=shown(rest),
        declared=shown(quantity),
    )  # fmt: skip


def _of_simplified(piece: Piece) -> tuple[Wanted, ...]:
    """Return what the simplified declaration has drawn that a supplementary one completes."""
    named = piece.supplements if piece.seen is None else piece.seen.declaration.supplements
    simplified = by_key(named) if named else None
    return held([simplified.pk])[simplified.pk] if simplified is not None else ()


def former_of(piece: Piece) -> tuple[Wanted, ...]:
    """Return what the version before has drawn; nothing for a first one."""
    if piece.seen is None:
        return ()
    number = piece.seen.declaration.pk
    return held([number])[number]


def drawn(piece: Piece, reference: Reference) -> tuple[Wanted, ...]:
    """Return what a decided piece draws, beyond what it inherits; nothing where it was refused."""
    lodgement, decision = piece.lodgement, piece.decision
    if lodgement is None or decision is None or not decision.accepted:
        return ()
    if not any(item.quota_granted for item in lodgement.items):
        return ()
    before = {one.key: one.quantity for one in piece.inherited}
    return tuple(
        one._replace(quantity=max(one.quantity - before.get(one.key, 0), 0))
        for one in drawn_by(lodgement, decision.charges, reference)
    )


def spend(cursor: Any, pieces: Sequence[Piece], reference: Reference) -> list[bool]:
    """Draw what each first version was priced by; False where it is no longer there."""
    wanted = [drawn(piece, reference) for piece in pieces]
    if not any(wanted):
        return [True] * len(pieces)
    return take_each(cursor, wanted)


def give_back(cursor: Any, pieces: Sequence[Piece], reference: Reference) -> None:
    """Undo ``spend`` for declarations that lost something else in the same transaction."""
    return_to(cursor, [one for piece in pieces for one in drawn(piece, reference)])


def write_first(
    rows: Sequence[NewDeclaration], pieces: Sequence[Piece], reference: Reference, at: datetime
) -> None:
    """Write down what first versions have drawn."""
    each = ((row, drawn(piece, reference)) for row, piece in zip(rows, pieces, strict=True))
    draws = {Owner(row.id, row.mrn, row.organisation): its for row, its in each if its}
    if draws:
        write(draws, at)


def replace(cursor: Any, piece: Piece, reference: Reference, at: datetime) -> bool:
    """Draw for a later version in place of the one before; False where it no longer fits."""
    former, now = former_of(piece), drawn(piece, reference)
    if not former and not now:
        return True
    if not move(cursor, former, now):
        return False
    write({owner_of(piece.seen.declaration): now}, at)
    return True


def restore(cursor: Any, piece: Piece, former: Sequence[Wanted], at: datetime) -> None:
    """Undo ``replace`` for a version that lost something else in the same transaction."""
    declaration: Declaration = piece.seen.declaration
    return_to(cursor, held([declaration.pk])[declaration.pk])
    # What it had before it gave back a moment ago, in this very transaction: it is there.
    take_each(cursor, [[one._replace(most=LIMITLESS) for one in former]])
    write({owner_of(declaration): former}, at)


def undo(cursor: Any, declaration: Declaration, reference: Reference) -> None:
    """Return what a cancelled declaration has drawn, and tell it, within the transaction."""
    former = held([declaration.pk])[declaration.pk]
    if not former:
        return
    return_to(cursor, former)
    with act(system("quotas")) as doing:
        write({owner_of(declaration): ()}, doing.at)
        for one in former:
            body = told_of(one.key, one.quantity, reference)
            announce(doing, declaration, events.QUOTA_RETURNED, quota=body)


def owner_of(declaration: Declaration) -> Owner:
    """Return a declaration of the record as its draws name it."""
    return Owner(declaration.pk, declaration.mrn or "", declaration.organisation)


def facts(
    piece: Piece, reference: Reference, former: Sequence[Wanted] = ()
) -> Iterator[tuple[str, dict[str, str]]]:
    """Give the fact of every quota drawn on or returned to: its kind, and order and quantity."""
    lodgement = piece.lodgement
    assert lodgement is not None
    now = {one.key: one.quantity for one in drawn(piece, reference)}
    then = {one.key: one.quantity for one in former}
    for key in sorted(now.keys() | then.keys()):
        change = now.get(key, 0) - then.get(key, 0)
        if change:
            kind = events.QUOTA_DRAWN if change > 0 else events.QUOTA_RETURNED
            yield kind, told_of(key, abs(change), reference)


def told_of(key: Key, quantity: int, reference: Reference) -> dict[str, str]:
    """Return what a fact says of a quota: its order number, a quantity and the unit."""
    quota = quota_of(reference, key.order, key.opens)
    unit = "" if quota is None else quota.unit
    return {"order": key.order, "quantity": shown(quantity), "unit": unit}
