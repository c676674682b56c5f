"""Risk analysts: profiles on the second day, models from what inspections showed, two persons each.

They know what every analyst of the platform knows: lists, the ledger, cards. What is really in the
boxes they learn from inspections alone. What they did stands on the platform, so that a border that
goes on finds it there.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from clearway.simulators.border.border import Border
from clearway.simulators.border.firms import ANALYST, SECOND_ANALYST, SUPERVISOR, Firm
from clearway.simulators.border.platform import Gone, Reply, document

_MORNING, _NOON = 9, 11
"""Looks at which the first analyst works, and the second one decides on what he proposed."""
_INSPECTED, _FOUND = 55, 12
"""Declarations that were inspected, and with findings, before anybody has a model trained."""
_ANEW: Final = timedelta(days=2)
"""After which another is ordered, where the last one was not good enough to serve."""
_WORKS_WITHIN: Final = 900.0
_BUDGET: Final = 0.22
"""The part of its declarations that an office can look at once a model serves."""
_OPEN: Final = ("data", "trained", "tested", "shadow", "proposed")
_OFFICES: Final = {"1": "XP000110", "4": "XP000210", "3": "XP000310"}


class Rule(NamedTuple):
    """A profile as the analysts write it. ``crude`` ones go when a model serves."""

    code: str
    name: str
    condition: str
    reasons: str
    crude: bool = False


RULES: Final = (
    Rule(
        "DM-001",
        "Every importer once in a while",
        "direction = 'IM' AND importer_declarations_365d IN (3, 11, 23, 39, 59, 83, 111)",
        "Nobody is so well known that he need not be looked at.",
        crude=True,
    ),
    Rule(
        "DM-002",
        "Importer of whom something was found, goods of value",
        "direction = 'IM' AND importer_findings_365d >= 1 AND customs_value > 300000",
        "Who was found out once is looked at again.",
    ),
    Rule(
        "DM-003",
        "Preference claimed for goods that were sent from a third country",
        "direction = 'IM' AND preference <> '100' AND export_country <> origin",
        "Proofs of origin are bought where the goods never were.",
    ),
)


class Analysts:
    """Two analysts, and the supervisor who says what an office can inspect.

    Args:
        border: the common ground.
        firms: whose trade goes by which office.
        lodgements: single lodgements of an ordinary working day.
        first: the first day of the border; they begin on the next.
    """

    def __init__(
        self, border: Border, firms: Sequence[Firm], lodgements: int, first: date
    ) -> None:  # fmt: skip
        self._border = border
        self._first = first
        whole = sum(one.habits.activity for one in firms)
        self._daily = {
            office: lodgements
            * sum(one.habits.activity for one in firms if one.habits.mode == mode) / whole
            for mode, office in _OFFICES.items()
        }  # fmt: skip

    def look_around(self, at: datetime) -> None:
        """Do the work of a morning, or decide at noon what the other proposed."""
        if at.hour not in (_MORNING, _NOON) or at.weekday() >= 5 or at.date() <= self._first:
            return
        self._border.settle(at)
        if at.hour == _MORNING:
            self._write(at)
            self._lead_on(at)
        else:
            self._approve(at)
            self._promote(at)

    # Profiles.

    def _profiles(self, at: datetime) -> dict[str, Any]:
        found = self._border.platform.pages(ANALYST, "/profiles", at, limit="200")
        return {one["code"]: one for one in found}

    def _write(self, at: datetime) -> None:
        """Write what is not written yet, try it on what came so far, and propose it."""
        known = self._profiles(at)
        for rule in RULES:
            if rule.code in known:
                if known[rule.code]["standing"] == "tested":  # a long history is a job's
                    whole = self._ask(ANALYST, f"/profiles/{rule.code}", at)
                    seen = whole["versions"][0]["text"]["digest"]
                    self._say(ANALYST, f"/profiles/{rule.code}/proposal", at, {"seen": seen})
                continue
            drafted = self._say(ANALYST, "/profiles", at, {
                "code": rule.code, "name": rule.name, "condition": rule.condition,
                "lane": "red",
                "weight": 0, "owner": "Risk Management Office", "reasons": rule.reasons,
                "valid_from": f"{at.date()}", "valid_to": f"{at.date() + timedelta(days=365)}",
            })  # fmt: skip
            if not drafted.ok:
                continue
            seen = drafted.body["versions"][0]["text"]["digest"]
            period = {"since": f"{self._first}", "until": f"{at.date()}", "seen": seen}
            if self._say(ANALYST, f"/profiles/{rule.code}/trials", at, period).ok:
                self._say(ANALYST, f"/profiles/{rule.code}/proposal", at, {"seen": seen})

    def _approve(self, at: datetime) -> None:
        """Decide as the second person on profiles that wait for one."""
        known = self._profiles(at)
        for rule in RULES:
            told = known.get(rule.code)
            if told is not None and told["standing"] in {"proposed", "retiring"}:
                whole = self._ask(SECOND_ANALYST, f"/profiles/{rule.code}", at)
                why = {
                    "seen": whole["versions"][0]["text"]["digest"],
                    "reason": "The trial bears it out.",
                }
                self._say(SECOND_ANALYST, f"/profiles/{rule.code}/approval", at, why)

    # Models.

    def _models(self, at: datetime) -> list[dict[str, Any]]:
        """Return the models, the newest first."""
        return self._border.platform.pages(ANALYST, "/models", at)

    def _lead_on(self, at: datetime) -> None:
        """Propose what is good enough; else have another learn from what was found since."""
        models = self._models(at)
        if any(one["state"] in {"live", "retiring"} for one in models):
            self._retire(at)
            return
        newest = models[0] if models else None
        if newest is not None and newest["state"] in _OPEN:
            if newest["state"] == "shadow" and not newest["unmet"]:
                why = {"seen": newest["digest"], "reason": "It finds more than what we have."}
                self._say(ANALYST, f"/models/{newest['number']}/proposal", at, why)
                return
            if datetime.fromisoformat(newest["made_at"]) > at - _ANEW:
                return
        if self._enough(at):
            self._learn(models, at)

    def _enough(self, at: datetime) -> bool:
        """Tell whether so much was inspected that training is worth while."""
        told = self._ask(ANALYST, "/selection-ledger", at)
        return bool(told["inspected"] >= _INSPECTED and told["found"] >= _FOUND)

    def _learn(self, models: list[dict[str, Any]], at: datetime) -> None:
        """Have a model trained and measured, and put it into the shadow whatever came of it."""
        for one in models:
            if one["state"] in _OPEN:
                why = {"reason": "Another one learns from more."}
                self._say(ANALYST, f"/models/{one['number']}/retirement", at, why)
        ordered = self._say(ANALYST, "/models", at, {})
        if not ordered.ok:
            return
        path = f"/models/{ordered.body['number']}"
        self._border.figures.counts["models"] += 1
        if self._worked(path, at)["state"] != "trained":
            return
        self._say(ANALYST, f"{path}/back-tests", at, {})
        tested = self._worked(path, at)
        if tested["state"] == "tested":
            self._say(ANALYST, f"{path}/shadow", at, {"seen": tested["digest"]})

    def _worked(self, path: str, at: datetime) -> dict[str, Any]:
        """Return a model once nothing is being worked on: simulated time waits for the job."""
        until = time.monotonic() + _WORKS_WITHIN
        while time.monotonic() < until:
            self._border.settle(at)
            told = self._ask(ANALYST, path, at)
            if not told["work"]:
                return told
            time.sleep(0.2)
        raise Gone("a model is never finished")

    def _promote(self, at: datetime) -> None:
        """Decide as the second person, and let the supervisor say how much there is to spend."""
        for one in self._models(at):
            if one["state"] == "proposed":
                self._set_budgets(at)
                why = {"seen": one["digest"], "reason": "The figures on its card bear it out."}
                done = self._say(SECOND_ANALYST, f"/models/{one['number']}/promotion", at, why)
                self._border.figures.counts["promoted"] += done.ok

    def _set_budgets(self, at: datetime) -> None:
        for office, daily in self._daily.items():
            wanted = {
                "per_day": max(1, round(_BUDGET * daily)), "chance": 60, "stake": 20, "new": 20,
                "reason": "A model chooses, beside the profiles.",
            }  # fmt: skip
            path = f"/inspection-capacities/{office}"
            self._border.send(SUPERVISOR, "PUT", path, at, body=document(wanted))

    def _retire(self, at: datetime) -> None:
        """Ask to end the crude profiles: what they chose at large a model chooses better."""
        known = self._profiles(at)
        for rule in RULES:
            told = known.get(rule.code)
            if rule.crude and told is not None and told["standing"] == "live":
                why = {"reason": "A model serves now and spends these looks better."}
                self._say(ANALYST, f"/profiles/{rule.code}/retirement", at, why)

    def _ask(self, who: str, path: str, at: datetime) -> dict[str, Any]:
        body: dict[str, Any] = self._border.send(who, "GET", path, at).body
        return body

    def _say(self, who: str, path: str, at: datetime, told: dict[str, Any]) -> Reply:
        reply = self._border.send(
            who, "POST", path, at, body=document(told), expected=(409, 422)
        )  # fmt: skip
        self._border.unsettle()
        return reply
