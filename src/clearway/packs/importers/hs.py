"""The Harmonized System alone, made into the beginnings of a country pack.

The HS names goods; it charges nothing. So the pack has every subheading as a declarable line
and one duty measure that is unsupported until a national tariff replaces it: never zero.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from clearway.packs.importers.report import ImportReport
from clearway.packs.importers.writing import PackFolder, read_records, toml, visible
from clearway.vocabulary.errors import InputUnusable

LEFT_OUT = frozenset({"TOTAL", "9999", "999999"})
"""The sum of all trade, and trade that is not specified: no goods."""


def import_hs(
    file: Path, out: Path, *, country: str = "XX", currency: str = "USD", exponent: int = 2
) -> ImportReport:
    """Write a pack of six-digit lines from ``hs2022_en.csv`` (section, hscode, description …).

    Raises:
        InputUnusable: the file has not the published form, or ``out`` holds something already.
    """
    report = ImportReport("hs", file.name, out)
    rows = list(_subheadings(file))
    if not rows:
        raise InputUnusable(
            "the file has no subheadings", where=str(file), remedy="Supply the whole nomenclature."
        )
    with PackFolder(out) as folder:
        folder.document("pack.toml", _head(country, currency, exponent))
        report.lines = folder.sheet("nomenclature.csv", ("code", "description"), rows)
        folder.sheet(
            "measure_types.csv",
            ("code", "tax", "family", "name"),
            [("103", "DUTY", "duty", "Third-country duty")],
        )
        basis = "International Convention on the Harmonized System"
        report.measures = folder.sheet(
            "measures.csv",
            ("commodity", "type", "rate", "legal_basis"),
            [("*", "103", "the Harmonized System holds no rates", basis)],
        )
        report.notes.append("The HS holds no rates: every duty is unsupported until you add them.")
        folder.document("import_report.json", report.to_json())
    return report


def _subheadings(file: Path) -> Iterator[tuple[str, str]]:
    for line, cells in read_records(file, ("hscode", "description")):
        code = cells["hscode"]
        if code in LEFT_OUT or len(code) in {2, 4}:
            continue
        if not re.fullmatch(r"\d{6}", code) or code.startswith("77"):
            raise InputUnusable(
                f"{code!r} is not a subheading of the Harmonized System",
                where=f"{file}:{line}",
                remedy="Correct the row; nothing was imported.",
            )
        yield code, visible(cells["description"])


def _head(country: str, currency: str, exponent: int) -> str:
    return toml(
        {
            "": {"format": 1},
            "pack": {
                "name": "hs",
                "title": "Harmonized System",
                "version": "2022",
                "country": country,
                "time_zone": "UTC",
                "languages": ["en"],
                "valid_from": "2022-01-01",
            },
            "currency": {"code": currency, "exponent": exponent},
            "nomenclature": {"base": "none", "digits": 6, "all_origins": "1011"},
            "taxes": [
                {"code": "DUTY", "family": "duty", "name": "Customs duty", "base": ["value"]}
            ],
            "valuation": {"cost_boundary": "CIF"},
        }
    )
