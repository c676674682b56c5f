"""The short way from rows of a CSV file to records: a program made once for each header row.

The header says which cell fills which datum, so that it is written out as two functions, one for
the goods item of a row and one for the message. For

::

    Message,Declaration.FunctionCode,Declaration.GoodsShipment.GovernmentAgencyGoodsItem.\
Origin[1].CountryCode

the first one reads, in short::

    def item(row):
        (_, c1, c2) = row
        n1 = None
        if c2:
            n1 = Origin(country_code=k2[c2])
        ...

Only what is right for certain goes this way. Anything else raises ``DoubtError``, and the message
is read with care from its cells. The source is made of numbers and of names of our own records;
nothing from the file is part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

import msgspec

from clearway.messages.csv_cells import as_data
from clearway.messages.limits import Limits
from clearway.messages.paths import ITEMS, Place
from clearway.messages.records import MetaData
from clearway.messages.right_values import (
    DoubtError,
    RightValues,
    plain_test,
    right_attribute,
    right_value,
)
from clearway.messages.shapes import Member, Shape, shape_of

_MOST_ITEMS = 999
_CELL_BYTES = 4_096
"""No cell that goes this way has more bytes as JSON, with its tags."""
*_ABOVE_ITEMS, _ITEM = ITEMS.split(".")
_PATTERNS = frozenset({"amount", "quantity", "datetime"})
_WORDS = frozenset({"id", "text"})
_PLAIN_TEXT = """%s[0] > "'" and %s.isprintable()"""  # the mark and space stand before all letters
_encode = msgspec.json.Encoder().encode


class Plan:
    """How the rows of one message become its record.

    Args:
        places: the place of each column, ``None`` for a column without a datum.
    """

    MOST_COLUMNS = 2_000
    """No plan is made for a header row of more columns than any person or program writes."""

    PAYS_AFTER = 100
    """Rows that are read with care before a plan is made, which takes as long as they do."""

    def __init__(self, places: Sequence[Place | None]) -> None:
        self.width = len(places)
        header = [n for n, place in enumerate(places) if place is not None and not place.of_item]
        self._header_cells = itemgetter(*header, 0, 0)  # two more, so that it is always a tuple
        self._blank = ("",) * len(header)
        program = _program(places)
        self._item: Callable[[list[str]], Any] = program["item"]
        self._message: Callable[[list[str], tuple[Any, ...]], MetaData | None] = program["message"]

    def record(self, rows: Sequence[list[str]], limits: Limits) -> MetaData:
        """Return the declaration that the rows hold.

        Raises:
            DoubtError: it takes the careful way.
        """
        if len(rows) > _MOST_ITEMS:
            raise DoubtError
        if len(rows) > 1:
            self._refuse_other_headers(rows)
        items = tuple(map(self._item, rows))
        if not all(items):
            if len(rows) > 1:
                raise DoubtError
            items = ()
        record = self._message(rows[0], items)
        if record is None or record.declaration is None:
            raise DoubtError
        most = limits.most_bytes
        if len(rows) * self.width * _CELL_BYTES > most and len(_encode(record)) > most:
            raise DoubtError
        return record

    def _refuse_other_headers(self, rows: Sequence[list[str]]) -> None:
        """Header data stand on the first row only, or again as they stand there."""
        cells, blank = self._header_cells, self._blank
        first = cells(rows[0])[:-2]
        for row in rows[1:]:
            again = cells(row)[:-2]
            if again not in (blank, first) and any(
                cell and cell != before for cell, before in zip(again, first, strict=True)
            ):
                raise DoubtError


class _Class:
    """One class of the header row: its leaves by column, and the classes within it."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.values: dict[str, int] = {}
        self.extras: dict[str, int] = {}
        self.marks: list[int] = []
        self.doubtful: list[int] = []
        self.within: dict[str, dict[int, _Class]] = {}

    def inner(self, tag: str, position: int) -> _Class:
        """Return the class at a position within this one."""
        shape = self.shape.by_tag[tag].shape
        assert shape is not None, tag
        return self.within.setdefault(tag, {}).setdefault(position, _Class(shape))

    def put(self, place: Place, column: int) -> None:
        """Note what a column fills; a supplementary attribute is in doubt."""
        member = place.leaf
        if member is None:
            self.marks.append(column)  # says that the class is there, and nothing else
            return
        if place.attribute not in ("", member.attribute_tag):
            self.doubtful.append(column)
            return
        known = self.extras if place.attribute else self.values
        if known.setdefault(member.tag, column) != column:
            self.doubtful.append(column)  # one datum under two names


