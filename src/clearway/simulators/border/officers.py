"""Customs officers: they take what waits, find its documents in order, and decide requests.

What is in order is released by the platform itself, as soon as it is paid and permitted. Goods
under control are the inspectors' (``inspectors.py``) first; what they leave open, a discrepancy or
goods of great value, is decided here, where need be by two.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from clearway.simulators.border.border import Border
from clearway.simulators.border.calendar import office_hours_after
from clearway.simulators.border.firms import OFFICER, SUPERVISOR
from clearway.simulators.border.platform import document
from clearway.simulators.border.shipments import Shipment

AT_OFFICE = {
    "XP000110": OFFICER,
    "XP000210": "officer2",
    "XP000310": "officer3",
    "XP000410": "officer4",
}
"""At the port, the airport, the road and the parcels' office."""
_MINUTES = (30, 200)
"""Of work on documents, the time included for which a declaration waits before it is taken."""
_WAITS = 0.4
"""Share of that time for which it waits."""
_TRIES = 3
_GRANTS = 0.85
_WHY = {"granted": "no objection", "refused": "control comes first"}
_ORDER = {
    "decision": "accept",
    "documents_checked": True,
    "goods_controlled": True,
    "reason": "found in order",
}


class Officers:
    """One at each office, and a supervisor for everywhere else."""

    def __init__(self, border: Border) -> None:
        self._border = border
        self._met: dict[str, tuple[str, int]] = {}

    def look_around(self, at: datetime) -> None:
        """Plan work on the documents that wait, and see how many wait for their cargo's report."""
        border = self._border
        border.settle(at)
        for state in ("documents_requested", "under_control"):
            for one in self._waiting(at, state=state):
                # Asked for again, by an officer or an amended version, it is looked at again.
                seen = (state, one["version"])
                if self._met.get(one["mrn"]) != seen:
                    self._met[one["mrn"]] = seen
                    self._plan(one["mrn"], one["office"], at)
        border.figures.unmatched = len(self._waiting(at, goods_state="unmatched"))

    def _waiting(self, at: datetime, **which: str) -> list[Any]:
        platform = self._border.platform
        return platform.pages(SUPERVISOR, "/declarations", at, limit="200", **which)

    def _plan(self, mrn: str, office: str, at: datetime) -> None:
        border = self._border
        minutes = border.draw(mrn, "documents").uniform(*_MINUTES)
        then = office_hours_after(at, _WAITS * minutes, border.zone)
        border.schedule.plan(then, self._take, mrn, office, (1 - _WAITS) * minutes, 1)

    def _take(self, mrn: str, office: str, minutes: float, attempt: int, at: datetime) -> None:
        """Take a declaration that waits, and plan the decision on it."""
        border = self._border
        border.settle(at)
        path = f"/declarations/{mrn}/assignment"
        if self._is_being_inspected(mrn, at):
            self._forget(mrn, at)
        elif border.send(_at(office), "POST", path, at, expected=(404, 409)).ok:
            then = office_hours_after(at, minutes, border.zone)
            border.schedule.plan(then, self._accept, mrn, office, 1)
        elif attempt < _TRIES:
            later = self._later(mrn, "taken", attempt, at)
            border.schedule.plan(later, self._take, mrn, office, minutes, attempt + 1)
        else:
            self._forget(mrn, at)

    def _is_being_inspected(self, mrn: str, at: datetime) -> bool:
        reply = self._border.send(SUPERVISOR, "GET", f"/declarations/{mrn}/standing", at)
        return reply.ok and any(one["what"] == "inspect" for one in reply.body["to_do"])

    def _accept(self, mrn: str, office: str, attempt: int, at: datetime) -> None:
        """Find documents in order; the platform releases what is ready."""
        border = self._border
        border.settle(at)
        reply = border.send(
            _at(office),
            "POST",
            f"/declarations/{mrn}/decision",
            at,
            body=document(_ORDER),
            key=f"decision-{mrn}-{attempt}-{at:%d%H%M}",
            expected=(404, 409),
        )
        border.unsettle()
        if reply.ok and reply.body.get("outcome") == "proposed":
            border.schedule.plan(self._later(mrn, "second", attempt, at), self._confirm, mrn)
        elif not reply.ok and attempt < _TRIES:
            later = self._later(mrn, "waits", attempt, at)
            border.schedule.plan(later, self._accept, mrn, office, attempt + 1)
        elif not reply.ok:
            path = f"/declarations/{mrn}/assignment"
            border.send(_at(office), "DELETE", path, at, expected=(404, 409))
            self._forget(mrn, at)

    def _forget(self, mrn: str, at: datetime) -> None:
        """Let a declaration be met anew next day: an agency or an inspector is not done yet."""
        border = self._border
        later = office_hours_after(at + timedelta(days=1), 1, border.zone)
        border.schedule.plan(later, self._meet_anew, mrn)

    def _meet_anew(self, mrn: str, at: datetime) -> None:
        del at
        self._met.pop(mrn, None)

    def _confirm(self, mrn: str, at: datetime) -> None:
        """Let the supervisor confirm what an officer proposed; his own proposals await another."""
        border = self._border
        border.settle(at)
        waiting = border.platform.pages(SUPERVISOR, "/proposals", at, limit="200")
        for number in [one["id"] for one in waiting if one["mrn"] == mrn]:
            border.send(
                SUPERVISOR,
                "POST",
                f"/proposals/{number}/confirmation",
                at,
                body=document({"confirm": True, "reason": "as proposed"}),
                key=f"confirm-{mrn}-{number}",
                expected=(404, 409),
            )
            border.unsettle()

    def _later(self, mrn: str, why: str, attempt: int, at: datetime) -> datetime:
        rng = self._border.draw(mrn, why, str(attempt))
        return office_hours_after(at, rng.uniform(90, 300), self._border.zone)

    def consider(self, shipment: Shipment, request: int, at: datetime) -> None:
        """Plan the decision on a request."""
        rng = self._border.draw(shipment.lrn, "request", str(request))
        wait = timedelta(minutes=rng.uniform(0, 20))
        then = office_hours_after(at + wait, rng.uniform(20, 240), self._border.zone)
        grant = rng.random() < _GRANTS
        self._border.schedule.plan(
            then, self._decide, shipment, request, "granted" if grant else "refused"
        )

    def _decide(self, shipment: Shipment, request: int, decision: str, at: datetime) -> None:
        border = self._border
        border.settle(at)
        reply = border.send(
            _at(shipment.declaration.declaration_office_id or ""),
            "POST",
            f"/requests/{request}/decision",
            at,
            body=document({"grant": decision == "granted", "reason": _WHY[decision]}),
            key=f"decide-{shipment.lrn}-{request}",
            expected=(409,),
        )
        border.unsettle()
        border.figures.counts["decided"] += reply.ok


def _at(office: str) -> str:
    return AT_OFFICE.get(office, SUPERVISOR)
