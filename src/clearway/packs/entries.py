"""Reading a pack's CSV and TOML files entry by entry, with the line of every value.

An ``Entry`` is one CSV row or one TOML table. Its accessors read a value as what it should be;
a value that is not so is written into the notebook with file and line, and a harmless stand-in
is returned so that the reading goes on and finds the other errors too.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from clearway.kernel.measures import OPEN_END
from clearway.kernel.reference import Period
from clearway.packs.report import Notebook
from clearway.vocabulary.money import fits_int64

_EPOCH = dt.date(1970, 1, 1).toordinal()
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*(\"[^\"]+\"|'[^']+'|[A-Za-z0-9_-]+)\s*=")


def day_of(date: dt.date) -> int:
    """Return the number of days since 1970-01-01."""
    return date.toordinal() - _EPOCH


def date_text(day: int) -> str:
    """Return ``YYYY-MM-DD`` for a number of days since 1970-01-01.

    >>> date_text(20516)
    '2026-03-04'
    """
    return "open" if day >= OPEN_END else dt.date.fromordinal(day + _EPOCH).isoformat()


class Entry:
    """One CSV row or TOML table, and where it stands."""

    __slots__ = ("_lines", "_notebook", "cells", "file", "line")

    def __init__(
        self,
        notebook: Notebook,
        file: str,
        line: int,
        cells: Mapping[str, Any],
        lines: Mapping[str, int] | None = None,
    ) -> None:
        self._notebook = notebook
        self._lines = lines or {}
        self.file = file
        self.line = line
        self.cells = cells

    def line_of(self, name: str) -> int:
        """Return the line on which the value of ``name`` stands."""
        return self._lines.get(name, self.line)

    def problem(self, code: str, text: str, name: str = "") -> None:
        """Write a problem of this entry, at the line of ``name`` if given."""
        self._notebook.note(self.file, self.line_of(name), code, text)

    def expect(self, known: Sequence[str]) -> None:
        """Note every key that is not among those known."""
        for name in self.cells:
            if name not in known:
                permitted = ", ".join(known)
                self.problem("PCK102", f"{name!r} is not known here; known are {permitted}.", name)

    def text(self, name: str, *, required: bool = False) -> str:
        """Return a text without surrounding blanks; empty where it is absent."""
        value: object = self.cells.get(name, "")
        if not isinstance(value, str):
            self.problem("PCK108", f"{name} must be a text, not {value!r}.", name)
            value = str(value)
        value = value.strip()
        if required and not value:
            self.problem("PCK104", f"{name} is empty.", name)
        if value and not value.isascii() and _has_hidden(value):
            self.problem("PCK109", f"{name} holds characters that nobody can see: {value!r}.", name)
        return value

    def codes(self, name: str) -> tuple[str, ...]:
        """Return a list of codes: a TOML list of texts, or a cell with ``;`` between them."""
        value = self.cells.get(name, "")
        parts = value if isinstance(value, list) else str(value).split(";")
        if any(not isinstance(part, str) for part in parts):
            self.problem("PCK108", f"{name} must be a list of texts.", name)
        return tuple(str(part).strip() for part in parts if str(part).strip())

    def choice(self, name: str, permitted: Sequence[str], default: str = "") -> str:
        """Return one of the permitted texts."""
        value = self.text(name, required=not default)
        if not value:
            return default or permitted[0]
        if value not in permitted:
            self.problem(
                "PCK108", f"{name} is {value!r}; permitted are {', '.join(permitted)}.", name
            )
            return default or permitted[0]
        return value

    def day(self, name: str, default: int) -> int:
        """Return a date as days since 1970-01-01, ``default`` where it is absent."""
        return self._as_day(self.cells.get(name, ""), name, default)

    def key_day(self, name: str) -> int:
        """Return the date that a key itself is, as in a table of draw keys or holidays."""
        return self._as_day(name, name, 0)

    def _as_day(self, value: object, name: str, default: int) -> int:
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return day_of(value)
        text = str(value).strip()
        if not text:
            return default
        if text.isascii() and _DATE.fullmatch(text):
            with contextlib.suppress(ValueError):
                return day_of(dt.date.fromisoformat(text))
        self.problem("PCK105", f"{name} is {text!r}, which is not a date.", name)
        return default

    def period(self) -> Period:
        """Return ``valid_from`` (inclusive) and ``valid_to`` (exclusive); absent means open."""
        valid_from, valid_to = self.day("valid_from", 0), self.day("valid_to", OPEN_END)
        if valid_from >= valid_to:
            self.problem(
                "PCK106",
                f"valid_from {date_text(valid_from)} is not before valid_to {date_text(valid_to)}.",
                "valid_from",
            )
            return Period(valid_from, valid_from + 1)
        return Period(valid_from, valid_to)

    def decimal(
        self,
        name: str,
        default: Decimal | None = None,
        form: str = "a plain number such as 25100.5 (in TOML in quotes)",
    ) -> Decimal | None:
        """Return a number in plain ASCII digits with a point; ``form`` is what to write instead."""
        value = self.cells.get(name, "")
        if isinstance(value, int) and not isinstance(value, bool):
            return Decimal(value)
        text = str(value).strip()
        if not text:
            return default
        if isinstance(value, str) and text.isascii() and _NUMBER.fullmatch(text):
            return Decimal(text)
        self.problem("PCK107", f"{name} is {text!r}; write {form}.", name)
        return default

    def whole(self, name: str, default: int = 0) -> int:
        """Return a whole number."""
        number = self.decimal(name, form="a whole number such as 2")
        if number is None:
            return default
        if number != number.to_integral_value() or not fits_int64(int(number)):
            self.problem("PCK107", f"{name} is {number}; it must be a whole number.", name)
            return default
        return int(number)

    def fraction(self, name: str, default: Fraction) -> Fraction:
        """Return an exact fraction, written ``0.7``, ``7/10`` or ``70 %``."""
        text = str(self.cells.get(name, "")).strip()
        if not text:
            return default
        match = re.fullmatch(r"(\d+(?:\.\d+)?)(?:\s*/\s*(\d+)|\s*(%))?", text, re.ASCII)
        if not match or match[2] == "0":
            self.problem("PCK107", f"{name} is {text!r}; write 0.7, 7/10 or 70 %.", name)
            return default
        divisor = 100 if match[3] else int(match[2] or 1)
        return Fraction(Decimal(match[1])) / divisor

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return true or false; in CSV written ``yes`` and ``no``."""
        value = self.cells.get(name, "")
        if isinstance(value, bool):
            return value
        text = str(value).strip()
        if text not in {"", "yes", "no"}:
            self.problem("PCK108", f"{name} is {text!r}; permitted are yes, no.", name)
        return text == "yes" if text else default


