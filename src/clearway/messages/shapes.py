"""The shape of every WCO class, read once from the records: which members, in which order.

Readers and writers of all formats walk these tables, so that a class is described in one place
only, its record.
"""

from __future__ import annotations

import types
import typing
from functools import cache
from typing import Any

import msgspec
from msgspec import Meta

from clearway.messages.formats import Leaf
from clearway.messages.values import Record

# Classes whose first occurrence has no position in a pointer: the kernel knows one origin, one
# commodity code and one procedure, and every rule points at them without a number.
FIRST_WITHOUT_POSITION = frozenset({"92A", "21A", "70A"})


class Member(msgspec.Struct, frozen=True):
    """One member of a class: a leaf (``leaf`` is set) or another class (``shape`` is set).

    ``order`` is the place in the sequence of the schema, ``value_type`` the struct that holds a
    leaf with an attribute (amount, quantity, date), ``attribute_tag`` that attribute's name.
    """

    name: str
    tag: str
    order: int
    wco_id: str
    required: bool
    repeated: bool
    most: int
    leaf: Leaf | None
    shape: Shape | None
    value_type: Any = None
    attribute_tag: str = ""


class Shape:
    """A class of the WCO Data Model as its members in order."""

    __slots__ = ("by_tag", "members", "record", "required", "wco_class")

    def __init__(self, record: type[Record]) -> None:
        self.record = record
        self.wco_class = record.wco_class
        self.members: tuple[Member, ...] = tuple(_members(record))
        self.by_tag: dict[str, Member] = {member.tag: member for member in self.members}
        self.required: tuple[Member, ...] = tuple(m for m in self.members if m.required)


@cache
def shape_of(record: type[Record]) -> Shape:
    """Return the shape of a record class, made once."""
    return Shape(record)


def pointer_of(parent: str, member: Member, position: int) -> str:
    """Return the pointer of a member: ``42A/67A`` + 68A at position 2 → ``42A/67A/68A[2]``.

    Args:
        parent: the pointer of the class that holds it, empty above the declaration.
        member: a leaf or a class.
        position: 1-based position of a repeated class, 0 for a single one.
    """
    if member.shape is None:
        return f"{parent}:{member.wco_id or member.tag}"
    wco_class = member.shape.wco_class
    step = f"{parent}/{wco_class}" if parent else wco_class
    if not position or (position == 1 and wco_class in FIRST_WITHOUT_POSITION):
        return step
    return f"{step}[{position}]"


def _members(record: type[Record]) -> typing.Iterator[Member]:
    hints = typing.get_type_hints(record, include_extras=True)
    for order, field in enumerate(msgspec.structs.fields(record)):
        if field.name == "attributes":
            continue
        found = _read(hints[field.name])
        value = found.struct
        is_class = value is not None and issubclass(value, Record)
        leaf, attribute = found.leaf, ""
        if value is not None and not is_class:
            leaf = _value_leaf(value)
            attribute = msgspec.structs.fields(value)[1].encode_name
        yield Member(
            name=field.name,
            tag=field.encode_name,
            order=order,
            wco_id=found.wco_id,
            required=field.required,
            repeated=found.repeated,
            most=found.most,
            leaf=None if is_class else leaf,
            shape=shape_of(value) if is_class and value is not None else None,
            value_type=None if is_class else value,
            attribute_tag=attribute,
        )


class _Found:
    """What the annotation of one member says."""

    def __init__(self) -> None:
        self.leaf: Leaf | None = None
        self.wco_id = ""
        self.struct: Any = None
        self.repeated = False
        self.most = 1


def _read(hint: Any) -> _Found:
    """Read an annotation from outside in: metadata, ``| None``, tuple, type."""
    found = _Found()
    todo = [hint]
    while todo:
        this = todo.pop()
        origin = typing.get_origin(this)
        if origin is typing.Annotated:
            for extra in this.__metadata__:
                if isinstance(extra, Leaf):
                    found.leaf = extra
                elif isinstance(extra, str):
                    found.wco_id = extra
                elif isinstance(extra, Meta) and extra.max_length and this.__origin__ is not str:
                    found.most = extra.max_length
            todo.append(this.__origin__)
        elif origin in (typing.Union, types.UnionType):
            todo.extend(part for part in typing.get_args(this) if part is not type(None))
        elif origin is tuple:
            found.repeated = True
            found.most = max(found.most, 0) if found.most > 1 else -1
            todo.append(typing.get_args(this)[0])
        elif isinstance(this, type) and issubclass(this, msgspec.Struct):
            found.struct = this
    return found


def _value_leaf(value: Any) -> Leaf | None:
    hints = typing.get_type_hints(value, include_extras=True)
    for extra in hints["value"].__metadata__:
        if isinstance(extra, Leaf):
            return extra
    return None
