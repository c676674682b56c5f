"""The short way through an XML declaration in which everything is right for certain.

One pass over the elements, led by tables that are made once for each class. The first thing that
is not plainly right raises ``DoubtError``, and ``xml_reader`` goes through the message with care.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from lxml import etree

from clearway.messages.records import Declaration, MetaData
from clearway.messages.right_values import (
    DoubtError,
    RightValues,
    plain_test,
    right_attribute,
    right_value,
)
from clearway.messages.shapes import Member, Shape, shape_of
from clearway.messages.xml_names import (
    DATE_STRING,
    DECLARATION,
    DECLARATION_VALUES,
    LOCATIONS,
    META,
)

_MOMENT = f"{{{DECLARATION_VALUES}}}{DATE_STRING}"
_count_attributes = etree.XPath("count(//@*)")


class _Member(msgspec.Struct, frozen=True):
    """What an element becomes: a class within (``inner``), or a datum."""

    order: int
    name: str
    repeated: bool
    inner: _Class | None
    right: RightValues
    plain: Any
    value_type: Any
    attribute: str
    extras: RightValues


class _Class:
    """The members of a class by the whole names of their elements."""

    __slots__ = ("by_tag", "most", "record", "required")

    def __init__(self, shape: Shape) -> None:
        self.record = shape.record
        self.required = tuple(member.name for member in shape.required)
        self.most = {member.name: member.most for member in shape.members if member.most > 1}
        self.by_tag = {
            _name_of(shape, member): _table(member)
            for member in shape.members
            if member.tag != "Response"
        }


def _name_of(shape: Shape, member: Member) -> str:
    envelope = shape.record is MetaData and member.shape is None
    return f"{{{META if envelope else DECLARATION}}}{member.tag}"


def _table(member: Member) -> _Member:
    leaf = member.leaf
    return _Member(
        order=member.order,
        name=member.name,
        repeated=member.repeated,
        inner=None if member.shape is None else _class_of(member.shape),
        right=RightValues(lambda text: right_value(leaf, text) if leaf is not None else None),
        plain=None if leaf is None or leaf.kind == "code" else plain_test(leaf),
        value_type=member.value_type,
        attribute=member.attribute_tag,
        extras=RightValues(lambda text: right_attribute(member, text)),
    )


@cache
def _class_of(shape: Shape) -> _Class:
    return _Class(shape)


def quick_declaration(root: Any) -> MetaData:
    """Return the declaration that a root element holds, with its envelope or without.

    Raises:
        DoubtError: it is no declaration, or not everything about it is right for certain.
    """
    walk = _QuickWalk()
    if root.tag == f"{{{META}}}MetaData":
        record: MetaData = walk.read(_class_of(shape_of(MetaData)), root)
    elif root.tag == f"{{{DECLARATION}}}Declaration":
        record = MetaData(declaration=walk.read(_class_of(shape_of(Declaration)), root))
    else:
        raise DoubtError
    places = sum(name in LOCATIONS for name in root.keys())  # noqa: SIM118 - an element, no dict
    if record.declaration is None or _count_attributes(root) != walk.attributes + places:
        raise DoubtError
    return record


class _QuickWalk:
    """One pass; counts the attributes that it has met."""

    __slots__ = ("attributes",)

    def __init__(self) -> None:
        self.attributes = 0

    def read(self, table: _Class, element: Any) -> Any:
        """Read one class and everything under it."""
        by_tag = table.by_tag
        values: dict[str, Any] = {}
        lists: dict[str, list[Any]] = {}
        furthest = -1
        if (text := element.text) is not None and not text.isspace():
            raise DoubtError
        for child in element:
            member = by_tag.get(child.tag)
            if member is None or ((tail := child.tail) is not None and not tail.isspace()):
                raise DoubtError
            order = member.order
            if order <= furthest and not (order == furthest and member.repeated):
                raise DoubtError
            furthest = order
            if member.inner is None:
                values[member.name] = self.datum(member, child)
            elif member.repeated:
                lists.setdefault(member.name, []).append(self.read(member.inner, child))
            else:
                values[member.name] = self.read(member.inner, child)
        for name, entries in lists.items():
            if len(entries) > table.most.get(name, len(entries)):
                raise DoubtError
            values[name] = tuple(entries)
        for name in table.required:
            if name not in values:
                raise DoubtError
        return table.record(**values)

    def datum(self, member: _Member, element: Any) -> Any:
        """Read one datum, with its attribute."""
        own = member.attribute
        if own == "formatCode":
            element = self.moment(element)
        if len(element):
            raise DoubtError
        text = element.text or ""
        plain = member.plain
        value = text if plain is not None and plain(text) else member.right[text]
        if member.value_type is None:
            return value
        extra = element.get(own)
        if extra is None:
            if own == "formatCode":
                raise DoubtError
            return member.value_type(value)
        self.attributes += 1
        return member.value_type(value, member.extras[extra])

    def moment(self, element: Any) -> Any:
        """Return the element within a date that holds its text."""
        if len(element) != 1 or ((text := element.text) is not None and not text.isspace()):
            raise DoubtError
        holder = element[0]
        if holder.tag != _MOMENT or ((tail := holder.tail) is not None and not tail.isspace()):
            raise DoubtError
        return holder
