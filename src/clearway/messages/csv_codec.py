"""Messages as CSV: one row a goods item, one column a datum, named by its dotted WCO path.

::

    Message,Declaration.FunctionCode,Declaration.InvoiceAmount,Declaration.InvoiceAmount@currencyID,\
Declaration.GoodsShipment.GovernmentAgencyGoodsItem.SequenceNumeric,\
Declaration.GoodsShipment.GovernmentAgencyGoodsItem.Origin[1].CountryCode
    1,9,1000.00,GBP,1,CN
    1,,,,2,VN
    2,9,250.00,EUR,1,US

``Message`` numbers the messages of the file (any text will do); an empty cell there, or no such
column, continues the message above unless ``Declaration.FunctionalReferenceID`` changes. Data of
the header stand on the message's first row, or on all its rows, which then must agree. A column
may be left out, and columns may stand in any order. ``Origin`` means ``Origin[1]``. Goods items
have no position in a column's name: the rows count them. A message without items has one row.
A column whose name begins with ``#`` holds notes and is passed over, so that a file that came
back with what is wrong in it goes in again as it is, once that is mended.

An empty cell is an absent datum. A cell that a spreadsheet would run as a formula is written
behind an apostrophe (``csv_cells``). Reading takes that one apostrophe off again, so nothing is
lost, and what looks like a formula in a trader's own file is data like any other.

Reading has two speeds with one meaning. A message that is right for certain is made straight from
its cells (``csv_plan``); of any other, the cells become a tree, which is checked as a JSON message.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

import msgspec

from clearway.messages.csv_cells import as_data, harmless
from clearway.messages.csv_plan import Plan
from clearway.messages.json_codec import read_json
from clearway.messages.leaf_checks import shown
from clearway.messages.limits import DEFAULT_LIMITS, Limits, refuse_unreadable
from clearway.messages.paths import ITEMS, NOTE, Place, Tree, flatten, parse_path
from clearway.messages.problems import MalformedMessage, Reading, SyntaxProblem
from clearway.messages.records import MetaData
from clearway.messages.right_values import DoubtError

MESSAGE = "Message"
_REFERENCE = "Declaration.FunctionalReferenceID"
_encode = msgspec.json.Encoder().encode


def columns_of(records: Iterable[MetaData]) -> list[str]:
    """Return the columns that hold all data of the records, in the order of the schema."""
    found: dict[str, None] = {}
    for record in records:
        header, items = flatten(record)
        for row in (header, *items):
            found.update(dict.fromkeys(row))
    return sorted(found, key=_schema_order)


def _schema_order(path: str) -> tuple[tuple[int, int], ...]:
    place = parse_path(path)
    assert place is not None, path
    return place.order


def write_csv(
    records: Sequence[MetaData], target: TextIO, *, columns: Sequence[str] | None = None
) -> int:
    """Write messages, header data on the first row of each.

    Args:
        records: the messages; gone through twice where ``columns`` is not given.
        target: a text file opened with ``newline=""``.
        columns: the paths to write, at least all that occur (``columns_of``).

    Returns:
        The number of rows, the header row not counted.

    Raises:
        ValueError: a record holds a datum for which there is no column.
    """
    paths = list(columns) if columns is not None else columns_of(records)
    known = set(paths)
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([MESSAGE, *paths])
    count = 0
    for number, record in enumerate(records, 1):
        header, items = flatten(record)
        for position, item in enumerate(items or [{}]):
            cells = {**header, **item} if position == 0 else item
            if not cells.keys() <= known:
                missing = sorted(cells.keys() - known)
                raise ValueError(f"message {number} has data without a column: {missing}")
            row = (harmless(cells[path]) if path in cells else "" for path in paths)
            writer.writerow([str(number), *row])
            count += 1
    return count


def read_csv(data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> list[Reading]:
    """Read a whole CSV file. See ``iter_csv``, which streams.

    Raises:
        MalformedMessage: empty, no text, not UTF-8, or a header row that cannot be used.
    """
    refuse_unreadable(
        data, msgspec.structs.replace(limits, most_bytes=max(limits.most_bytes, len(data)))
    )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        detail = (("detail", f"byte {error.start + 1}: {error.reason}"),)
        raise MalformedMessage([SyntaxProblem("CLW1009", "", line, detail)]) from error
    return list(iter_csv(io.StringIO(text, newline=""), limits=limits))


def iter_csv(source: Iterable[str], *, limits: Limits = DEFAULT_LIMITS) -> Iterator[Reading]:
    """Read a CSV file message by message; a bad row never stops its neighbours.

    Args:
        source: a text file opened with ``newline=""`` and encoding ``utf-8-sig``, or any lines.
        limits: bounds on each message.

    Raises:
        MalformedMessage: no header row, unknown columns or columns twice, all named at once.
    """
    rows = csv.reader(source)
    names = _next_row(rows)
    if isinstance(names, csv.Error):
        detail = (("detail", str(names)),)
        raise MalformedMessage([SyntaxProblem("CLW1075", "", 1, detail)]) from names
    if names is None:
        raise MalformedMessage([SyntaxProblem("CLW1001", "")])
    columns = _Columns(names)
    identity = _identity_column(names)
    group: _Group | None = None
    start = rows.line_num + 1
    while (row := _next_row(rows)) is not None:
        line, start = start, rows.line_num + 1
        if isinstance(row, csv.Error):
            group = group or _Group("", columns)
            group.add(row, line)
            continue
        if not any(row):
            continue
        key = row[identity] if 0 <= identity < len(row) else ""
        if group is None or (key and key != group.key):
            if group is not None:
                yield group.reading(limits)
            group = _Group(key, columns)
        group.add(row, line)
    if group is not None:
        yield group.reading(limits)


def _next_row(rows: Iterator[list[str]]) -> list[str] | csv.Error | None:
    """Return the next row, ``None`` at the end, or why the row cannot be read."""
    try:
        return next(rows, None)
    except csv.Error as error:
        return error


def _identity_column(names: list[str]) -> int:
    for name in (MESSAGE, _REFERENCE):
        if name in names:
            return names.index(name)
    return -1


_OTHER_SEPARATORS = {";": "; (U+003B)", "\t": "TAB (U+0009)", "|": "| (U+007C)"}
"""What spreadsheets part columns by where the comma is the mark of decimals, as it is told."""


def _header(names: list[str]) -> list[Place | None]:
    """Parse the header row; refuse it with every column that is wrong."""
    problems: list[SyntaxProblem] = []
    if not any(names):
        raise MalformedMessage([SyntaxProblem("CLW1070", "", 1)])
    for mark, separator in _OTHER_SEPARATORS.items():
        parts = _parts(names, mark)
        alone = bool(parts) and len(names) == 1
        if alone or any(parse_path(part.strip("\"' ")) is not None for part in parts):
            found = (("separator", separator),)
            raise MalformedMessage([SyntaxProblem("CLW1076", "", 1, found)])
    places: list[Place | None] = []
    for number, name in enumerate(names, 1):
        if name.startswith(NOTE):
            places.append(None)
            continue
        place = parse_path(name)
        places.append(place)
        where = (("name", shown(name)), ("column", str(number)))
        if place is None and name != MESSAGE:
            problems.append(SyntaxProblem("CLW1071", "", 1, (*where, ("nearest", _nearest(name)))))
        elif name in names[: number - 1]:
            problems.append(SyntaxProblem("CLW1072", "", 1, where))
    if problems:
        raise MalformedMessage(problems)
    return places


def _parts(names: list[str], mark: str) -> list[str]:
    """Return what another mark than the comma parts in the header row, if it parts anything."""
    return [part for name in names if mark in name for part in name.split(mark)]


def _nearest(name: str) -> str:
    """Return the known path that a wrong column most likely means."""
    known = (MESSAGE, _REFERENCE, "Declaration.FunctionCode", f"{ITEMS}.SequenceNumeric")
    found = difflib.get_close_matches(name, known, 1, 0.3)
    return found[0] if found else _REFERENCE


class _Columns:
    """The header row: names, places, and a plan once so many rows have come that it pays."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.places = _header(names)
        self._plan: Plan | None = None
        self._rows = 0

    def plan_for(self, rows: int) -> Plan | None:
        """Return the plan, where there is one; ``rows`` more are about to be read."""
        self._rows += rows
        pays = self._rows > Plan.PAYS_AFTER and len(self.names) <= Plan.MOST_COLUMNS
        if pays and self._plan is None:
            self._plan = Plan(self.places)
        return self._plan


