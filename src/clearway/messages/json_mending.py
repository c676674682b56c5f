"""The short way through a JSON message with errors: only where something is wrong.

msgspec says where the first error of a class stands. That member is checked with the full care
of ``json_walk`` and set aside, and the rest of the class is converted again, until it converts.
What a conversion does not notice (a blank text, an amount that is none, a character that nobody
can see) is found beforehand by its tag, over the whole text at once (``json_doubts``), and
checked wherever that tag occurs. Each class is tried once for each member that has an error, and
long lists only once, so that a message full of errors costs no more than a few walks over it.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from clearway.messages.json_doubts import doubtful_data, keeps_every_key
from clearway.messages.json_places import Path
from clearway.messages.json_walk import Walk
from clearway.messages.leaf_checks import shown
from clearway.messages.problems import Reading
from clearway.messages.shapes import Member, Shape, pointer_of

_encode = msgspec.json.Encoder().encode
_STEP = re.compile(r"\.([A-Za-z]+)|\[([0-9]+)\]")
_AT = " - at `$"
_SHIPMENT = 3  # keys from the top to what is smaller than the goods shipment
_LONG = 8  # entries: a list that is not converted twice; data that are not looked for one by one


class _NoWayError(Exception):
    """msgspec stops where nothing can be set aside: the careful walk has the last word."""


def mend_json(data: bytes, trouble: str, first_line: int) -> Reading | None:
    """Read a message that is not plainly clean.

    Args:
        data: the message, UTF-8.
        trouble: what msgspec said of it when it was decoded as a message, or an empty text.
        first_line: number of the first line.

    Returns:
        The record and all problems; ``None`` where only the careful walk can tell.
    """
    try:
        tree = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    again = _encode(tree)
    if not keeps_every_key(data, again):
        return None
    doubts = doubtful_data(again)
    if doubts is None:
        return None
    try:
        return _Mending(tree, doubts, _steps(trouble)).reading(tree, data, first_line)
    except _NoWayError:
        return None


def _steps(trouble: str) -> Path:
    """Return the keys and positions at which msgspec stopped."""
    _, _, place = trouble.rpartition(_AT)
    return tuple(key or int(position) for key, position in _STEP.findall(place))


class _Mending(Walk):
    """One message on its way; ``known`` is the place of an error that is known beforehand."""

    def __init__(self, tree: Any, doubts: list[tuple[bytes, str]], known: Path) -> None:
        super().__init__()
        self.tree = tree
        self.doubts = frozenset(tag for _, tag in doubts)
        self.doubtful = [datum for datum, _ in doubts] if len(doubts) <= _LONG else [b""]
        self.known = known

    def read_class(self, shape: Shape, tree: dict[str, Any], pointer: str, path: Path) -> Any:
        """Read one class and everything under it."""
        apart = _Apart(self, shape, tree, (pointer, path))
        depth = len(path)
        if not shape.reach.isdisjoint(self.doubts) and (
            # What holds nearly the whole message is not worth the look: its members are.
            depth < _SHIPMENT or self._is_doubtful(tree)
        ):
            apart.set_doubtful()
        if len(self.known) > depth and self.known[:depth] == path:
            apart.set_known(str(self.known[depth]))
        while True:  # ends: each turn sets a member aside, or the strangers, which happens once
            try:
                record = msgspec.convert(apart.rest, shape.record)
            except msgspec.ValidationError as error:
                steps = _steps(str(error))
                apart.set_aside(str(steps[0])) if steps else apart.set_strangers()
            else:
                break
        for name, value in apart.values.items():
            setattr(record, name, value)
        return record

    def settle(self, key: str, value: Any) -> None:
        """Strike a doubt off once its datum has been read; without doubts nothing is sought."""
        datum = b'"%b":%b' % (key.encode(), _encode(value)[:-1])
        if datum in self.doubtful:
            self.doubtful.remove(datum)
            if not self.doubtful:
                self.doubts = frozenset()

    def _is_doubtful(self, tree: dict[str, Any]) -> bool:
        """Tell whether a class holds a doubtful datum, so that the others convert at once."""
        encoded = _encode(tree)
        return any(datum in encoded for datum in self.doubtful)

    def with_lines(self, data: bytes, first_line: int) -> Any:
        """Return the problems in the order of the text, each with its line."""
        if len(self.found) > 1 and b"\n" not in data:
            self.found.sort(key=self._order)
        return super().with_lines(data, first_line)

    def _order(self, entry: tuple[Path, str, str, Any]) -> tuple[int, ...]:
        """Return the position of a problem by the positions of the keys that lead to it."""
        node, places = self.tree, []
        for step in entry[0]:
            if isinstance(node, dict):
                places.append(list(node).index(step))
            else:
                places.append(int(step))
            node = node[step]
        if entry[1] == "CLW1024" and isinstance(node, dict):
            places.append(len(node))
        return tuple(places)


class _Apart:
    """The members of one class that are read with care, and the rest, which converts at once."""

    __slots__ = ("_here", "_told", "_walk", "rest", "shape", "tree", "values")

    def __init__(
        self, walk: _Mending, shape: Shape, tree: dict[str, Any], here: tuple[str, Path]
    ) -> None:
        self._walk = walk
        self._here = here
        self._told = False
        self.shape = shape
        self.tree = tree
        self.rest = tree
        self.values: dict[str, Any] = {}

    def set_doubtful(self) -> None:
        """Read every member that has a doubtful tag, or may hold one."""
        by_tag, walk = self.shape.by_tag, self._walk
        for key, value in self.tree.items():
            member = by_tag.get(key)
            if member is None:
                continue
            if member.shape is not None:
                if not member.shape.reach.isdisjoint(walk.doubts):
                    self._read(member)
            elif key in walk.doubts:
                self._read(member)
                walk.settle(key, value)

    def set_known(self, key: str) -> None:
        """Read the member that is known to hold an error, unless that has been done."""
        member = self.shape.by_tag.get(key)
        if member is not None and key in self.rest and member.name not in self.values:
            self.set_aside(key)

    def set_aside(self, key: str) -> None:
        """Read the member with an error, and long lists, which shall not be converted twice."""
        member = self.shape.by_tag.get(key)
        if member is None or key not in self.rest or (member.required and self.tree[key] is None):
            self.set_strangers()
            return
        if member.name in self.values:
            raise _NoWayError
        self._read(member)
        for tag, value in self.tree.items():
            if type(value) is list and len(value) > _LONG:
                other = self.shape.by_tag.get(tag)
                if other is not None and other.name not in self.values:
                    self._read(other)

    def set_strangers(self) -> None:
        """Report the keys that the class does not have, and the mandatory data that it lacks."""
        if self._told:
            raise _NoWayError
        self._told = True
        pointer, path = self._here
        by_tag, tree = self.shape.by_tag, self.tree
        rest = dict(self.rest)
        for key in tree:
            if key not in by_tag:
                self._walk.report((*path, key), "CLW1020", pointer, ("name", shown(key)))
                del rest[key]
        for member in self.shape.required:
            if tree.get(member.tag) is None:  # absent or null
                where = pointer_of(pointer, member, 0)
                self._walk.report(path, "CLW1024", where, ("name", member.tag))
                self.values[member.name] = None
                rest[member.tag] = _stand_in(member)
        self.rest = rest

    def _read(self, member: Member) -> None:
        value = self.tree[member.tag]
        if member.name in self.values or (value is None and member.required):
            return
        if self.rest is self.tree:
            self.rest = dict(self.tree)
        if member.required:
            self.rest[member.tag] = _stand_in(member)
        else:
            del self.rest[member.tag]
        if value is not None:
            pointer, path = self._here
            self.values[member.name] = self._walk.read_member(
                member, value, pointer, (*path, member.tag)
            )


def _stand_in(member: Member) -> Any:
    """Return what takes the place of a mandatory datum until the record is made."""
    leaf = member.leaf
    assert leaf is not None, member.tag
    if leaf.kind == "sequence":
        return 0
    return leaf.choices[0] if leaf.choices else None
