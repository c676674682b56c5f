"""Customs officers: they check documents, control goods, release, and decide requests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from clearway.simulators.border.border import Border
from clearway.simulators.border.calendar import office_hours_after
from clearway.simulators.border.firms import OFFICER, SUPERVISOR
from clearway.simulators.border.platform import document
from clearway.simulators.border.shipments import Shipment

_AT_OFFICE = {"XP000110": OFFICER, "XP000210": "officer2"}
_WORK = {  # minutes of work by the declaration's state, and what the officer then states
    "assessed": ((4, 45), {}),
    "documents_requested": ((30, 200), {"documents_checked": True}),
    "under_control": ((120, 420), {"goods_controlled": True}),
}
_TRIES = 3
_GRANTS = 0.85
_WHY = {"granted": "no objection", "refused": "control comes first"}


class Officers:
    """Those at the port, those at the airport, and a supervisor for everywhere else."""

    def __init__(self, border: Border) -> None:
        self._border = border

    def meet(self, shipment: Shipment, state: str, at: datetime) -> None:
        """Plan what officers do about a declaration that was taken."""
        if shipment.kind == "supplementary":
            return
        border = self._border
        rng = border.draw(shipment.lrn, "release")
        (least, most), _ = _WORK.get(state, _WORK["assessed"])
        here = at if shipment.arrives is None else max(at, shipment.arrives)
        then = office_hours_after(
            here + timedelta(minutes=15), rng.uniform(least, most), border.zone
        )
        border.schedule.plan(then, self._release, shipment, 1)

    def _release(self, shipment: Shipment, attempt: int, at: datetime) -> None:
        """Look at a declaration as it stands and release it, if nothing is wrong with the goods."""
        border = self._border
        border.settle(at)
        who = self._for(shipment)
        reply = border.send(who, "GET", f"/declarations/{shipment.mrn}", at)
        if not reply.ok or reply.body["state"] not in _WORK:
            return
        state = reply.body["state"]
        if state == "under_control" and shipment.behaviours:
            border.figures.counts["found out"] += 1
            return  # what the control found goes its own way, which later rooms will build
        order: dict[str, Any] = {**_WORK[state][1], "reason": "found in order"}
        if reply.body.get("debt_state") == "assessed":
            order["security"] = "DPO deferred account"
        reply = border.send(
            who,
            "POST",
            f"/declarations/{shipment.mrn}/release",
            at,
            body=document(order),
            key=f"release-{shipment.lrn}-{attempt}",
            expected=(409,),
        )
        if reply.ok:
            border.figures.counts["released"] += 1
        elif attempt < _TRIES:
            rng = border.draw(shipment.lrn, "waits", str(attempt))
            later = office_hours_after(at, rng.uniform(90, 300), border.zone)
            border.schedule.plan(later, self._release, shipment, attempt + 1)

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
