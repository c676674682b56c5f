"""Verdicts: pass, fail or unsupported, each with what was compared and why."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

import msgspec


class Verdict(StrEnum):
    """FAIL: we say something else. UNSUPPORTED: we say nothing, and say why."""

    PASS = "pass"  # noqa: S105 (a verdict, no password)
    FAIL = "fail"
    UNSUPPORTED = "unsupported"


class Case(msgspec.Struct, frozen=True):
    """One thing compared. ``item`` is the 1-based position, 0 for the message itself."""

    verdict: Verdict
    file: str
    what: str
    item: int = 0
    ours: str = ""
    theirs: str = ""
    explanation: str = ""

    def __str__(self) -> str:
        place = f"{self.file}, item {self.item}" if self.item else self.file
        compared = f": ours {self.ours}, theirs {self.theirs}" if self.ours or self.theirs else ""
        return f"{self.verdict}: {place}: {self.what}{compared}: {self.explanation}"


class Check(msgspec.Struct):
    """One check's cases and what must be known to read its figures."""

    name: str
    cases: list[Case] = []
    notes: list[str] = []

    def count(self, verdict: Verdict) -> int:
        """Return how many cases have the verdict."""
        return sum(case.verdict is verdict for case in self.cases)

    @property
    def figures(self) -> dict[str, str | int]:
        """Return the check's name and its three counts."""
        counts = {verdict.value: self.count(verdict) for verdict in Verdict}
        return {"check": self.name, **counts}

    def lines(self) -> Iterable[str]:
        """Yield the check as text: figures, notes, then every miss and every note on a pass."""
        figures = ", ".join(f"{self.count(verdict)} {verdict}" for verdict in Verdict)
        yield f"{self.name}: {figures}"
        for note in self.notes:
            yield f"  {note}"
        told: Counter[str] = Counter()
        for case in self.cases:
            if case.verdict is not Verdict.PASS:
                yield f"  {case}"
            elif case.explanation:
                told[case.explanation] += 1
        for explanation, times in sorted(told.items()):
            yield f"  pass with a remark, {times} times: {explanation}"


class ConformanceReport(msgspec.Struct):
    """All checks of one folder."""

    directory: str
    checks: list[Check]

    def to_json(self) -> str:
        """Return the list of {check, pass, fail, unsupported}."""
        return json.dumps([check.figures for check in self.checks], indent=2)

    def __str__(self) -> str:
        return "\n".join(line for check in self.checks for line in check.lines())
