"""Messages as Parquet files: the tables of ``tables``, written and read by row group.

Neither way ever holds more than one group of rows, so that a file of a million items streams.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from clearway.messages.json_codec import read_json, write_json
from clearway.messages.limits import DEFAULT_LIMITS, Limits
from clearway.messages.problems import MalformedMessage, Reading, SyntaxProblem
from clearway.messages.records import MetaData
from clearway.messages.table_reader import BatchReader, refuse_foreign_columns
from clearway.messages.tables import message_schema, to_table

ROWS_AT_ONCE = 1_000
"""Messages that are read together, at most."""
ITEMS_AT_ONCE = 10_000
"""Goods items, or other entries of one list, that are read or written together, about."""
_ROWS_IN_A_GROUP = 5_000
"""Messages of one row group: a group costs something for each column that a message may have."""


def write_parquet(
    records: Iterable[MetaData], target: Path | BinaryIO, *, rows_at_once: int = _ROWS_IN_A_GROUP
) -> int:
    """Write messages to a Parquet file.

    A row group has ``rows_at_once`` messages, or fewer where they have many goods items.

    Returns:
        The number of messages written.
    """
    written = 0
    with pq.ParquetWriter(target, message_schema(), compression="zstd") as writer:
        for group in _groups(records, rows_at_once):
            writer.write_table(to_table(group))
            written += len(group)
    return written


def _groups(records: Iterable[MetaData], most: int) -> Iterator[list[MetaData]]:
    group: list[MetaData] = []
    items = 0
    for record in records:
        group.append(record)
        shipment = record.declaration.goods_shipment if record.declaration is not None else None
        items += len(shipment.goods_items) if shipment is not None else 0
        if len(group) >= most or items >= ITEMS_AT_ONCE:
            yield group
            group, items = [], 0
    if group:
        yield group


def read_parquet(
    source: Path | BinaryIO, *, limits: Limits = DEFAULT_LIMITS, rows_at_once: int = ROWS_AT_ONCE
) -> Iterator[Reading]:
    """Read messages from a Parquet file, in order, a group of rows at a time.

    Every value is checked as in any other format; ``line`` of a reading and of its problems is
    the row, counted from 1.

    Raises:
        MalformedMessage: not a Parquet file or damaged (CLW1080), or foreign columns (CLW1081).
    """
    row = 0
    try:
        with pq.ParquetFile(source) as file:
            for batch in file.iter_batches(batch_size=_rows_at_once(file.metadata, rows_at_once)):
                if not row:
                    refuse_foreign_columns(batch.schema)
                for reading in _readings(batch, row, limits):
                    row += 1
                    yield reading
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        detail = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        problem = SyntaxProblem("CLW1080", "", row, (("detail", detail),))
        raise MalformedMessage([problem]) from error


def _rows_at_once(metadata: pq.FileMetaData, most: int) -> int:
    """Return how many rows are read together, so that memory is bounded by items, not messages."""
    groups = [metadata.row_group(n) for n in range(metadata.num_row_groups)]
    largest = max(groups, key=lambda group: group.total_byte_size, default=None)
    if largest is None or not largest.num_rows:
        return most
    entries = max(largest.column(n).num_values for n in range(largest.num_columns))
    fitting: int = ITEMS_AT_ONCE * largest.num_rows // max(entries, 1)
    return max(1, min(most, fitting))


def _readings(batch: pa.RecordBatch, before: int, limits: Limits) -> Iterator[Reading]:
    """Read the rows of a batch; only what is not right for certain is checked on its own."""
    reader = BatchReader()
    records, doubts = reader.read(batch)
    small = reader.most_bytes <= limits.most_bytes
    for place, record in enumerate(records):
        row = before + place + 1
        declared = record.declaration is not None and not record.responses
        if declared and place not in doubts and (small or _fits(record, limits)):
            yield Reading("declaration", record, (), row)
        else:
            yield _checked(record, row, limits)


def _fits(record: MetaData, limits: Limits) -> bool:
    return len(write_json(record)) <= limits.most_bytes


def _checked(record: MetaData, row: int, limits: Limits) -> Reading:
    """Check a record as a message of its own, so that all formats know the same rules."""
    try:
        return read_json(write_json(record), limits=limits, line=row)
    except MalformedMessage as error:
        problems = tuple(msgspec.structs.replace(each, line=row) for each in error.problems)
        return Reading("other", None, problems, row)
