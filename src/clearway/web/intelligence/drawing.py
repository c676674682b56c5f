"""The picture of links: boxes in columns and lines between them, drawn here: it needs no script.

Whom it is about stands in the middle; parties on one side, addresses, containers and means of
transport on the other; what is two steps away farther out. No two boxes touch however many there
are: the picture grows downwards, and the view itself is bounded.
"""

from __future__ import annotations

import unicodedata
from typing import Final, NamedTuple

from clearway.intelligence.linking import Links, Node

_WIDE: Final = 190
_HIGH: Final = 40
_BESIDE: Final = 60
_BELOW: Final = 12
_EDGE: Final = 8
_BOW: Final = 40
_LETTERS: Final = 24
"""Letters of a name in a box; a Chinese one counts twice."""
_THICKEST: Final = 4


class Box(NamedTuple):
    """A node where it is drawn: its left upper corner, its middle, its name as far as it fits."""

    node: Node
    label: str
    x: int
    y: int
    middle: int


class Line(NamedTuple):
    """A line between two boxes: the commands of its path, how thick it is.

    ``apart`` tells that neither is the one whom the view is about.
    """

    path: str
    width: int
    apart: bool


class Picture(NamedTuple):
    """The whole: its size in pixels, the size of a box, lines below and boxes above."""

    width: int
    height: int
    wide: int
    high: int
    lines: tuple[Line, ...]
    boxes: tuple[Box, ...]


def picture(links: Links, *, mirrored: bool = False) -> Picture:
    """Return the picture of a view.

    Args:
        links: the view.
        mirrored: for a page that is read from right to left.
    """
    columns: dict[int, list[Node]] = {}
    for node in links.nodes:
        columns.setdefault(_column(node), []).append(node)
    order = sorted(columns, reverse=mirrored)
    rows = max(map(len, columns.values()), default=0)
    height = rows * (_HIGH + _BELOW) - _BELOW + 2 * _EDGE
    boxes: dict[str, Box] = {}
    for place, column in enumerate(order):
        x = _EDGE + place * (_WIDE + _BESIDE)
        own = columns[column]
        for row, node in enumerate(own):
            y = _EDGE + row * (_HIGH + _BELOW)
            boxes[node.key] = Box(node, _short(node.name), x, y, x + _WIDE // 2)
    width = len(order) * (_WIDE + _BESIDE) - _BESIDE + 2 * _EDGE
    lines = tuple(
        _line(boxes[edge.one], boxes[edge.other], edge.records, width) for edge in links.edges
    )
    return Picture(width, height, _WIDE, _HIGH, lines, tuple(boxes.values()))


def _column(node: Node) -> int:
    """Return a node's column: 0 in the middle, parties before it and things behind it."""
    return -node.step if node.kind == "party" else node.step


def _line(one: Box, other: Box, records: int, width: int) -> Line:
    thick = min(_THICKEST, 1 + records.bit_length() // 2)
    return Line(_path(one, other, width), thick, bool(one.node.step and other.node.step))


def _path(one: Box, other: Box, width: int) -> str:
    """Return a line from side to side; between two of one column, round their inner side."""
    if one.x > other.x:
        one, other = other, one
    begin, end = one.y + _HIGH // 2, other.y + _HIGH // 2
    if one.x == other.x:
        inner = one.middle < width // 2
        side = one.x + (_WIDE if inner else 0)
        bow = side + (_BOW if inner else -_BOW)
        return f"M{side} {begin}C{bow} {begin} {bow} {end} {side} {end}"
    left, right = one.x + _WIDE, other.x
    middle = (left + right) // 2
    return f"M{left} {begin}C{middle} {begin} {middle} {end} {right} {end}"


def _short(name: str) -> str:
    """Return a name as far as it fits into a box."""
    room, kept = _LETTERS, ""
    for letter in name:
        room -= 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if room < 0:
            return f"{kept.rstrip()}…"
        kept += letter
    return kept
