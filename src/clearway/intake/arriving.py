"""Cargo's news of an arrival: what was lodged in advance is presented, through the line."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from clearway.audit.actor import system
from clearway.cargo.rules import document_key
from clearway.declarations import queries
from clearway.intake import running
from clearway.intake.submission import Submission

_PATIENCE: Final = 60.0


def on_document_arrived(number: str, arrived_at: datetime) -> int:
    """Present the declarations that were lodged in advance of a transport document's goods.

    ``site`` subscribes this to cargo's news of an arrival; coming twice, it changes nothing.

    Args:
        number: the transport document.
        arrived_at: when the goods arrived; the law of that day rules.

    Returns:
        How many were accepted.

    Raises:
        TooMuch: the line is full; the news is to come again.
    """
    waiting = queries.in_advance_of(document_key(number)).values_list("mrn", flat=True)
    futures = [running.line().submit(_arrival(mrn or "", arrived_at)) for mrn in list(waiting)]
    return sum(future.result(timeout=_PATIENCE).status == 200 for future in futures)


def _arrival(mrn: str, arrived_at: datetime) -> Submission:
    return Submission(
        actor=system("arrival"),
        door="arrival",
        media_type="",
        body=b"",
        received_at=arrived_at,
        purpose="present",
        declaration=mrn,
    )
