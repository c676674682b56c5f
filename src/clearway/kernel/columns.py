"""Columns: their declaration, and their encoding for whole-batch evaluation.

A *row* is a tuple in the schema's order: text as ``str``, numbers as whole numbers scaled by the
column's ``scale``, dates as days since 1970-01-01, booleans as ``bool``, absence as ``None``.
A *batch* is the same thing column by column: codes into a sorted dictionary for text and
booleans, 64-bit scaled whole numbers with a mask of absence for numbers and dates. A number
beyond 64 bits makes its column a column of exact Python integers: slower, never wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clearway.vocabulary.money import INT64_MAX, INT64_MIN


class ColumnType(StrEnum):
    """What a column holds. Text takes LIKE, numbers take arithmetic, dates only comparison."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"


class Column(msgspec.Struct, frozen=True):
    """One column that a profile's condition may name.

    ``scale`` is how many units make one (1,000,000 for masses in millionths); 1 for anything
    that is not a number. ``wco_id`` is the WCO Data Model's identifier where the datum has one,
    ``source`` says where the value comes from. ``formula`` makes a computed column: an
    expression of the profile language over stored columns, expanded where it is used, so that
    it stays exact; a computed column has no place in a row.
    """

    name: str
    type: ColumnType
    meaning: str
    scale: int = 1
    wco_id: str = ""
    source: str = ""
    formula: str = ""


