"""Every read of the room but the line's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from clearway.events import dispatch
from clearway.intake.line import Line
from clearway.intake.models import Alarm, BulkJob, BulkRow, BulkTaken, Quarantined


def quarantine(state: str = "") -> QuerySet[Quarantined]:
    """Return messages in quarantine, without their content, of one state or of all."""
    rows = Quarantined.objects.defer("body")
    return rows.filter(state=state) if state else rows


def alarms() -> QuerySet[Alarm]:
    """Return all alarms."""
    return Alarm.objects.all()


def open_alarms() -> QuerySet[Alarm]:
    """Return the alarms that nobody has acknowledged, the earliest first."""
    return alarms().filter(acknowledged_at=None).order_by("first_at", "id")


def unfinished_jobs() -> QuerySet[BulkJob]:
    """Return the bulk jobs that have work left, in the order in which they came."""
    return BulkJob.objects.filter(state__in=("waiting", "running")).order_by("id")


def rows_of(job: BulkJob) -> QuerySet[BulkRow]:
    """Return what is wrong with the rows of a bulk file."""
    return BulkRow.objects.filter(job=job)


def taken_rows(job: BulkJob) -> Iterator[tuple[int, str, str]]:
    """Give row, local reference and MRN of every accepted row of a bulk file, in its order."""
    for chunk in BulkTaken.objects.filter(job=job).order_by("id").iterator(chunk_size=20):
        yield from map(tuple, json.loads(bytes(chunk.rows)))


def line_told(line: Line, wait: int = 0) -> dict[str, Any]:
    """Return how a line is doing, in the form of ``forms.LineTold``.

    Args:
        line: of this process.
        wait: seconds to wait at most until nothing is left that a consumer was not told of.
    """
    backlog = dispatch.settled(wait)
    counters = line.counters
    pieces = max(1, counters.pieces)
    return {
        "running": line.running,
        "waiting": line.depth,
        "capacity": line.capacity,
        "per_second": round(counters.rate),
        "batches": counters.batches,
        "answers": dict(counters.answers),
        "microseconds": {
            step: round(seconds * 1_000_000 / pieces) for step, seconds in counters.seconds.items()
        },
        "lost": counters.lost,
        "turned_away": counters.turned_away,
        "quarantined": quarantine("held").count(),
        "open_alarms": open_alarms().count(),
        "backlog": backlog,
    }
