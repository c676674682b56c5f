"""What was found is asked for: an officer corrects the declaration, a second person confirms it.

Goods in which a discrepancy was found are released once what was declared is paid. What the
declaration should have said is then a correction of customs' own motion, whose notice the importer
pays as he pays every other (``money.py``). Goods that stand in no item cannot be corrected into
one: they stay with the report of the inspection.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from clearway.simulators.border.border import Border
from clearway.simulators.border.firms import SUPERVISOR
from clearway.simulators.border.officers import AT_OFFICE
from clearway.simulators.border.platform import document

_HOURS: Final = (9, 15)
"""Looks at which officers ask whether the goods are released by now."""
_TRIES: Final = 16
_DATUM: Final = {
    "value": "price", "classification": "commodity", "origin": "origin",
    "quantity_excess": "quantity", "quantity_short": "quantity",
}  # fmt: skip
_REASON: Final = "As the inspection of the goods found it."
_NO_CLAIM: Final = "100"


class Corrections:
    """The officers who follow up what inspectors found."""

    def __init__(self, border: Border) -> None:
        self._border = border
        self._tries: dict[str, int] = {}
        self._found: dict[str, int] = {}

    def follow_up(self, mrn: str, opening: int) -> None:
        """Note a discrepancy that a second person has approved."""
        self._found[mrn] = opening

    def look_around(self, at: datetime) -> None:
        """Correct what is released by now; what waits is asked for again."""
        if at.hour not in _HOURS or at.weekday() >= 5:
            return
        for mrn, opening in list(self._found.items()):
            self._tries[mrn] = self._tries.get(mrn, 0) + 1
            if self._correct(mrn, opening, at) or self._tries[mrn] >= _TRIES:
                del self._found[mrn]

    def _correct(self, mrn: str, opening: int, at: datetime) -> bool:
        """Propose what the report says, and have it confirmed; return whether that is over."""
        border = self._border
        border.settle(at)
        declared = border.send(SUPERVISOR, "GET", f"/declarations/{mrn}", at)
        if not declared.ok or declared.body["state"] not in {"released", "cleared"}:
            return declared.ok and declared.body["state"] == "invalidated"
        report = border.send(SUPERVISOR, "GET", f"/inspections/{opening}", at)
        changes = _changes(report.body["findings"]) if report.ok else []
        if not changes:
            return True
        officer = AT_OFFICE.get(declared.body["office"], SUPERVISOR)
        made = border.send(
            officer, "POST", f"/declarations/{mrn}/corrections", at,
            body=document({"changes": changes, "reason": _REASON}),
            key=f"correct-{mrn}-{self._tries[mrn]}", expected=(403, 404, 409, 422),
        )  # fmt: skip
        border.unsettle()
        if made.ok and made.body["state"] == "proposed":
            border.send(
                SUPERVISOR, "POST", f"/corrections/{made.body['id']}/confirmation", at,
                body=document({"confirm": True, "reason": "The report says so."}),
                key=f"corrected-{mrn}", expected=(403, 404, 409),
            )  # fmt: skip
        border.figures.counts["corrected"] += made.ok
        return made.ok or made.status in {403, 404, 422}


def _changes(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what declared items should have said, as a correction names it."""
    told: list[dict[str, Any]] = []
    for one in findings:
        item, datum = int(one["item"]), _DATUM.get(str(one["code"]))
        if not item or datum is None:
            continue
        told.append({"item": item, "datum": datum, "value": str(one["found"])})
        if datum == "origin":
            told.append({"item": item, "datum": "preference", "value": _NO_CLAIM})
    return told
