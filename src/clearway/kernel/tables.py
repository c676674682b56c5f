"""The kernel's two doors as Arrow tables: the batch that comes in, the decisions that go out.

In (``Batch``): ``declarations``, ``goods_items``, ``documents``, ``previous_documents`` and
``features``. Out (``Decisions``): ``declarations`` (what was decided on: LRN, id, accepted),
``findings``, ``values``, ``charges``, ``questions``, ``hits`` and ``selection``. Every table's
first column, ``declaration``, is the position of the declaration in the batch, from 0. The
schemas of the way out carry the kernel's version and the reference's hash as metadata.

Small batches enter and leave as plain records, without a detour over Arrow; the tables are made
when they are asked for. Both doors are lossless: records → tables → records is equality.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Self

import msgspec
import pyarrow as pa

from clearway.kernel.decisions import (
    Decision,
    Finding,
    Hit,
    ItemValue,
    Question,
    Selection,
    TaxLine,
)
from clearway.kernel.lodgement import DocumentRow, Item, Lodgement, PreviousDocumentRow
from clearway.kernel.struct_columns import from_table, schema_of, to_table
from clearway.vocabulary.errors import DefectFound, InputUnusable
from clearway.vocabulary.money import fits_int64

KERNEL_VERSION = "1"

_ROWS_IN: dict[str, type[msgspec.Struct]] = {
    "items": Item,
    "documents": DocumentRow,
    "previous_documents": PreviousDocumentRow,
}
_TABLE_OF = {
    "items": "goods_items",
    "documents": "documents",
    "previous_documents": "previous_documents",
}

FEATURES = pa.schema(
    [
        pa.field("declaration", pa.int64(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("number", pa.int64()),
        pa.field("text", pa.string()),
        pa.field("flag", pa.bool_()),
        pa.field("digits", pa.string()),  # of a whole number that 64 bits do not hold
    ]
)

BATCH_SCHEMAS: dict[str, pa.Schema] = {
    "declarations": schema_of(Lodgement, without=tuple(_ROWS_IN), keys=("declaration",)),
    "goods_items": schema_of(Item, keys=("declaration",)),
    "documents": schema_of(DocumentRow, keys=("declaration",)),
    "previous_documents": schema_of(PreviousDocumentRow, keys=("declaration",)),
    "features": FEATURES,
}


class _Verdict(msgspec.Struct, frozen=True):
    """The head of a decision: which declaration it answers and whether it may be accepted."""

    lrn: str
    id: str
    accepted: bool


_ROWS_OUT: dict[str, type[msgspec.Struct]] = {
    "findings": Finding,
    "values": ItemValue,
    "charges": TaxLine,
    "questions": Question,
    "hits": Hit,
}
DECISION_SCHEMAS: dict[str, pa.Schema] = {
    "declarations": schema_of(_Verdict, keys=("declaration",)),
    **{name: schema_of(row, keys=("declaration",)) for name, row in _ROWS_OUT.items()},
    "selection": schema_of(Selection, keys=("declaration",)),
}


class Batch:
    """Declarations on their way into the kernel, as records or as tables."""

    def __init__(self, lodgements: Sequence[Lodgement]) -> None:
        self._lodgements = tuple(lodgements)

    @classmethod
    def from_lodgements(cls, lodgements: Iterable[Lodgement]) -> Self:
        """Make a batch of records."""
        return cls(tuple(lodgements))

    @classmethod
    def from_tables(cls, tables: Mapping[str, pa.Table]) -> Self:
        """Make a batch of the five tables.

        Raises:
            InputUnusable: a table is missing or has other columns than ``BATCH_SCHEMAS``.
        """
        checked = _checked(tables, BATCH_SCHEMAS)
        heads = checked["declarations"].column("declaration").to_pylist()
        if heads != list(range(len(heads))):
            raise InputUnusable(
                "The column declaration does not count 0, 1, 2 … in order.",
                where="declarations",
                remedy="Number the declarations from 0 in the order of their rows.",
            )
        rows: dict[str, Any] = {
            field: _grouped(checked[_TABLE_OF[field]], struct, len(heads))
            for field, struct in _ROWS_IN.items()
        }
        features: list[dict[str, Any]] = [{} for _ in heads]
        for cell in checked["features"].to_pylist():
            features[cell["declaration"]][cell["name"]] = _feature_value(cell)
        lodgements = []
        for position, head in enumerate(from_table(Lodgement, checked["declarations"])):
            head.update({field: tuple(rows[field][position]) for field in rows})
            lodgements.append(Lodgement(**head, features=features[position]))
        return cls(lodgements)

    def lodgements(self) -> tuple[Lodgement, ...]:
        """Return the records, in order."""
        return self._lodgements

    def tables(self) -> dict[str, pa.Table]:
        """Return the five tables of ``BATCH_SCHEMAS``."""
        found = self._lodgements
        tables = {
            "declarations": to_table(BATCH_SCHEMAS["declarations"], found, [range(len(found))])
        }
        for field, name in _TABLE_OF.items():
            keys, rows = _flattened([getattr(lodgement, field) for lodgement in found])
            tables[name] = to_table(BATCH_SCHEMAS[name], rows, [keys])
        tables["features"] = pa.Table.from_pylist(
            [
                {"declaration": position, "name": name, **_feature_cell(value)}
                for position, lodgement in enumerate(found)
                for name, value in lodgement.features.items()
            ],
            schema=FEATURES,
        )
        return tables

    @functools.cached_property
    def item_count(self) -> int:
        """How many goods items the batch holds."""
        return sum(len(lodgement.items) for lodgement in self._lodgements)

    def __len__(self) -> int:
        return len(self._lodgements)

    def __iter__(self) -> Iterator[Lodgement]:
        return iter(self._lodgements)

    def __add__(self, other: Batch) -> Batch:
        return Batch(self._lodgements + other._lodgements)


class Decisions(Sequence[Decision]):
    """The kernel's answers: one per declaration of the batch, in the batch's order."""

    def __init__(self, decisions: Iterable[Decision], reference_hash: str) -> None:
        self._decisions = tuple(decisions)
        self.reference_hash = reference_hash

    def __len__(self) -> int:
        return len(self._decisions)

    def __getitem__(self, index: Any) -> Any:
        return self._decisions[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Decisions) and self._decisions == other._decisions

    __hash__ = None  # type: ignore[assignment]  # compared by value, therefore no dictionary key

    def __add__(self, other: Decisions) -> Decisions:
        return Decisions(self._decisions + other._decisions, self.reference_hash)

    def tables(self) -> dict[str, pa.Table]:
        """Return the seven tables of ``DECISION_SCHEMAS`` with version and hash as metadata."""
        found = self._decisions
        verdicts = [_Verdict(one.lrn, one.id, one.accepted) for one in found]
        tables = {
            "declarations": to_table(
                DECISION_SCHEMAS["declarations"], verdicts, [range(len(found))]
            )
        }
        for name in _ROWS_OUT:
            keys, rows = _flattened([getattr(decision, name) for decision in found])
            tables[name] = to_table(DECISION_SCHEMAS[name], rows, [keys])
        routed = [(n, one.selection) for n, one in enumerate(found) if one.selection is not None]
        tables["selection"] = to_table(
            DECISION_SCHEMAS["selection"], [one for _, one in routed], [[n for n, _ in routed]]
        )
        proof = {"kernel_version": KERNEL_VERSION, "reference_hash": self.reference_hash}
        return {
            name: table.replace_schema_metadata({**proof, "table": name})
            for name, table in tables.items()
        }

    @classmethod
    def from_tables(cls, tables: Mapping[str, pa.Table]) -> Self:
        """Read the seven tables back.

        Raises:
            InputUnusable: a table is missing or has other columns than ``DECISION_SCHEMAS``,
                or the metadata does not say which kernel and which reference decided.
        """
        checked = _checked(tables, DECISION_SCHEMAS)
        metadata = tables["declarations"].schema.metadata or {}
        if b"kernel_version" not in metadata or b"reference_hash" not in metadata:
            raise InputUnusable(
                "The tables do not say which kernel and which reference decided.",
                where="declarations",
                remedy="Give tables that `clearway assess --format parquet` wrote.",
            )
        version = metadata[b"kernel_version"].decode()
        reference_hash = metadata[b"reference_hash"].decode()
        heads = from_table(_Verdict, checked["declarations"])
        rows: dict[str, Any] = {
            name: _grouped(checked[name], row, len(heads)) for name, row in _ROWS_OUT.items()
        }
        routes = _grouped(checked["selection"], Selection, len(heads))
        decisions = []
        for position, head in enumerate(heads):
            head.update({name: tuple(rows[name][position]) for name in rows})
            head["selection"] = routes[position][0] if routes[position] else None
            decisions.append(
                Decision(**head, kernel_version=version, reference_hash=reference_hash)
            )
        return cls(decisions, reference_hash)


def _flattened(lists: list[tuple[Any, ...]]) -> tuple[list[int], list[Any]]:
    keys = [position for position, rows in enumerate(lists) for _ in rows]
    return keys, [row for rows in lists for row in rows]


def _grouped(table: pa.Table, struct: type[msgspec.Struct], count: int) -> list[list[Any]]:
    """Return the rows of a table as structs, gathered by declaration, order kept."""
    groups: list[list[Any]] = [[] for _ in range(count)]
    keys = table.column("declaration").to_pylist()
    for key, arguments in zip(keys, from_table(struct, table), strict=True):
        if not 0 <= key < count:
            raise InputUnusable(
                f"A row belongs to declaration {key}, but there are {count} declarations.",
                where=struct.__name__,
                remedy="Give the rows and the declarations of one and the same batch.",
            )
        groups[key].append(struct(**arguments))
    return groups


def _checked(
    tables: Mapping[str, pa.Table], schemas: Mapping[str, pa.Schema]
) -> dict[str, pa.Table]:
    for name, schema in schemas.items():
        if name not in tables:
            raise InputUnusable(
                f"The table {name} is missing.",
                remedy=f"Give the tables {', '.join(schemas)}; empty ones where nothing is known.",
            )
        if set(tables[name].column_names) != set(schema.names):
            differing = sorted(set(tables[name].column_names) ^ set(schema.names))
            raise InputUnusable(
                f"The columns {', '.join(differing)} are missing or unknown.",
                where=name,
                remedy="Use the columns of clearway.kernel.tables.",
            )
    return {name: tables[name].select(schema.names) for name, schema in schemas.items()}


def _feature_cell(value: object) -> dict[str, object]:
    if isinstance(value, bool):
        return {"flag": value}
    if isinstance(value, int):
        return {"number": value} if fits_int64(value) else {"digits": str(value)}
    if isinstance(value, str) or value is None:
        return {"text": value}
    raise DefectFound(f"A feature is a {type(value).__name__}: only numbers, text and flags are.")


def _feature_value(cell: Mapping[str, Any]) -> Any:
    if cell["digits"] is not None:
        return int(cell["digits"])
    given = [cell[kind] for kind in ("number", "text", "flag") if cell[kind] is not None]
    return given[0] if given else None
