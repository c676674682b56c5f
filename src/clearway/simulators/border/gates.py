"""The terminal's gate: who fetches what is released, who brings exports, and what goes wrong there.

A few hauliers come with another lorry than they said, or show a token twice; a few exports come
short aboard, and a few never come. Nobody tells the terminal beforehand.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from clearway.simulators.border.border import Border
from clearway.simulators.border.calendar import office_hours_after
from clearway.simulators.border.firms import IDENTIFIERS, SUPERVISOR, TERMINAL
from clearway.simulators.border.platform import Reply, document

_LOITERS: Final = 0.05
"""Share of consignments that nobody fetches for weeks."""
_OTHER_LORRY, _SHOWN_TWICE = 0.02, 0.02
_SHORT, _NEVER_COMES = 0.03, 0.02
_TRIES: Final = 3
_MEANS: Final = "9321483"


class Gates:
    """The gate of the demonstration's terminal, and all who come to it."""

    def __init__(self, border: Border) -> None:
        self._border = border
        self._number = 0
        self._awaited: set[str] = set()

    def look_around(self, at: datetime) -> None:
        """Plan the fetching of what was released, and the way out of exports."""
        border = self._border
        border.settle(at)
        for row in border.platform.pages(SUPERVISOR, "/released-not-gated", at, limit="200"):
            if row["mrn"] not in self._awaited:
                self._awaited.add(row["mrn"])
                self._plan_fetching(row["mrn"], at)
        for row in border.platform.pages(SUPERVISOR, "/exits", at, limit="200"):
            mrn = str(row["mrn"])
            if mrn not in self._awaited:
                self._awaited.add(mrn)
                self._plan_leaving(mrn, at)
            elif row["enquired_at"]:
                border.schedule.plan(at, self._answer_enquiry, mrn)
        border.figures.counts["released"] = len(self._awaited)

    def _plan_fetching(self, mrn: str, at: datetime) -> None:
        border = self._border
        rng = border.draw(mrn, "fetched")
        days = rng.uniform(10, 40) if rng.random() < _LOITERS else 0.0
        then = office_hours_after(at + timedelta(days=days), rng.uniform(30, 900), border.zone)
        border.schedule.plan(then, self._fetch, mrn, 1)

    def _fetch(self, mrn: str, attempt: int, at: datetime) -> None:
        """Ask a token for each unit and come with it; what may not leave yet waits a day."""
        border = self._border
        border.settle(at)
        stands = border.send(SUPERVISOR, "GET", f"/declarations/{mrn}/standing", at)
        if not stands.ok or stands.body["goods_state"] != "released":
            return
        units, left_behind = _ways(stands.body["units"]), False
        for unit in units:
            rng = border.draw(mrn, unit["number"], str(attempt))
            reply = self._token(unit, "out", _plate(rng), at)
            if reply.ok:
                wait = timedelta(minutes=rng.uniform(20, 120))
                border.schedule.plan(at + wait, self._come, mrn, reply.body, False)  # noqa: FBT003
            else:
                left_behind = True
        if left_behind and attempt < _TRIES:
            again = office_hours_after(at + timedelta(days=1), 60, border.zone)
            border.schedule.plan(again, self._fetch, mrn, attempt + 1)

    def _come(self, mrn: str, token: dict[str, Any], second: bool, at: datetime) -> None:  # noqa: FBT001 - planned by place
        """Come with a token; with the right lorry at the latest the second time."""
        border = self._border
        rng = border.draw(mrn, token["number"], "comes")
        if rng.random() < _OTHER_LORRY and not second:
            self._show(token, at, plate="XP 00 XX 00")
            later = at + timedelta(minutes=rng.uniform(40, 200))
            border.schedule.plan(later, self._come, mrn, token, True)  # noqa: FBT003 - see there
            return
        reply = self._show(token, at)
        if reply.ok and reply.body["verdict"] == "accepted":
            border.figures.counts["gated out"] += 1
            border.unsettle()
            if rng.random() < _SHOWN_TWICE:
                self._show(token, at + timedelta(minutes=3))

    def _plan_leaving(self, mrn: str, at: datetime) -> None:
        border = self._border
        rng = border.draw(mrn, "leaves")
        if rng.random() < _NEVER_COMES:
            return
        then = office_hours_after(at, rng.uniform(60, 900), border.zone)
        border.schedule.plan(then, self._bring, mrn)

    def _bring(self, mrn: str, at: datetime) -> None:
        """Bring exports through the gate, and let them be loaded and leave."""
        border = self._border
        border.settle(at)
        stands = border.send(SUPERVISOR, "GET", f"/declarations/{mrn}/standing", at)
        if not stands.ok or stands.body["goods_state"] != "released":
            return
        rng = border.draw(mrn, "brought")
        units = _ways(stands.body["units"])
        packages = int((stands.body["exit"] or {}).get("packages") or 0)
        for unit in units:
            token = self._token(unit, "in", _plate(rng), at)
            if token.ok and self._show(token.body, at).body.get("verdict") == "accepted":
                border.unsettle()
        short = len(units) == 1 < packages and rng.random() < _SHORT
        loaded = at + timedelta(hours=rng.uniform(2, 20))
        for unit in units:
            border.schedule.plan(loaded, self._load, unit, packages - 1 if short else 0)
            gone = loaded + timedelta(hours=rng.uniform(2, 10))
            border.schedule.plan(gone, self._depart, unit)

    def _load(self, unit: dict[str, str], packages: int, at: datetime) -> None:
        wanted: dict[str, Any] = {**_named(unit), "means": _MEANS}
        if packages:
            wanted["packages"] = packages
        self._say("/units/loading", wanted, "loaded", at)

    def _depart(self, unit: dict[str, str], at: datetime) -> None:
        self._say("/units/departure", _named(unit), "departed", at)

    def _say(self, path: str, wanted: dict[str, Any], counted: str, at: datetime) -> None:
        border = self._border
        border.settle(at)
        reply = border.send(TERMINAL, "POST", path, at, body=document(wanted), expected=(404, 409))
        border.figures.counts[counted] += reply.ok
        border.unsettle()

    def _answer_enquiry(self, mrn: str, at: datetime) -> None:
        """End an enquiry: the exporter never shipped, and says so."""
        wanted = {"outcome": "never_left", "reason": "The buyer withdrew his order."}
        reply = self._border.send(
            SUPERVISOR, "POST", f"/declarations/{mrn}/exit", at, body=document(wanted),
            expected=(404, 409),
        )  # fmt: skip
        self._border.figures.counts["never left"] += reply.ok
        self._border.unsettle()

    def _token(self, unit: dict[str, str], direction: str, plate: str, at: datetime) -> Reply:
        wanted = {
            **_named(unit),
            "direction": direction,
            "terminal": IDENTIFIERS[TERMINAL],
            "plate": plate,
        }
        return self._border.send(
            SUPERVISOR, "POST", "/gate-tokens", at, body=document(wanted), expected=(409,)
        )

    def _show(self, token: dict[str, Any], at: datetime, plate: str = "") -> Reply:
        shown = {
            "code": token["code"],
            "direction": token["direction"],
            "unit": token["number"],
            "plate": plate or token["plate"],
            "packages": token["packages"],
        }
        return self._border.send(
            TERMINAL, "POST", f"/gates/{self._gate(at)}/passages", at, body=document(shown)
        )

    def _gate(self, at: datetime) -> int:
        """Return the number of the terminal's gate, opened where there is none."""
        if not self._number:
            wanted = {"code": "G1", "called": "Main gate"}
            reply = self._border.send(TERMINAL, "POST", "/gates", at, body=document(wanted))
            self._number = int(reply.body["id"])
        return self._number


def _named(unit: dict[str, str]) -> dict[str, str]:
    return {"kind": unit["kind"], "number": unit["number"]}


def _plate(rng: Random) -> str:
    letters = rng.choice("ABCDEF") + rng.choice("KLMNP")
    return f"XP {rng.randint(10, 99)} {letters} {rng.randint(10, 99)}"


def _ways(units: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return by what goods pass the gate: their containers, else their packages.

    A declaration's units name every way there is; a container is a lot of packages as well.
    """
    boxes = [one for one in units if one["kind"] == "container"]
    return boxes or [one for one in units if one["kind"] == "packages"][:1] or units[:1]
