"""The outputs of a run, chunk by chunk, in the form that was asked for.

========  =================================================================================
csv       one file per table, cells safe in spreadsheets (see ``spreadsheets``)
parquet   one file per table, exact types, nested columns kept
json      ``decisions.ndjson``: one decision a line
table     ``declarations.txt``: one line a declaration, for people
========  =================================================================================

Every form adds ``errors`` (the documents that could not be read) and ``summary.json``. The
column ``declaration`` counts through the whole run.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, Protocol

import msgspec
import pyarrow as pa
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

from clearway.batch.decision_documents import to_document
from clearway.batch.output_folder import MARKER
from clearway.batch.places import ERROR_SCHEMA, Place, Unreadable
from clearway.batch.spreadsheets import flat_schema, flattened
from clearway.batch.summary import Summary
from clearway.kernel.tables import DECISION_SCHEMAS, Decisions

FORMATS = ("table", "json", "csv", "parquet")
_PLACE = (pa.field("file", pa.string()), pa.field("line", pa.int64()))


class Writer(Protocol):
    """Takes the decisions of one chunk after another, then the errors and the summary."""

    def write(self, places: Sequence[Place], decisions: Decisions) -> None:
        """Write one chunk; ``places`` tells where each declaration was read."""

    def note(self, error: Unreadable) -> None:
        """Write one document that could not be read."""

    def finish(self, summary: Summary) -> None:
        """Write the summary and close every file."""

    def close(self) -> None:
        """Close every file; does nothing the second time."""


class _Base:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    def _summarise(self, summary: Summary) -> None:
        text = json.dumps(summary.as_document(), ensure_ascii=False, indent=2)
        (self.folder / MARKER).write_text(text + "\n", encoding="utf-8")


class _Tables(_Base, ABC):
    """Shared by CSV and Parquet: the decision tables, one open file for each."""

    suffix = ""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.open: dict[str, Any] = {}

    def write(self, places: Sequence[Place], decisions: Decisions) -> None:
        """Write one chunk; ``places`` tells where each declaration was read."""
        for name, table in decisions.tables().items():
            keys = table.column("declaration")
            shifted = pa.compute.add(keys, pa.scalar(self.count, pa.int64()))
            rows = table.set_column(0, DECISION_SCHEMAS[name].field(0), shifted)
            if name == "declarations":
                rows = rows.append_column(_PLACE[0], pa.array([p.file for p in places], "string"))
                rows = rows.append_column(_PLACE[1], pa.array([p.line for p in places], "int64"))
            self._put(name, rows)
        self.count += len(decisions)

    def finish(self, summary: Summary) -> None:
        """Write the summary and close every file."""
        proof = {"kernel_version": summary.kernel_version, "reference_hash": summary.reference_hash}
        for name, schema in DECISION_SCHEMAS.items():
            columns = [*schema, *(_PLACE if name == "declarations" else ())]
            empty = pa.schema(columns, metadata={**proof, "table": name}).empty_table()
            self._put(name, empty)
        self._put("errors", ERROR_SCHEMA.empty_table())
        self.close()
        self._summarise(summary)

    def note(self, error: Unreadable) -> None:
        """Write one document that could not be read."""
        self._put("errors", pa.Table.from_pylist([msgspec.to_builtins(error)], schema=ERROR_SCHEMA))

    def close(self) -> None:
        """Close every file; does nothing the second time."""
        while self.open:
            self.open.popitem()[1].close()

    @abstractmethod
    def _put(self, name: str, table: pa.Table) -> None:
        """Append rows to one file, which the first rows open."""


class ParquetFiles(_Tables):
    """One Parquet file per table; row groups as they come."""

    def _put(self, name: str, table: pa.Table) -> None:
        if name not in self.open:
            path = self.folder / f"{name}.parquet"
            self.open[name] = pq.ParquetWriter(path, table.schema, compression="zstd")
        if table.num_rows:
            self.open[name].write_table(table)


class CsvFiles(_Tables):
    """One CSV file per table, safe to open in a spreadsheet."""

    def _put(self, name: str, table: pa.Table) -> None:
        if name not in self.open:
            path = self.folder / f"{name}.csv"
            self.open[name] = pc_csv.CSVWriter(path, flat_schema(table.schema))
        if table.num_rows:
            self.open[name].write_table(flattened(table))


class JsonLines(_Base):
    """``decisions.ndjson`` and ``errors.ndjson``: one document a line."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.decisions: IO[bytes] = (folder / "decisions.ndjson").open("wb")
        self.errors: IO[bytes] = (folder / "errors.ndjson").open("wb")

    def write(self, places: Sequence[Place], decisions: Decisions) -> None:
        """Write one chunk; ``places`` tells where each declaration was read."""
        for place, decision in zip(places, decisions, strict=True):
            self.decisions.write(msgspec.json.encode(placed_document(place, decision)) + b"\n")

    def finish(self, summary: Summary) -> None:
        """Write the summary and close every file."""
        self.close()
        self._summarise(summary)

    def note(self, error: Unreadable) -> None:
        """Write one document that could not be read."""
        self.errors.write(msgspec.json.encode(error) + b"\n")

    def close(self) -> None:
        """Close every file; does nothing the second time."""
        self.decisions.close()
        self.errors.close()


class PlainText(_Base):
    """``declarations.txt``: columns for the eye, one line a declaration."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.lines: IO[str] = (folder / "declarations.txt").open("w", encoding="utf-8")
        self.errors: IO[str] = (folder / "errors.txt").open("w", encoding="utf-8")
        self.lines.write(_LINE.format("declaration", "accepted", "lane", "payable", "findings"))

    def write(self, places: Sequence[Place], decisions: Decisions) -> None:
        """Write one chunk; ``places`` tells where each declaration was read."""
        for place, decision in zip(places, decisions, strict=True):
            route = decision.selection
            self.lines.write(
                _LINE.format(
                    decision.id or decision.lrn or f"{place.file}:{place.line or ''}",
                    "yes" if decision.accepted else "no",
                    route.lane.name if route else "-",
                    sum(line.payable or 0 for line in decision.charges),
                    " ".join(sorted({finding.rule for finding in decision.findings})) or "-",
                )
            )

    def finish(self, summary: Summary) -> None:
        """Write the summary and close every file."""
        self.close()
        self._summarise(summary)

    def note(self, error: Unreadable) -> None:
        """Write one document that could not be read."""
        self.errors.write(f"{error.file}:{error.line or ''} {error.pointer} {error.reason}\n")

    def close(self) -> None:
        """Close every file; does nothing the second time."""
        self.lines.close()
        self.errors.close()


_LINE = "{:<36} {:<9} {:<7} {:>20}  {}\n"
WRITERS: dict[str, type[ParquetFiles | CsvFiles | JsonLines | PlainText]] = {
    "table": PlainText,
    "json": JsonLines,
    "csv": CsvFiles,
    "parquet": ParquetFiles,
}


def placed_document(place: Place, decision: Any) -> dict[str, Any]:
    """Return the decision's document, led by where the declaration was read."""
    return {"file": place.file, "line": place.line, **to_document(decision)}
