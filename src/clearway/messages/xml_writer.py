"""Writes records as WCO Data Model XML, in the order and the namespaces of the schema."""

from __future__ import annotations

from typing import Any

from lxml import etree

from clearway.messages.records import MetaData
from clearway.messages.shapes import Member, Shape, shape_of
from clearway.messages.values import Record
from clearway.messages.xml_names import DECLARATION, DECLARATION_VALUES, META

NOTIFICATION = "urn:wco:datamodel:WCO:RES-DMS:2"
NOTIFICATION_VALUES = "urn:wco:datamodel:WCO:Response_DS:DMS:2"


def write_xml(record: MetaData) -> bytes:
    """Return a message as an XML document in UTF-8.

    Everything the record holds is written; what is ``None`` is left out. A declaration without
    envelope data gets an empty envelope.
    """
    carried = DECLARATION if record.declaration is not None else NOTIFICATION
    values = DECLARATION_VALUES if record.declaration is not None else NOTIFICATION_VALUES
    names: Any = {None: carried, "md": META, "p1": values}
    root = etree.Element(f"{{{META}}}MetaData", nsmap=names)
    _Writing(carried, values).members(root, shape_of(MetaData), record, META)
    tree: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return tree


class _Writing:
    """The namespaces of one message on its way."""

    def __init__(self, carried: str, values: str) -> None:
        self.carried = carried
        self.values = values

    def members(self, parent: Any, shape: Shape, record: Record, namespace: str) -> None:
        """Append every member that the record holds, in the schema's order."""
        for member in shape.members:
            value = getattr(record, member.name)
            if value is None or value == ():
                continue
            if member.shape is None:
                self.leaf(parent, member, value, record, namespace)
                continue
            for entry in value if member.repeated else (value,):
                child = etree.SubElement(parent, f"{{{self.carried}}}{member.tag}")
                self.members(child, member.shape, entry, self.carried)

    def leaf(self, parent: Any, member: Member, value: Any, record: Record, namespace: str) -> None:
        element = etree.SubElement(parent, f"{{{namespace}}}{member.tag}")
        leaf = member.leaf
        assert leaf is not None
        if leaf.kind == "datetime":
            element = etree.SubElement(element, f"{{{self.values}}}DateTimeString")
        if member.value_type is None:
            element.text = str(value)
        else:
            element.text = value.value
            extra = value.format if leaf.kind == "datetime" else _extra(value)
            if extra:
                element.set(member.attribute_tag, extra)
        for name, text in (record.attributes or {}).items():
            tag, _, attribute = name.partition("@")
            if tag == member.tag:
                element.set(attribute, text)


def _extra(value: Any) -> str:
    return str(getattr(value, "currency", "") or getattr(value, "unit", ""))