class _Group:
    """The rows of one message."""

    def __init__(self, key: str, columns: _Columns) -> None:
        self.key = key
        self.columns = columns
        self.rows: list[list[str]] = []
        self.lines: list[int] = []
        self.damaged: dict[int, csv.Error] = {}
        self.whole = True

    def add(self, row: list[str] | csv.Error, line: int) -> None:
        """Add one row, or why it cannot be read."""
        if isinstance(row, csv.Error):
            self.damaged[len(self.rows)] = row
            row = []
        self.whole = self.whole and len(row) == len(self.columns.names)
        self.rows.append(row)
        self.lines.append(line)

    def reading(self, limits: Limits) -> Reading:
        """Read the message: straight from its cells, or with care where anything is in doubt."""
        plan = self.columns.plan_for(len(self.rows))
        if self.whole and plan is not None:
            try:
                record = plan.record(self.rows, limits)
            except DoubtError:
                pass
            else:
                return Reading("declaration", record, (), self.lines[0])
        return _Care(self.columns).reading(self, limits)


class _Care:
    """Reads the rows of one message cell by cell, and tells everything that is wrong."""

    def __init__(self, columns: _Columns) -> None:
        self.names, self.places = columns.names, columns.places
        self.tree = Tree()
        self.header: dict[int, str] = {}
        self.problems: list[SyntaxProblem] = []

    def reading(self, group: _Group, limits: Limits) -> Reading:
        """Check the message as any other and give its problems the lines of the rows."""
        lines = group.lines
        for number, (row, line) in enumerate(zip(group.rows, lines, strict=True)):
            if number in group.damaged:
                detail = (("detail", str(group.damaged[number])),)
                self.problems.append(SyntaxProblem("CLW1075", "", line, detail))
            else:
                self.add(row, number + 1, line)
        try:
            reading = read_json(_encode(self.tree.root), limits=limits, line=lines[0])
        except MalformedMessage as error:
            reading = Reading("other", None, error.problems, lines[0])
        placed = [_placed(problem, lines) for problem in reading.problems]
        problems = sorted([*self.problems, *placed], key=lambda problem: problem.line)
        return Reading(reading.kind, reading.record, tuple(problems), lines[0])

    def add(self, row: list[str], item: int, line: int) -> None:
        """Add one row: its item, and its header data where they are new."""
        if len(row) != len(self.names):
            parameters = (("cells", str(len(row))), ("columns", str(len(self.names))))
            self.problems.append(SyntaxProblem("CLW1073", "", line, parameters))
        for number, (cell, place) in enumerate(zip(row, self.places, strict=False)):
            if not cell or place is None:
                continue
            text = as_data(cell)
            if not place.of_item:
                first = self.header.setdefault(number, text)
                if first is text:
                    self.tree.put(place, text, 0)
                elif first != text:
                    self.disagree(self.names[number], text, first, line)
                continue
            self.tree.put(place, text, item)

    def disagree(self, name: str, text: str, first: str, line: int) -> None:
        """Report a header datum that differs from the one on the message's first row."""
        parameters = (("name", name), ("value", shown(text)), ("first", shown(first)))
        self.problems.append(SyntaxProblem("CLW1074", "", line, parameters))


def _placed(problem: SyntaxProblem, lines: Sequence[int]) -> SyntaxProblem:
    item = problem.finding().item
    return msgspec.structs.replace(problem, line=lines[item - 1 if 0 < item <= len(lines) else 0])
