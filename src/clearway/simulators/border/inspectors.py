"""Inspectors: they open what is under control, and find what was concealed, or nothing.

Who looks was drawn by the platform. Of what a shipment's people did that they should not, the
simulator knows (``Shipment.behaviours``); an inspector finds it when he looks.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from clearway.simulators.border.agencies import AGENCIES
from clearway.simulators.border.border import Border
from clearway.simulators.border.calendar import office_hours_after
from clearway.simulators.border.firms import SUPERVISOR
from clearway.simulators.border.officers import AT_OFFICE
from clearway.simulators.border.platform import Reply, document
from clearway.simulators.border.shipments import Shipment

_PEOPLE: Final = (*AT_OFFICE.values(), *AGENCIES)
_MINUTES: Final = (120, 420)
_TRIES: Final = 4
_CODE_OF: Final = {"concealed": "undeclared_goods", "false origin": "origin"}
_FOUND: Final = {"undeclared_goods": ("94033000", "1200.00"), "origin": ("CN", "")}


class Inspectors:
    """Everybody who looks at goods, and the supervisor who approves what was found."""

    def __init__(self, border: Border, shipments: dict[str, Shipment]) -> None:
        self._border = border
        self._shipments = shipments
        self._seen: set[int] = set()
        self._approved: set[int] = set()

    def look_around(self, at: datetime) -> None:
        """Plan the looks whose team is drawn, and the second person's word on what was found."""
        border = self._border
        border.settle(at)
        for one in self._inspections("assigned", at):
            if one["id"] not in self._seen:
                self._seen.add(one["id"])
                minutes = border.draw(str(one["mrn"]), "inspected").uniform(*_MINUTES)
                then = office_hours_after(at, minutes, border.zone)
                border.schedule.plan(then, self._look, one["id"], str(one["mrn"]), 1)
        for one in self._inspections("discrepancy", at):
            if one["id"] not in self._approved:
                self._approved.add(one["id"])
                then = office_hours_after(at, 60, border.zone)
                border.schedule.plan(then, self._approve, one["id"])

    def _inspections(self, state: str, at: datetime) -> list[Any]:
        platform = self._border.platform
        return platform.pages(SUPERVISOR, "/inspections", at, limit="200", state=state)

    def _look(self, number: int, mrn: str, attempt: int, at: datetime) -> None:
        """Start, find, and give the result; each asker's people for themselves."""
        border = self._border
        border.settle(at)
        path = f"/inspections/{number}"
        done = 0
        for who in _PEOPLE:
            started = self._say(who, f"{path}/start", {}, at)
            found = self._findings(mrn)
            outcome = "satisfactory"
            if started.ok or started.status == 409:
                for code in found if who not in AGENCIES else ():
                    outcome = self._find(who, path, code, at) or outcome
                result = {"outcome": outcome, "rest_in_order": True, "note": "looked at"}
                done += self._say(who, f"{path}/result", result, at).ok
        border.figures.counts["inspected"] += bool(done)
        if not done and attempt < _TRIES:
            again = office_hours_after(at, 200, border.zone)
            border.schedule.plan(again, self._look, number, mrn, attempt + 1)

    def _findings(self, mrn: str) -> list[str]:
        shipment = self._shipments.get(mrn)
        return [_CODE_OF[one] for one in shipment.behaviours if one in _CODE_OF] if shipment else []

    def _find(self, who: str, path: str, code: str, at: datetime) -> str:
        found, value = _FOUND[code]
        told = {"code": code, "item": 0 if code == "undeclared_goods" else 1, "found": found}
        if value:
            told["value"] = value
        if self._say(who, f"{path}/findings", told, at).ok:
            self._border.figures.counts["found out"] += 1
            return "discrepancy"
        return ""

    def _approve(self, number: int, at: datetime) -> None:
        wanted = {"confirm": True, "reason": "The pictures and the count agree."}
        self._say(SUPERVISOR, f"/inspections/{number}/approval", wanted, at)

    def _say(self, who: str, path: str, told: dict[str, Any], at: datetime) -> Reply:
        reply = self._border.send(
            who, "POST", path, at, body=document(told), expected=(403, 404, 409, 422)
        )
        self._border.unsettle()
        return reply
