"""The parties' history beside a file of declarations: what no message carries.

A message says nothing of its importer's past, and the kernel asks nobody. Whoever keeps the
record computes it beforehand and hands it over as a table, one row for each declaration::

    lrn,importer_first_seen_days,median_unit_price,mad_unit_price,median_unit_price[2]
    TRADER-2026-17,30,4.00,0.40,12.50

``lrn`` names the declaration (WCO D026). A column is a history column of
``clearway.kernel.features``, what selection or the low-value match reads besides, or
``consignment_key`` or ``low_value_regime``; ``name[2]`` belongs to the second item alone.
Numbers stand in whole units (4.00, not thousandths), dates as 2026-03-03, flags as true or
false; an empty cell is absent.
"""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TextIO

import msgspec

from clearway.kernel.columns import Column, ColumnType
from clearway.kernel.features import HISTORY_COLUMNS
from clearway.kernel.lodgement import Lodgement
from clearway.vocabulary.dates import day_from_iso, iso_of
from clearway.vocabulary.errors import InputUnusable
from clearway.vocabulary.money import scaled, unscaled

KEY = "lrn"
_POINTS = 1_000
_NAME = re.compile(r"(?P<name>[a-z0-9_]+)(\[[1-9][0-9]{0,2}\])?")
_MOST_TOLD = 20


class Supplied(msgspec.Struct, frozen=True):
    """What is known beforehand of one declaration, scaled as the kernel holds it."""

    features: Mapping[str, int | str | bool | None]
    consignment_key: str = ""
    low_value_regime: str = ""

    def complete(self, lodgement: Lodgement) -> None:
        """Give a declaration its history; what it has already stays."""
        lodgement.features = {**self.features, **lodgement.features}
        lodgement.consignment_key = lodgement.consignment_key or self.consignment_key
        lodgement.low_value_regime = lodgement.low_value_regime or self.low_value_regime


def known_columns(exponent: int) -> dict[str, Column]:
    """Return every column that a history may have, by name.

    Args:
        exponent: the minor-unit exponent of the pack's currency, for amounts in minor units.
    """
    text, number = ColumnType.TEXT, ColumnType.NUMBER
    flag, date = ColumnType.BOOLEAN, ColumnType.DATE
    minor = 10**exponent
    others = (
        Column("previous_lane", text, "lane of the version before an amendment"),
        Column("previous_channel", text, "channel that selected that version"),
        Column("red_score_cut", number, "score below which a RED of the score falls", _POINTS),
        Column("draw_day", date, "day of the consignment's first lodging"),
        Column("audit_planned", flag, "the plan of audits after release names this trader"),
        Column("order_amount", number, "what was ordered", minor),
        Column("payment_amount", number, "what was paid", minor),
        Column("same_day_value", number, "the buyer's other orders of the day", minor),
        Column("payer_is_buyer", flag, "the payer is the buyer"),
        Column("waybill_reused", flag, "the waybill has served another order"),
        Column("consignee_matches_order", flag, "the waybill's consignee is the order's"),
        Column("consignment_key", text, "key of the random draw"),
        Column("low_value_regime", text, "the low-value regime claimed"),
    )
    return {column.name: column for column in (*HISTORY_COLUMNS, *others)}


def read_history(path: Path, exponent: int) -> dict[str, Supplied]:
    """Read a history, by LRN.

    Args:
        path: a CSV file in UTF-8 with a header row.
        exponent: the minor-unit exponent of the pack's currency.

    Raises:
        InputUnusable: not such a table; tells every wrong column and cell, up to twenty.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _read(csv.reader(file, strict=True), str(path), known_columns(exponent))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputUnusable(
            f"The history cannot be read: {error}.",
            where=str(path),
            remedy="Give a CSV file in UTF-8 with a header row.",
        ) from error


def _read(rows: Any, where: str, known: Mapping[str, Column]) -> dict[str, Supplied]:
    wrong: list[str] = []
    header: list[str] = next(rows, [])
    columns = [_column(name, known, wrong) for name in header[1:]]
    if header[:1] != [KEY] or wrong:
        what = wrong or [f"the first column is {header[0]!r}, not {KEY!r}" if header else "empty"]
        raise _refused(where, 1, what)
    history: dict[str, Supplied] = {}
    for row in rows:
        line = rows.line_num
        if not row:
            continue
        if len(row) != len(header):
            wrong.append(f"line {line}: {len(row)} cells, the header has {len(header)}")
            continue
        if row[0] in history:
            wrong.append(f"line {line}: the reference {row[0]!r} stands there twice")
        history[row[0]] = _supplied(header[1:], row[1:], columns, f"line {line}", wrong)
    if wrong:
        raise _refused(where, 0, wrong)
    return history


def _column(name: str, known: Mapping[str, Column], wrong: list[str]) -> Column | None:
    matched = _NAME.fullmatch(name)
    column = known.get(matched["name"]) if matched else None
    if column is None:
        near = difflib.get_close_matches(name, known, 1)
        wrong.append(f"unknown column {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    return column


def _supplied(
    names: Iterable[str],
    cells: Iterable[str],
    columns: Iterable[Column | None],
    place: str,
    wrong: list[str],
) -> Supplied:
    features: dict[str, Any] = {}
    for name, cell, column in zip(names, cells, columns, strict=True):
        if cell and column is not None:
            try:
                features[name] = _READ[column.type](cell, column)
            except (ValueError, InvalidOperation):
                kind = {ColumnType.BOOLEAN: "true or false"}.get(column.type, column.type.value)
                wrong.append(f"{place}: {name} is {cell!r}, which is no {kind}")
    key, regime = features.pop("consignment_key", ""), features.pop("low_value_regime", "")
    return Supplied(features, key, regime)


def _flag(cell: str, _: Column) -> bool:
    if cell not in {"true", "false"}:
        raise ValueError(cell)
    return cell == "true"


_READ: Mapping[ColumnType, Callable[[str, Column], int | str | bool]] = {
    ColumnType.TEXT: lambda cell, _: cell,
    ColumnType.NUMBER: lambda cell, column: scaled(Decimal(cell), column.scale),
    ColumnType.BOOLEAN: _flag,
    ColumnType.DATE: lambda cell, _: day_from_iso(cell),
}


def write_history(lodgements: Iterable[Lodgement], target: TextIO, exponent: int) -> int:
    """Write the history that lodgements carry, as ``read_history`` reads it.

    Returns:
        The number of rows, the header not counted.
    """
    known = known_columns(exponent)
    kept = [(each.lrn, each.features) for each in lodgements]
    names = sorted({name for _, features in kept for name in features})
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([KEY, *names])
    for lrn, features in kept:
        writer.writerow([lrn, *(_cell(features.get(name), known, name) for name in names)])
    return len(kept)


def _cell(value: Any, known: Mapping[str, Column], name: str) -> str:
    column = known[name.partition("[")[0]]
    if value is None:
        return ""
    if column.type is ColumnType.BOOLEAN:
        return "true" if value else "false"
    if column.type is ColumnType.DATE:
        return iso_of(value)
    return f"{unscaled(value, column.scale):f}" if column.type is ColumnType.NUMBER else str(value)


def _refused(where: str, line: int, wrong: list[str]) -> InputUnusable:
    more = f" (and {len(wrong) - _MOST_TOLD} more)" if len(wrong) > _MOST_TOLD else ""
    return InputUnusable(
        f"The history is not in order: {'; '.join(wrong[:_MOST_TOLD])}{more}.",
        where=f"{where}:{line}" if line else where,
        remedy="Mend these cells; `clearway profile columns` lists the columns of source history.",
    )
