"""Partner agencies: they confirm the documents that declarations name, refuse some, and look."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from clearway.accounts.ready import READY
from clearway.audit.actor import Role
from clearway.simulators.border.border import Border
from clearway.simulators.border.calendar import office_hours_after
from clearway.simulators.border.platform import document

AGENCIES: Final = tuple(one.name for one in READY if Role.AGENCY in one.roles)
_REFUSES: Final = 0.03
_OPEN: Final = frozenset({"paper", "lacking", "inspect"})
_LACKING_MENDED: Final = 0.9


class Agencies:
    """The officers of every partner agency."""

    def __init__(self, border: Border) -> None:
        self._border = border
        self._seen: set[int] = set()

    def look_around(self, at: datetime) -> None:
        """Let each agency see the documents that wait for it, and plan what it says."""
        border = self._border
        border.settle(at)
        for agency in AGENCIES:
            for paper in border.platform.pages(agency, "/papers", at, limit="200"):
                if paper["id"] not in self._seen and paper["state"] in _OPEN:
                    self._seen.add(paper["id"])
                    self._plan(agency, paper, at)

    def _plan(self, agency: str, paper: dict[str, Any], at: datetime) -> None:
        border = self._border
        rng = border.draw(str(paper["mrn"]), str(paper["item"]), str(paper["requirement"]))
        refused = rng.random() < _REFUSES
        wait = rng.uniform(20, 400)
        if paper["state"] == "lacking":
            # The trader brings it to the agency afterwards; some never do.
            refused, wait = rng.random() >= _LACKING_MENDED, wait + rng.uniform(300, 900)
        then = office_hours_after(at, wait, border.zone)
        border.schedule.plan(then, self._decide, agency, int(paper["id"]), refused)

    def _decide(self, agency: str, paper: int, refused: bool, at: datetime) -> None:  # noqa: FBT001
        border = self._border
        word = "refuse" if refused else "confirm"
        reason = "The document is not ours." if refused else "Seen and in order"
        reply = border.send(
            agency, "POST", f"/papers/{paper}/decision", at,
            body=document({"decision": word, "reason": reason}), expected=(404, 409),
        )  # fmt: skip
        border.figures.counts["agencies' words"] += reply.ok
        border.unsettle()
