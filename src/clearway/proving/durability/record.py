"""The record as it lies in the database, read from outside, held against what was told."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from clearway.proving.durability.lodger import Told

_KINDS = ("declaration.received", "declaration.accepted")
"""Events that every accepted lodgement announces, whatever its lane."""


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

    rows = connection.execute("SELECT lrn, mrn, id FROM declarations_declaration").fetchall()
    ours = [(lrn, mrn, number) for lrn, mrn, number in rows if lrn.startswith(f"{run}-")]
    by_number = {int(lrn.rpartition("-")[2]): mrn for lrn, mrn, _ in ours}
    events = connection.execute(
        "SELECT subject, kind FROM events_event WHERE kind IN ('declaration.received', "
        "'declaration.accepted')"
    ).fetchall()
    announced = {(subject.rpartition(":")[2], kind) for subject, kind in events}
    mrns = {mrn for _, mrn, _ in ours if mrn}
    return Verdict(
        declarations=len(ours),
        acknowledged=len(told.acknowledged) + len(told.handed_in),
        lost=sum(by_number.get(number) != mrn for number, mrn in told.acknowledged.items())
        + sum(by_number.get(number) is None for number in told.handed_in),
        duplicates=len(ours) - len(by_number)
        + count("SELECT count(mrn) - count(DISTINCT mrn) FROM declarations_declaration")
        + count("SELECT count(*) - count(DISTINCT fingerprint) FROM declarations_declaration")
        + len(events) - len({(subject, kind) for subject, kind in events}),
        missing_events=sum((mrn, kind) not in announced for mrn in mrns for kind in _KINDS),
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
        ),
        contradictions=len(told.contradictions),
    )  # fmt: skip


def _connection(database: str, file: Path) -> Any:
    if database != "sqlite":
        return psycopg.connect(database)
    return sqlite3.connect(f"file:{file}?mode=ro", uri=True)
