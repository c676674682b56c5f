"""The careful walk over a JSON message: every error at once, with pointer and line.

Used for the parts of a message in which ``json_mending`` finds something wrong, and for whole
messages where it finds no way. The text is parsed into objects that remember keys that came twice
and numbers as they were written, and every member is looked at. The shapes lead the walk, so that
nothing unknown is ever descended into.
"""

from __future__ import annotations

import json
from typing import Any

from clearway.messages.json_places import TWICE, Path, offsets
from clearway.messages.leaf_checks import (
    check_leaf,
    is_plain_text,
    shown,
    suspect_characters,
    whole_number,
)
from clearway.messages.limits import Limits
from clearway.messages.problems import MalformedMessage, Reading, SyntaxProblem
from clearway.messages.records import Declaration, MetaData
from clearway.messages.shapes import Member, Shape, pointer_of, shape_of
from clearway.messages.xml_attributes import check_attribute


class _Number(str):
    """A JSON number as written."""

    __slots__ = ()


def _repeated_keys(tree: dict[str, Any]) -> tuple[str, ...]:
    return tree.twice if type(tree) is _Object else ()


class _Object(dict[str, Any]):
    """A JSON object that remembers the keys that came more than once."""

    __slots__ = ("twice",)

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.twice: tuple[str, ...] = ()
        if len(self) != len(pairs):
            seen: set[str] = set()
            twice: dict[str, None] = {}
            for key, value in pairs:
                if key in seen:
                    twice[key] = None
                else:
                    seen.add(key)
                    self[key] = value  # the first one is kept
            self.twice = tuple(twice)


_parser = json.JSONDecoder(
    object_pairs_hook=_Object, parse_float=_Number, parse_int=_Number, parse_constant=_Number
)


def walk_json(data: bytes, limits: Limits, first_line: int) -> Reading:
    """Read one JSON message with care.

    Raises:
        MalformedMessage: not UTF-8, not JSON, or nested too deeply.
    """
    try:
        text = data.decode("utf-8")
        tree = _parser.decode(text)
    except UnicodeDecodeError as error:
        line = first_line + data.count(b"\n", 0, error.start)
        detail = f"byte {error.start + 1}: {error.reason}"
        raise MalformedMessage(
            [SyntaxProblem("CLW1009", "", line, (("detail", detail),))]
        ) from error
    except json.JSONDecodeError as error:
        detail = f"column {error.colno}: {error.msg}"
        line = first_line + error.lineno - 1
        raise MalformedMessage(
            [SyntaxProblem("CLW1008", "", line, (("detail", detail),))]
        ) from error
    except RecursionError as error:
        most = (("most", str(limits.deepest)),)
        raise MalformedMessage([SyntaxProblem("CLW1006", "", first_line, most)]) from error
    walk = Walk()
    return walk.concluded(walk.read_message(tree), data, first_line)


def parse(part: Any) -> Any:
    """Return a part of a message, a buffer of well-formed JSON, as the objects of the walk."""
    return _parser.raw_decode(str(part, "utf-8").lstrip())[0]


def is_declaration(tree: dict[str, Any]) -> bool:
    """Tell whether an object without envelope is a declaration."""
    return "FunctionCode" in tree or "GoodsShipment" in tree


