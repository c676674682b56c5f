"""A table of goods items, as learning reads it: words as codes, numbers as float64."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Codes = NDArray[np.int32]
Numbers = NDArray[np.float64]


class Words(msgspec.Struct, frozen=True):
    """A text column: ``codes`` (int32, one for each row) are places in ``words``.

    What is not declared is the empty word: absence may be a sign of its own.
    """

    codes: Codes
    words: tuple[str, ...]

    @classmethod
    def of(cls, values: Any) -> Words:
        """Code a column: a sequence of texts, or an Arrow array of text (dictionary or plain)."""
        column = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values)
        if isinstance(column, pa.ChunkedArray):
            column = column.combine_chunks()
        if pa.types.is_null(column.type):
            column = column.cast(pa.string())
        column = column.fill_null("") if column.null_count else column
        if not pa.types.is_dictionary(column.type):
            column = column.cast(pa.string()).dictionary_encode()
        codes = column.indices.to_numpy(zero_copy_only=False).astype(np.int32)
        return cls(codes, tuple(str(word) for word in column.dictionary.to_pylist()))

    def take(self, rows: NDArray[np.int64]) -> Words:
        """Return the column of some rows, with the words that they need or, if many, all words."""
        codes = self.codes[rows]
        if len(codes) * 4 > len(self.words):
            return Words(codes, self.words)
        used, places = np.unique(codes, return_inverse=True)
        return Words(places.astype(np.int32), tuple(self.words[code] for code in used))


class Items:
    """Goods items, column by column. ``len`` is their number; all columns are of that length.

    Args:
        text: columns of words by name.
        number: columns of numbers by name, NaN where not declared.

    Raises:
        ValueError: columns differ in length, or there is none.
    """

    def __init__(self, text: Mapping[str, Words], number: Mapping[str, Numbers]) -> None:
        self.text = dict(text)
        self.number = dict(number)
        lengths = {len(column.codes) for column in self.text.values()}
        lengths |= {len(column) for column in self.number.values()}
        if len(lengths) != 1:
            raise ValueError(f"columns of one table have {sorted(lengths)} rows")
        self._rows = lengths.pop()

    def __len__(self) -> int:
        return self._rows

    @classmethod
    def from_columns(
        cls, columns: Mapping[str, Any], text: Sequence[str], number: Sequence[str]
    ) -> Items:
        """Return a table of columns that are sequences, NumPy or Arrow arrays.

        Args:
            columns: values by name; a column that is not there is empty for every row.
            text: the names of columns that are text.
            number: the names of columns that are numbers.
        """
        rows = len(next(iter(columns.values())))
        words = {
            name: Words.of(columns[name]) if name in columns else _empty(rows) for name in text
        }
        numbers = {
            name: np.asarray(columns[name], dtype=np.float64)
            if name in columns
            else np.full(rows, np.nan)
            for name in number
        }
        return cls(words, numbers)

    @classmethod
    def concat(cls, tables: Sequence[Items]) -> Items:
        """Return the rows of tables of the same columns, one table after the other."""
        first = tables[0]
        text = {name: _joined([table.text[name] for table in tables]) for name in first.text}
        number = {
            name: np.concatenate([table.number[name] for table in tables]) for name in first.number
        }
        return cls(text, number)

    def take(self, rows: NDArray[Any]) -> Items:
        """Return some rows, by their places or by a mask."""
        places = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows.astype(np.int64)
        return Items(
            {name: column.take(places) for name, column in self.text.items()},
            {name: column[places] for name, column in self.number.items()},
        )


def _joined(columns: Sequence[Words]) -> Words:
    places: dict[str, int] = {}
    codes = []
    for column in columns:
        new = [places.setdefault(word, len(places)) for word in column.words]
        codes.append(np.asarray(new, dtype=np.int32)[column.codes])
    return Words(np.concatenate(codes), tuple(places))


def _empty(rows: int) -> Words:
    return Words(np.zeros(rows, dtype=np.int32), ("",))
