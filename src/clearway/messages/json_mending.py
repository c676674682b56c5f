"""The short way through a JSON message with errors: only where something is wrong.

msgspec says where the first error of a class stands. The class is split, unread, into its members;
the member with the error is set aside, and the rest is decoded again, until it decodes. Then what
was set aside is read in the same way, down to single data, which the careful walk of ``json_walk``
checks. What a decoder does not notice (a blank text, an amount that is none, an escape, a
character that nobody can see) is found beforehand by its offset, over the whole text at once
(``json_doubts``); whoever holds such an offset is set aside. A key that comes twice shows where a
class and what was read of it have not the same length.

So a goods item without error is decoded once, at full speed, whatever its neighbours hold.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sized
from functools import cache, lru_cache
from typing import Any, TypeAlias

import msgspec

from clearway.messages.json_doubts import doubtful_offsets
from clearway.messages.json_places import Path
from clearway.messages.json_walk import Walk, is_declaration, parse
from clearway.messages.leaf_checks import shown
from clearway.messages.plain_values import has_plain_values
from clearway.messages.problems import Reading
from clearway.messages.records import Declaration, MetaData
from clearway.messages.shapes import Member, Shape, pointer_of, shape_of

_encode = msgspec.json.Encoder().encode
_split = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_split_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_STEP = re.compile(r"\.([A-Za-z]+)|\[([0-9]+)\]")
_AT = " - at `$"
_OBJECT, _ARRAY, _NULL = b"{[n"
_DECLARATION = b'"Declaration":{'
_LONG = 600  # bytes: a member that is not decoded again for the errors of its neighbours

# A part of the message, unread, and the offset at which it begins.
_Part: TypeAlias = tuple[msgspec.Raw, int]
# The pointer of a class, and the keys and positions that lead to it; of a member: to itself.
_Place: TypeAlias = tuple[str, Path]
# The keys and positions from a part to an error that is known; ``None`` where none is.
_Known: TypeAlias = Path | None


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
        if not data.isascii():
            data.decode("utf-8")  # splitting looks at no text
        # Whoever writes spaces between data writes one here.
        spaced = data[1:2].isspace() or b": " in data[:99]
        text = msgspec.json.format(data, indent=-1) if spaced else data
        walk = Walk()
        record = _Mending(text, walk).read_message(_steps(trouble) if trouble else None)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, _NoWayError):
        return None
    return walk.concluded(record, data, first_line)


def _steps(trouble: str) -> Path:
    """Return the keys and positions at which msgspec stopped."""
    return _steps_of(trouble[trouble.rfind(_AT) :])


@lru_cache(maxsize=4096)
def _steps_of(place: str) -> Path:
    return tuple(key or int(position) for key, position in _STEP.findall(place))


@cache
def _decoder(shape: Shape) -> Callable[[Any], Any]:
    return msgspec.json.Decoder(shape.record).decode


class _Mending:
    """One message on its way; what is wrong with single data the walk finds and notes."""

    def __init__(self, text: bytes, walk: Walk) -> None:
        self.text = text
        self.walk = walk
        self.doubts = doubtful_offsets(text)
        self.doubts.append(len(text))  # no part reaches it

    def read_message(self, known: _Known) -> MetaData:
        """Read the envelope, or a declaration without one."""
        record = self.read_enveloped(known)
        if record is not None:
            return record
        part = (msgspec.Raw(self.text), 0)
        keys = _split(self.text)
        if "Declaration" in keys or "Response" in keys:
            record = self.read_class(shape_of(MetaData), part, known, ("", ()))
        elif is_declaration(keys):
            declaration = self.read_piece(shape_of(Declaration), part, None, ("42A", ()))
            record = MetaData(declaration=declaration)
        else:
            raise _NoWayError
        return record

    def read_enveloped(self, known: _Known) -> MetaData | None:
        """Read a declaration at the end of a clean envelope, where it mostly is, unsplit.

        Cut out, it must leave a whole message behind. Should more follow it, it cannot be split.
        """
        start = self.text.find(_DECLARATION)
        if start < 0 or self.doubts[0] < start or (known and known[0] != "Declaration"):
            return None
        envelope = self.text[:start].rstrip(b",") + b"}"
        try:
            record: MetaData = _decoder(shape_of(MetaData))(envelope)
        except msgspec.DecodeError:
            return None
        if len(_encode(record)) != len(envelope) or record.responses:
            return None
        begin = start + len(_DECLARATION) - 1
        part = (msgspec.Raw(self.text[begin:-1]), begin)
        shape = shape_of(Declaration)
        place = ("42A", ("Declaration",))
        record.declaration = self.read_class(shape, part, known and known[1:], place)
        return record

    def read_piece(self, shape: Shape, part: _Part, known: _Known, place: _Place) -> Any:
        """Read a class: at once if that can be, else by its members."""
        raw, begin = part
        if known is None and self.doubts[bisect_left(self.doubts, begin)] >= begin + len(raw):
            try:
                record = _decoder(shape)(raw)
            except msgspec.ValidationError as error:
                known = _steps(str(error))
            else:
                again = _encode(record)
                if self.text.startswith(again, begin) or _keeps_all(again, raw):
                    return record
        return self.read_class(shape, part, known, place)

    def read_class(self, shape: Shape, part: _Part, known: _Known, place: _Place) -> Any:
        """Read a class by its members: at once those without error, then, in order, the others."""
        pointer, path = place
        members = _split(part[0])
        apart: dict[str, _Known] = {}
        begins = self.look_at(shape, members, part, apart)
        if begins is None:
            return self.walk.read_class(shape, parse(part[0]), pointer, path)
        if known and known[0] in members:
            apart[str(known[0])] = known[1:]
        record = _decode_rest(shape, members, apart)
        for key, raw in members.items():
            if key not in apart:
                continue
            member, begin = shape.by_tag.get(key), begins[key]
            here = (*path, key)
            if key == "@":
                record.attributes = self.walk.read_attributes(shape, parse(raw), pointer, here)
            elif member is None:
                self.walk.report(here, "CLW1020", pointer, ("name", shown(key)))
            elif self.text[begin] != _NULL:
                value = self.read_member(member, (raw, begin), apart[key], (pointer, here))
                setattr(record, member.name, value)
        for member in shape.required:
            if member.tag not in members or self.text[begins[member.tag]] == _NULL:
                self.walk.missing(member, pointer, path)
                setattr(record, member.name, None)
        return record

    def look_at(
        self,
        shape: Shape,
        members: dict[str, msgspec.Raw],
        part: _Part,
        apart: dict[str, _Known],
    ) -> dict[str, int] | None:
        """Return where the value of each member begins; put those to be set aside in ``apart``.

        The lengths do not add up where a key comes twice, or holds an escape or letters that are
        no ASCII, and where spaces stand between the data; then nobody can tell (``None``).
        """
        raw, begin = part
        begins: dict[str, int] = {}
        tags, at = shape.by_tag, begin + 1
        doubts = self.doubts
        place = bisect_left(doubts, begin)
        doubt = doubts[place]
        for key, value in members.items():
            at += len(key) + 3  # two quotes and a colon
            begins[key] = at
            length = len(value)
            if length > _LONG or doubt < at + length or key not in tags:
                apart[key] = None
                doubt = doubts[bisect_left(doubts, at + length, place)]
            at += length + 1
        return begins if at + (not members) == begin + len(raw) else None

    def read_member(self, member: Member, part: _Part, known: _Known, place: _Place) -> Any:
        """Read one member: a leaf, a class or all entries of a repeated class."""
        raw, begin = part
        pointer, path = place
        shape, first = member.shape, self.text[begin]
        if shape is not None and first == (_ARRAY if member.repeated else _OBJECT):
            if member.repeated:
                return self.read_entries(member, part, known, place)
            return self.read_piece(shape, part, known, (pointer_of(pointer, member, 0), path))
        return self.walk.read_member(member, parse(raw), pointer, path)

    def read_entries(self, member: Member, part: _Part, known: _Known, place: _Place) -> Any:
        """Read the entries of a repeated class."""
        raw, begin = part
        pointer, path = place
        shape = member.shape
        entries = _split_list(raw)
        if shape is None or sum(map(len, entries)) + max(len(entries), 1) + 1 != len(raw):
            return self.walk.read_member(member, parse(raw), pointer, path)
        self.walk.count(member, len(entries), pointer, path)
        text = self.text
        found = []
        begin += 1
        for position, entry in enumerate(entries):
            steps = known[1:] if known and known[0] == position else None
            here = pointer_of(pointer, member, position + 1), (*path, position)
            if text[begin] == _OBJECT:
                found.append(self.read_piece(shape, (entry, begin), steps, here))
            else:
                self.walk.wrong_type(member.tag, "object", *here)
            begin += len(entry) + 1
        return tuple(found)


def _decode_rest(shape: Shape, members: dict[str, msgspec.Raw], apart: dict[str, _Known]) -> Any:
    """Return the record of all members but those set aside; ``apart`` gets those with errors."""
    rest: dict[str, Any] = members.copy()
    for key in apart:
        del rest[key]
    decode, stand_ins = _decoder(shape), _stand_ins(shape)
    while True:  # ends: each turn sets members aside
        encoded = _encode(stand_ins | rest if stand_ins else rest)
        try:
            record = decode(encoded)
        except msgspec.ValidationError as error:
            steps = _steps(str(error))
            if not steps or steps[0] not in rest:
                raise _NoWayError from error
            apart[str(steps[0])] = steps[1:]
            del rest[str(steps[0])]
        else:
            again = _encode(record)
            if again == encoded or _keeps_all(again, encoded):
                return record
            # A key comes twice somewhere, or something is null or empty: look at each.
            apart.update(dict.fromkeys(rest))
            rest.clear()


def _keeps_all(again: bytes, read: Sized) -> bool:
    """Tell whether a record encoded again has all that was read, if in another order.

    Where the order is another, a value may have stood behind its attribute, unseen.
    """
    return len(again) == len(read) and has_plain_values(again)


@cache
def _stand_ins(shape: Shape) -> dict[str, Any]:
    """Return what takes the place of mandatory data until the record is made."""
    return {member.tag: _stand_in(member) for member in shape.required}


def _stand_in(member: Member) -> Any:
    leaf = member.leaf
    assert leaf is not None, member.tag
    if leaf.kind == "sequence":
        return 0
    return leaf.choices[0] if leaf.choices else None
