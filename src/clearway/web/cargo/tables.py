"""Transport documents as a table (CSV): a row for each, and one more for each further container.

Further rows of a document repeat its number and may leave its other columns empty. The columns
are named as the operations of the API name the same data (WCO Data Model 23A, 31B, 44B). A table
of wrong rows that was given back is read as it is: its columns row, field and reason are passed
over.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from clearway.cargo.filing_tables import TableDocument
from clearway.cargo.reports import DocumentReport
from clearway.kernel.decisions import Finding
from clearway.vocabulary.errors import InputUnusable, TooLarge
from clearway.web.cargo import reading
from clearway.web.cargo.reading import CONTAINER, DOCUMENT, Given

LARGEST: Final = 8 << 20
MOST_DOCUMENTS: Final = 2000
MOST_CONTAINERS: Final = 999
COLUMNS: Final = tuple(field.name for field in (*DOCUMENT, *CONTAINER))
GIVEN_BACK: Final = ("row", "field", "reason")
_NEEDED: Final = tuple(field.name for field in DOCUMENT if field.required)
_OWN: Final = tuple(field.name for field in DOCUMENT if field.name != "number")
_CONTAINERS: Final = tuple(field.name for field in CONTAINER)
_CALCULATED: Final = ("=", "+", "-", "@", "\t", "\r")
_MARKS: Final = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig"))


class Row(NamedTuple):
    """A row of the table: its number, counted from 1 at the heading, and its cells by column."""

    number: int
    cells: Given


class Document(NamedTuple):
    """The rows of one document, which need not stand together."""

    rows: list[Row]

    @property
    def number(self) -> str:
        """Its number as it is written."""
        return self.rows[0].cells.get("number", "")

    def given(self) -> tuple[Given, list[Row], list[Finding]]:
        """Return the document's own words, the rows of its containers, and where rows disagree."""
        own = dict(self.rows[0].cells)
        findings = [
            reading.wrong(1510, name, value=text[:70], row=str(row.number))
            for row in self.rows[1:]
            for name in _OWN
            if (text := row.cells.get(name, "")) and text != own.get(name, "")
        ]
        rows = [row for row in self.rows if any(row.cells.get(name) for name in _CONTAINERS)]
        return own, rows, findings


def read_table(data: bytes) -> list[Document]:
    """Read a table into documents, in the order of their first rows.

    Raises:
        InputUnusable: it is no text, has no heading, or lacks a column that is needed.
        TooLarge: it has more documents than are filed at once.
    """
    found: dict[str, Document] = {}
    for row in _rows(data):
        # A row without number stands for itself, so that it is told of.
        key = row.cells.get("number", "").strip() or f"\0{row.number}"
        found.setdefault(key, Document([])).rows.append(row)
    if len(found) > MOST_DOCUMENTS:
        raise TooLarge(
            f"The table has {len(found)} documents; {MOST_DOCUMENTS} are filed at once.",
            remedy="Divide it into several files.",
        )
    if not found:
        raise InputUnusable("The table has no rows.", remedy="Write a row for each document.")
    return list(found.values())


def _rows(data: bytes) -> Iterator[Row]:
    encoding = next(name for mark, name in _MARKS if data.startswith(mark))
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise InputUnusable(
            "The file is not text in UTF-8.", remedy="Save it as CSV UTF-8 and send that."
        ) from None
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        heading = [name.strip().lower() for name in next(lines, [])]
        missing = [name for name in _NEEDED if name not in heading]
        if missing:
            raise InputUnusable(
                f"The first row does not name the column {', '.join(missing)}.",
                remedy="Take the heading of the sample.",
            )
        for number, cells in enumerate(lines, 2):
            if any(cell.strip() for cell in cells):
                yield Row(number, dict(zip(heading, map(_plain, cells), strict=False)))
    except csv.Error as problem:
        raise InputUnusable(
            f"Line {lines.line_num} cannot be read as CSV: {problem}.",
            remedy="Check its quotation marks.",
        ) from None


def _delimiter(text: str) -> str:
    """Return what divides the columns of the heading: comma, semicolon or tab."""
    heading = text.split("\n", 1)[0]
    return max(",;\t", key=heading.count)


def _plain(cell: str) -> str:
    """Return a cell without the apostrophe that kept a spreadsheet from calculating it."""
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _CALCULATED else cell


def to_be_filed(
    documents: Iterable[Document], conveyances: Mapping[str, int], otherwise: int | None
) -> list[TableDocument]:
    """Return documents as they are filed, or with what keeps them from it.

    Args:
        documents: as read.
        conveyances: the row numbers of the conveyances that the actor may file on, by reference.
        otherwise: the conveyance of masters that name none.
    """
    return [_to_be_filed(each, conveyances, otherwise) for each in documents]


def _to_be_filed(
    document: Document, conveyances: Mapping[str, int], otherwise: int | None
) -> TableDocument:
    own, rows, findings = document.given()
    conveyance = otherwise
    if not own.get("master_number"):
        reference = own.get("conveyance", "")
        if reference and reference not in conveyances:
            findings.append(reading.wrong(1510, "conveyance", value=reference[:35]))
        elif reference:
            conveyance = conveyances[reference]
        elif otherwise is None:
            findings.append(reading.wrong(5104, "conveyance", datum="conveyance"))
    if len(rows) > MOST_CONTAINERS:
        findings.append(reading.wrong(5121, "container", datum="container", most="999"))
        rows = rows[:MOST_CONTAINERS]
    containers = [row.cells for row in rows]
    report: DocumentReport | None
    report, unread = reading.document_report(own, containers, conveyance)
    findings += unread
    return TableDocument(
        document.rows[0].number,
        document.number[:70],
        None if findings else report,
        findings,
        [row.number for row in rows],
    )


def references(documents: Iterable[Document]) -> set[str]:
    """Return the references of conveyances that a table names."""
    return {text for each in documents if (text := each.rows[0].cells.get("conveyance", ""))}


def sample() -> bytes:
    """Return a table to begin with: the heading and a document with two containers."""
    first = {field.name: field.example for field in (*DOCUMENT, *CONTAINER)}
    first |= {"conveyance": "MERIDIAN-026W", "packages": "180", "gross_mass": "2250"}
    second = {"number": first["number"], "container": "MSCU0000060", "size_type": "22G1",
              "fullness": "5", "container_packages": "80", "container_gross_mass": "999.5",
              "seals": "SL4412 CA; SH-77 SH"}  # fmt: skip
    return _written(COLUMNS, [first, second])


def given_back(documents: Sequence[Document], reasons: Mapping[int, Sequence[Given]]) -> bytes:
    """Return the rows of refused documents as a table to mend and send again.

    Args:
        documents: those that were refused.
        reasons: by row number, each with the cells row, field and reason. What is wrong with one
            row keeps its whole document out, so that all its rows are given back.
    """
    lines = []
    for document in documents:
        for row in document.rows:
            told = reasons.get(row.number, ())
            joined = {
                name: " | ".join(dict.fromkeys(one[name] for one in told if one[name]))
                for name in ("field", "reason")
            }
            lines.append({**row.cells, "row": str(row.number), **joined})
    return _written((*GIVEN_BACK, *COLUMNS), lines)


def _written(columns: Sequence[str], lines: Iterable[Given]) -> bytes:
    """Return a table as a spreadsheet opens it, without a cell that it would calculate."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(columns)
    for line in lines:
        cells = (line.get(name, "") for name in columns)
        writer.writerow([f"'{cell}" if cell.startswith(_CALCULATED) else cell for cell in cells])
    return file.getvalue().encode("utf-8-sig")
