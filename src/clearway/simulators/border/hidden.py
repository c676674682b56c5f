"""What is really in the boxes, kept by the simulation alone.

It stands in a file of the simulation beside the platform's record, where there is a folder to keep
it in, so that a border that goes on knows what came before. No room of the platform reads it:
inspectors, who are simulated, find out by looking.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from clearway.simulators.border.shipments import Difference, Shipment

FILE = "what-is-in-the-boxes.ndjson"


class Real(msgspec.Struct, frozen=True):
    """One declaration's truth: whose it is, what was done, where what came differs from it."""

    mrn: str
    importer: str
    deeds: tuple[str, ...]
    differences: tuple[Difference, ...]


class HiddenTruth:
    """The truth by MRN, of declarations that differ from it. ``file`` is None to keep none."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._real: dict[str, Real] = {}
        if file is not None and file.exists():
            for line in file.read_bytes().splitlines():
                one = msgspec.json.decode(line, type=Real)
                self._real[one.mrn] = one

    def note(self, shipment: Shipment) -> None:
        """Write down what is true of a declaration that was taken in, where it does not say so."""
        if not shipment.differences:
            return
        one = Real(shipment.mrn, shipment.firm.id, shipment.behaviours, shipment.differences)
        self._real[one.mrn] = one
        if self._file is not None:
            with self._file.open("ab") as file:
                file.write(msgspec.json.encode(one) + b"\n")

    def of(self, mrn: str) -> tuple[Difference, ...]:
        """Return where a declaration differs from what is true."""
        return self._real[mrn].differences if mrn in self._real else ()

    def whose(self, mrn: str) -> str:
        """Return the importer of a declaration that differs from the truth; empty of others."""
        return self._real[mrn].importer if mrn in self._real else ""