class Schema:
    """An ordered set of columns. Rows follow the order of the stored ones."""

    def __init__(self, columns: Iterable[Column]) -> None:
        self.columns = tuple(columns)
        self.by_name: dict[str, Column] = {column.name: column for column in self.columns}
        if len(self.by_name) != len(self.columns):
            raise ValueError("two columns of one schema share a name")
        self.stored = tuple(column for column in self.columns if not column.formula)
        self.position: dict[str, int] = {
            column.name: place for place, column in enumerate(self.stored)
        }

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    def row(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return a row from values by name; what is not named is absent.

        Raises:
            KeyError: a name that no stored column has.
        """
        for name in values:
            if name not in self.position:
                raise KeyError(name)
        return tuple(values.get(column.name) for column in self.stored)


class Codes(msgspec.Struct, frozen=True, eq=False):
    """A text or boolean column: ``codes`` (unsigned, shape ``(rows,)``) into ``values``.

    ``values`` are distinct and sorted by code point; the code ``len(values)`` means absent.
    """

    codes: NDArray[Any]
    values: list[str]


class Numbers(msgspec.Struct, frozen=True, eq=False):
    """A number or date column: scaled whole numbers, shape ``(rows,)``.

    ``values`` are int64, or Python integers (dtype object) where one is beyond 64 bits; 0 where
    absent. ``present`` is the boolean mask of what is there, None where nothing is absent.
    """

    values: NDArray[Any]
    present: NDArray[np.bool_] | None = None


Encoded = Codes | Numbers


class Batch(msgspec.Struct, frozen=True, eq=False):
    """Encoded columns of one batch, by name; a column that is not here is absent in every row."""

    rows: int
    columns: Mapping[str, Encoded]

    def slice(self, start: int, stop: int) -> Batch:
        """Return the rows from ``start`` (inclusive) to ``stop`` (exclusive), without a copy."""
        part: dict[str, Encoded] = {}
        for name, column in self.columns.items():
            if isinstance(column, Codes):
                part[name] = Codes(column.codes[start:stop], column.values)
            else:
                present = None if column.present is None else column.present[start:stop]
                part[name] = Numbers(column.values[start:stop], present)
        return Batch(min(stop, self.rows) - start, part)


FALSE_TRUE = ["false", "true"]


def _narrow(codes: NDArray[Any], distinct: int) -> NDArray[Any]:
    kind: type[np.unsignedinteger[Any]] = np.uint32
    if distinct < 2**8:
        kind = np.uint8
    elif distinct < 2**16:
        kind = np.uint16
    return codes.astype(kind, copy=False)


SHORT = 3  # codes of so few characters are their own number


def _short_codes(array: pa.Array) -> Codes | None:
    """Encode text that is all of one short width in ASCII (country, mode, procedure …).

    Such a text is a number of at most 21 bits, so a table replaces the hashing. Returns None
    where the column is not of that kind.
    """
    rows = len(array)
    if not rows or array.null_count or not pa.types.is_string(array.type):
        return None
    _, places, content = array.buffers()
    offsets = np.frombuffer(places, np.int32)[array.offset : array.offset + rows + 1]
    width = int(offsets[1]) - int(offsets[0])
    if not 1 <= width <= SHORT or int(offsets[-1]) - int(offsets[0]) != width * rows:
        return None
    letters = np.frombuffer(content, np.uint8)[int(offsets[0]) : int(offsets[-1])]
    if not (np.diff(offsets) == width).all() or (letters > 127).any():
        return None
    keys = letters[::width].astype(np.int64)
    for place in range(1, width):
        keys = (keys << 7) | letters[place::width]
    seen = np.zeros(1 << (7 * width), dtype=np.bool_)
    seen[keys] = True
    found = np.flatnonzero(seen)
    code_of = np.empty(len(seen), dtype=np.uint16 if len(found) < 2**16 else np.uint32)
    code_of[found] = np.arange(len(found))
    shifts = range(7 * (width - 1), -1, -7)
    words = ["".join(chr((key >> shift) & 127) for shift in shifts) for key in found.tolist()]
    return Codes(_narrow(code_of.take(keys), len(found)), words)


def encode_text(values: Sequence[str | None] | pa.Array | pa.ChunkedArray) -> Codes:
    """Encode text; None is absent. An empty string is a value: clear it before if it means none.

    Args:
        values: text by row: a sequence, or an Arrow array of strings or of dictionary-encoded
            strings (whose codes are taken over without looking at the rows again).
    """
    array = (
        values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values, pa.string())
    )
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
    if pa.types.is_dictionary(array.type):
        words = array.dictionary
        if words.null_count or len(words.unique()) != len(words):
            array = array.cast(pa.string())  # not one code per word: count afresh
    if not pa.types.is_dictionary(array.type):
        short = _short_codes(array)
        if short is not None:
            return short
        array = array.dictionary_encode()
    words = array.dictionary
    distinct = len(words)
    indices = array.indices
    if indices.null_count:
        indices = indices.fill_null(distinct)
    order = pc.array_sort_indices(words).to_numpy()
    place = np.empty(distinct + 1, dtype=np.uint32)
    place[order] = np.arange(distinct, dtype=np.uint32)
    place[distinct] = distinct
    codes = _narrow(place, distinct)[indices.to_numpy(zero_copy_only=False)]
    return Codes(codes, words.take(pa.array(order)).to_pylist())


def encode_booleans(values: Sequence[bool | None] | pa.Array | pa.ChunkedArray) -> Codes:
    """Encode booleans as codes: 0 false, 1 true, 2 absent."""
    array = (
        values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values, pa.bool_())
    )
    numbers = pc.fill_null(array.cast(pa.uint8()), 2)
    return Codes(numbers.to_numpy(), FALSE_TRUE)


def encode_numbers(values: Sequence[int | None] | pa.Array | pa.ChunkedArray) -> Numbers:
    """Encode scaled whole numbers; None is absent.

    Args:
        values: by row: a sequence of whole numbers of any size, or an Arrow array of integers.
    """
    if isinstance(values, pa.Array | pa.ChunkedArray):
        present = (
            None if not values.null_count else pc.is_valid(values).to_numpy(zero_copy_only=False)
        )
        filled = pc.fill_null(values, 0) if values.null_count else values
        return Numbers(filled.cast(pa.int64()).to_numpy(), present)
    mask = None
    filled_values: Sequence[Any] = values
    if None in values:
        mask = np.array([value is not None for value in values], dtype=np.bool_)
        filled_values = [0 if value is None else value for value in values]
    if min(filled_values, default=0) >= INT64_MIN and max(filled_values, default=0) <= INT64_MAX:
        return Numbers(np.array(filled_values, dtype=np.int64), mask)
    exact = np.empty(len(filled_values), dtype=object)
    exact[:] = filled_values
    return Numbers(exact, mask)


def encode_column(column: Column, values: Sequence[Any] | pa.Array | pa.ChunkedArray) -> Encoded:
    """Encode one column's values (see the encoders of each type)."""
    if column.type is ColumnType.TEXT:
        return encode_text(values)
    if column.type is ColumnType.BOOLEAN:
        return encode_booleans(values)
    return encode_numbers(values)


def encode(
    table: pa.Table | Mapping[str, Sequence[Any]],
    schema: Schema,
    only: Iterable[str] | None = None,
) -> Batch:
    """Encode a batch column by column.

    Args:
        table: columns by name: an Arrow table, or a mapping of sequences of one length. Numbers
            are scaled whole numbers. Columns that the schema does not store are left out.
        schema: the columns' types.
        only: the names wanted (a profile set's ``columns``); all when None.
    """
    names = table.column_names if isinstance(table, pa.Table) else list(table)
    wanted = None if only is None else set(only)
    rows = table.num_rows if isinstance(table, pa.Table) else len(next(iter(table.values()), ()))
    columns: dict[str, Encoded] = {}
    for name in names:
        if name in schema.position and (wanted is None or name in wanted):
            columns[name] = encode_column(schema.by_name[name], table[name])
    return Batch(rows, columns)


def encode_rows(
    rows: Sequence[Sequence[Any]], schema: Schema, only: Iterable[str] | None = None
) -> Batch:
    """Encode rows (tuples in the schema's order) into a batch."""
    wanted = set(schema.position) if only is None else set(only)
    # One turn of the whole table costs less than reading each row once for each column.
    turned = zip(*rows, strict=True) if rows else ((),) * len(schema.position)
    columns = {
        name: encode_column(schema.by_name[name], values)
        for name, values in zip(schema.position, turned, strict=True)
        if name in wanted
    }
    return Batch(len(rows), columns)
