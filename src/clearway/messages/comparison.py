"""Whether two records say the same, field by field."""

from __future__ import annotations

from typing import Any

import msgspec

from clearway.messages.records import MetaData
from clearway.messages.shapes import Shape, shape_of
from clearway.messages.values import Record


class Difference(msgspec.Struct, frozen=True):
    """One field that differs: its path by WCO tags, and both sides as text (absent: ``-``)."""

    path: str
    left: str
    right: str


def equal_field_by_field(left: MetaData, right: MetaData) -> list[Difference]:
    """Compare every field of two messages: texts, attributes, order of repeated classes, decimals.

    ``1000.0`` and ``1000.00`` differ, as do two origins in another order.

    Returns:
        All differences in the schema's order; empty where the messages are equal.
    """
    found: list[Difference] = []
    _compare(shape_of(MetaData), left, right, "", found)
    return found


def _compare(shape: Shape, left: Record, right: Record, path: str, found: list[Difference]) -> None:
    if left.attributes != right.attributes:
        found.append(Difference(f"{path}@", _shown(left.attributes), _shown(right.attributes)))
    for member in shape.members:
        ours, theirs = getattr(left, member.name), getattr(right, member.name)
        here = f"{path}.{member.tag}" if path else member.tag
        if member.shape is None or not ours or not theirs:
            if ours != theirs or type(ours) is not type(theirs):
                found.append(Difference(here, _shown(ours), _shown(theirs)))
            continue
        if not member.repeated:
            _compare(member.shape, ours, theirs, here, found)
            continue
        if len(ours) != len(theirs):
            found.append(Difference(here, f"{len(ours)} entries", f"{len(theirs)} entries"))
        for position, (one, other) in enumerate(zip(ours, theirs, strict=False), 1):
            _compare(member.shape, one, other, f"{here}[{position}]", found)


def _shown(value: Any) -> str:
    if value is None or value == ():
        return "-"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
