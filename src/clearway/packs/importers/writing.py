"""Writing a country pack's folder: all of it, or nothing."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from clearway.vocabulary.errors import InputUnusable


class Table(Protocol):
    """A CSV reader: rows of cells, and the line that was read last."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


class PackFolder:
    """A pack under way: a folder beside the target, which takes its place when all is written.

    Raises:
        InputUnusable: the target exists and is not an empty folder.
    """

    def __init__(self, target: Path) -> None:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise InputUnusable(
                "the folder for the new pack is not empty",
                where=str(target),
                remedy="Name a folder that does not exist yet.",
            )
        self.target = target

    def __enter__(self) -> Self:
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self._work = Path(tempfile.mkdtemp(prefix=".importing-", dir=self.target.parent))
        self._work.chmod(0o755)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            if self.target.exists():
                self.target.rmdir()
            self._work.rename(self.target)
        else:
            shutil.rmtree(self._work, ignore_errors=True)

    def sheet(self, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
        """Write a CSV file and return the number of its rows."""
        path = self._work / name
        path.parent.mkdir(exist_ok=True)
        count = 0
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(header)
            for row in rows:
                writer.writerow(row)
                count += 1
        return count

    def document(self, name: str, text: str) -> None:
        """Write a text file."""
        (self._work / name).write_text(text, encoding="utf-8")


def toml(tables: Mapping[str, Mapping[str, object] | Sequence[Mapping[str, object]]]) -> str:
    """Return TOML of flat tables; the table named ``""`` stands at the top.

    Texts, whole numbers, flags and lists of texts are all that a pack's head needs; a basic
    string of TOML is written as JSON writes it.
    """
    parts: list[str] = []
    for name, content in tables.items():
        for table in [content] if isinstance(content, Mapping) else content:
            heading = f"[{name}]" if isinstance(content, Mapping) else f"[[{name}]]"
            lines = [] if not name else [heading]
            for key, value in table.items():
                label = key if key.replace("_", "").isalnum() and key.isascii() else json.dumps(key)
                lines.append(f"{label} = {_toml_value(value)}")
            parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _toml_value(value: object) -> str:
    if isinstance(value, Mapping):
        return (
            "{ " + ", ".join(f"{key} = {_toml_value(part)}" for key, part in value.items()) + " }"
        )
    return json.dumps(value, ensure_ascii=False)


def visible(text: str) -> str:
    """Return a published description on one line, without soft hyphens and zero-width signs.

    Sources carry them from their web pages; a pack refuses what nobody can see.
    """
    if not text.isprintable():
        for sign in set(text):
            if not sign.isspace() and unicodedata.category(sign)[0] == "C":
                text = text.replace(sign, "")
    return " ".join(text.split())


@contextmanager
def open_table(file: Path, *, encoding: str = "utf-8-sig") -> Iterator[Table]:
    """Open a CSV file, plain or gzip, as rows of cells.

    Raises:
        InputUnusable: the file is absent, is no text of that encoding or no CSV.
    """
    try:
        with (
            gzip.open(file, "rt", encoding=encoding, newline="")
            if file.suffix == ".gz"
            else file.open(encoding=encoding, newline="")
        ) as stream:
            yield csv.reader(stream)
    except (OSError, UnicodeDecodeError, csv.Error, EOFError) as error:
        raise InputUnusable(
            f"the file cannot be read as a table: {error}",
            where=str(file),
            remedy="Supply the published CSV file, plain or compressed with gzip.",
        ) from error


def read_records(file: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and cells by column name of a CSV file that must have the columns.

    Raises:
        InputUnusable: the file cannot be read, or a column that is needed is missing.
    """
    with open_table(file) as rows:
        header = [name.strip() for name in next(rows, [])]
        missing = [column for column in columns if column not in header]
        if missing:
            raise InputUnusable(
                f"the columns {', '.join(missing)} are missing",
                where=str(file),
                remedy="Supply the file in the form in which it is published.",
            )
        for cells in rows:
            yield rows.line_num, dict(zip(header, (cell.strip() for cell in cells), strict=False))
