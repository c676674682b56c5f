"""A simulated day as a file, in any form that ``clearway assess`` reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from clearway.messages import write_csv, write_ndjson, write_parquet, write_xml
from clearway.messages.records import MetaData


def write_day(records: Callable[[], Iterator[MetaData]], target: Path, form: str) -> int:
    """Write the records and return their number.

    Args:
        records: makes the records anew at each call.
        target: a file; a folder for ``xml``, which has one message a file.
        form: ``ndjson``, ``csv``, ``parquet`` or ``xml``.
    """
    if form == "parquet":
        return write_parquet(records(), target)
    if form == "csv":
        whole = list(records())
        with target.open("w", encoding="utf-8", newline="") as text:
            write_csv(whole, text)
        return len(whole)
    if form == "xml":
        target.mkdir()
        number = 0
        for number, record in enumerate(records(), 1):
            (target / f"declaration-{number:06d}.xml").write_bytes(write_xml(record))
        return number
    with target.open("wb") as file:
        return sum(bool(file.write(line)) for line in write_ndjson(records()))
