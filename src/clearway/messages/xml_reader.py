"""Reads WCO Data Model XML: every structural error at once, each with pointer and line.

Nothing outside the message is ever read: no document type, no entity, no network. Elements are
known by their local name, so that a message with foreign prefixes can still be read; a
declaration whose names stand outside the namespace of the model has a problem all the same.
Notifications come without namespaces, or with prefixes that lost their colon (``_2MetaData``);
there the local name is all that counts. A wrapper around the message is passed through.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from clearway.messages.leaf_checks import check_leaf, is_plain_text, shown, whole_number
from clearway.messages.limits import DEFAULT_LIMITS, Limits, refuse_unreadable
from clearway.messages.notification import Response
from clearway.messages.problems import MalformedMessage, Reading, SyntaxProblem
from clearway.messages.records import Declaration, MetaData
from clearway.messages.right_values import DoubtError
from clearway.messages.shapes import Member, Shape, pointer_of, shape_of
from clearway.messages.values import Record
from clearway.messages.xml_attributes import check_attribute
from clearway.messages.xml_names import (
    DATE_STRING,
    DECLARATION,
    DECLARATION_VALUES,
    LOCATIONS,
    META,
)
from clearway.messages.xml_quick import quick_declaration

_LOST_COLON = re.compile(r"[a-z0-9_]+(?=[A-Z])")
_SPACE = " \t\n\r"


def read_xml(data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """Read one XML message.

    Args:
        data: the file's bytes.
        limits: bounds on size, elements and depth.

    Returns:
        The record and all problems of form. A message that is neither a declaration nor a
        notification has kind ``other`` and no record.

    Raises:
        MalformedMessage: empty, no text, not well-formed, a document type, or beyond a limit.
    """
    root = parse_xml(data, limits)
    name = _local(root)
    try:
        return Reading("declaration", quick_declaration(root), root=name)
    except DoubtError:
        return _read_with_care(root, name)


def _read_with_care(root: Any, name: str) -> Reading:
    message = find_message(root)
    if message is None:
        return Reading("other", None, root=name)
    local = _plain(_local(message))
    if local == "MetaData":
        walk = _Walk(strict=_holds_declaration(message))
        walk.check_name(message, META, "MetaData")
        record = walk.read_class(shape_of(MetaData), message, "")
    elif local == "Declaration":
        walk = _Walk(strict=True)
        walk.check_name(message, DECLARATION, "Declaration")
        declaration = walk.read_class(shape_of(Declaration), message, "42A")
        record = MetaData(declaration=declaration)
    else:
        walk = _Walk(strict=False)
        record = MetaData(responses=(walk.read_class(shape_of(Response), message, "07B"),))
    kind = "declaration" if record.declaration is not None else "notification"
    if record.declaration is None and not record.responses:
        kind = "other"
    return Reading(kind, record if kind != "other" else None, tuple(walk.problems), root=name)


def parse_xml(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Any:
    """Return the root element of a well-formed message that keeps within the limits.

    Raises:
        MalformedMessage: see ``read_xml``.
    """
    refuse_unreadable(data, limits)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise MalformedMessage([SyntaxProblem("CLW1005", "", _line_of(data, b"<!"))])
    if data.count(b"<") > 3 * limits.most_elements:
        raise MalformedMessage([_over("CLW1007", limits.most_elements)])
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MalformedMessage(_parser_problems(parser, error)) from error
    document: Any = root.getroottree()
    if document.docinfo.doctype:
        raise MalformedMessage([SyntaxProblem("CLW1005", "", 1)])
    _refuse_deep(root, limits)
    return root


def _over(rule: str, most: int) -> SyntaxProblem:
    return SyntaxProblem(rule, "", 0, (("most", str(most)),))


def _line_of(data: bytes, sought: bytes) -> int:
    return data.count(b"\n", 0, max(data.find(sought), 0)) + 1


def _parser_problems(parser: Any, error: Exception) -> list[SyntaxProblem]:
    found: dict[tuple[int, str], SyntaxProblem] = {}
    for entry in parser.error_log:
        rule = "CLW1009" if "ncoding" in entry.message or "UTF-8" in entry.message else "CLW1004"
        if "depth" in entry.message.lower():
            rule = "CLW1006"
        message = shown(entry.message.strip())
        parameters = (("detail", message), ("most", "256"))
        found.setdefault(
            (entry.line, message), SyntaxProblem(rule, "", max(entry.line, 0), parameters)
        )
    if not found:
        return [SyntaxProblem("CLW1004", "", 0, (("detail", shown(str(error))),))]
    return list(found.values())


def _refuse_deep(root: Any, limits: Limits) -> None:
    """Refuse what nests too deeply or holds too many elements; both are counted by libxml2."""
    if root.xpath(f"boolean({'/'.join('*' * limits.deepest)})"):
        raise MalformedMessage([_over("CLW1006", limits.deepest)])
    if root.xpath("count(descendant::*)") >= limits.most_elements:
        raise MalformedMessage([_over("CLW1007", limits.most_elements)])


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _plain(local: str) -> str:
    """Return a local name without a prefix that lost its colon."""
    return _LOST_COLON.sub("", local, count=1) if not local[:1].isupper() else local


def find_message(root: Any) -> Any | None:
    """Find the message itself, whatever request wraps it.

    An answer to an enquiry may quote a declaration; nobody lodges it by that.
    """
    name = _plain(_local(root))
    if name.endswith("Response") and name != "Response":
        return None
    for element in root.iter():
        local = _plain(_local(element))
        if local == "MetaData":
            return element
        if local == "Declaration" and _is_ours(element, DECLARATION):
            return element
        if local == "Response" and element is root:
            return element
    return None


def _is_ours(element: Any, namespace: str) -> bool:
    own: Any = etree.QName(element).namespace
    if own == namespace:
        return True
    return own is None and any(_plain(_local(child)) == "FunctionCode" for child in element)


def _holds_declaration(message: Any) -> bool:
    return any(_plain(_local(child)) == "Declaration" for child in message)


class _Walk:
    """One pass over one message; collects the problems."""

    def __init__(self, *, strict: bool) -> None:
        self.strict = strict
        self.problems: list[SyntaxProblem] = []
        self.foreign: set[str] = set()

    def report(self, rule: str, pointer: str, element: Any, *parameters: tuple[str, str]) -> None:
        line = element.sourceline or 0
        self.problems.append(SyntaxProblem(rule, pointer, line, parameters))

    def check_name(self, element: Any, namespace: str, local: str) -> None:
        """Report a name outside the namespace once for each namespace that is met."""
        if not self.strict or element.tag == f"{{{namespace}}}{local}":
            return
        key = f"{etree.QName(element).namespace}|{_local(element) == local}"
        if key not in self.foreign:
            self.foreign.add(key)
            self.report(
                "CLW1011", "", element, ("name", shown(str(element.tag))), ("expected", namespace)
            )

    def read_class(self, shape: Shape, element: Any, pointer: str) -> Any:
        """Read one class and everything under it."""
        values: dict[str, Any] = {}
        attributes: dict[str, str] = {}
        counts: dict[str, int] = {}
        furthest = -1
        self.check_class_attributes(element, pointer)
        self.check_no_text(element, pointer)
        for child in element:
            member = self.member_of(shape, child, pointer)
            if member is None:
                continue
            if member.order < furthest:
                self.report("CLW1021", pointer, child, ("name", member.tag))
            furthest = max(furthest, member.order)
            count = counts[member.tag] = counts.get(member.tag, 0) + 1
            where = pointer_of(pointer, member, count if member.repeated else 0)
            if member.repeated:
                if count - 1 == member.most:
                    self.report(
                        "CLW1025", where, child, ("name", member.tag), ("most", str(member.most))
                    )
                values.setdefault(member.name, []).append(
                    self.read_class(member.shape, child, where)  # type: ignore[arg-type]
                )
                continue
            if count > 1:
                self.report("CLW1022", where, child, ("name", member.tag))
                continue
            if member.shape is not None:
                values[member.name] = self.read_class(member.shape, child, where)
            else:
                values[member.name] = self.read_leaf(member, child, where, attributes)
        return self.build(shape, element, pointer, values, attributes)

    def build(
        self,
        shape: Shape,
        element: Any,
        pointer: str,
        values: dict[str, Any],
        attributes: dict[str, str],
    ) -> Record:
        for member in shape.required:
            if member.name not in values:
                where = pointer_of(pointer, member, 0)
                self.report("CLW1024", where, element, ("name", member.tag))
                values[member.name] = None
        for name, value in values.items():
            if type(value) is list:
                values[name] = tuple(value)
        if attributes:
            values["attributes"] = attributes
        return shape.record(**values)

    def member_of(self, shape: Shape, child: Any, pointer: str) -> Member | None:
        namespace, _, local = str(child.tag).rpartition("}")
        member = shape.by_tag.get(local)
        if member is None:
            member = shape.by_tag.get(_plain(local))
        if member is None:
            self.report("CLW1020", pointer, child, ("name", shown(local)))
            return None
        if self.strict:
            expected = META if shape.record is MetaData and member.shape is None else DECLARATION
            if namespace[1:] != expected or local != member.tag:
                self.check_name(child, expected, member.tag)
        return member

    def check_class_attributes(self, element: Any, pointer: str) -> None:
        if not self.strict:
            return
        for name in element.attrib:
            if name not in LOCATIONS:
                self.report("CLW1028", pointer, element, ("name", shown(str(name))))

    def check_no_text(self, element: Any, pointer: str) -> None:
        texts = [element.text]
        texts.extend(child.tail for child in element)
        for text in texts:
            if text and not text.isspace() and text.strip(_SPACE):
                self.report("CLW1026", pointer, element, ("value", shown(text.strip(_SPACE))))
                return

    def read_leaf(
        self, member: Member, element: Any, pointer: str, attributes: dict[str, str]
    ) -> Any:
        """Read one leaf with its attributes; ``None`` where it cannot be read."""
        leaf = member.leaf
        assert leaf is not None
        holder = element
        if leaf.kind == "datetime":
            holder = self.date_holder(element, pointer)
            if holder is None:
                return None
        elif len(element):
            self.report("CLW1027", pointer, element, ("name", member.tag))
            return None
        raw = holder.text or ""
        text, troubles = (raw, ()) if is_plain_text(leaf, raw) else check_leaf(leaf, raw)
        for rule, parameters in troubles:
            self.report(rule, pointer, holder, ("name", member.tag), *parameters)
        extra = self.read_attributes(member, holder, pointer, attributes)
        if text is None:
            return None
        if member.value_type is not None:
            return member.value_type(text, extra)
        return whole_number(text) if leaf.kind == "sequence" else text

    def date_holder(self, element: Any, pointer: str) -> Any | None:
        """Return the DateTimeString inside a date; report whatever else is there."""
        self.check_class_attributes(element, pointer)
        self.check_no_text(element, pointer)
        if len(element) != 1 or _plain(_local(element[0])) != DATE_STRING:
            name = _local(element[0]) if len(element) else ""
            rule = "CLW1020" if name and name != DATE_STRING else "CLW1024"
            rule = "CLW1022" if name == DATE_STRING else rule
            self.report(
                rule, pointer, element, ("name", name if rule == "CLW1020" else DATE_STRING)
            )
            if not len(element) or _plain(name) != DATE_STRING:
                return None
        self.check_name(element[0], DECLARATION_VALUES, DATE_STRING)
        return element[0]

    def read_attributes(
        self, member: Member, element: Any, pointer: str, attributes: dict[str, str]
    ) -> str:
        """Check all attributes; keep the value's own, put the others under ``Tag@name``."""
        own = ""
        if not element.attrib and member.attribute_tag != "formatCode":
            return own
        for name, value in element.attrib.items():
            if name in LOCATIONS:
                continue
            leaf = member.leaf
            assert leaf is not None
            trouble = check_attribute(leaf, member.attribute_tag, name, value)
            if trouble is not None:
                if self.strict or trouble == "CLW1030":
                    self.report(
                        trouble, pointer, element, ("name", shown(name)), ("value", shown(value))
                    )
            elif name == member.attribute_tag:
                own = value
            else:
                attributes[f"{member.tag}@{name}"] = value
        if member.attribute_tag == "formatCode" and "formatCode" not in element.attrib:
            self.report("CLW1029", pointer, element, ("name", "formatCode"))
        return own
