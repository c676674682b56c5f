"""Records as Arrow tables and back: one row a message, nested as the WCO classes are nested.

The schema is derived from the records: a class is a struct, a repeated class a list of structs,
an amount a struct of ``value`` (text, so that 1000.00 stays 1000.00) and ``currencyID``. Columns
carry the WCO tags. Both ways work column by column; a column that is wholly absent costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate
from typing import Any

import pyarrow as pa

from clearway.messages.problems import MalformedMessage, SyntaxProblem
from clearway.messages.records import MetaData
from clearway.messages.shapes import Member, Shape, shape_of

_ATTRIBUTES = "@"
_ATTRIBUTES_TYPE = pa.map_(pa.string(), pa.string())


def message_schema() -> pa.Schema:
    """Return the Arrow schema of a table of messages."""
    return pa.schema(list(_struct_type(shape_of(MetaData))))


def to_table(records: Sequence[MetaData]) -> pa.Table:
    """Return a table with one row for each record, in order."""
    array = _struct_array(shape_of(MetaData), records)
    return pa.Table.from_arrays(array.flatten(), schema=message_schema())


def from_table(table: pa.Table | pa.RecordBatch) -> list[MetaData]:
    """Return the records of a table, in order.

    Columns may be missing (their members are absent) and may stand in any order.

    Raises:
        MalformedMessage: columns that no message has, or of another type (CLW1081, all at once).
    """
    _refuse_foreign_columns(table.schema)
    batches = table.to_batches() if isinstance(table, pa.Table) else [table]
    records: list[MetaData] = []
    for batch in batches:
        records.extend(_read_struct(shape_of(MetaData), batch.to_struct_array()))
    return records


@cache
def _struct_type(shape: Shape) -> pa.StructType:
    fields = [pa.field(_ATTRIBUTES, _ATTRIBUTES_TYPE)]
    fields.extend(pa.field(member.tag, _member_type(member)) for member in shape.members)
    return pa.struct(fields)


def _member_type(member: Member) -> pa.DataType:
    if member.shape is not None:
        inner = _struct_type(member.shape)
        return pa.list_(inner) if member.repeated else inner
    if member.value_type is not None:
        return pa.struct([("value", pa.string()), (member.attribute_tag, pa.string())])
    leaf = member.leaf
    return pa.int64() if leaf is not None and leaf.kind == "sequence" else pa.string()


def _struct_array(shape: Shape, records: Sequence[Any]) -> pa.StructArray:
    """Return one struct for each record; ``None`` gives a null."""
    fields = list(_struct_type(shape))
    count = len(records)
    if not any(record is not None for record in records):
        return pa.nulls(count, _struct_type(shape))
    attributes = [record.attributes if record is not None else None for record in records]
    arrays = [_attributes_array(attributes)]
    for member in shape.members:
        name = member.name
        values = [getattr(record, name) if record is not None else None for record in records]
        arrays.append(_member_array(member, values))
    mask = pa.array([record is None for record in records], pa.bool_())
    return pa.StructArray.from_arrays(arrays, fields=fields, mask=mask)


def _attributes_array(values: list[dict[str, str] | None]) -> pa.Array:
    if not any(values):
        return pa.nulls(len(values), _ATTRIBUTES_TYPE)
    return pa.array([list(entry.items()) if entry else None for entry in values], _ATTRIBUTES_TYPE)


def _member_array(member: Member, values: list[Any]) -> pa.Array:
    if not any(value is not None and value != () for value in values):
        return pa.nulls(len(values), _member_type(member))
    if member.shape is not None and member.repeated:
        entries = [entry for value in values if value for entry in value]
        ends = accumulate((len(value) if value else 0 for value in values), initial=0)
        offsets = pa.array(list(ends), pa.int32())
        return pa.ListArray.from_arrays(offsets, _struct_array(member.shape, entries))
    if member.shape is not None:
        return _struct_array(member.shape, values)
    if member.value_type is None:
        return pa.array(values, _member_type(member))
    texts = pa.array([value.value if value is not None else None for value in values], pa.string())
    attribute = _attribute_name(member)
    extras = [
        (getattr(value, attribute) or None) if value is not None else None for value in values
    ]
    mask = pa.array([value is None for value in values], pa.bool_())
    fields = list(_member_type(member))
    return pa.StructArray.from_arrays(
        [texts, pa.array(extras, pa.string())], fields=fields, mask=mask
    )


def _attribute_name(member: Member) -> str:
    return {"currencyID": "currency", "unitCode": "unit", "formatCode": "format"}[
        member.attribute_tag
    ]


def _read_struct(shape: Shape, array: pa.StructArray) -> list[Any]:
    """Return one record for each struct; a null gives ``None``."""
    count = len(array)
    columns: list[tuple[str, list[Any]]] = []
    required = {member.name for member in shape.required}
    for field, child in zip(array.type, array.flatten(), strict=True):
        if child.null_count == count:
            continue
        if field.name == _ATTRIBUTES:
            columns.append(("attributes", [dict(e) if e else None for e in child.to_pylist()]))
            continue
        member = shape.by_tag[field.name]
        columns.append((member.name, _read_member(member, child)))
        required.discard(member.name)
    columns.extend((name, [None] * count) for name in required)
    names = [name for name, _ in columns]
    valid = array.is_valid().to_pylist()
    make = shape.record
    if not columns:
        return [make() if present else None for present in valid]
    rows = zip(*(values for _, values in columns), strict=True)
    return [
        make(**dict(zip(names, row, strict=True))) if present else None
        for present, row in zip(valid, rows, strict=True)
    ]


def _read_member(member: Member, array: pa.Array) -> list[Any]:
    if member.shape is not None and member.repeated:
        entries = _read_struct(member.shape, array.flatten())
        lengths = array.value_lengths().to_pylist()
        result: list[Any] = []
        start = 0
        for length in lengths:
            end = start + (length or 0)
            result.append(tuple(entries[start:end]))
            start = end
        return result
    if member.shape is not None:
        return _read_struct(member.shape, array)
    values: list[Any] = array.to_pylist()
    if member.value_type is None:
        return values
    make, attribute = member.value_type, member.attribute_tag
    return [
        None
        if entry is None or entry.get("value") is None
        else make(entry["value"], entry.get(attribute) or "")
        for entry in values
    ]


def _refuse_foreign_columns(schema: pa.Schema) -> None:
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
        member = shape.by_tag.get(field.name)
        if field.name == _ATTRIBUTES:
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
