"""Customs officers: they take what waits, find it in order, release, and decide requests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from clearway.simulators.border.border import Border
from clearway.simulators.border.calendar import office_hours_after
from clearway.simulators.border.firms import OFFICER, SUPERVISOR
from clearway.simulators.border.inspectors import Inspectors
from clearway.simulators.border.platform import document
from clearway.simulators.border.shipments import Shipment

_AT_OFFICE = {"XP000110": OFFICER, "XP000210": "officer2"}
_WORK = {  # minutes of work by the declaration's state, and what the officer then states
    "assessed": ((4, 45), {}),
    "documents_requested": ((30, 200), {"documents_checked": True}),
    "under_control": ((120, 420), {"goods_controlled": True}),
}
_WAITS = 0.4
"""Share of that time for which a declaration waits before an officer takes it."""
_TRIES = 3
_GRANTS = 0.85
_WHY = {"granted": "no objection", "refused": "control comes first"}


class Officers:
    """Those at the port, those at the airport, and a supervisor for everywhere else."""

    def __init__(self, border: Border) -> None:
        self._border = border
        self._inspectors = Inspectors(border)

    def meet(self, shipment: Shipment, state: str, at: datetime) -> None:
        """Plan what officers do about a declaration that was taken in."""
        if shipment.kind == "supplementary":
            return
        border = self._border
        rng = border.draw(shipment.lrn, "release")
        (least, most), _ = _WORK.get(state, _WORK["assessed"])
        here = at if shipment.arrives is None else max(at, shipment.arrives)
        minutes = rng.uniform(least, most)
        then = office_hours_after(here + timedelta(minutes=15), _WAITS * minutes, border.zone)
        border.schedule.plan(then, self._take, shipment, (1 - _WAITS) * minutes, 1)

    def _take(self, shipment: Shipment, minutes: float, attempt: int, at: datetime) -> None:
        """Take a declaration that waits, and plan the decision on it; others are just released."""
        border = self._border
        border.settle(at)
        state = self._stands(shipment, at)
        if state not in _WORK:
            return
        if state != "assessed":
            who, path = self._for(shipment), f"/declarations/{shipment.mrn}/assignment"
            if not border.send(who, "POST", path, at, expected=(409,)).ok:
                if attempt < _TRIES:
                    later = self._later(shipment, "taken", attempt, at)
                    border.schedule.plan(later, self._take, shipment, minutes, attempt + 1)
                return
        then = office_hours_after(at, minutes, border.zone)
        border.schedule.plan(then, self._accept, shipment, 1)

    def _accept(self, shipment: Shipment, attempt: int, at: datetime) -> None:
        """Find a declaration in order as it stands now, and release it if its goods are here."""
        border = self._border
        border.settle(at)
        state, who = self._stands(shipment, at), self._for(shipment)
        if state == "under_control" and self._inspectors.look(shipment, at):
            state = self._stands(shipment, at)  # a look that is over may have satisfied the lane
        if state not in _WORK:
            return
        path = f"/declarations/{shipment.mrn}"
        order: dict[str, Any] = {**_WORK[state][1], "reason": "found in order"}
        order["security"] = "DPO deferred account"  # it counts only where something is owed
        act = "release"
        if state != "assessed":
            act, order = "decision", {**order, "decision": "accept"}
        reply = border.send(
            who,
            "POST",
            f"{path}/{act}",
            at,
            body=document(order),
            key=f"{act}-{shipment.lrn}-{attempt}",
            expected=(409,),
        )
        outcome = reply.body.get("outcome", "released") if reply.ok else ""
        if outcome == "released":
            border.figures.counts["released"] += 1
        elif outcome == "proposed":
            then = self._later(shipment, "second", attempt, at)
            border.schedule.plan(then, self._confirm, shipment)
        elif attempt < _TRIES:
            later = self._later(shipment, "waits", attempt, at)
            border.schedule.plan(later, self._accept, shipment, attempt + 1)
        elif state != "assessed":
            border.send(who, "DELETE", f"{path}/assignment", at, expected=(409,))

    def _confirm(self, shipment: Shipment, at: datetime) -> None:
        """Let the supervisor confirm what an officer proposed; his own proposals await another."""
        border = self._border
        border.settle(at)
        waiting = border.platform.pages(SUPERVISOR, "/proposals", at, limit="200")
        for number in [one["id"] for one in waiting if one["mrn"] == shipment.mrn]:
            reply = border.send(
                SUPERVISOR,
                "POST",
                f"/proposals/{number}/confirmation",
                at,
                body=document({"confirm": True, "reason": "as proposed"}),
                key=f"confirm-{shipment.lrn}-{number}",
                expected=(404, 409),
            )
            border.figures.counts["released"] += reply.ok

    def _stands(self, shipment: Shipment, at: datetime) -> str:
        """Return where a declaration stands, for him who could go on with it; else nothing."""
        border = self._border
        who = self._for(shipment)
        reply = border.send(who, "GET", f"/declarations/{shipment.mrn}", at)
        state = str(reply.body["state"]) if reply.ok else ""
        if state == "under_control" and shipment.behaviours:
            # What a look at the goods finds is approved by a second person, and they stay.
            border.figures.counts["found out"] += self._inspectors.look(shipment, at)
            return ""
        return state

    def _later(self, shipment: Shipment, why: str, attempt: int, at: datetime) -> datetime:
        rng = self._border.draw(shipment.lrn, why, str(attempt))
        return office_hours_after(at, rng.uniform(90, 300), self._border.zone)

    def look_around(self, at: datetime) -> None:
        """Let the supervisor see how many declarations wait for their cargo to be reported."""
        waiting = self._border.platform.pages(
            SUPERVISOR, "/declarations", at, goods_state="unmatched", limit="200"
        )
        self._border.figures.unmatched = len(waiting)

    def consider(self, shipment: Shipment, request: int, at: datetime) -> None:
        """Plan the decision on a request."""
        rng = self._border.draw(shipment.lrn, "request", str(request))
        then = office_hours_after(at, rng.uniform(20, 240), self._border.zone)
        grant = rng.random() < _GRANTS
        self._border.schedule.plan(
            then, self._decide, shipment, request, "granted" if grant else "refused"
        )

    def _decide(self, shipment: Shipment, request: int, decision: str, at: datetime) -> None:
        border = self._border
        border.settle(at)
        reply = border.send(
            self._for(shipment),
            "POST",
            f"/requests/{request}/decision",
            at,
            body=document({"grant": decision == "granted", "reason": _WHY[decision]}),
            key=f"decide-{shipment.lrn}-{request}",
            expected=(409,),
        )
        border.figures.counts["decided"] += reply.ok

    def _for(self, shipment: Shipment) -> str:
        return _AT_OFFICE.get(shipment.declaration.declaration_office_id or "", SUPERVISOR)
