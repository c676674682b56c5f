"""The record as it lies in the database, read from outside, held against what was told."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import psycopg

from clearway.proving.durability.lodger import Told

_RECEIVED, _ACCEPTED = "declaration.received", "declaration.accepted"
_AMENDED, _CANCELLED = "declaration.amended", "declaration.invalidated"
"""Events that are announced once of a declaration: of every one, of one that is not lodged in
advance, and of those to which it was done."""


class _Declared(NamedTuple):
    """A declaration of the record, by the number of its message."""

    number: int
    mrn: str
    state: str
    version: int


class Verdict(msgspec.Struct):
    """What was found; everything but ``declarations`` and ``acknowledged`` should be nothing."""

    declarations: int = 0
    acknowledged: int = 0
    lost: int = 0
    duplicates: int = 0
    missing_events: int = 0
    missing_leaves: int = 0
    missing_outbox: int = 0
    missing_assessments: int = 0
    half_written: int = 0
    contradictions: int = 0

    @property
    def clean(self) -> bool:
        """Whether nothing was lost, doubled, missing or contradicted."""
        return not any(
            getattr(self, name)
            for name in self.__struct_fields__
            if name not in {"declarations", "acknowledged"}
        )


def judge(database: str, file: Path, told: Told, run: str) -> Verdict:
    """Hold the record against what the clients were told.

    Args:
        database: as ``CLEARWAY_DATABASE`` takes it.
        file: the SQLite file, where that is the database.
        told: what the clients were told.
        run: the beginning of every local reference that they used.
    """
    with contextlib.closing(_connection(database, file)) as connection:
        return _judged(connection, told, run)


def _judged(connection: Any, told: Told, run: str) -> Verdict:
    def count(statement: str) -> int:
        found: int = connection.execute(statement).fetchone()[0]
        return found

    found = connection.execute("SELECT lrn, mrn, state, version FROM declarations_declaration")
    ours = [
        _Declared(int(lrn.rpartition("-")[2]), *rest)
        for lrn, *rest in found.fetchall()
        if lrn.startswith(f"{run}-")
    ]
    by_number = {one.number: one for one in ours}
    kinds = (_RECEIVED, _ACCEPTED, _AMENDED, _CANCELLED)
    events = connection.execute(
        f"SELECT subject, kind FROM events_event WHERE kind IN {kinds}"  # noqa: S608
    ).fetchall()
    announced = {(subject.rpartition(":")[2], kind) for subject, kind in events}
    wanted = {(one.mrn, kind) for one in ours if one.mrn for kind in _announced_of(one, told)}
    return Verdict(
        declarations=len(ours),
        acknowledged=len(told.acknowledged) + len(told.handed_in),
        lost=sum(
            number not in by_number or by_number[number].mrn != mrn
            for number, mrn in told.acknowledged.items()
        )
        + sum(number not in by_number for number in told.handed_in)
        + sum(by_number[number].version < 2 for number in told.amended & by_number.keys())
        + sum(
            by_number[number].state != "invalidated" for number in told.cancelled & by_number.keys()
        ),
        duplicates=len(ours) - len(by_number)
        + count("SELECT count(mrn) - count(DISTINCT mrn) FROM declarations_declaration")
        + count("SELECT count(*) - count(DISTINCT fingerprint) FROM declarations_declaration")
        + sum(one.version > 2 for one in ours)
        + len(events) - len(announced),
        missing_events=len(wanted - announced),
        missing_leaves=count(
            "SELECT count(*) FROM events_event e LEFT JOIN audit_leaf l ON l.id = e.leaf_id "
            "WHERE l.id IS NULL"
        ),
        missing_outbox=count(
            "SELECT count(*) FROM audit_leaf l LEFT JOIN audit_entry e ON e.leaf_id = l.id "
            "WHERE e.leaf_id IS NULL"
        ),
        missing_assessments=count(
            "SELECT count(*) FROM declarations_declaration d LEFT JOIN assessment_assessment a "
            "ON a.declaration = d.id WHERE a.id IS NULL"
        ),
        half_written=count(
            "SELECT count(*) FROM declarations_declaration d LEFT JOIN declarations_version v "
            "ON v.declaration_id = d.id WHERE v.id IS NULL"
        )
        + count(
            "SELECT count(*) FROM declarations_version v WHERE NOT EXISTS "
            "(SELECT 1 FROM declarations_goodsitem g WHERE g.version_id = v.id)"
        )
        + count(
            "SELECT count(*) FROM declarations_declaration d WHERE d.version <> "
            "(SELECT count(*) FROM declarations_version v WHERE v.declaration_id = d.id)"
        ),
        contradictions=len(told.contradictions),
    )  # fmt: skip


def _announced_of(one: _Declared, told: Told) -> Iterator[str]:
    """Give the kinds of the events that there must be of a declaration."""
    yield _RECEIVED
    if one.number not in told.in_advance:
        yield _ACCEPTED
    if one.version > 1:
        yield _AMENDED
    if one.state == "invalidated":
        yield _CANCELLED


def _connection(database: str, file: Path) -> Any:
    if database != "sqlite":
        return psycopg.connect(database)
    return sqlite3.connect(f"file:{file}?mode=ro", uri=True)
