"""Partner agencies: they look at the papers that declarations name, and at what is lacking.

A paper is confirmed within some hours, a few are refused; where one is lacking, the trader brings
it to the counter within a day or two, but for a few who never do.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from clearway.accounts.ready import READY
from clearway.audit.actor import Role
from clearway.simulators.border.border import Border
from clearway.simulators.border.calendar import office_hours_after
from clearway.simulators.border.platform import document

AGENCIES: Final = tuple(one.name for one in READY if Role.AGENCY in one.roles)
_REFUSED, _NEVER_BROUGHT = 0.01, 0.03
_WORK: Final = {"paper": (20.0, 240.0), "lacking": (240.0, 900.0)}
"""Office minutes until an agency decides on a paper, and until a lacking one is brought."""


class Agencies:
    """All partner agencies of the demonstration."""

    def __init__(self, border: Border) -> None:
        self._border = border
        self._planned: set[int] = set()

    def look_around(self, at: datetime) -> None:
        """Plan the decisions on what came in since the last look."""
        border = self._border
        border.settle(at)
        for who in AGENCIES:
            for state in _WORK:
                rows = border.platform.pages(who, "/papers", at, limit="200", state=state)
                for need in rows:
                    if need["id"] not in self._planned:
                        self._planned.add(need["id"])
                        self._plan(who, need, state, at)

    def _plan(self, who: str, need: dict[str, Any], state: str, at: datetime) -> None:
        border = self._border
        rng = border.draw(f"{need['mrn']}-{need['item']}-{need['requirement']}", state)
        if state == "lacking" and rng.random() < _NEVER_BROUGHT:
            return
        decision = "refuse" if rng.random() < _REFUSED else "confirm"
        then = office_hours_after(
            at + timedelta(minutes=1), rng.uniform(*_WORK[state]), border.zone
        )
        border.schedule.plan(then, self._decide, who, need, decision)

    def _decide(self, who: str, need: dict[str, Any], decision: str, at: datetime) -> None:
        border = self._border
        reason = "not in order" if decision == "refuse" else "seen at the counter"
        reply = border.send(
            who,
            "POST",
            f"/papers/{need['id']}/decision",
            at,
            body=document({"decision": decision, "reason": reason}),
            expected=(404, 409),
        )
        border.figures.counts["papers decided"] += reply.ok
        border.unsettle()
