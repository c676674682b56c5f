"""Carriers, an airline and a terminal: they report what comes, that it came, and what was found."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from clearway.simulators.border.border import Border
from clearway.simulators.border.firms import TERMINAL
from clearway.simulators.border.platform import document
from clearway.simulators.border.shipments import Cargo, Journey
from clearway.simulators.goods import written

_LEAD = {"1": 26.0, "4": 5.0, "3": 1.5}
_TALLY_TAKES = {"1": (1.0, 5.0), "4": (0.5, 2.0)}


class Carriers:
    """All who carry, and those who unload."""

    def __init__(self, border: Border) -> None:
        self._border = border

    def plan(self, journey: Journey, late: dict[str, datetime], *, cuscar: bool) -> None:
        """Plan the whole of a journey: its report, its documents, its arrival, its unloading."""
        border = self._border
        lead = _LEAD[journey.means.mode]
        rng = border.draw(journey.reference, "reports")
        first = journey.expected - timedelta(hours=lead)
        border.schedule.plan(first, self._conveyance, journey)
        reported: set[str] = set()
        for cargo in journey.cargo:
            at = late.get(cargo.number) or first + timedelta(hours=rng.uniform(0.05, 0.2 * lead))
            if cargo.master and cargo.master not in reported:
                reported.add(cargo.master)
                border.schedule.plan(
                    first + timedelta(minutes=1),
                    self._master,
                    journey,
                    cargo.master,
                )
            border.schedule.plan(at, self._document, journey, cargo)
        border.schedule.plan(journey.arrives, self._arrival, journey)
        if journey.means.mode in _TALLY_TAKES:
            for cargo in journey.cargo:
                hours = rng.uniform(*_TALLY_TAKES[journey.means.mode])
                border.schedule.plan(
                    journey.arrives + timedelta(hours=hours),
                    self._tally,
                    cargo,
                )

    def _conveyance(self, journey: Journey, at: datetime) -> None:
        self._report(journey, "/conveyances", at, conveyance_report(journey), journey.reference)

    def _master(self, journey: Journey, number: str, at: datetime) -> None:
        body = master_report(journey, number)
        self._report(journey, "/transport-documents", at, body, number)

    def _document(self, journey: Journey, cargo: Cargo, at: datetime) -> None:
        body = document_report(journey, cargo)
        self._report(journey, "/transport-documents", at, body, cargo.number)

    def _report(
        self, journey: Journey, path: str, at: datetime, body: dict[str, Any], number: str
    ) -> None:
        reply = self._border.send(
            journey.carrier, "POST", path, at, body=document(body), key=f"report-{number}"
        )
        self._border.figures.counts["cargo"] += reply.ok

    def _arrival(self, journey: Journey, at: datetime) -> None:
        pass

    def _tally(self, cargo: Cargo, at: datetime) -> None:
        found = cargo.packages - cargo.fate
        reply = self._border.send(
            TERMINAL,
            "POST",
            f"/transport-documents/{cargo.number}/discharge",
            at,
            body=document({"packages": found}),
            key=f"tally-{cargo.number}",
        )
        self._border.figures.counts["tallied"] += reply.ok


def conveyance_report(journey: Journey) -> dict[str, Any]:
    """Return a journey as its carrier reports it."""
    return {}


def master_report(journey: Journey, number: str) -> dict[str, Any]:
    """Return a master document over all house documents that name it."""
    return {}


def document_report(journey: Journey, cargo: Cargo) -> dict[str, Any]:
    """Return a document as its carrier reports it."""
    return {"gross": written(cargo.gross, 3)}
