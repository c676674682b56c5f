"""The files that come back of a bulk file: what was accepted, what is wrong, what to mend.

The file to mend is the wrong rows of the uploaded file as they were, in its own form, and beside
each of them its row number, the datum and the reason in the reader's language. These notes have
names that begin with ``#``, which every reader passes over: mended, it goes in again as it is.
"""

from __future__ import annotations

import csv
import heapq
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from clearway.assessment.words import words_of
from clearway.batch.reading import bounded_lines
from clearway.intake import bulk, queries
from clearway.intake.bulk_reading import without_notes
from clearway.intake.models import BulkJob, BulkRow
from clearway.messages.csv_cells import harmless
from clearway.messages.paths import path_of
from clearway.vocabulary.errors import StateForbids

MEDIA_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
}
"""What a returned file is, by its form."""
NOTES: Final = ("#row", "#field", "#reason")
_NOTED: Final = ",".join((*NOTES, ""))
_REFERENCE_USED, _REFERENCE = "CLW4301", "42A:D026"
_IN_MEMORY: Final = 8 << 20
_PIECE: Final = 1 << 16
_ROWS_AT_ONCE: Final = 1_000
_MARK: Final = "\ufeff"
"""Tells spreadsheets that a file is UTF-8."""


class Wrong(NamedTuple):
    """A row that was not accepted: its number, the data that are wrong, and why."""

    row: int
    field: str
    reason: str


def told(row: BulkRow, language: str) -> dict[str, Any]:
    """Return one thing wrong with a row in words, in the form of ``forms.BulkErrorTold``."""
    parameters = tuple(json.loads(bytes(row.parameters)).items())
    message, remedy = words_of(row.code, parameters, language)
    return {
        "id": row.pk,
        "row": row.row,
        "lrn": row.lrn,
        "code": row.code,
        "severity": row.severity,
        "pointer": row.pointer,
        "message": message,
        "remedy": remedy,
    }


def wrong_rows(job: BulkJob, language: str) -> Iterator[Wrong]:
    """Give every row of a job that was not accepted, in the file's order, each once.

    A row that was rejected has used its reference, so that it is asked for another one, too.
    """
    rows = queries.rows_of(job).order_by("id").iterator(chunk_size=500)
    for number, found in groupby(rows, key=attrgetter("row")):
        whole = list(found)
        told_of = [row for row in whole if row.severity == "error"] or whole
        fields, reasons = [], []
        for row in told_of:
            one = told(row, language)
            fields.append(path_of(row.pointer) or row.pointer)
            reasons.append(f"{one['message']} {one['remedy']}".strip())
        if any(row.lrn for row in told_of) and all(row.code != _REFERENCE_USED for row in told_of):
            fields.append(path_of(_REFERENCE))
            reasons.append(words_of(_REFERENCE_USED, (), language)[1])
        names = dict.fromkeys(filter(None, fields))
        yield Wrong(number, " | ".join(names), " | ".join(dict.fromkeys(reasons)))


def to_mend(job: BulkJob, language: str) -> IO[bytes]:
    """Return the wrong rows of a job's file as they were, each with its notes, in its own form.

    Raises:
        StateForbids: the job is not finished, or its file was thrown away.
    """
    path = bulk.path_of(job.sha256)
    if job.state != "finished":
        raise StateForbids("The file is not worked off yet.", remedy="Wait until it is finished.")
    if job.discarded_at is not None or not path.exists():
        raise StateForbids(
            "The uploaded file was thrown away after its time.",
            remedy="The list of its errors is still there; mend your own copy of the file.",
        )
    file: Any = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the answer closes it
    wrong = wrong_rows(job, language)
    if job.form == "parquet":
        _parquet(path, wrong, file)
    else:
        lines = _csv(job, path, wrong) if job.form == "csv" else _ndjson(path, wrong)
        for line in lines:
            file.write(line)
    file.seek(0)
    return file  # type: ignore[no-any-return]