def _program(places: Sequence[Place | None]) -> dict[str, Any]:
    """Return the functions ``message`` and ``item`` of a header row."""
    message = _Class(shape_of(MetaData))
    shipment = message.inner(_ABOVE_ITEMS[0], 0).inner(_ABOVE_ITEMS[1], 0)
    item = _Class(shipment.shape.by_tag[_ITEM].shape or shipment.shape)
    for column, place in enumerate(places):
        if place is None:
            continue
        if place.steps and place.steps[0][0] != _ABOVE_ITEMS[0]:
            message.doubtful.append(column)  # a notification
            continue
        node, steps = (item, place.steps[3:]) if place.of_item else (message, place.steps)
        for tag, position in steps:
            node = node.inner(tag, position)
        node.put(place, column)
    source = _Source(shipment)
    source.function("item(row)", item, places, of_item=True)
    source.function("message(row, items)", message, places, of_item=False)
    exec(compile("\n".join(source.lines), "<columns>", "exec"), source.space)  # noqa: S102 - see above
    return source.space


class _Source:
    """The text of the two functions, and what their names stand for."""

    def __init__(self, shipment: _Class) -> None:
        self.shipment = shipment
        self.space: dict[str, Any] = {"Doubt": DoubtError}
        self.lines: list[str] = []

    def function(
        self, head: str, node: _Class, places: Sequence[Place | None], *, of_item: bool
    ) -> None:
        """Write the function that reads one class from a row."""
        cells = (
            f"c{column}" if place is not None and place.of_item is of_item else "_"
            for column, place in enumerate(places)
        )
        self.lines.append(f"def {head}:")
        self._line(f"({', '.join(cells)},) = row")
        self._line(f"return {self._class(node)}")

    def _line(self, text: str) -> None:
        self.lines.append(f" {text}")

    def _name(self, thing: Any) -> str:
        name = f"k{len(self.space)}"
        self.space[name] = thing
        return name

    def _class(self, node: _Class) -> str:
        """Write how a class is read; return the name of its record, ``None`` where it is absent."""
        given: dict[str, str] = {}
        for tag, nodes in node.within.items():
            member = node.shape.by_tag[tag]
            given[member.name] = (
                self._repeated(member, nodes) if member.repeated else self._class(nodes[0])
            )
        if node is self.shipment:
            given[node.shape.by_tag[_ITEM].name] = "items"
        cells = (*node.values.values(), *node.marks)
        present = [*given.values(), *(f"c{column}" for column in cells)]
        for column in node.doubtful:
            self._line(f"if c{column}: raise Doubt")
        for tag, column in node.extras.items():
            lonely = f" and not c{node.values[tag]}" if tag in node.values else ""
            self._line(f"if c{column}{lonely}: raise Doubt")
        name = f"n{len(self.lines)}"
        self._line(f"{name} = None")
        if present:
            self._line(f"if {' or '.join(present)}:")
            for member in node.shape.required:
                column = node.values.get(member.tag, -1)
                self._line(f" if not c{column}: raise Doubt" if column >= 0 else " raise Doubt")
            for tag, column in node.values.items():
                member = node.shape.by_tag[tag]
                value = self._value(member, column, node.extras.get(tag, -1))
                given[member.name] = f"{value} if c{column} else None"
            values = ", ".join(f"{key}={value}" for key, value in given.items())
            self._line(f" {name} = {self._name(node.shape.record)}({values})")
        return name

    def _repeated(self, member: Member, nodes: dict[int, _Class]) -> str:
        """Write how a repeated class is read; one behind a gap is in doubt."""
        names: list[str] = []
        for position in sorted(nodes):
            name = self._class(nodes[position])
            if position != len(names) + 1 or 0 <= member.most < position:
                self._line(f"if {name}: raise Doubt")
                continue
            if names:
                self._line(f"if {name} and not {names[-1]}: raise Doubt")
            names.append(name)
        if not names:
            return "()"
        group = f"g{len(self.lines)}"
        whole = f"tuple(filter(None, ({', '.join(names)})))" if names[1:] else f"({names[0]},)"
        self._line(f"{group} = {whole} if {names[0]} else ()")
        return group

    def _value(self, member: Member, column: int, extra: int) -> str:
        """Return the expression for a datum whose cell is not empty."""
        leaf, cell = member.leaf, f"c{column}"
        assert leaf is not None, member.tag
        kept = self._name(RightValues(lambda text: right_value(leaf, as_data(text))))
        value = f"{kept}[{cell}]"
        if leaf.kind in _PATTERNS and leaf.decimals:  # counts are few, and known by heart
            value = f"({cell} if {self._name(plain_test(leaf))}({cell}) else {value})"
        elif leaf.kind in _WORDS and leaf.alphabet == "an" and leaf.longest > 0:
            right = (
                f"{leaf.shortest} <= len({cell}) <= {leaf.longest} and {_PLAIN_TEXT % (cell, cell)}"
            )
            value = f"({cell} if {right} else {value})"
        if member.value_type is None:
            return value
        make = self._name(member.value_type)
        if extra < 0:
            if leaf.kind == "datetime":
                self._line(f" if {cell}: raise Doubt")  # without its format
            return f"{make}({value})"
        if leaf.kind == "datetime":
            self._line(f" if {cell} and not c{extra}: raise Doubt")
        extras = self._name(RightValues(lambda text: right_attribute(member, as_data(text))))
        return f"{make}({value}, {extras}[c{extra}] if c{extra} else '')"
