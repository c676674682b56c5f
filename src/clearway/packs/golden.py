"""Golden cases: worked declarations that an officer can read, and what must come out.

A case is a TOML file with ``title``, ``source`` (the law or the published example it rests on),
``[declaration]`` with the fields of ``Lodgement`` in whole units, ``[[items]]``, ``[features]``
and ``[expect]``. Amounts and quantities stand in quotes (``"24000.00"``), dates as TOML dates.
Only what ``[expect]`` names is compared, except that a tax it does not name must not be due.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import msgspec

from clearway.kernel.assess import assess_one
from clearway.kernel.decisions import Decision
from clearway.kernel.features import SCHEMA
from clearway.kernel.lodgement import Charge, DocumentRow, Item, Lodgement, SuppliedTax
from clearway.kernel.reference import Reference
from clearway.packs.entries import day_of
from clearway.packs.model import Pack
from clearway.packs.report import Notebook
from clearway.vocabulary.errors import InputUnusable
from clearway.vocabulary.money import (
    DECLARED_AMOUNT_SCALE,
    QUANTITY_SCALE,
    RATE_SCALE,
    scaled,
    unscaled,
)

_QUANTITIES = {
    "gross_mass", "net_mass", "quantity", "total_gross_mass", "write_off_quantity",
    "base_quantity",
}  # fmt: skip
_SECTIONS = {"title", "source", "declaration", "items", "features", "expect"}
_UNREADABLE = (
    OSError, ValueError, TypeError, AttributeError, InvalidOperation, msgspec.ValidationError,
)  # fmt: skip
"""What a file of the wrong shape raises on its way to a lodgement: all of it is told."""
_PARTS: Mapping[str, type[msgspec.Struct]] = {
    "items": Item,
    "charges": Charge,
    "documents": DocumentRow,
    "taxes": SuppliedTax,
}


class ExpectedItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One item's customs value and payable charges by tax, in currency units."""

    customs_value: str = ""
    charges: Mapping[str, str] = {}


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What must come out. Empty or absent means: not compared.

    ``rules`` are the numbers of all findings, ``questions`` written ``quota:091001``.
    """

    accepted: bool | None = None
    rules: tuple[str, ...] | None = None
    total: str = ""
    lane: str = ""
    channel: str = ""
    score: str = ""
    hits: tuple[str, ...] | None = None
    questions: tuple[str, ...] | None = None
    items: tuple[ExpectedItem, ...] = ()


class GoldenCase(msgspec.Struct, frozen=True):
    """One case: its declaration and what must come out of it."""

    title: str
    source: str
    lodgement: Lodgement
    expect: Expected

    def differences(self, decision: Decision, exponent: int) -> list[str]:
        """Return what differs from the expectation, one sentence each.

        Args:
            decision: what the kernel decided on ``lodgement``.
            exponent: the minor-unit exponent of the pack's currency.
        """
        expect, found = self.expect, []
        selection = decision.selection
        payable = [line.payable for line in decision.charges]
        total = None if None in payable else sum(amount or 0 for amount in payable)
        for what, expected, actual in (
            ("accepted", expect.accepted, decision.accepted),
            ("findings", _sorted(expect.rules), _sorted(row.rule for row in decision.findings)),
            ("hits", _sorted(expect.hits), _sorted({row.profile for row in decision.hits})),
            (
                "questions",
                _sorted(expect.questions),
                _sorted(f"{row.kind}:{row.code}" for row in decision.questions),
            ),
            ("total", _minor(expect.total, exponent), total),
            ("lane", expect.lane.upper() or None, selection.lane.name if selection else "none"),
            ("channel", expect.channel or None, selection.channel.value if selection else "none"),
            (
                "score",
                _minor(expect.score, 3),
                selection.score if selection else None,
            ),
        ):
            if expected is not None and expected != actual:
                found.append(f"{what} is {actual!r}, expected {expected!r}")
        return found + self._item_differences(decision, exponent)

    def _item_differences(self, decision: Decision, exponent: int) -> list[str]:
        found = []
        values = {row.item: row.value for row in decision.values}
        for position, item in enumerate(self.expect.items, 1):
            expected = _minor(item.customs_value, exponent)
            if expected is not None and expected != values.get(position):
                found.append(
                    f"item {position}: customs value is {_plain(values.get(position), exponent)}, "
                    f"expected {item.customs_value}"
                )
            due: Counter[str] = Counter()
            open_taxes = set()
            for line in decision.charges:
                if line.item == position:
                    due[line.tax] += line.payable or 0
                    if line.payable is None:
                        open_taxes.add(line.tax)
            wanted = {tax: _minor(text, exponent) for tax, text in item.charges.items()}
            for tax in sorted({*due, *wanted} if item.charges else ()):
                actual = None if tax in open_taxes else due[tax]
                if actual != wanted.get(tax, 0):
                    found.append(
                        f"item {position}: {tax} is {_plain(actual, exponent)}, "
                        f"expected {item.charges.get(tax, '0')}"
                    )
        return found


def read_golden(path: Path) -> GoldenCase:
    """Read a golden case.

    Raises:
        InputUnusable: the file cannot be read as a case; it says which field is at fault.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        _refuse_unknown(set(data) - _SECTIONS)
        items = [_lift_documents(item) for item in data.get("items", [])]
        declaration = dict(data.get("declaration", {}))
        _refuse_unknown({"items"} & set(declaration))  # they stand in [[items]]
        declaration["items"] = [item for item, _ in items]
        declaration["documents"] = [
            *declaration.get("documents", []),
            *({**row, "item": place} for place, (_, rows) in enumerate(items, 1) for row in rows),
        ]
        for row in declaration["documents"]:
            row.setdefault("item", 0)
        fields = _in_units(declaration, Lodgement)
        fields["features"] = {
            name: _feature(name, value) for name, value in data.get("features", {}).items()
        }
        return GoldenCase(
            str(data["title"]),
            str(data["source"]),
            msgspec.convert(fields, Lodgement),
            msgspec.convert(data.get("expect", {}), Expected),
        )
    except KeyError as error:
        what = f"{error} is missing"
    except _UNREADABLE as error:
        what = str(error)
    raise InputUnusable(f"the case cannot be read: {what}.", where=str(path))


