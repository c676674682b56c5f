"""From Arrow tables to records, column by column; see ``tables`` for what the columns are.

Each distinct text of a column is checked once, so that a row is known to be right for certain, or
in doubt. Whoever needs to know what is wrong with a row in doubt checks its record as a message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from clearway.messages.paths import NOTE
from clearway.messages.problems import MalformedMessage, SyntaxProblem
from clearway.messages.records import MetaData
from clearway.messages.right_values import RightValues, plain_test, right_attribute, right_value
from clearway.messages.shapes import Member, Shape, shape_of
from clearway.messages.tables import ATTRIBUTES

_NOTHING: frozenset[int] = frozenset()
_CELL_BYTES = 80
"""What a value takes in JSON beside its text: tags, quotes and braces."""

# The values of a column, one a row, and the rows whose value is not right for certain.
Column = tuple[list[Any], frozenset[int]]


def from_table(table: pa.Table | pa.RecordBatch) -> list[MetaData]:
    """Return the records of a table, in order.

    Columns may be missing (their members are absent) and may stand in any order.

    Raises:
        MalformedMessage: columns that no message has, or of another type (CLW1081, all at once).
    """
    batches = table.to_batches() if isinstance(table, pa.Table) else [table]
    refuse_foreign_columns(table.schema)
    return [record for batch in batches for record in BatchReader().read(batch)[0]]


class BatchReader:
    """Reads one batch of rows.

    Attributes:
        most_bytes: no message of the batch has more bytes as JSON; known after reading.
    """

    def __init__(self) -> None:
        self.most_bytes = 0

    def read(self, batch: pa.RecordBatch) -> tuple[list[MetaData], frozenset[int]]:
        """Return the record of each row, and the rows that are not right for certain."""
        return self._struct(shape_of(MetaData), batch.to_struct_array())

    def _struct(self, shape: Shape, array: pa.StructArray) -> Column:
        """Return one record for each struct; a null gives ``None``."""
        count = len(array)
        self.most_bytes += count * _CELL_BYTES
        there = array.is_valid().to_pylist() if array.null_count else [True] * count
        given: dict[str, list[Any]] = {}
        doubts: set[int] = set()
        for field, child in zip(array.type, array.flatten(), strict=True):
            if child.null_count == count or field.name.startswith(NOTE):
                continue
            if field.name == ATTRIBUTES:
                name, values = "attributes", [dict(e) if e else None for e in child.to_pylist()]
                found = frozenset(row for row, value in enumerate(values) if value)
            else:
                member = shape.by_tag[field.name]
                name, (values, found) = member.name, self._member(member, child)
            given[name] = values
            doubts |= found
        for member in shape.required:
            values = given.setdefault(member.name, [None] * count)
            if None in values:
                doubts.update(n for n, value in enumerate(values) if value is None and there[n])
        make = _maker(shape.record, tuple(given))
        return make(zip(there, *given.values(), strict=True)), frozenset(doubts)

    def _member(self, member: Member, array: pa.Array) -> Column:
        if member.shape is not None:
            return (
                self._list(member, array) if member.repeated else self._struct(member.shape, array)
            )
        if member.value_type is not None:
            return self._value(member, array)
        assert member.leaf is not None, member.tag
        self.most_bytes += len(array) * _CELL_BYTES
        if member.leaf.kind != "sequence":
            return self._texts(array, _right_values(member))
        numbers = array.to_pylist()
        most = 10**member.leaf.digits
        return numbers, frozenset(
            row for row, n in enumerate(numbers) if n is not None and not 0 <= n < most
        )

    def _list(self, member: Member, array: pa.ListArray) -> Column:
        assert member.shape is not None, member.tag
        inner = array.flatten()
        entries, found = self._struct(member.shape, inner)
        lengths = array.value_lengths().fill_null(0).to_numpy()
        ends = lengths.cumsum()
        doubts = set(found)
        if inner.null_count:
            doubts.update(n for n, entry in enumerate(entries) if entry is None)
        rows = (
            set(np.searchsorted(ends, sorted(doubts), side="right").tolist()) if doubts else set()
        )
        if member.most >= 0:
            rows.update(np.flatnonzero(lengths > member.most).tolist())
        cuts = pairwise([0, *ends.tolist()])
        return [tuple(entries[start:end]) for start, end in cuts], frozenset(rows)

    def _value(self, member: Member, array: pa.StructArray) -> Column:
        """Return amounts, quantities or dates; one without its value is absent."""
        count = len(array)
        children = dict(zip((field.name for field in array.type), array.flatten(), strict=True))
        self.most_bytes += 2 * count * _CELL_BYTES
        texts, extras = children.get("value"), children.get(member.attribute_tag)
        if texts is None or texts.null_count == count:
            return [None] * count, _NOTHING
        values, doubts = self._texts(texts, _right_values(member))
        if extras is None or extras.null_count == count:
            others, wrong = [""] * count, _NOTHING
        else:
            others, wrong = self._texts(extras, _right_attributes(member))
        make = member.value_type
        pairs = list(zip(values, others, strict=True))
        if member.leaf is not None and member.leaf.kind == "datetime":
            wrong |= {row for row, (value, other) in enumerate(pairs) if value and not other}
        made = [None if value is None else make(value, other or "") for value, other in pairs]
        return made, doubts | wrong

    def _texts(self, array: pa.Array, right: RightValues) -> Column:
        if pa.types.is_dictionary(array.type):
            array = array.cast(array.type.value_type)
        self.most_bytes += 2 * array.nbytes
        encoded = array.dictionary_encode(null_encoding="encode")
        distinct = encoded.dictionary.to_pylist()
        places = encoded.indices.to_numpy()
        wrong = right.wrong(distinct)
        values = np.array(distinct, dtype=object)[places].tolist()
        if not wrong:
            return values, _NOTHING
        return values, frozenset(np.flatnonzero(np.isin(places, wrong)).tolist())


@cache
def _right_values(member: Member) -> RightValues:
    leaf = member.leaf
    assert leaf is not None, member.tag
    return RightValues(lambda text: right_value(leaf, text), plain_test(leaf))


@cache
def _right_attributes(member: Member) -> RightValues:
    return RightValues(lambda text: right_attribute(member, text))


@cache
def _maker(record: type[Any], names: tuple[str, ...]) -> Callable[[Iterable[Any]], list[Any]]:
    """Return a function that makes one record of each row: whether it is there, then its data."""
    cells = "".join(f", c{n}" for n in range(len(names)))
    given = ", ".join(f"{name}=c{n}" for n, name in enumerate(names))
    source = f"lambda rows: [make({given}) if there else None for (there{cells},) in rows]"
    made: Callable[[Iterable[Any]], list[Any]]
    made = eval(source, {"make": record})  # noqa: S307 - names of our own records only
    return made


def refuse_foreign_columns(schema: pa.Schema) -> None:
    """Refuse a table with columns that no message has.

    Raises:
        MalformedMessage: with one CLW1081 for each of them.
    """
    problems: list[SyntaxProblem] = []
    _foreign(shape_of(MetaData), schema, "", problems)
    if problems:
        raise MalformedMessage(problems)


def _foreign(
    shape: Shape, fields: Iterable[pa.Field], path: str, problems: list[SyntaxProblem]
) -> None:
    """Collect every column that a message does not have, or not in this type."""
    for field in fields:
        here = f"{path}.{field.name}" if path else field.name
        if not path and field.name.startswith(NOTE):
            continue
        member = shape.by_tag.get(field.name)
        if field.name == ATTRIBUTES:
            fits = pa.types.is_map(field.type)
        elif member is None:
            fits = False
        else:
            fits = _fits(member, field.type, here, problems)
        if not fits:
            parameters = (("name", here), ("found", str(field.type)[:60]))
            problems.append(SyntaxProblem("CLW1081", "", 0, parameters))


def _fits(member: Member, kind: pa.DataType, path: str, problems: list[SyntaxProblem]) -> bool:
    if member.shape is not None:
        if member.repeated:
            if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
                return False
            kind = kind.value_type
        if not pa.types.is_struct(kind):
            return False
        _foreign(member.shape, kind, path, problems)
        return True
    if member.value_type is not None:
        if not pa.types.is_struct(kind):
            return False
        allowed = {"value", member.attribute_tag}
        return all(field.name in allowed and _is_text(field.type) for field in kind)
    if member.leaf is not None and member.leaf.kind == "sequence":
        return bool(pa.types.is_integer(kind))
    return _is_text(kind)


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)
    )
