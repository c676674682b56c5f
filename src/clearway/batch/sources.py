"""Finding the inputs: files and folders, told apart by what they contain, not by their names."""

from __future__ import annotations

import gzip
import io
import os
import stat
import zlib
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import IO

import msgspec

from clearway.messages import MalformedMessage, SyntaxProblem
from clearway.vocabulary.errors import InputUnusable

GZIP_LIMIT = 4 * 1024**3
"""Bytes that one compressed file may become: more is a bomb until somebody says otherwise."""
GZIP_RATIO = 200
"""A file that swells by more than this is refused; real declarations compress 10 to 40 fold."""
_HEAD = 64 * 1024
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_GZIP_FREE = 64 * 1024 * 1024


class Form(StrEnum):
    """The forms that Clearway reads."""

    XML = "xml"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    PARQUET = "parquet"


class Source(msgspec.Struct, frozen=True):
    """One file: where it is, what form it has (None: none that is known), gzip around it or not.

    ``problem`` says why it will not be read at all; its neighbours are.
    """

    path: Path
    form: Form | None
    compressed: bool = False
    size: int = 0
    problem: SyntaxProblem | None = None


def find_sources(paths: Sequence[Path]) -> list[Source]:
    """Return every file of the paths; a folder gives all of its files in alphabetical order.

    Raises:
        InputUnusable: a path does not exist, or the paths hold no file at all.
    """
    found: list[Source] = []
    for path in paths:
        if not path.exists():
            raise InputUnusable(
                "There is no such file or folder.",
                where=str(path),
                remedy="Check the spelling of the path.",
            )
        found += [_looked_at(file) for file in (_walk(path) if path.is_dir() else [path])]
    if not found:
        raise InputUnusable(
            "The folder holds no file.",
            where=", ".join(str(path) for path in paths),
            remedy="Give a folder with XML, JSON, NDJSON, CSV or Parquet declarations.",
        )
    return found


def open_source(source: Source) -> IO[bytes]:
    """Open a source for reading as bytes, decompressed under a limit where it is compressed."""
    if source.compressed:
        return io.BufferedReader(_BoundedGzip(source.path), buffer_size=1 << 20)
    return source.path.open("rb")


class _BoundedGzip(io.RawIOBase):
    """A gzip stream that stops being read once it swells beyond reason."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._packed = path.stat().st_size
        self._stream = gzip.open(path, "rb")  # noqa: SIM115 - closed in close()
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]  # what RawIOBase promises
        try:
            chunk = self._stream.read(len(view))
        except (EOFError, OSError, zlib.error) as error:
            raise MalformedMessage([_damaged(error)], str(self._path)) from error
        self._count += len(chunk)
        swollen = self._count > max(_GZIP_FREE, self._packed * GZIP_RATIO)
        if swollen or self._count > GZIP_LIMIT:
            size = (("size", str(self._count)),)
            raise MalformedMessage([SyntaxProblem("CLW1014", "", 0, size)], str(self._path))
        view[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(parent) / name


def _looked_at(path: Path) -> Source:
    """Look at a file's first bytes; what cannot be opened keeps its place, with the reason."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # opening a pipe may wait for ever
            return Source(path, None, problem=SyntaxProblem("CLW1016", ""))
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        return Source(path, None, problem=unopened(error))
    compressed = head.startswith(b"\x1f\x8b")
    if compressed:
        try:
            with gzip.open(path, "rb") as stream:
                head = stream.read(_HEAD)
        except (EOFError, OSError, zlib.error) as error:
            return Source(path, None, compressed, status.st_size, _damaged(error))
    form = form_of(head)
    problem = None
    if head.startswith(_UTF_16) and form not in (Form.XML, None):
        problem = SyntaxProblem("CLW1009", "", 0, (("detail", "UTF-16"),))
    return Source(path, form, compressed, status.st_size, problem)


def unopened(error: OSError) -> SyntaxProblem:
    """Return the problem of a file that the operating system does not give."""
    return SyntaxProblem("CLW1015", "", 0, (("detail", error.strerror or str(error)),))


def _damaged(error: Exception) -> SyntaxProblem:
    return SyntaxProblem("CLW1013", "", 0, (("detail", str(error)),))


def form_of(head: bytes) -> Form | None:
    """Tell the form of a file from its first bytes, or None where it is none that is known."""
    if head.startswith(b"PAR1"):
        return Form.PARQUET
    text = _decoded(head)
    if text is None:
        return None
    text = text.lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        return Form.XML
    if text.startswith("["):
        return Form.JSON
    if text.startswith("{"):
        return _object_or_lines(text)
    first = text.split("\n", 1)[0]
    return Form.CSV if "," in first or ";" in first or "\t" in first else None


def _decoded(head: bytes) -> str | None:
    if head.startswith(_UTF_16):
        return head[: len(head) & ~1].decode("utf-16", "replace")
    if b"\0" in head:
        return None
    return head.decode("utf-8", "replace")


def _object_or_lines(text: str) -> Form:
    """One JSON document, or one on each line: the second line that is an object decides."""
    lines = [line.strip() for line in text.split("\n", 2)[:2]]
    first = lines[0]
    if len(first) >= _HEAD // 2 and len(lines) == 1:
        return Form.NDJSON
    try:
        msgspec.json.decode(first.encode("utf-8", "replace"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        broken_line = len(lines) == 2 and lines[1].startswith("{") and len(first) > 1
        return Form.NDJSON if broken_line else Form.JSON
    return Form.NDJSON if len(lines) == 2 and lines[1] else Form.JSON
