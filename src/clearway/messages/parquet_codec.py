"""Messages as Parquet files: the tables of ``tables``, written and read by row group.

Neither way ever holds more than one group of rows, so that a file of a million items streams.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from clearway.messages.json_codec import read_json, write_json
from clearway.messages.limits import DEFAULT_LIMITS, Limits
from clearway.messages.problems import MalformedMessage, Reading, SyntaxProblem
from clearway.messages.records import MetaData
from clearway.messages.tables import from_table, message_schema, to_table

ROWS_AT_ONCE = 1_000


def write_parquet(
    records: Iterable[MetaData], target: Path | BinaryIO, *, rows_at_once: int = ROWS_AT_ONCE
) -> int:
    """Write messages to a Parquet file, one row group for each ``rows_at_once`` messages.

    Returns:
        The number of messages written.
    """
    written = 0
    source = iter(records)
    with pq.ParquetWriter(target, message_schema(), compression="zstd") as writer:
        while group := list(islice(source, rows_at_once)):
            writer.write_table(to_table(group))
            written += len(group)
    return written


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
            for batch in file.iter_batches(batch_size=rows_at_once):
                for record in from_table(batch):
                    row += 1
                    yield _checked(record, row, limits)
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        detail = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        problem = SyntaxProblem("CLW1080", "", row, (("detail", detail),))
        raise MalformedMessage([problem]) from error


def _checked(record: MetaData, row: int, limits: Limits) -> Reading:
    """Check a record as a message of its own, so that all formats know the same rules."""
    try:
        return read_json(write_json(record), limits=limits, line=row)
    except MalformedMessage as error:
        problems = tuple(msgspec.structs.replace(each, line=row) for each in error.problems)
        return Reading("other", None, problems, row)
