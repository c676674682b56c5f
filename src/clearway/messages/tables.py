"""Records as Arrow tables and back: one row a message, nested as the WCO classes are nested.

The schema is derived from the records: a class is a struct, a repeated class a list of structs,
an amount a struct of ``value`` (text, so that 1000.00 stays 1000.00) and ``currencyID``. Columns
carry the WCO tags. Both ways (``table_reader`` goes back)
work column by column; a column that is wholly absent costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from typing import Any

import pyarrow as pa

from clearway.messages.records import MetaData
from clearway.messages.shapes import Member, Shape, shape_of

ATTRIBUTES = "@"
_ATTRIBUTES_TYPE = pa.map_(pa.string(), pa.string())


def message_schema() -> pa.Schema:
    """Return the Arrow schema of a table of messages."""
    return pa.schema(list(_struct_type(shape_of(MetaData))))


def to_table(records: Sequence[MetaData]) -> pa.Table:
    """Return a table with one row for each record, in order."""
    array = _struct_array(shape_of(MetaData), records)
    return pa.Table.from_arrays(array.flatten(), schema=message_schema())


@cache
def _struct_type(shape: Shape) -> pa.StructType:
    fields = [pa.field(ATTRIBUTES, _ATTRIBUTES_TYPE)]
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
