"""Verdicts: pass, fail or unsupported, each with what was compared and why."""

from __future__ import annotations

import json
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable
from enum import StrEnum

import msgspec

WIDTH = 79
BECAUSE = " because: "
"""What stands in a note before a reason, below which the misses that have it are listed."""


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

    @property
    def place(self) -> str:
        """Where it stands and what was compared, on one line."""
        place = f"{self.file}, item {self.item}" if self.item else self.file
        if self.ours and self.theirs:
            return f"{place}: {self.what}: ours {self.ours}, theirs {self.theirs}"
        compared = f": theirs {self.theirs}" if self.theirs else ""
        return f"{place}: {self.what}{compared}"

    def __str__(self) -> str:
        return f"{self.verdict}: {self.place}: {self.explanation}"


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
        """Yield the check as text: figures, notes, and every miss once, below its reason."""
        figures = ", ".join(f"{self.count(verdict)} {verdict}" for verdict in Verdict)
        yield f"{self.name}: {figures}"
        missed: dict[tuple[Verdict, str], list[str]] = defaultdict(list)
        told: Counter[str] = Counter()
        for case in self.cases:
            if case.verdict is not Verdict.PASS:
                missed[case.verdict, case.explanation].append(case.place)
            elif case.explanation:
                told[case.explanation] += 1
        for note in self.notes:
            yield f"  {note}"
            if BECAUSE in note:
                yield from _places(missed.pop((Verdict.UNSUPPORTED, note.split(BECAUSE)[1]), []))
        for (verdict, explanation), places in sorted(missed.items()):
            yield f"  {len(places):4d} {verdict}: {explanation}"
            yield from _places(places)
        for explanation, times in sorted(told.items()):
            yield f"  {times:4d} pass, with a remark: {explanation}"


def _places(places: list[str]) -> Iterable[str]:
    return (f"         {place}" for place in places)


class ConformanceReport(msgspec.Struct):
    """All checks of one folder."""

    directory: str
    checks: list[Check]

    def to_json(self) -> str:
        """Return the list of {check, pass, fail, unsupported}."""
        return json.dumps([check.figures for check in self.checks], indent=2)

    def __str__(self) -> str:
        return "\n".join(
            textwrap.fill(
                line,
                WIDTH,
                subsequent_indent=" " * (len(line) - len(line.lstrip()) + 4),
                break_long_words=False,
                break_on_hyphens=False,
            )
            for check in self.checks
            for line in check.lines()
        )
