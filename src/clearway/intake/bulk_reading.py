"""The rows of a bulk file, one declaration each, whatever its form; a bad one stops no other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from clearway.batch.reading import bounded_lines
from clearway.messages import (
    MalformedMessage,
    Reading,
    SyntaxProblem,
    iter_csv,
    read_json,
    read_parquet,
    write_json,
)

FORMS = {
    "application/x-ndjson": "ndjson",
    "application/ndjson": "ndjson",
    "text/csv": "csv",
    "application/vnd.apache.parquet": "parquet",
}
"""The forms of bulk files, by media type."""
_TEXT = rb'"(?:[^"\\]|\\.)*"'
_NOTES = re.compile(
    rb'\A\{\s*(?:"#(?:[^"\\]|\\.)*"\s*:\s*(?:' + _TEXT + rb"|[0-9]+|null)\s*(?:,\s*|(?=\})))+"
)
"""Notes that begin a line of JSON: members whose name begins with ``#``, texts or numbers."""


def form_of(beginning: bytes) -> str:
    r"""Return which form a file has by how it begins: ndjson, csv or parquet.

    >>> form_of(b"PAR1..."), form_of(b'\n {"Declaration"'), form_of(b"Message,Declaration.ID")
    ('parquet', 'ndjson', 'csv')
    """
    if beginning.startswith(b"PAR1"):
        return "parquet"
    begins = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return "ndjson" if begins in {b"{", b"["} else "csv"


def without_notes(line: bytes) -> bytes:
    """Return a line of JSON without the notes that it came back with.

    >>> without_notes(b'{"#row": 7, "#reason": "wrong", "Declaration": {}}')
    b'{"Declaration": {}}'
    """
    return _NOTES.sub(b"{", line, count=1) if line[1:3] == b'"#' else line


class Row(msgspec.Struct):
    """One declaration of a file.

    ``number`` is its line, or its row in a Parquet file. ``body`` is the message, empty where
    there is none to be lodged; ``reading`` what was read of it, in forms that are read anyway.
    ``end`` is how many bytes of the file had been read then, 0 where that is not known.
    """

    number: int
    body: bytes
    reading: Reading | None = None
    end: int = 0

    def problems_or_reread(self) -> Sequence[SyntaxProblem]:
        """Return what is wrong with the form; an NDJSON line is read again to say it."""
        reading = self.reading
        if reading is None:
            try:
                reading = read_json(self.body, line=self.number)
            except MalformedMessage as error:
                return error.problems
        if reading.problems:
            return reading.problems
        rule = "CLW1017" if reading.kind == "notification" else "CLW1010"
        return (SyntaxProblem(rule, "", self.number, (("root", reading.root or "?"),)),)


def read_rows(path: Path, form: str) -> Iterator[Row]:
    """Give the rows of a stored bulk file.

    Args:
        path: the file.
        form: ndjson, csv or parquet.

    Raises:
        InputUnusable: it cannot be read at all.
        OSError: the disk fails.
    """
    if form == "ndjson":
        yield from _lines(path)
    elif form == "csv":
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as text:
            for reading in iter_csv(text):
                yield _row(reading, 0)
    else:
        for place, reading in enumerate(read_parquet(path), 1):
            yield _row(reading, place)


def _lines(path: Path) -> Iterator[Row]:
    end = 0
    with path.open("rb") as file:
        for number, line in enumerate(bounded_lines(file), 1):
            end += len(line)
            body = line.strip(b" \t\r\n")
            if number == 1:
                body = body.removeprefix(b"\xef\xbb\xbf")
            if body:
                yield Row(number, without_notes(body), end=end)


def _row(reading: Reading, place: int) -> Row:
    number = reading.line or place
    if reading.record is None or reading.declaration is None:
        return Row(number, b"", reading)
    return Row(number, write_json(reading.record), reading)


def share_of(chunk: Sequence[Row], size: int) -> int:
    """Return the share of a file that was read with a chunk, in per cent; 0 where not known."""
    return min(99, chunk[-1].end * 100 // size) if size else 0
