"""Dotted WCO paths: every value of a message as one named cell, and back.

``Declaration.GoodsShipment.Consignment.TransportEquipment[2].ID`` is the second container. A
value's attribute follows ``@``: ``Declaration.InvoiceAmount@currencyID``. A class that is there
but holds nothing is a cell of its own, with an empty text.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import msgspec

from clearway.messages.records import MetaData
from clearway.messages.shapes import Member, Shape, shape_of
from clearway.messages.values import Record

ITEMS = "Declaration.GoodsShipment.GovernmentAgencyGoodsItem"
NOTE = "#"
"""Begins the name of a column that holds a note and no datum; every reader passes it over."""
_STEP = re.compile(r"([A-Za-z]+)(?:\[([1-9][0-9]{0,4})\])?\Z")
_VALUE = "value"


class Place(msgspec.Struct, frozen=True):
    """A parsed path: the steps to a class, then the leaf and its attribute.

    ``steps`` are tag and 1-based position (0: a single class). ``leaf`` is ``None`` for the
    cell of an empty class. ``order`` sorts paths as the schema has them.
    """

    steps: tuple[tuple[str, int], ...]
    leaf: Member | None
    attribute: str
    order: tuple[tuple[int, int], ...]

    @property
    def of_item(self) -> bool:
        """True for a datum of a goods item."""
        return len(self.steps) > 2 and self.steps[2][0] == "GovernmentAgencyGoodsItem"


@cache
def parse_path(path: str) -> Place | None:
    """Return the place that a path names, or ``None`` where a message has no such place."""
    shape: Shape | None = shape_of(MetaData)
    dotted, _, attribute = path.partition("@")
    steps: list[tuple[str, int]] = []
    order: list[tuple[int, int]] = []
    leaf: Member | None = None
    for word in dotted.split("."):
        match = _STEP.match(word)
        member = shape.by_tag.get(match[1]) if match is not None and shape is not None else None
        if match is None or member is None:
            return None
        position = int(match[2] or 0)
        order.append((member.order, position))
        if member.shape is None:
            leaf, shape = member, None
            if position:
                return None
            continue
        shape = member.shape
        if member.repeated and not position:
            position = 1
        elif position and not member.repeated:
            return None
        steps.append((member.tag, position))
    if attribute and leaf is None:
        return None
    order.append((0, 0) if not attribute else (1, 0))
    return Place(tuple(steps), leaf, attribute, tuple(order))


@cache
def path_of(pointer: str) -> str:
    """Return the dotted path that a WCO pointer leads to, without positions; empty for none.

    >>> path_of("42A/67A/68A[2]/92A:063")
    'Declaration.GoodsShipment.GovernmentAgencyGoodsItem.Origin.CountryCode'
    """
    classes, _, leaf = pointer.partition(":")
    shape: Shape | None = shape_of(MetaData)
    tags: list[str] = []
    for step in classes.split("/"):
        wanted = step.partition("[")[0]
        member = next(
            (one for one in _members(shape) if one.shape and one.shape.wco_class == wanted), None
        )
        if member is None:
            return ""
        tags.append(member.tag)
        shape = member.shape
    if leaf:
        found = next((one for one in _members(shape) if leaf in {one.wco_id, one.tag}), None)
        if found is None:
            return ""
        tags.append(found.tag)
    return ".".join(tags)


def _members(shape: Shape | None) -> tuple[Member, ...]:
    return () if shape is None else shape.members


def flatten(record: MetaData) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return the header's cells, and one dict of cells for each goods item."""
    header: dict[str, str] = {}
    items: list[dict[str, str]] = []
    _flatten(shape_of(MetaData), record, "", header, items)
    return header, items


def _flatten(
    shape: Shape, record: Record, path: str, cells: dict[str, str], items: list[dict[str, str]]
) -> None:
    before = len(cells) + len(items)
    for member in shape.members:
        value = getattr(record, member.name)
        if value is None or value == ():
            continue
        here = f"{path}.{member.tag}" if path else member.tag
        if member.shape is None:
            _put_leaf(member, value, here, cells)
        elif here == ITEMS:
            for item in value:
                row: dict[str, str] = {}
                _flatten(member.shape, item, ITEMS, row, items)
                items.append(row)
        elif member.repeated:
            for position, entry in enumerate(value, 1):
                _flatten(member.shape, entry, f"{here}[{position}]", cells, items)
        else:
            _flatten(member.shape, value, here, cells, items)
    for name, text in (record.attributes or {}).items():
        cells[f"{path}.{name}" if path else name] = text
    if path and len(cells) + len(items) == before:
        cells[path] = ""


def _put_leaf(member: Member, value: Any, here: str, cells: dict[str, str]) -> None:
    if member.value_type is None:
        cells[here] = str(value)
        return
    cells[here] = value.value
    _, extra = msgspec.structs.astuple(value)
    if extra:
        cells[f"{here}@{member.attribute_tag}"] = extra


class Tree:
    """A message under construction from cells, as the plain objects of the JSON form."""

    __slots__ = ("root",)

    def __init__(self) -> None:
        self.root: dict[str, Any] = {}

    def put(self, place: Place, text: str, item: int) -> None:
        """Set one cell; ``item`` is the 1-based position of the goods item it belongs to."""
        node = self.root
        for depth, (tag, position) in enumerate(place.steps):
            if not position:
                node = node.setdefault(tag, {})
                continue
            if depth == 2 and place.of_item:
                position = item  # noqa: PLW2901 - the row, not the column, says which item
            entries = node.setdefault(tag, [])
            while len(entries) < position:
                entries.append({})
            node = entries[position - 1]
        leaf = place.leaf
        if leaf is None:
            return
        if leaf.value_type is not None:
            key = place.attribute or _VALUE
            node.setdefault(leaf.tag, {})[key] = text
        elif place.attribute:
            node.setdefault("@", {})[f"{leaf.tag}@{place.attribute}"] = text
        elif leaf.leaf is not None and leaf.leaf.kind == "sequence":
            node[leaf.tag] = _plain_number(text)
        else:
            node[leaf.tag] = text


def _plain_number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 5 else text