def _refuse_unknown(names: set[str]) -> None:
    if names:
        raise ValueError(f"{', '.join(sorted(names))} is not known in a golden case")


def _lift_documents(item: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Take an item's documents out of it: the lodgement holds all documents in one list."""
    rest = dict(item)
    return rest, [dict(row) for row in rest.pop("documents", [])]


def _in_units(table: Mapping[str, Any], kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Return a table's fields scaled as the kernel holds them."""
    for name in table:
        if name not in kind.__struct_fields__:
            raise ValueError(f"{name!r} is not a field of {kind.__name__}")
    return {name: _value(name, value) for name, value in table.items()}


def _value(name: str, value: Any) -> Any:
    part = _PARTS.get(name)
    if part is not None and isinstance(value, list):
        return [_in_units(row, part) for row in value]
    if isinstance(value, float):
        raise ValueError(f"{name}: write {value} in quotes, so that it stays exact")  # noqa: TRY004
    if isinstance(value, dt.date):
        return day_of(value)
    if name == "amount" or name.endswith("_amount"):
        return scaled(Decimal(value), DECLARED_AMOUNT_SCALE)
    if name in _QUANTITIES:
        return scaled(Decimal(value), QUANTITY_SCALE)
    return scaled(Decimal(value), RATE_SCALE) if name == "rate" else value


def _feature(name: str, value: Any) -> Any:
    """Return a feature scaled by its column; ``name[2]`` is the second item's own."""
    column = SCHEMA.by_name.get(name.partition("[")[0])
    if column is None:
        raise ValueError(f"feature {name!r} is not a column that profiles may use")
    if isinstance(value, float):
        raise ValueError(f"{name}: write {value} in quotes, so that it stays exact")  # noqa: TRY004
    if isinstance(value, bool) or column.type != "number":
        return day_of(value) if isinstance(value, dt.date) else value
    return scaled(Decimal(value), column.scale)


def _sorted(texts: Any) -> list[str] | None:
    return None if texts is None else sorted(texts)


def _minor(text: str, exponent: int) -> int | None:
    return scaled(Decimal(text), 10**exponent) if text else None


def _plain(amount: int | None, exponent: int) -> str:
    return "not computed" if amount is None else f"{unscaled(amount, 10**exponent):f}"


def check_golden(pack: Pack, reference: Reference | None, notebook: Notebook) -> None:
    """PCK601 and PCK602: every golden case can be read, and holds on the pack's own law.

    Args:
        pack: names the cases.
        reference: the pack's law; None where errors forbid to build it: then nothing is decided.
        notebook: takes the problems.
    """
    for name in pack.golden:
        path = pack.folder / name
        try:
            case = read_golden(path)
        except InputUnusable as unusable:
            notebook.note(name, 0, "PCK601", unusable.what)
            continue
        if reference is not None:
            decision = assess_one(case.lodgement, reference)
            line = _line_of(path, "[expect]")
            for difference in case.differences(decision, reference.exponent):
                notebook.note(name, line, "PCK602", f"{difference}.")


def _line_of(path: Path, start: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.startswith(start)), 0)