def _has_hidden(value: str) -> bool:
    """Tell whether a text holds control, bidirectional or zero-width characters."""
    return any(unicodedata.category(sign) in {"Cc", "Cf", "Co", "Cs", "Cn"} for sign in value)


def read_sheet(
    folder: Path, file: str, columns: Sequence[str], notebook: Notebook, *, required: bool = False
) -> Iterator[Entry]:
    """Yield every row of a CSV file. The first line names the columns, in any order.

    Args:
        folder: the pack.
        file: the file's name inside it.
        columns: the known columns; a leading ``!`` marks one that must be there.
        notebook: takes the problems.
        required: whether the file must exist.
    """
    path = folder / file
    if not path.is_file():
        if required:
            notebook.note(file, 0, "PCK101", f"{file} is missing.")
        return
    known = [column.lstrip("!") for column in columns]
    line = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            header = [name.strip() for name in next(reader, [])]
            for entry in _rows(reader, header, Entry(notebook, file, 1, {}), (known, columns)):
                line = entry.line
                yield entry
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        notebook.note(file, line, "PCK101", f"{file} cannot be read from here on: {error}.")


def _rows(
    reader: Any, header: list[str], top: Entry, columns: tuple[Sequence[str], Sequence[str]]
) -> Iterator[Entry]:
    known, marked = columns
    for name in {name for name in header if header.count(name) > 1}:
        top.problem("PCK102", f"column {name!r} stands twice.")
    for name in header:
        if name not in known and not name.startswith("x_"):
            top.problem("PCK102", f"column {name!r} is not known; known are {', '.join(known)}.")
    for column in marked:
        if column.startswith("!") and column[1:] not in header:
            top.problem("PCK104", f"column {column[1:]!r} is missing.")
    notebook = top._notebook  # noqa: SLF001 (the rows share the notebook of their sheet)
    end = reader.line_num
    for cells in reader:
        line, end = end + 1, reader.line_num  # a quoted text may run over several lines
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            notebook.note(
                top.file, line, "PCK103", f"{len(cells)} cells where the header has {len(header)}."
            )
            continue
        yield Entry(notebook, top.file, line, dict(zip(header, cells, strict=True)))


