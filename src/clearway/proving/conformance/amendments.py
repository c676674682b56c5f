"""A declaration as its amendments leave it: the later version in full.

An amendment (type ``COR``) names by pointers which elements change and carries their new
content in a tree of its own. Goods items are found by their number. Any other element that may
stand several times is found by its position, which the pointers say: the amendment carries
either every element up to the last one changed, or the changed ones alone. What fits neither
way, and what an amendment takes away, is not guessed: there is no later version then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import msgspec

from clearway.messages.records import Amendment, Declaration
from clearway.messages.values import Record

CORRECTION = "COR"
_ITEM = "68A"

Positions = Mapping[tuple[int, str], set[int]]
"""By the goods item's position and the class: which elements of the class change."""


class _Unclear(Exception):
    """The amendment does not say which element it changes."""


def amended(declaration: Declaration, amendment: Declaration) -> Declaration | None:
    """Return the declaration with an amendment applied; None where it cannot be told how."""
    if not amendment.amendments or amendment.goods_shipment is None:
        return None
    places = [_place(entry) for entry in amendment.amendments]
    positions: dict[tuple[int, str], set[int]] = defaultdict(set)
    for place in places:
        item = next((position for section, position in place if section == _ITEM), 0)
        for section, position in place:
            positions[item, section].add(position)
    bare = msgspec.structs.replace(  # without what the amending message says of itself
        amendment,
        function_code=declaration.function_code,
        functional_reference_id=None,
        id=None,
        type_code=None,
        issue_date_time=None,
        additional_information=(),
        amendments=(),
    )
    if not all(_carried(bare, place[1:]) for place in places):
        return None
    try:
        changed = _overlaid(declaration, bare, positions, 0)
    except _Unclear:
        return None
    assert isinstance(changed, Declaration)
    return changed


def _place(entry: Amendment) -> list[tuple[str, int]]:
    """Return the classes from the declaration down, each with its position."""
    return [
        (pointer.document_section_code, int(pointer.sequence_numeric or 1))
        for pointer in entry.pointers
        if pointer.document_section_code
    ]


def _carried(record: Any, place: list[tuple[str, int]]) -> bool:
    """Tell whether the amendment carries content of the class that a pointer leads to."""
    if not place:
        return True
    section = place[0][0]
    for name in record.__struct_fields__:
        value = getattr(record, name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Record) and part.wco_class == section and _carried(part, place[1:]):
                return True
    return False


def _overlaid(old: Record, new: Record, positions: Positions, item: int) -> Record:
    """Return a record with everything that the other one holds in place of its own."""
    changes: dict[str, Any] = {}
    for name in new.__struct_fields__:
        value, before = getattr(new, name), getattr(old, name)
        if value is None or value == ():
            continue
        if isinstance(value, tuple) and isinstance(value[0], Record):
            changes[name] = _list(before, value, positions, item)
        elif isinstance(value, Record) and before is not None:
            changes[name] = _overlaid(before, value, positions, item)
        else:
            changes[name] = value
    return msgspec.structs.replace(old, **changes)


def _list(
    old: tuple[Record, ...], new: tuple[Record, ...], positions: Positions, item: int
) -> tuple[Record, ...]:
    """Return a list with some elements changed or added, each at its position."""
    section = new[0].wco_class
    found = list(old)
    for position, record in zip(_positions(new, old, positions, item), new, strict=True):
        inner = position if section == _ITEM else item
        if position <= len(found):
            found[position - 1] = _overlaid(found[position - 1], record, positions, inner)
        elif position == len(found) + 1:
            found.append(record)
        else:
            raise _Unclear
    return tuple(found)


def _positions(
    new: tuple[Record, ...], old: tuple[Record, ...], positions: Positions, item: int
) -> list[int]:
    section = new[0].wco_class
    if section == _ITEM:
        numbers = [getattr(record, "sequence_numeric", None) for record in old]
        return [_numbered(record, numbers) for record in new]
    told = sorted(positions.get((item, section), {1}))
    if len(new) >= told[-1]:
        return list(range(1, len(new) + 1))
    if len(new) == len(told):
        return told
    raise _Unclear


def _numbered(record: Record, numbers: list[str | None]) -> int:
    number = getattr(record, "sequence_numeric", None)
    return numbers.index(number) + 1 if number in numbers else len(numbers) + 1
