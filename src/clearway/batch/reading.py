"""From a source to declarations, one after another; what cannot be read is told and passed by."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from typing import IO, TextIO, cast

import msgspec

from clearway.batch.places import Place, Unreadable
from clearway.batch.sources import Form, Source, open_source, unopened
from clearway.kernel.lodgement import Lodgement
from clearway.messages import (
    MalformedMessage,
    Reading,
    SyntaxProblem,
    iter_csv,
    iter_ndjson,
    read_json,
    read_parquet,
    read_xml,
    to_lodgement,
)
from clearway.vocabulary.errors import ClearwayError

DOCUMENT_LIMIT = 64 * 1024 * 1024
"""Bytes of one XML or JSON document. More declarations than that belong into NDJSON, CSV or
Parquet, which are read piece by piece."""

Found = tuple[Place, Lodgement] | Unreadable


def read_source(source: Source) -> Iterator[tuple[float, Found]]:
    """Give every declaration of a source, or why it cannot be read, with the share read so far.

    Nothing is raised for what the source holds: a damaged file ends early, with the reason.
    """
    name = str(source.path)
    if source.problem is not None or source.form is None:
        yield 1.0, _unreadable(name, source.problem or _of_no_form(source))
        return
    try:
        with open_source(source) as stream:
            for reading in _readings(source, stream):
                yield _share(source, stream), _found(name, reading)
    except MalformedMessage as error:
        for problem in error.problems:
            yield 1.0, _unreadable(name, problem)
    except ClearwayError as error:
        yield 1.0, Unreadable(name, None, "", "", error.what)
    except OSError as error:
        yield 1.0, _unreadable(name, unopened(error))
    except Exception as error:  # noqa: BLE001 - our own defect: the other files go on
        reason = f"Clearway failed while reading this file ({type(error).__name__})."
        yield 1.0, Unreadable(name, None, "", "", reason)


def _of_no_form(source: Source) -> SyntaxProblem:
    """Say what a file is that is none of the forms: empty, an image, an archive, unknown."""
    if not source.compressed:
        try:
            with source.path.open("rb") as file:
                read_xml(file.read(_SIGNATURE))
        except OSError as error:
            return unopened(error)
        except MalformedMessage as error:
            if error.problems[0].rule in {"CLW1001", "CLW1003"}:
                return error.problems[0]
    return SyntaxProblem("CLW1012", "")


_SIGNATURE = 64


def _readings(source: Source, stream: IO[bytes]) -> Iterator[Reading]:
    if source.form is Form.NDJSON:
        yield from iter_ndjson(bounded_lines(stream))
    elif source.form is Form.CSV:
        yield from _csv_readings(stream)
    elif source.form is Form.PARQUET:
        yield from _parquet_readings(source, stream)
    elif source.form is Form.XML:
        yield read_xml(_whole(stream))
    else:
        yield from _json_documents(_whole(stream))


def bounded_lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Give the lines of a stream; of one without end only the beginning, which no reader takes."""
    while line := stream.readline(DOCUMENT_LIMIT):
        yield line
        while line and len(line) >= DOCUMENT_LIMIT and not line.endswith(b"\n"):
            line = stream.readline(DOCUMENT_LIMIT)


class _TextLines:
    """Lines of UTF-8 text for a CSV reader; remembers the lines that are no UTF-8."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self.count = 0
        self.damaged: list[int] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.count += 1
            content = line.removeprefix(b"\xef\xbb\xbf") if self.count == 1 else line
            try:
                yield content.decode()
            except UnicodeDecodeError:
                self.damaged.append(self.count)
                yield content.decode(errors="replace")

    def damage_up_to(self, last: int) -> list[int]:
        """Return, and forget, the damaged lines up to ``last``."""
        found = [line for line in self.damaged if line <= last]
        self.damaged = self.damaged[len(found) :]
        return found


def _csv_readings(stream: IO[bytes]) -> Iterator[Reading]:
    """Read CSV; a declaration with a line that is no UTF-8 is refused, its neighbours are not."""
    lines = _TextLines(bounded_lines(stream))
    readings = iter_csv(cast("TextIO", iter(lines)))  # it only goes through the lines
    held: Reading | None = None
    for reading in readings:
        if held is not None:
            yield _undamaged(held, lines.damage_up_to(reading.line - 1))
        held = reading
    if held is not None:
        yield _undamaged(held, lines.damage_up_to(lines.count))


def _undamaged(reading: Reading, damaged: list[int]) -> Reading:
    if not damaged:
        return reading
    problems = tuple(SyntaxProblem("CLW1009", "", line, (("detail", "UTF-8"),)) for line in damaged)
    return Reading("other", None, problems, reading.line)


def _parquet_readings(source: Source, stream: IO[bytes]) -> Iterator[Reading]:
    if not source.compressed:
        yield from read_parquet(source.path)
        return
    with tempfile.TemporaryFile() as unpacked:  # Parquet is read from its end
        shutil.copyfileobj(stream, unpacked)
        unpacked.seek(0)
        yield from read_parquet(unpacked)


def _whole(stream: IO[bytes]) -> bytes:
    """Read one document; one that is too large is refused by the reader, by its size."""
    return stream.read(DOCUMENT_LIMIT + 1)


def _json_documents(content: bytes) -> Iterator[Reading]:
    """A JSON file holds one message, or an array of them."""
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        yield read_json(content)
        return
    try:
        documents = msgspec.json.decode(
            content.removeprefix(b"\xef\xbb\xbf"), type=list[msgspec.Raw]
        )
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        yield read_json(content)  # says what is wrong, and where
        return
    line, after = 1, 0
    for document in documents:
        begin = content.find(bytes(document), after)
        line += content.count(b"\n", after, begin)
        after = begin
        try:
            yield read_json(bytes(document), line=line)
        except MalformedMessage as error:
            yield Reading("other", None, error.problems, line)


def _found(name: str, reading: Reading) -> Found:
    line = reading.line or None
    if reading.record is None or reading.declaration is None:
        if reading.problems:
            return _unreadable(name, reading.problems[0], line, len(reading.problems) - 1)
        return _unreadable(name, _no_declaration(reading), line)
    lodgement, problems = to_lodgement(reading.record)
    if reading.problems or problems:
        lodgement.form_findings = tuple(
            problem.finding() for problem in (*reading.problems, *problems)
        )
    return Place(name, line), lodgement


def _no_declaration(reading: Reading) -> SyntaxProblem:
    if reading.kind == "notification":
        return SyntaxProblem("CLW1017", "")
    return SyntaxProblem("CLW1010", "", 0, (("root", reading.root or "?"),))


def _unreadable(
    name: str, problem: SyntaxProblem, line: int | None = None, more: int = 0
) -> Unreadable:
    message = problem.text().message
    return Unreadable(
        name,
        problem.line or line,
        problem.pointer,
        problem.rule,
        f"{message} (and {more} more)" if more else message,
        problem.parameters,
        more,
    )


def further(name: str, count: int) -> Unreadable:
    """Return one line for everything of a file that is counted and not told one by one."""
    return _unreadable(name, SyntaxProblem("CLW1018", "", 0, (("count", str(count)),)))


def _share(source: Source, stream: IO[bytes]) -> float:
    """How much of the source has been read, by the position in the file as it is on disk."""
    if source.compressed or not source.size:
        return 0.5
    try:
        return min(1.0, stream.tell() / source.size)
    except (OSError, ValueError):
        return 1.0
