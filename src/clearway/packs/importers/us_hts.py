"""The Harmonized Tariff Schedule of the United States, as exported in CSV, made into a pack.

A line has three columns of duty: general (column 1), special (column 1, by programme) and
column 2. Rates stand on the eight-digit line; the ten-digit statistical lines below take them
from there. Each programme indicator (``AU``, ``S+``, ``A*``) becomes a preference code and a
measure type of its own, because what entitles to it (an origin, a use, a list) differs. A
special rate without indicators ("No change") serves every programme that has none of its own.

The customs value of the United States is the price without freight and insurance (19 U.S.C.
1401a), and duty is paid on whole cents.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from clearway.packs.importers.report import ImportReport
from clearway.packs.importers.writing import PackFolder, read_records, toml, visible
from clearway.packs.rates import ProgramRate, parse_program_rates, parse_rate
from clearway.packs.rates.tokens import plain_text
from clearway.packs.rates.units import unit_code
from clearway.vocabulary.errors import InputUnusable

NUMBER, UNITS = "HTS Number", "Unit of Quantity"
GENERAL, SPECIAL = "General Rate of Duty", "Special Rate of Duty"
COLUMN_2 = "Column 2 Rate of Duty"
VALID_FROM = "2024-01-01"
_BASIS = "Harmonized Tariff Schedule of the United States"
_NO_RATE = "no general rate is printed for this line"

COUNTRIES_OF = {
    "AU": ("AU",), "BH": ("BH",), "CL": ("CL",), "CO": ("CO",), "IL": ("IL",), "JO": ("JO",),
    "JP": ("JP",), "KR": ("KR",), "MA": ("MA",), "NP": ("NP",), "OM": ("OM",), "PA": ("PA",),
    "PE": ("PE",), "SG": ("SG",), "CA": ("CA",), "MX": ("MX",), "S": ("CA", "MX"),
    "P": ("CR", "DO", "GT", "HN", "NI", "SV"),
}  # fmt: skip
"""Members of the programmes that are agreements with named countries. The others (the
generalized system of preferences, the Caribbean and African acts, programmes by kind of goods)
go by lists outside the schedule, so their areas have no member until somebody adds them."""

COLUMN_2_COUNTRIES = ("BY", "CU", "KP", "RU")
"""General note 3(b) and Public Law 117-110."""


class _Line(NamedTuple):
    number: str
    at: int
    description: str
    unit: str
    general: str
    special: tuple[ProgramRate, ...]
    column_2: str


def import_us_hts(file: Path, out: Path) -> ImportReport:
    """Write a pack from the schedule's CSV export, plain or gzip.

    Raises:
        InputUnusable: the file has not the published form, or ``out`` holds something already.
    """
    report = ImportReport("us-hts", file.name, out)
    lines = list(_lines(file, report))
    if not lines:
        raise InputUnusable("the schedule has no lines", where=str(file), remedy="Supply it whole.")
    programs = sorted({name for line in lines for group in line.special for name in group.programs})
    with PackFolder(out) as folder:
        folder.document("pack.toml", _head())
        report.lines = folder.sheet(
            "nomenclature.csv", ("code", "description", "unit"), _declarable(lines)
        )
        report.measures = folder.sheet(
            "measures.csv",
            ("commodity", "type", "area", "valid_from", "rate", "legal_basis"),
            _measures(lines),
        )
        _write_lists(folder, programs, lines)
        folder.document("import_report.json", report.to_json())
    return report


def _lines(file: Path, report: ImportReport) -> Iterator[_Line]:
    """Yield the numbered lines and count every rate, those of unnumbered rows included."""
    above: list[str] = []
    for at, cells in read_records(file, (NUMBER, "Indent", "Description", GENERAL, SPECIAL)):
        number = cells[NUMBER].replace(".", "")
        if number and not re.fullmatch(r"\d{4}(\d\d){0,3}", number):
            raise InputUnusable(
                f"{cells[NUMBER]!r} is not a number of the schedule",
                where=f"{file}:{at}",
                remedy="Correct the row; nothing was imported.",
            )
        indent = int(cells["Indent"]) if cells["Indent"].isdigit() else 0
        description = visible(plain_text(cells["Description"]))
        above = [*above[:indent], description]
        special = parse_program_rates(cells[SPECIAL], "USD")
        for column in (GENERAL, COLUMN_2):
            if cells.get(column):
                rate = parse_rate(cells[column], "USD")
                report.count(column, at, cells[NUMBER], [rate])
        if special:
            report.count(SPECIAL, at, cells[NUMBER], [group.expression for group in special])
        if number:
            yield _Line(
                number,
                at,
                " ".join(above[1:]) or description,
                _first_unit(cells.get(UNITS, "")),
                plain_text(cells[GENERAL]),
                special,
                plain_text(cells.get(COLUMN_2, "")),
            )


def _first_unit(text: str) -> str:
    """Return the unit code of the first unit of quantity that is known, empty where none is."""
    try:
        units = json.loads(text) if text else []
    except json.JSONDecodeError:
        return ""
    for unit in units:
        words = plain_text(str(unit)).rstrip(".").lower()
        for candidate in (words, words.removesuffix("s")):
            if code := unit_code(candidate):
                return code
    return ""


def _declarable(lines: Sequence[_Line]) -> Iterator[tuple[str, str, str]]:
    """Yield the ten-digit lines; an eight-digit line without any is declared with 00."""
    statistical = {line.number[:8] for line in lines if len(line.number) == 10}
    for line in lines:
        if len(line.number) == 10:
            yield line.number, line.description, line.unit
        elif len(line.number) == 8 and line.number not in statistical:
            yield f"{line.number}00", line.description, line.unit


def _measures(lines: Sequence[_Line]) -> Iterator[tuple[str, ...]]:
    rated = {line.number for line in lines if line.general}
    for line in lines:
        number = line.number
        if line.general:
            yield number, "103", "", VALID_FROM, line.general, _BASIS
        elif len(number) == 8 or (len(number) == 10 and number[:8] not in rated):
            # a ten-digit line whose eight digits have no row of their own, or none with a rate
            yield number, "103", "", VALID_FROM, _NO_RATE, _BASIS
        if line.column_2:
            yield number, "103", "COL2", VALID_FROM, line.column_2, _BASIS
        seen: set[str] = set()
        for group in line.special:
            for program in group.programs or ("",):
                if program not in seen:
                    seen.add(program)
                    kind = f"SP-{program}" if program else "SP"
                    area = kind if program in COUNTRIES_OF else ""
                    yield number, kind, area, VALID_FROM, group.expression.text, _BASIS


def _write_lists(folder: PackFolder, programs: Sequence[str], lines: Sequence[_Line]) -> None:
    folder.sheet(
        "measure_types.csv",
        ("code", "tax", "family", "name"),
        [
            ("103", "DUTY", "duty", "Column 1 general and column 2"),
            ("SP", "DUTY", "preference", "Special column without an indicator"),
            *(
                (f"SP-{name}", "DUTY", "preference", f"Special programme {name}")
                for name in programs
            ),
        ],
    )
    folder.sheet(
        "preferences.csv",
        ("code", "name", "measure_types", "by_origin"),
        [
            ("100", "No programme claimed", "103", "non_preferential"),
            *(
                (name, f"Programme {name}", f"SP-{name};SP", "non_preferential")
                for name in programs
            ),
        ],
    )
    areas = [("COL2", "Column 2 countries", country) for country in COLUMN_2_COUNTRIES]
    for name, countries in COUNTRIES_OF.items():
        if name in programs:
            areas += [(f"SP-{name}", f"Programme {name}", country) for country in countries]
    folder.sheet("areas.csv", ("area", "name", "country"), areas)
    units = {line.unit for line in lines if line.unit}
    for line in lines:
        rates = [group.expression for group in line.special]
        rates += [parse_rate(text, "USD") for text in (line.general, line.column_2) if text]
        units |= {part.unit for rate in rates for part in rate.components if part.unit}
    folder.sheet("code_lists/unit.csv", ("code", "name"), ((code, code) for code in sorted(units)))


def _head() -> str:
    return toml(
        {
            "": {"format": 1},
            "pack": {
                "name": "us",
                "title": "United States",
                "version": "2024",
                "country": "US",
                "time_zone": "America/New_York",
                "languages": ["en"],
                "valid_from": VALID_FROM,
                "description": "Harmonized Tariff Schedule of the United States",
                "licence": "United States government work",
            },
            "currency": {"code": "USD", "exponent": 2},
            "nomenclature": {"base": "none", "digits": 10, "all_origins": "1011"},
            "taxes": [
                {"code": "DUTY", "family": "duty", "name": "Customs duty", "base": ["value"]}
            ],
            "valuation": {"cost_boundary": "FOB"},
        }
    )
