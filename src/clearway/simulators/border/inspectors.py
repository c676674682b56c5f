"""Inspectors: they open what is under control, and find what was concealed, or nothing.

Who looks was drawn by the platform. Where a declaration differs from what is true, the simulation
alone knows (``hidden.py``); an inspector finds it when he looks, save what he overlooks. The
importer hears of it when a second person has approved it, and reacts (``minds.py``).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from clearway.simulators.border.agencies import AGENCIES
from clearway.simulators.border.border import Border
from clearway.simulators.border.calendar import office_hours_after
from clearway.simulators.border.corrections import Corrections
from clearway.simulators.border.firms import SUPERVISOR
from clearway.simulators.border.hidden import HiddenTruth
from clearway.simulators.border.minds import Minds
from clearway.simulators.border.officers import AT_OFFICE
from clearway.simulators.border.platform import Reply, document
from clearway.simulators.border.shipments import Difference

_PEOPLE: Final = (*AT_OFFICE.values(), *AGENCIES)
_MINUTES: Final = (120, 420)
_LASTS: Final = (15, 75)
"""Minutes that a look takes."""
_TRIES: Final = 4
_OVERLOOKED: Final = 0.05


class Inspectors:
    """Everybody who looks at goods, and the supervisor who approves what was found."""

    def __init__(
        self,
        border: Border,
        hidden: HiddenTruth,
        minds: Minds,
        corrections: Corrections | None = None,
    ) -> None:
        self._border = border
        self._corrections = corrections
        self._hidden = hidden
        self._minds = minds
        self._seen: set[int] = set()
        self._approved: set[int] = set()
        self._resumed = False

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
        if not self._resumed:  # looks that had begun when the simulation last ended
            self._resumed = True
            for one in self._inspections("started", at):
                if one["id"] not in self._seen:
                    self._seen.add(one["id"])
                    about = one["id"], str(one["mrn"]), 1, _PEOPLE
                    border.schedule.plan(office_hours_after(at, 5, border.zone), self._tell, *about)
        for one in self._inspections("discrepancy", at):
            if one["id"] not in self._approved:
                self._approved.add(one["id"])
                then = office_hours_after(at, 60, border.zone)
                border.schedule.plan(then, self._approve, one["id"], str(one["mrn"]))

    def _inspections(self, state: str, at: datetime) -> list[Any]:
        platform = self._border.platform
        return platform.pages(SUPERVISOR, "/inspections", at, limit="200", state=state)

    def _look(self, number: int, mrn: str, attempt: int, at: datetime) -> None:
        """Start, each asker's people for themselves; the result is given when they have looked."""
        border = self._border
        border.settle(at)
        started = []
        for who in _PEOPLE:
            reply = self._say(who, f"/inspections/{number}/start", {}, at)
            if reply.ok or reply.status == 409:
                started.append(who)
        lasts = border.draw(mrn, f"look {attempt}").uniform(*_LASTS)
        then = at + timedelta(minutes=lasts)
        border.schedule.plan(then, self._tell, number, mrn, attempt, tuple(started))

    def _tell(
        self, number: int, mrn: str, attempt: int, started: tuple[str, ...], at: datetime
    ) -> None:
        """Write what was found, and give the result."""
        border = self._border
        border.settle(at)
        path = f"/inspections/{number}"
        done = 0
        for who in _PEOPLE:
            found = self._findings(mrn)
            outcome = "satisfactory"
            if who in started:
                for one in found if who not in AGENCIES else ():
                    outcome = self._find(who, path, one, at) or outcome
                result = {"outcome": outcome, "rest_in_order": True, "note": "looked at"}
                done += self._say(who, f"{path}/result", result, at).ok
        border.figures.counts["inspected"] += bool(done)
        if not done and attempt < _TRIES:
            again = office_hours_after(at, 200, border.zone)
            border.schedule.plan(again, self._look, number, mrn, attempt + 1)

    def _findings(self, mrn: str) -> tuple[Difference, ...]:
        """Return what an inspector sees of where a declaration differs from the truth."""
        overlooked = self._border.draw(mrn, "overlooked").random() < _OVERLOOKED
        return () if overlooked else self._hidden.of(mrn)

    def _find(self, who: str, path: str, one: Difference, at: datetime) -> str:
        told = {"code": one.code, "item": one.item, "found": one.found}
        if one.value:
            told["value"] = one.value
        if self._say(who, f"{path}/findings", told, at).ok:
            self._border.figures.counts["found out"] += 1
            return "discrepancy"
        return ""

    def _approve(self, number: int, mrn: str, at: datetime) -> None:
        wanted = {"confirm": True, "reason": "The pictures and the count agree."}
        approved = self._say(SUPERVISOR, f"/inspections/{number}/approval", wanted, at)
        if approved.ok and self._corrections is not None:
            self._corrections.follow_up(mrn, number)
        if approved.ok and self._minds.caught(self._hidden.whose(mrn), at):
            self._border.figures.counts["caught"] += 1

    def _say(self, who: str, path: str, told: dict[str, Any], at: datetime) -> Reply:
        reply = self._border.send(
            who, "POST", path, at, body=document(told), expected=(403, 404, 409, 422)
        )
        self._border.unsettle()
        return reply
