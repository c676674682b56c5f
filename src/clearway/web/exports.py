"""A list as a file: CSV or XLSX, complete or refused, with its filters named inside.

No cell can run as a formula: XLSX cells are written as text, and in CSV a text that a spreadsheet
would calculate gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Protocol

import xlsxwriter
from babel.numbers import get_currency_precision
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse

from clearway.audit import clock
from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.kernel.decisions import Lane
from clearway.vocabulary.dates import date_of
from clearway.vocabulary.errors import TooLarge
from clearway.vocabulary.money import QUANTITY_SCALE
from clearway.web import writing
from clearway.web.words import RIGHT_TO_LEFT, words

FORMS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_ROWS: Final = 100_000
_CALCULATED: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_IN_MEMORY: Final = 8 << 20


class Cells(Protocol):
    """A column of a list: how it is headed, how a row gives its value, how that is written."""

    @property
    def name(self) -> str:
        """The key of its heading."""

    @property
    def of(self) -> Callable[[Any], Any]:
        """Gives a row's value."""

    @property
    def kind(self) -> str:
        """How the value is written."""

    @property
    def currency(self) -> str:
        """Of an amount."""


class Sheet(Protocol):
    """A list, as far as its file shows it."""

    @property
    def name(self) -> str:
        """Names the file."""

    @property
    def title(self) -> str:
        """The key of its heading."""

    @property
    def columns(self) -> Sequence[Cells]:
        """Its columns in order."""

    @property
    def order(self) -> str:
        """The field that orders its rows."""


def export(
    listing: Sheet,
    actor: Actor,
    rows: QuerySet[Any],
    filters: Sequence[tuple[str, str]],
    form: str,
    language: str,
) -> HttpResponse | FileResponse:
    """Return all rows as a file.

    Raises:
        TooLarge: there are more rows than a file holds; nothing is left out silently.
    """
    count = rows.count()
    if count > MOST_ROWS:
        raise TooLarge(
            f"The list has {count} rows; a file holds {MOST_ROWS}.",
            remedy="Narrow it by its filters, by a span of days for example.",
        )
    now = clock.now()
    told = words(language)
    head = [
        [told[listing.title]],
        [told["exported_at"], f"{now.astimezone(writing.zone()):%Y-%m-%d %H:%M:%S %z}"],
        [told["export_rows"], count],
        *([name, value] for name, value in filters or [(told["filters"], told["no_filters"])]),
        [],
    ]
    audit.note("read", actor, f"{listing.name}:export", [form, count, [*map(list, filters)]])
    names = [told[f"column_{column.name}"] for column in listing.columns]
    lines = (
        [_plain(column, column.of(row), language) for column in listing.columns]
        for row in _all(listing, rows)
    )
    write = _csv if form == "csv" else _xlsx
    file = write(head, names, lines, language)
    name = f"clearway-{listing.name}-{now:%Y%m%d-%H%M}.{form}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=FORMS[form])


def csv_answer(
    name: str, head: list[list[Any]], names: list[str], lines: Iterator[list[Any]]
) -> FileResponse:
    """Return a table as a CSV file, its name without the ending, its head above it."""
    return FileResponse(
        _csv(head, names, lines, ""), as_attachment=True, filename=f"{name}.csv",
        content_type=FORMS["csv"],
    )  # fmt: skip


def _all(listing: Sheet, rows: QuerySet[Any]) -> Iterator[Any]:
    return rows.order_by(listing.order).iterator(chunk_size=1000)


def _plain(column: Cells, value: Any, language: str) -> Any:
    """Return a cell as a machine reads it: numbers exact, instants in the offices' zone."""
    if value is None:
        return None
    if column.kind == "money":
        amount, currency = value if isinstance(value, tuple) else (value, column.currency)
        return Decimal(amount).scaleb(-get_currency_precision(currency))
    if column.kind == "mass":
        return Decimal(value) / QUANTITY_SCALE
    if column.kind == "day":
        return date_of(value) if isinstance(value, int) else value
    if column.kind.startswith("instant"):
        return value.astimezone(writing.zone()).replace(tzinfo=None, microsecond=0)
    if column.kind == "lane":
        return words(language)[f"lane_short_{Lane(value).name}"]
    kind, _, prefix = column.kind.partition(":")
    return _worded(kind, prefix, value, words(language)) if prefix else value


def _worded(kind: str, prefix: str, value: Any, known: Mapping[str, Any]) -> Any:
    """Return the word of a code, or the words of several that are joined by blanks."""
    if kind == "words":
        return ", ".join(str(known.get(f"{prefix}_{code}", code)) for code in value.split())
    return known.get(f"{prefix}_{value}", value)


def _csv(head: list[Any], names: list[str], lines: Iterator[list[Any]], language: str) -> Any:
    del language
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the answer closes it
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerows([_safe(cell) for cell in line] for line in head)
    writer.writerow([_safe(name) for name in names])
    writer.writerows([_safe(cell) for cell in line] for line in lines)
    text.flush()
    text.detach()
    file.seek(0)
    return file


def _safe(cell: Any) -> Any:
    """Return a cell that no spreadsheet calculates.

    >>> _safe("=1+1"), _safe(-5)
    ("'=1+1", -5)
    """
    if isinstance(cell, str) and cell.startswith(_CALCULATED):
        return f"'{cell}"
    return cell.isoformat(" ") if isinstance(cell, datetime) else cell


def _xlsx(head: list[Any], names: list[str], lines: Iterator[list[Any]], language: str) -> Any:
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the answer closes it
    never = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "remove_timezone": True, **never})
    sheet = book.add_worksheet()
    if language in RIGHT_TO_LEFT:
        sheet.right_to_left()
    bold = book.add_format({"bold": True, "bottom": 1})
    days = book.add_format({"num_format": "yyyy-mm-dd"})
    instants = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for place, line in enumerate([*head, names, *()]):
        for cell, value in enumerate(line):
            sheet.write(place, cell, value, bold if line is names else None)
    first = len(head) + 1
    sheet.freeze_panes(first, 0)
    sheet.set_column(0, len(names) - 1, 18)
    for place, line in enumerate(lines, first):
        for cell, value in enumerate(line):
            written = instants if isinstance(value, datetime) else days
            if isinstance(value, date):
                sheet.write(place, cell, value, written)
            elif value is not None:
                sheet.write(place, cell, value)
    book.close()
    file.seek(0)
    return file