class _Lines:
    """The lines of a file for a CSV reader, kept until somebody takes them."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._kept: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self._kept.append(line)
            yield line

    def take(self) -> str:
        """Return the lines since the last time, as they were."""
        kept, self._kept = "".join(self._kept), []
        return kept


def _csv(job: BulkJob, path: Path, wrong: Iterator[Wrong]) -> Iterator[bytes]:
    """Give the rows of wrong messages with notes before them: a message is one row or several.

    Where each message begins is known from what became of it: each was accepted or is wrong.
    """
    taken = (Wrong(row, "", "") for row, _, _ in queries.taken_rows(job))
    starts = heapq.merge(taken, wrong, key=itemgetter(0))
    coming, current, again = next(starts, None), None, False
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as text:
        lines = _Lines(text)
        rows = csv.reader(lines)
        while True:
            number = rows.line_num + 1
            try:
                row = next(rows, None)
            except csv.Error:
                row = [""]  # it comes back as it is, too
            raw = lines.take()
            if row is None:
                return
            if number == 1:
                raw = raw.removeprefix(_MARK)
                again = raw.startswith(_NOTED)
                yield _beside(NOTES, _MARK, raw[len(_NOTED) :] if again else raw)
                continue
            if again:  # it came back before: its old notes go
                raw = _row(row[len(NOTES) :])
            while coming is not None and coming.row <= number:
                current, coming = coming, next(starts, None)
            if current is not None and current.reason and raw.strip():
                first = current.row == number
                notes = [harmless(one) if one and first else "" for one in current[1:]]
                yield _beside((str(number), *notes), "", raw)


def _beside(notes: Sequence[str], mark: str, raw: str) -> bytes:
    """Return a line with notes before it; ``raw`` is neither parsed nor written anew."""
    end = "" if raw.endswith(("\n", "\r")) else "\r\n"
    return f"{mark}{_row(notes)},{raw}{end}".encode(errors="surrogateescape")


def _row(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()


def _ndjson(path: Path, wrong: Iterator[Wrong]) -> Iterator[bytes]:
    """Give wrong lines with the notes as their first members; what is no object stands in one."""
    with path.open("rb") as file:
        numbered = enumerate(bounded_lines(file), 1)
        for one in wrong:
            line = next(line for number, line in numbered if number == one.row)
            body = without_notes(line.strip(b" \t\r\n").removeprefix(_MARK.encode()))
            notes: dict[str, Any] = dict(zip(NOTES, one, strict=True))
            if body.startswith(b"{"):
                rest = body[1:].lstrip()
                comma = b"" if rest.startswith(b"}") else b", "
                yield _json(notes)[:-1] + comma + rest + b"\n"
            else:
                yield _json({**notes, "#line": body.decode(errors="replace")}) + b"\n"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode(errors="replace")


def _parquet(path: Path, wrong: Iterator[Wrong], file: IO[bytes]) -> None:
    """Write the wrong rows of a Parquet file with columns of notes after its own."""
    coming, before = next(wrong, None), 0
    with pq.ParquetFile(path) as source:
        plain = [field for field in source.schema_arrow if field.name not in NOTES]
        schema = pa.schema([*plain, *((name, pa.string()) for name in NOTES)])
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            for batch in source.iter_batches(batch_size=_ROWS_AT_ONCE):
                found = []
                while coming is not None and coming.row <= before + batch.num_rows:
                    found.append(coming)
                    coming = next(wrong, None)
                if found:
                    rows = batch.take(pa.array([one.row - before - 1 for one in found]))
                    notes = [
                        pa.array([str(value) for value in column], pa.string())
                        for column in zip(*found, strict=True)
                    ]
                    columns = [*(rows.column(field.name) for field in plain), *notes]
                    writer.write_table(pa.Table.from_arrays(columns, schema=schema))
                before += batch.num_rows


_TAKEN = ("row", "lrn", "mrn")
_COLUMNS = ("row", "lrn", "code", "severity", "pointer", "message", "remedy")


def accepted_csv(rows: Iterable[tuple[int, str, str]]) -> Iterator[str]:
    """Give the accepted rows as CSV: row, local reference, MRN."""
    return _written(_TAKEN, ((str(row), _harmless(lrn), mrn) for row, lrn, mrn in rows))


def accepted_ndjson(rows: Iterable[tuple[int, str, str]]) -> Iterator[str]:
    """Give the accepted rows as NDJSON."""
    for row in rows:
        yield json.dumps(dict(zip(_TAKEN, row, strict=True)), ensure_ascii=False) + "\n"


def errors_csv(rows: Iterable[BulkRow], language: str) -> Iterator[str]:
    """Give everything that is wrong in a file as CSV, one line for each thing."""
    found = (told(row, language) for row in rows)
    return _written(_COLUMNS, ([_harmless(str(one[name])) for name in _COLUMNS] for one in found))


def _written(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow(row)
        if text.tell() > _PIECE:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
