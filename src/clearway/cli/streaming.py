"""Decisions straight to standard output, one chunk after another."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Sequence

import msgspec

from clearway.batch.places import Place, Unreadable
from clearway.batch.spreadsheets import safe_cell
from clearway.batch.summary import Summary
from clearway.batch.writing import placed_document
from clearway.kernel.decisions import Decision
from clearway.kernel.tables import Decisions

FEW = 5


class Few:
    """Keeps the first decisions, to be shown whole where there are only a few."""

    def __init__(self) -> None:
        self.decisions: list[Decision] = []
        self.count = 0

    def write(self, places: Sequence[Place], decisions: Decisions) -> None:
        """Keep what is shown."""
        del places
        self.count += len(decisions)
        if self.count <= FEW:
            self.decisions += decisions
        else:
            self.decisions.clear()

    def note(self, error: Unreadable) -> None:
        """Nothing: errors are told elsewhere."""

    def finish(self, summary: Summary) -> None:
        """Nothing: there is nothing to close."""

    def close(self) -> None:
        """Nothing: there is nothing to close."""


class StandardJson:
    """One JSON document: the decisions, the errors, the summary."""

    def __init__(self, *, with_decisions: bool) -> None:
        self.with_decisions = with_decisions
        self.errors: list[Unreadable] = []
        self.started = False

    def write(self, places: Sequence[Place], decisions: Decisions) -> None:
        """Write one chunk of decisions, one a line."""
        if not self.with_decisions:
            return
        out = sys.stdout.buffer
        for place, decision in zip(places, decisions, strict=True):
            out.write(b",\n" if self.started else b'{"decisions": [\n')
            self.started = True
            out.write(msgspec.json.encode(placed_document(place, decision)))

    def note(self, error: Unreadable) -> None:
        """Keep an error for the end."""
        self.errors.append(error)

    def finish(self, summary: Summary) -> None:
        """Write errors and summary, and close the document."""
        out = sys.stdout.buffer
        if self.with_decisions:
            out.write(b"\n],\n" if self.started else b'{"decisions": [],\n')
        else:
            out.write(b"{")
        out.write(b'"errors": ' + msgspec.json.encode(self.errors))
        text = json.dumps(summary.as_document(), ensure_ascii=False)
        out.write(b',\n"summary": ' + text.encode() + b"}\n")
        out.flush()

    def close(self) -> None:
        """Nothing: standard output stays open."""


class StandardCsv:
    """One line a declaration: what was decided, safe in a spreadsheet."""

    columns = (
        "file", "line", "lrn", "id", "accepted", "lane", "channel", "score_thousandths", "draw",
        "payable_minor_units", "findings",
    )  # fmt: skip

    def __init__(self) -> None:
        self.started = False

    def write(self, places: Sequence[Place], decisions: Decisions) -> None:
        """Write one chunk of lines."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if not self.started:
            writer.writerow(self.columns)
            self.started = True
        for place, decision in zip(places, decisions, strict=True):
            route = decision.selection
            writer.writerow(
                (
                    safe_cell(place.file),
                    place.line or "",
                    safe_cell(decision.lrn),
                    safe_cell(decision.id),
                    "yes" if decision.accepted else "no",
                    route.lane.name if route else "",
                    route.channel.value if route else "",
                    route.score if route else "",
                    route.draw if route else "",
                    sum(line.payable or 0 for line in decision.charges),
                    " ".join(sorted({finding.rule for finding in decision.findings})),
                )
            )
        sys.stdout.buffer.write(text.getvalue().encode("utf-8", "replace"))

    def note(self, error: Unreadable) -> None:
        """Nothing: errors are told on standard error."""

    def finish(self, summary: Summary) -> None:
        """Send what is still buffered."""
        del summary
        sys.stdout.buffer.flush()

    def close(self) -> None:
        """Nothing: standard output stays open."""
