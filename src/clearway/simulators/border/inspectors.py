"""Inspectors: whoever was drawn looks at goods under control, and finds what is wrong with them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from clearway.accounts.ready import READY
from clearway.audit.actor import Role
from clearway.simulators.border.border import Border
from clearway.simulators.border.firms import SUPERVISOR
from clearway.simulators.border.platform import document
from clearway.simulators.border.shipments import Shipment

_CUSTOMS: Final = ""
_WHO: Final = {
    _CUSTOMS: tuple(one.name for one in READY if Role.OFFICER in one.roles),
    **{one.office: (one.name,) for one in READY if Role.AGENCY in one.roles},
}
"""Who may have been drawn, by who asked: nobody but the platform knows before."""
_BEGINS: Final = frozenset({"ordered", "assigned"})
_WAITS: Final = _BEGINS | {"started", "sampled"}


class Inspectors:
    """All who may be drawn, of customs and of the agencies."""

    def __init__(self, border: Border) -> None:
        self._border = border

    def look(self, shipment: Shipment, at: datetime) -> bool:
        """Look at the goods of a shipment as far as that is wanted; tell whether all is over."""
        border = self._border
        path = f"/declarations/{shipment.mrn}/inspections"
        reply = border.send(SUPERVISOR, "GET", path, at)
        waiting = [one for one in reply.body["items"] if one["state"] in _WAITS] if reply.ok else []
        over = [self._looked(one, _found(shipment), at) for one in waiting]
        if any(over):
            border.unsettle()
            border.settle(at)
        return all(over)

    def _looked(self, one: dict[str, Any], found: dict[str, Any] | None, at: datetime) -> bool:
        number = one["id"]
        askers = one["asked_by"]
        if one["state"] in _BEGINS:
            drawn = [name for asker in askers for name in _WHO[asker]]
            if not self._first(drawn, number, "start", {}, at):
                return False
        wrong = found if _CUSTOMS in askers else None
        customs = _WHO[_CUSTOMS]
        if wrong is not None and not self._first(customs, number, "findings", wrong, at):
            return False
        for asker in askers:
            bad = wrong is not None and asker == _CUSTOMS
            outcome = "discrepancy" if bad else "satisfactory"
            result = {"outcome": outcome, "rest_in_order": True}
            if not self._first(_WHO[asker], number, "result", result, at):
                return False
        return wrong is None or bool(
            self._first((SUPERVISOR,), number, "approval", {"confirm": True}, at)
        )

    def _first(self, names: Any, number: int, act: str, body: dict[str, Any], at: datetime) -> str:
        """Return the first of some actors whose act was taken; empty where nobody's was."""
        for who in names:
            path = f"/inspections/{number}/{act}"
            # Another was drawn, the office is not his, or the goods are not here yet.
            expected = (404, 409)
            if self._border.send(who, "POST", path, at, body=document(body), expected=expected).ok:
                return str(who)
        return ""


def _found(shipment: Shipment) -> dict[str, Any] | None:
    """Return what a look at the goods shows that the declaration does not say."""
    if "false origin" in shipment.behaviours:
        told = shipment.declaration.goods_shipment
        from_where = told.export_country.id if told is not None and told.export_country else ""
        return {"code": "origin", "item": 1, "found": from_where or "CN", "note": "marks"}
    if "concealed" in shipment.behaviours:
        return {"code": "prohibited", "item": 0, "note": "hidden behind the declared goods"}
    return None
