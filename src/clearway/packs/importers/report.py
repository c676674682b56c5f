"""What an import brought in, and every line that it could not understand."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import msgspec

from clearway.kernel.measures import RateExpression


class ListedRate(msgspec.Struct, frozen=True):
    """A rate that was not understood: where it stands, what it says and why it is listed."""

    line: int
    commodity: str
    column: str
    text: str
    reason: str


class ImportReport(msgspec.Struct):
    """Counts per column of the source, and the rates listed for a person to read.

    ``understood`` counts cells whose every part has a structure, ``references`` those among
    them whose number stands in another line; ``listed`` holds the cells that are neither. A
    listed rate is in the pack as an unsupported measure, never as zero.
    """

    kind: str
    source: str
    out: Path
    lines: int = 0
    measures: int = 0
    cells: Counter[str] = msgspec.field(default_factory=Counter)
    understood: Counter[str] = msgspec.field(default_factory=Counter)
    references: Counter[str] = msgspec.field(default_factory=Counter)
    listed: list[ListedRate] = []
    notes: list[str] = []

    def count(self, column: str, line: int, commodity: str, rates: list[RateExpression]) -> None:
        """Count one cell of the source, which holds one rate or several groups of them."""
        self.cells[column] += 1
        strange = [rate for rate in rates if not rate.understood]
        for rate in strange:
            self.listed.append(ListedRate(line, commodity, column, rate.text, rate.reason))
        if not strange:
            self.understood[column] += 1
            self.references[column] += any(not rate.supported for rate in rates)

    def to_json(self) -> str:
        """Return the report as JSON, as it is laid beside the pack."""
        return json.dumps(
            {
                "kind": self.kind,
                "source": self.source,
                "lines": self.lines,
                "measures": self.measures,
                "rates": {
                    column: {
                        "cells": self.cells[column],
                        "understood": self.understood[column],
                        "references": self.references[column],
                    }
                    for column in sorted(self.cells)
                },
                "listed": [msgspec.to_builtins(row) for row in self.listed],
                "notes": self.notes,
            },
            indent=2,
            ensure_ascii=False,
        )

    def __str__(self) -> str:
        text = [f"{self.lines:,} lines and {self.measures:,} measures written to {self.out}."]
        for column in sorted(self.cells):
            cells, good = self.cells[column], self.understood[column]
            share = f"{10_000 * good // cells / 100:.2f} %" if cells else "none"
            text.append(
                f"{column}: {good:,} of {cells:,} rates understood ({share}), of which"
                f" {self.references[column]:,} refer to another line."
            )
        text += [
            f"  line {row.line}, {row.commodity}, {row.column}: {row.text!r} is not understood:"
            f" {row.reason}."
            for row in self.listed
        ]
        return "\n".join(text + self.notes)