class Document:
    """A TOML file whose tables remember their lines."""

    def __init__(self, notebook: Notebook, file: str, data: dict[str, Any], text: str) -> None:
        self._notebook = notebook
        self.file = file
        self.data = data
        self._lines = _toml_lines(text)

    def table(self, *path: str | int) -> Entry:
        """Return the table at a path such as ``"valuation", "incoterms"`` or ``"taxes", 2``."""
        value: Any = self.data
        for step in path:
            if isinstance(step, int):
                value = value[step]
            elif isinstance(value, dict):
                value = value.get(step, {})
        lines = {
            steps[-1]: line
            for steps, line in self._lines.items()
            if steps[:-1] == path and isinstance(steps[-1], str)
        }
        cells = value if isinstance(value, dict) else {}
        line = self._lines.get(path, 1)
        if not isinstance(value, dict):
            self._notebook.note(self.file, line, "PCK108", f"{path[-1]} must be a table.")
        return Entry(self._notebook, self.file, line, cells, lines)

    def tables(self, *path: str) -> Iterator[Entry]:
        """Yield the tables of a ``[[list]]``."""
        value: Any = self.data
        for step in path:
            value = value.get(step, []) if isinstance(value, dict) else value
        if not isinstance(value, list):
            line = self._lines.get(path, 1)
            self._notebook.note(self.file, line, "PCK108", f"[[{path[-1]}]] must be a list.")
            return
        for position in range(len(value)):
            yield self.table(*path, position)


def read_document(
    folder: Path, file: str, notebook: Notebook, *, required: bool = False
) -> Document | None:
    """Read a TOML file, or return None where it is absent or not TOML."""
    path = folder / file
    if not path.is_file():
        if required:
            notebook.note(file, 0, "PCK101", f"{file} is missing.")
        return None
    try:
        text = path.read_text(encoding="utf-8-sig")
        return Document(notebook, file, tomllib.loads(text), text)
    except UnicodeDecodeError as error:
        notebook.note(file, 0, "PCK101", f"{file} is not UTF-8: {error}.")
    except (OSError, RecursionError) as error:
        notebook.note(file, 0, "PCK101", f"{file} cannot be read: {error}.")
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"line (\d+)", str(error))
        last = len(text.splitlines())  # an error "at end of document" names no line
        notebook.note(file, int(match[1]) if match else last, "PCK101", f"not TOML: {error}.")
    return None


def _toml_lines(text: str) -> dict[tuple[str | int, ...], int]:
    """Return the line of every table header and key; texts over several lines are skipped."""
    lines: dict[tuple[str | int, ...], int] = {}
    counters: dict[tuple[str, ...], int] = {}
    prefix: tuple[str | int, ...] = ()
    quote = ""
    for number, line in enumerate(text.splitlines(), 1):
        if quote:
            quote = "" if quote in line else quote
            continue
        if header := _HEADER.match(line):
            steps = tuple(part.strip().strip("\"'") for part in header[2].split("."))
            if header[1] == "[[":
                counters[steps] = counters.get(steps, -1) + 1
            prefix = _numbered(steps, counters)
            lines[prefix] = number
        elif key := _KEY.match(line):
            lines[(*prefix, key[1].strip("\"'"))] = number
            for mark in ('"""', "'''"):
                if line.count(mark) == 1:
                    quote = mark
    return lines


def _numbered(
    steps: tuple[str, ...], counters: Mapping[tuple[str, ...], int]
) -> tuple[str | int, ...]:
    """Put the position behind every step that is a ``[[list]]``."""
    path: list[str | int] = []
    for length in range(1, len(steps) + 1):
        path.append(steps[length - 1])
        if steps[:length] in counters:
            path.append(counters[steps[:length]])
    return tuple(path)
