"""Tables as CSV that no spreadsheet runs as a formula, and back without loss.

A text cell that begins with ``=``, ``+``, ``-``, ``@``, a tab, a carriage return or an
apostrophe gets an apostrophe in front; reading takes one leading apostrophe away again. Cells
that hold lists (parameters, steps, channels) are JSON text. Null is an empty cell without
quotes, empty text a quoted one.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv

_RISKY = r"^([=+\-@\t\r'])"


def flat_schema(schema: pa.Schema) -> pa.Schema:
    """Return the schema as it stands in CSV: nested columns are text."""
    return pa.schema(
        [
            pa.field(field.name, pa.string() if _nested(field.type) else field.type)
            for field in schema
        ]
    )


def flattened(table: pa.Table) -> pa.Table:
    """Return the table with nested columns as JSON text and no cell that runs as a formula."""
    columns = []
    for field in table.schema:
        column = table.column(field.name)
        if _nested(field.type):
            column = pa.array(
                [json.dumps(cell, ensure_ascii=False) for cell in column.to_pylist()], pa.string()
            )
        if pa.types.is_string(column.type):
            column = pc.replace_substring_regex(column, _RISKY, r"'\1")
        columns.append(column)
    return pa.table(columns, schema=flat_schema(table.schema))


def read_flattened(content: bytes, schema: pa.Schema) -> pa.Table:
    """Read a CSV that ``flattened`` made back into a table of ``schema``."""
    flat = flat_schema(schema)
    table = pc_csv.read_csv(
        io.BytesIO(content),
        parse_options=pc_csv.ParseOptions(newlines_in_values=True),
        convert_options=pc_csv.ConvertOptions(
            column_types=flat, strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )
    columns: list[Any] = []
    for field in schema:
        column = table.column(field.name)
        if pa.types.is_string(column.type):
            column = pc.replace_substring_regex(column, r"^'", "")
        if _nested(field.type):
            cells = [json.loads(cell) for cell in column.to_pylist()]
            column = pa.array(cells, field.type)
        columns.append(column)
    return pa.table(columns, schema=schema)


def safe_cell(text: str) -> str:
    """Return a text cell that no spreadsheet runs as a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r", "'"} and text else text


def as_rows(table: pa.Table) -> list[Mapping[str, Any]]:
    """Return the table's rows as plain values."""
    rows: list[Mapping[str, Any]] = table.to_pylist()
    return rows


def _nested(kind: pa.DataType) -> bool:
    return bool(pa.types.is_nested(kind))
