"""Declarations written in bulk, within the one transaction of the intake line.

Who competes with others for a name (a reference number, a consignment) is told before anything
that depends on him is written: ``claim`` first, then ``reserve`` elsewhere, then ``store_many``
for the winners and ``withdraw`` for who lost on the way. No savepoints: a loser costs his own rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from clearway.audit import numbers
from clearway.audit.bulk import change, claim, given, insert
from clearway.declarations.rules import States
from clearway.kernel.decisions import ItemValue
from clearway.kernel.lodgement import Item, Lodgement
from clearway.kernel.selection import queue_priority
from clearway.vocabulary.clock import microseconds

LONGEST_NAME = 256
"""Characters of a declared name in a column that is searched; the message has them all."""
MOST_ITEMS = 9_999
"""Goods items of which rows are made: more are an error, and the message has them all."""
_INT32, _INT64 = 2**31 - 1, 2**63 - 1
_encode = msgspec.msgpack.Encoder().encode

_DECLARATION = (
    "id, declarant, lrn, mrn, organisation, direction, kind, state, goods_state, debt_state, "
    "lane, office, importer, exporter, transport_document, fingerprint, consignment_key, "
    "draw_day, version, legal_date, received_at, accepted_at, released_at, supplements, "
    "supplementary_due, priority"
)
_VERSION = "id, declaration_id, number, message, media_type, lodgement, door, actor, reason, at"
_ITEM = (
    "version_id, item, commodity, description, origin, procedure, packages, gross_mass, "
    "net_mass, value"
)


class NewDeclaration(msgspec.Struct):
    """A declaration about to be stored: what its rows hold that the lodgement does not say.

    ``id`` and ``version_id`` are taken from ``numbers_for``. ``mrn`` is empty for a rejected one,
    ``lane`` None where none is communicated. See ``models.Declaration`` for the rest.
    """

    id: int
    version_id: int
    lodgement: Lodgement
    declarant: str
    lrn: str
    mrn: str
    organisation: int
    kind: str
    states: States
    lane: int | None
    transport_document: str
    fingerprint: bytes
    first_mrn: str
    draw_day: int
    received_at: datetime
    accepted: bool
    message: bytes
    media_type: str
    door: str
    actor: str
    values: Sequence[ItemValue] = ()
    supplements: str = ""
    supplementary_due: int | None = None


def numbers_for(cursor: Any, count: int) -> list[tuple[int, int]]:
    """Return fresh row numbers for declarations and their first versions."""
    taken = numbers.take_each(cursor, {"declaration": count, "version": count})
    return list(zip(*taken, strict=True))


def claim_names(cursor: Any, new: Sequence[NewDeclaration]) -> list[bool]:
    """Write the declarations whose reference, MRN and consignment are free; tell which they are.

    Args:
        cursor: of the open transaction.
        new: in any order; no two share a name.
    """
    taken = claim(cursor, "declarations_declaration", _DECLARATION, [_row(one) for one in new],
                  key=(0,))  # fmt: skip
    first = [
        one
        for one, ours in zip(new, taken, strict=True)
        if ours and one.mrn and one.first_mrn == one.mrn
    ]
    rows = sorted((one.fingerprint, one.mrn, one.draw_day) for one in first)
    won = claim(cursor, "declarations_consignment", "fingerprint, first_mrn, first_day", rows,
                key=(0,))  # fmt: skip
    lost = {row[0] for row, ours in zip(rows, won, strict=True) if not ours}
    if not lost:
        return taken
    # Another process lodged the consignment since we looked: its MRN keys the draw, not ours.
    late = [one.id for one in first if one.fingerprint in lost]
    _delete(cursor, late)
    return [
        ours and not (one.fingerprint in lost and one.first_mrn == one.mrn)
        for one, ours in zip(new, taken, strict=True)
    ]


def withdraw(cursor: Any, lost: Sequence[NewDeclaration]) -> None:
    """Take back, within the same transaction, what ``claim_names`` wrote of some declarations."""
    _delete(cursor, [one.id for one in lost])
    mine = [(one.fingerprint, one.mrn) for one in lost if one.first_mrn == one.mrn]
    change(
        cursor,
        "DELETE FROM declarations_consignment WHERE fingerprint = %s AND first_mrn = %s",
        sorted(mine),
    )


def store_many(cursor: Any, new: Sequence[NewDeclaration]) -> None:
    """Write versions and goods items of declarations that ``claim_names`` took."""
    insert(cursor, "declarations_version", _VERSION, [_version(one) for one in new])
    insert(
        cursor,
        "declarations_goodsitem",
        _ITEM,
        [row for one in new for row in _items(one.version_id, one.lodgement, one.values)],
    )


def set_goods_states(cursor: Any, states: Sequence[tuple[int, str]]) -> None:
    """Write the goods states that the cargo report decided, by declaration number."""
    change(
        cursor,
        "UPDATE declarations_declaration SET goods_state = %s WHERE id = %s",
        [(state, number) for number, state in sorted(states)],
    )


def stored_name(text: str) -> str:
    r"""Return a declared text as an indexed column can hold it: bounded, and text on any database.

    >>> stored_name("A\0B"), len(stored_name("x" * 999))
    ('A\ufffdB', 256)
    """
    return stored_text(text[:LONGEST_NAME])


def stored_text(text: str) -> str:
    """Return a declared text without what no database holds: NUL and half surrogate pairs."""
    if text.isascii():
        return text.replace("\0", "\ufffd") if "\0" in text else text
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def _row(one: NewDeclaration) -> tuple[Any, ...]:
    lodgement, received_at = one.lodgement, microseconds(one.received_at)
    in_force = one.accepted and one.states.state != "received"
    return (
        one.id,
        one.declarant,
        one.lrn,
        one.mrn or None,
        one.organisation,
        stored_name(lodgement.direction)[:2],
        one.kind,
        one.states.state,
        one.states.goods,
        one.states.debt,
        one.lane,
        stored_name(lodgement.office),
        stored_name(lodgement.importer.id if lodgement.importer else ""),
        stored_name(lodgement.exporter.id if lodgement.exporter else ""),
        stored_name(one.transport_document),
        one.fingerprint,
        one.first_mrn if one.mrn else "",
        one.draw_day,
        1,
        lodgement.legal_date,
        received_at,
        received_at if in_force else None,
        None,
        one.supplements,
        one.supplementary_due,
        queue_priority(lodgement.features),
    )


def _version(one: NewDeclaration) -> tuple[Any, ...]:
    return (
        one.version_id,
        one.id,
        1,
        one.message,
        one.media_type,
        encoded(one.lodgement),
        one.door,
        one.actor,
        "",
        microseconds(one.received_at),
    )


def encoded(lodgement: Lodgement) -> bytes:
    """Return a lodgement as it is kept: what the kernel saw, for any later proof."""
    try:
        return _encode(lodgement)
    except (OverflowError, UnicodeEncodeError):
        # A number or a sign that no message can carry: told in the findings, kept as text.
        return _encode(repr(lodgement).encode("utf-8", "backslashreplace"))


def _items(
    version: int, lodgement: Lodgement, values: Sequence[ItemValue]
) -> list[tuple[Any, ...]]:
    worth = {one.item: one.value for one in values}
    return [
        item_row(version, place, item, worth.get(place))
        for place, item in enumerate(lodgement.items[:MOST_ITEMS], 1)
    ]


def item_row(version: int, place: int, item: Item, value: int | None) -> tuple[Any, ...]:
    """Return the row of a goods item. A number that its column cannot hold is left out."""
    packages = item.packages
    return (
        version,
        place,
        stored_name(item.commodity),
        stored_text(item.description),
        stored_name(item.origin),
        stored_name(item.procedure),
        packages if packages is None or 0 <= packages <= _INT32 else None,
        _int64(item.gross_mass),
        _int64(item.net_mass),
        _int64(value),
    )


def _int64(value: int | None) -> int | None:
    return value if value is None or -_INT64 <= value <= _INT64 else None


def _delete(cursor: Any, ids: Sequence[int]) -> None:
    if ids:
        table, parameters = given(cursor, [("id", "bigint")], [(one,) for one in ids])
        cursor.execute(
            "DELETE FROM declarations_declaration WHERE id IN "  # noqa: S608 - constants only
            f"(SELECT given.id FROM {table})",
            parameters,
        )
