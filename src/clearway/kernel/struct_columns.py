"""Rows of the contract's structs as Arrow columns and back, derived from the structs themselves.

A field's Arrow type follows from its annotation, so that a field added to a struct is a column
at once: text → ``string``, whole numbers → ``int64``, a tuple → ``list``, a pair → a ``struct``
of ``first`` and ``second``, a struct → a ``struct``, an enumeration → its name or value as text.

A declared number may be larger than 64 bits hold. Such a cell is null and the exact digits
stand in the column ``exact_numbers`` (pairs of path and digits), so that nothing is lost or
wrapped and no neighbour is disturbed.
"""

from __future__ import annotations

import functools
import types
import typing
from collections.abc import Callable, Sequence
from enum import Enum, IntEnum
from typing import Any

import msgspec
import pyarrow as pa

from clearway.vocabulary.money import fits_int64

EXACT_NUMBERS = "exact_numbers"
_PAIR = pa.struct([("first", pa.string()), ("second", pa.string())])
_EXACT = pa.list_(_PAIR)


class _Codec(msgspec.Struct, frozen=True):
    """How one annotation is kept in Arrow; ``None`` as encoder or decoder leaves values as is."""

    type: pa.DataType
    encode: Callable[[Any], Any] | None = None
    decode: Callable[[Any], Any] | None = None
    nullable: bool = False


_PLAIN = {
    bool: _Codec(pa.bool_()),
    str: _Codec(pa.string()),
    int: _Codec(pa.int64(), nullable=True),  # null where the digits stand in exact_numbers
}


def _optional(codec: _Codec) -> _Codec:
    encode, decode = codec.encode, codec.decode
    return _Codec(
        codec.type,
        (lambda value: None if value is None else encode(value)) if encode else None,
        (lambda value: None if value is None else decode(value)) if decode else None,
        nullable=True,
    )


def _many(inner: _Codec) -> _Codec:
    encode, decode = inner.encode, inner.decode
    return _Codec(
        pa.list_(inner.type),
        (lambda values: [encode(value) for value in values]) if encode else list,
        (lambda values: tuple([decode(value) for value in values])) if decode else tuple,
    )


def _record(struct: type[msgspec.Struct]) -> _Codec:
    codecs = field_codecs(struct)
    fields = tuple(codecs.items())

    def encode(value: Any) -> dict[str, Any]:
        return {
            name: codec.encode(getattr(value, name)) if codec.encode else getattr(value, name)
            for name, codec in fields
        }

    def decode(cell: dict[str, Any]) -> Any:
        return struct(
            **{
                name: codec.decode(cell[name]) if codec.decode else cell[name]
                for name, codec in fields
            }
        )

    arrow = pa.struct([pa.field(name, c.type, nullable=c.nullable) for name, c in fields])
    return _Codec(arrow, encode, decode)


def _codec(annotation: Any) -> _Codec:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in {types.UnionType, typing.Union}:
        (inner,) = [part for part in arguments if part is not types.NoneType]
        return _optional(_codec(inner))
    if origin is tuple:
        if arguments == (str, str):
            return _Codec(
                _PAIR,
                lambda pair: {"first": pair[0], "second": pair[1]},
                lambda cell: (cell["first"], cell["second"]),
            )
        return _many(_codec(arguments[0]))
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if issubclass(annotation, IntEnum):
        return _Codec(pa.string(), lambda member: member.name, lambda name: annotation[name])
    if issubclass(annotation, Enum):
        return _Codec(pa.string(), lambda member: member.value, annotation)
    return _record(annotation)


@functools.cache
def field_codecs(struct: type[msgspec.Struct]) -> dict[str, _Codec]:
    """Return the codec of every field of ``struct`` that has a column, in the struct's order.

    Fields that are tables of their own (mappings) have none.
    """
    hints = typing.get_type_hints(struct)
    return {
        name: _codec(hints[name])
        for name in struct.__struct_fields__
        if typing.get_origin(hints[name]) is not dict
    }


def schema_of(
    struct: type[msgspec.Struct], *, without: tuple[str, ...] = (), keys: tuple[str, ...]
) -> pa.Schema:
    """Return the Arrow schema of ``struct``: the key columns, then its fields in order."""
    fields = [pa.field(key, pa.int64(), nullable=False) for key in keys]
    fields += [
        pa.field(name, codec.type, nullable=codec.nullable)
        for name, codec in field_codecs(struct).items()
        if name not in without
    ]
    return pa.schema([*fields, pa.field(EXACT_NUMBERS, _EXACT, nullable=False)])


def to_table(schema: pa.Schema, rows: Sequence[Any], keys: Sequence[Sequence[int]]) -> pa.Table:
    """Return the rows as a table of ``schema``; ``keys`` are the leading key columns' values."""
    if not rows:
        return schema.empty_table()
    struct: type[msgspec.Struct] = type(rows[0])
    codecs = field_codecs(struct)
    arrays: list[pa.Array] = [pa.array(column, pa.int64()) for column in keys]
    exact: list[list[dict[str, str]]] = [[] for _ in rows]
    for field in list(schema)[len(keys) : -1]:
        encode = codecs[field.name].encode
        read = [getattr(row, field.name) for row in rows]
        cells = [encode(value) for value in read] if encode else read
        try:
            arrays.append(pa.array(cells, field.type))
        except (OverflowError, pa.ArrowInvalid):
            fitting = [
                _set_aside(cell, field.name, aside)
                for cell, aside in zip(cells, exact, strict=True)
            ]
            arrays.append(pa.array(fitting, field.type))
    arrays.append(pa.array(exact, _EXACT))
    return pa.table(arrays, schema=schema)


def from_table(struct: type[msgspec.Struct], table: pa.Table) -> list[dict[str, Any]]:
    """Return each row of the table as the keyword arguments of ``struct``."""
    codecs = field_codecs(struct)
    names = [name for name in table.column_names if name in codecs]
    exact = table.column(EXACT_NUMBERS).to_pylist()
    columns = []
    for name in names:
        cells = table.column(name).to_pylist()
        _put_back(cells, name, exact)
        decode = codecs[name].decode
        columns.append([decode(cell) for cell in cells] if decode else cells)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _set_aside(cell: Any, path: str, aside: list[dict[str, str]]) -> Any:
    """Return ``cell`` with every number beyond 64 bits nulled and noted in ``aside``."""
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int):
        if fits_int64(cell):
            return cell
        aside.append({"first": path, "second": str(cell)})
        return None
    if isinstance(cell, dict):
        return {key: _set_aside(value, f"{path}/{key}", aside) for key, value in cell.items()}
    if isinstance(cell, list):
        return [_set_aside(value, f"{path}/{n}", aside) for n, value in enumerate(cell)]
    return cell


def _put_back(cells: list[Any], name: str, exact: list[list[dict[str, str]]]) -> None:
    """Undo ``_set_aside`` in place for the column ``name``."""
    for row, notes in enumerate(exact):
        for note in notes:
            head, *path = note["first"].split("/")
            if head != name:
                continue
            if not path:
                cells[row] = int(note["second"])
                continue
            place = cells[row]
            for part in path[:-1]:
                place = place[int(part)] if isinstance(place, list) else place[part]
            last: Any = int(path[-1]) if isinstance(place, list) else path[-1]
            place[last] = int(note["second"])
