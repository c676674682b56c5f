"""Single data of a declaration in its JSON form: read, put and pointed at by a path.

A path is steps joined by ``/``, from the declaration down: ``GoodsShipment/Importer/ID``. A step
into a repeated class says which one: ``Packaging[2]`` by its place, ``Origin[TypeCode=2]`` the
first whose code is that, ``Origin[TypeCode!=2]`` the first whose code is not. What a form does
not show stays in the tree as it came.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from clearway.messages.records import Declaration
from clearway.messages.shapes import Member, Shape, pointer_of, shape_of

Tree = dict[str, Any]
ITEMS: Final = "GoodsShipment/GovernmentAgencyGoodsItem"
_STEP: Final = re.compile(r"(\w+)(?:\[(?:(\d+)|(\w+)(!?=)(\w+))\])?\Z")
_SEQUENCE: Final = "SequenceNumeric"
_VALUE: Final = "value"


def read(tree: Tree, path: str) -> str:
    """Return the text at a path of a declaration; empty where there is none.

    >>> read({"Origin": [{"CountryCode": "VN", "TypeCode": "2"}]}, "Origin[TypeCode=2]/CountryCode")
    'VN'
    """
    node: Any = tree
    for word in path.split("/"):
        tag, place, key, sign, wanted = _step(word)
        node = node.get(tag) if isinstance(node, dict) else None
        if place or key:
            at = _place(node or [], place, key, sign, wanted)
            node = None if at is None else node[at]
    return "" if node is None or isinstance(node, dict | list) else str(node)


def put(tree: Tree, path: str, text: str) -> None:
    """Set the text at a path, making the classes on the way; an empty text takes it away.

    A class that the form has emptied goes with its last datum, so that no empty one is lodged. An
    emptied entry of a list stays as ``{}`` until ``lodgeable`` leaves it out: its neighbours keep
    their places while somebody types.
    """
    words = path.split("/")
    if not text:
        _remove(tree, words)
        return
    node = tree
    for word in words[:-1]:
        node = _enter(node, word)
    node[words[-1]] = int(text) if words[-1] == _SEQUENCE else text


def _enter(node: Tree, word: str) -> Tree:
    """Return the class that a step leads to, made where there is none."""
    tag, place, key, sign, wanted = _step(word)
    if not place and not key:
        made: Tree = node.setdefault(tag, {})
        return made
    entries: list[Tree] = node.setdefault(tag, [])
    at = _place(entries, place, key, sign, wanted)
    if at is None:
        at = int(place) - 1 if place else len(entries)
        while len(entries) <= at:
            entries.append({})
        if key:
            entries[at][key] = wanted if sign == "=" else "1"
    if not entries[at] and _has_sequence(tag):
        entries[at][_SEQUENCE] = at + 1
    return entries[at]


def _remove(node: Any, words: list[str]) -> None:
    tag, place, key, sign, wanted = _step(words[0])
    if not isinstance(node, dict) or tag not in node:
        return
    if len(words) == 1:
        del node[tag]
        return
    held = node[tag]
    if not place and not key:
        _remove(held, words[1:])
        if not held:
            del node[tag]
        return
    at = _place(held, place, key, sign, wanted)
    if at is None or not held[at]:
        return
    _remove(held[at], words[1:])
    if held[at].keys() <= {_SEQUENCE, key}:
        held[at].clear()


def _step(word: str) -> tuple[str, ...]:
    found = _STEP.match(word)
    assert found is not None, word
    return tuple(part or "" for part in found.groups())


def _place(entries: list[Any], place: str, key: str, sign: str, wanted: str) -> int | None:
    """Return the 0-based place of the entry that a step means."""
    if place:
        return int(place) - 1 if int(place) <= len(entries) else None
    for at, entry in enumerate(entries):
        if entry and (entry.get(key) == wanted) == (sign == "="):
            return at
    return None


def _has_sequence(tag: str) -> bool:
    return tag in {"Packaging", "TransportEquipment", "Seal", "GovernmentAgencyGoodsItem"}


def lodgeable(tree: Tree) -> Tree:
    """Return a copy as it is lodged: without emptied entries of lists and values without value."""
    copied: Tree = _lodgeable(tree, shape_of(Declaration))
    return copied


def _lodgeable(node: Any, shape: Shape | None) -> Any:
    if not isinstance(node, dict) or shape is None:
        return node
    copied: Tree = {}
    for tag, held in node.items():
        member = shape.by_tag.get(tag)
        if member is None or member.shape is None:
            # A currency or a unit that waits for its figure is nothing yet.
            if isinstance(held, dict) and tag != "@" and _VALUE not in held:
                continue
            copied[tag] = held
        elif isinstance(held, list):
            entries = [_lodgeable(one, member.shape) for one in held if one != {}]
            if entries or not held:
                copied[tag] = entries
        else:
            copied[tag] = _lodgeable(held, member.shape)
    return copied


def pointer(tree: Tree, path: str) -> str:
    """Return the WCO pointer of a path, by the places of ``lodgeable``.

    >>> pointer({}, "GoodsShipment/GovernmentAgencyGoodsItem[2]/Commodity/Description")
    '42A/67A/68A[2]/23A:137'
    """
    return _walk(tree, path)[0]


def wco_id(path: str) -> str:
    """Return the WCO id of the datum at a path: ``R038`` for ``GoodsShipment/Importer/ID``."""
    return pointer({}, path).rpartition(":")[2]


def leaf_of(path: str) -> Member | None:
    """Return how the datum at a path may be written."""
    return _walk({}, path)[1]


def _walk(tree: Tree, path: str) -> tuple[str, Member | None]:
    shape: Shape | None = shape_of(Declaration)
    here, node, member = "42A", tree, None
    for word in path.split("/"):
        if shape is None:  # value, currencyID, unitCode of a leaf
            break
        tag, place, key, sign, wanted = _step(word)
        member = shape.by_tag[tag]
        held: Any = node.get(tag)
        if place or key:
            entries = held or []
            at = _place(entries, place, key, sign, wanted)
            if at is None:
                at = int(place) - 1 if place else len(entries)
            number = 1 + sum(one != {} for one in entries[:at]) + max(0, at - len(entries))
            node = entries[at] if at < len(entries) else {}
        else:
            number, node = 0, held if isinstance(held, dict) else {}
        here = pointer_of(here, member, number)
        shape = member.shape
    return here, member


def items(tree: Tree) -> list[Tree]:
    """Return the goods items of a declaration, as they stand in it."""
    found: list[Tree] = tree.get("GoodsShipment", {}).get("GovernmentAgencyGoodsItem", [])
    return found


def numbered(tree: Tree) -> None:
    """Number the goods items in their order, and say how many there are."""
    for place, item in enumerate(items(tree), 1):
        item[_SEQUENCE] = place
    count = len(items(tree))
    put(tree, "GoodsItemQuantity/value", str(count) if count else "")


def each(tree: Any, tag: str) -> Iterator[Tree]:
    """Yield every entry of a repeated class, wherever in a declaration it stands."""
    if isinstance(tree, dict):
        for name, held in tree.items():
            if name == tag and isinstance(held, list):
                yield from (one for one in held if isinstance(one, dict))
            yield from each(held, tag)
    elif isinstance(tree, list):
        for one in tree:
            yield from each(one, tag)