class Walk:
    """One pass over one parsed message."""

    def __init__(self) -> None:
        self.found: list[tuple[Path, str, str, tuple[tuple[str, str], ...]]] = []

    def concluded(self, record: MetaData | None, data: bytes, first_line: int) -> Reading:
        """Return what the message was read as, with all problems."""
        if record is not None and record.declaration is not None and record.responses:
            self.report(("Response",), "CLW1022", "", ("name", "Declaration, Response"))
        problems = self.with_lines(data, first_line)
        if record is None or (record.declaration is None and not record.responses):
            return Reading("other", None, problems, first_line)
        kind = "declaration" if record.declaration is not None else "notification"
        return Reading(kind, record, problems, first_line)

    def report(self, path: Path, rule: str, pointer: str, *parameters: tuple[str, str]) -> None:
        """Note a problem; its line is found later."""
        self.found.append((path, rule, pointer, parameters))

    def read_message(self, tree: Any) -> MetaData | None:
        """Read the envelope, or a declaration without one; ``None`` where it is neither."""
        if not isinstance(tree, dict):
            self.report((), "CLW1031", "", ("name", "MetaData"), ("expected", "object"))
            return None
        if "Declaration" not in tree and "Response" not in tree:
            if is_declaration(tree):
                declaration = self.read_class(shape_of(Declaration), tree, "42A", ())
                return MetaData(declaration=declaration)
            return None
        record: MetaData = self.read_class(shape_of(MetaData), tree, "", ())
        return record

    def read_class(self, shape: Shape, tree: dict[str, Any], pointer: str, path: Path) -> Any:
        """Read one class and everything under it."""
        values: dict[str, Any] = {}
        by_tag = shape.by_tag
        for key in _repeated_keys(tree):
            member = by_tag.get(key)
            where = pointer_of(pointer, member, 0) if member is not None else pointer
            self.report((*path, key, TWICE), "CLW1023", where, ("name", shown(key)))
        for key, value in tree.items():
            member = by_tag.get(key)
            if member is None:
                if key == "@":
                    values["attributes"] = self.read_attributes(shape, value, pointer, (*path, key))
                else:
                    self.report((*path, key), "CLW1020", pointer, ("name", shown(key)))
            elif value is not None:
                values[member.name] = self.read_member(member, value, pointer, (*path, key))
        for member in shape.required:
            if tree.get(member.tag) is None:
                self.missing(member, pointer, path)
                values[member.name] = None
        return shape.record(**values)

    def missing(self, member: Member, parent: str, path: Path) -> None:
        """Report a mandatory datum that the class at ``path`` lacks."""
        self.report(path, "CLW1024", pointer_of(parent, member, 0), ("name", member.tag))

    def read_member(self, member: Member, value: Any, parent: str, path: Path) -> Any:
        """Read one member: a leaf, a class or all entries of a repeated class."""
        shape = member.shape
        if shape is None:
            return self.read_leaf(member, value, pointer_of(parent, member, 0), path)
        if not member.repeated:
            here = pointer_of(parent, member, 0)
            if isinstance(value, dict):
                return self.read_class(shape, value, here, path)
            self.wrong_type(member.tag, "object", here, path)
            return None
        if not isinstance(value, list):
            self.wrong_type(member.tag, "array", pointer_of(parent, member, 0), path)
            return ()
        self.count(member, len(value), parent, path)
        entries = []
        for position, entry in enumerate(value, 1):
            here = pointer_of(parent, member, position)
            if isinstance(entry, dict):
                entries.append(self.read_class(shape, entry, here, (*path, position - 1)))
            else:
                self.wrong_type(member.tag, "object", here, (*path, position - 1))
        return tuple(entries)

    def count(self, member: Member, occurrences: int, parent: str, path: Path) -> None:
        """Report a class that occurs more often than it may."""
        if 0 <= member.most < occurrences:
            here = pointer_of(parent, member, member.most + 1)
            parameters = (("name", member.tag), ("most", str(member.most)))
            self.report((*path, member.most), "CLW1025", here, *parameters)

    def wrong_type(self, name: str, expected: str, pointer: str, path: Path) -> None:
        """Report a value of another JSON type."""
        self.report(path, "CLW1031", pointer, ("name", name), ("expected", expected))

    def read_leaf(self, member: Member, value: Any, pointer: str, path: Path) -> Any:
        """Read one leaf; ``None`` where it cannot be read."""
        if member.value_type is not None:
            return self.read_value(member, value, pointer, path)
        leaf = member.leaf
        assert leaf is not None
        if leaf.kind == "sequence":
            if type(value) is not int and type(value) is not _Number:
                return self.misplaced(member, value, "number", pointer, path)
            value = str(value)
        elif type(value) is not str:
            return self.misplaced(member, value, "text", pointer, path)
        elif is_plain_text(leaf, value):
            return value
        text, troubles = check_leaf(leaf, value)
        for rule, parameters in troubles:
            self.report(path, rule, pointer, ("name", member.tag), *parameters)
        if text is None or leaf.kind != "sequence":
            return text
        return whole_number(text)

    def misplaced(
        self, member: Member, value: Any, expected: str, pointer: str, path: Path
    ) -> None:
        """Report a wrong type; a number that is none at all is told as such."""
        leaf = member.leaf
        if leaf is not None and leaf.digits >= 0 and isinstance(value, (str, int, float)):
            text, troubles = check_leaf(leaf, str(value))
            if text is None:
                for rule, parameters in troubles:
                    self.report(path, rule, pointer, ("name", member.tag), *parameters)
                return
        self.wrong_type(member.tag, expected, pointer, path)

    def read_value(self, member: Member, tree: Any, pointer: str, path: Path) -> Any:
        """Read an amount, quantity or date: an object of ``value`` and one attribute."""
        if not isinstance(tree, dict):
            return self.misplaced(member, tree, "object", pointer, path)
        leaf, own = member.leaf, member.attribute_tag
        assert leaf is not None
        for key in _repeated_keys(tree):
            self.report((*path, key, TWICE), "CLW1023", pointer, ("name", shown(key)))
        for key in tree:
            if key not in ("value", own):
                told = (("name", shown(key)), ("value", shown(str(tree[key]))))
                self.report((*path, key), "CLW1028", pointer, *told)
        extra = tree.get(own)
        if extra is None:
            if own == "formatCode":
                self.report(path, "CLW1029", pointer, ("name", own))
        elif type(extra) is not str:
            self.wrong_type(own, "text", pointer, (*path, own))
        elif (rule := check_attribute(leaf, own, own, extra)) is not None:
            told = (("name", own), ("value", shown(extra)))
            self.report((*path, own), rule, pointer, *told)
        raw = tree.get("value")
        if raw is None:
            self.report(path, "CLW1024", pointer, ("name", "value"))
            return None
        if type(raw) is not str:
            return self.misplaced(member, raw, "text", pointer, (*path, "value"))
        text, troubles = check_leaf(leaf, raw)
        for rule, parameters in troubles:
            self.report((*path, "value"), rule, pointer, ("name", member.tag), *parameters)
        if text is None:
            return None
        return member.value_type(text, extra if type(extra) is str else "")

    def read_attributes(self, shape: Shape, tree: Any, pointer: str, path: Path) -> Any:
        """Read the supplementary attributes of text leaves, ``Tag@name``."""
        if not isinstance(tree, dict):
            self.wrong_type("@", "object", pointer, path)
            return None
        kept = {}
        for key, value in tree.items():
            tag, _, name = key.partition("@")
            member = shape.by_tag.get(tag)
            leaf = member.leaf if member is not None else None
            if leaf is None or type(value) is not str:
                rule: str | None = "CLW1028"
            else:
                rule = check_attribute(leaf, "", name, value)
            for trouble, details in suspect_characters(str(value)):
                self.report((*path, key), trouble, pointer, ("name", shown(key)), *details)
            if rule is None:
                kept[key] = value
            else:
                told = (("name", shown(key)), ("value", shown(str(value))))
                self.report((*path, key), rule, pointer, *told)
        return kept or None

    def with_lines(self, data: bytes, first_line: int) -> tuple[SyntaxProblem, ...]:
        """Return the problems in the order of the text, each with its line."""
        if b"\n" not in data or not self.found:
            return tuple(
                SyntaxProblem(rule, pointer, first_line, parameters)
                for _, rule, pointer, parameters in self.found
            )
        text = data.decode("utf-8")
        places = offsets(text, {path for path, *_ in self.found})
        order = sorted(self.found, key=lambda entry: places.get(entry[0], 0))
        return tuple(
            SyntaxProblem(
                rule, pointer, first_line + text.count("\n", 0, places.get(path, 0)), parameters
            )
            for path, rule, pointer, parameters in order
        )
