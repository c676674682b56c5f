"""The United Kingdom's tariff as published in one table, made into a country pack.

The table has one row for each commodity (8 or 10 digits) with the UK duty and the duty of the
European Union before it. What the table does not hold is supplied as facts of UK law: the value
boundary (CIF), value-added tax at 20 % with its reduced, zero and exempt additional codes
(VAT Act 1994), the national preference codes, and truncation to the penny, which the public tax
notices show for every tax.

What the table only names is never guessed: where it says that a trade remedy applies, the pack
has a remedy measure whose rate is unsupported, so that no such line is priced too low.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pycountry

from clearway.kernel.measures import RateExpression
from clearway.packs.importers.exchange_rates import (
    HEADER,
    pack_rows,
    read_exchange_rates,
    unbroken,
)
from clearway.packs.importers.report import ImportReport
from clearway.packs.importers.uk_law import (
    CHARGE_ROLES,
    INCOTERMS,
    METHODS,
    NO_CHARGE_CODES,
    PREFERENCES,
    SUPPLEMENTARY_UNITS,
    TERRITORIES,
    VAT_CODES,
    Territory,
    excise_duties,
)
from clearway.packs.importers.writing import PackFolder, open_table, read_records, toml, visible
from clearway.packs.rates import parse_rate
from clearway.vocabulary.errors import InputUnusable

COLUMNS = ("commodity", "description", "cet_duty_rate", "ukgt_duty_rate", "trade_remedy_applies")
TRANSITION = "cet_applies_until_trade_remedy_transition_reviews_concluded"
VALID_FROM = "2021-01-01"
MEASURE = (
    "commodity", "type", "area", "additional_code", "valid_from", "valid_to", "rate", "legal_basis",
)  # fmt: skip
VOLUMES = frozenset({"LTR", "HLT", "MTQ"})
COUNTS = frozenset({"NAR", "NPR", "HEA", "MTK", "MTR"})
_REMEDY = "a trade remedy applies; its rate stands in a notice"


def import_uk_tariff(
    file: Path,
    out: Path,
    *,
    exchange_rates: Sequence[Path] = (),
    nomenclature: Path | None = None,
    territory: str = "GB",
    opened_later: Iterable[str] = (),
) -> ImportReport:
    """Write a pack from the UK table.

    Args:
        file: the published table, CSV, plain or gzip.
        out: the folder to make; it must not exist or be empty.
        exchange_rates: files or folders of monthly rates of exchange.
        nomenclature: a TARIC nomenclature export; its ten-digit codes become declarable lines
            below the table's eight-digit rows. Without it such a row has one line, ending in 00.
        territory: ``GB`` for the United Kingdom's own duty, ``XI`` for the Union's, which goods
            at risk pay in Northern Ireland.
        opened_later: ten-digit codes that newer nomenclatures know. Those below an eight-digit
            row become declarable, because its duty is that of all codes below it; the others
            are left out, because the table says nothing of them.

    Raises:
        InputUnusable: a file is not in its published form, the territory is unknown, or ``out``
            holds something already.
    """
    if territory not in TERRITORIES:
        raise InputUnusable(
            f"{territory!r} is no territory of this tariff",
            remedy=f"Choose one of {', '.join(TERRITORIES)}.",
        )
    law = TERRITORIES[territory]
    report = ImportReport("uk-tariff", file.name, out)
    rows = list(_rows(file, report, law))
    if not rows:
        raise InputUnusable("the table has no rows", where=str(file), remedy="Supply it whole.")
    known = {row.commodity for row in rows}
    lines = dict(_lines(rows, known, [*_taric_codes(nomenclature), *_no_text(opened_later)]))
    units = _units(rows, lines)
    rates, holes = unbroken(read_exchange_rates(exchange_rates))
    report.notes += holes
    if not rates:
        report.notes.append("No rates of exchange: amounts in other currencies have no value.")
    with PackFolder(out) as folder:
        folder.document("pack.toml", _head(law))
        report.lines = folder.sheet(
            "nomenclature.csv",
            ("code", "description", "unit"),
            ((code, text, units.get(code, "")) for code, text in sorted(lines.items())),
        )
        report.measures = folder.sheet(
            "measures.csv",
            MEASURE,
            _measures(rows, law, lines),
        )
        _write_lists(folder, rows, law)
        folder.sheet("exchange_rates.csv", HEADER, pack_rows(rates))
        former = sorted({rate.currency for rate in rates if not _is_current(rate.currency)})
        folder.sheet("code_lists/currency.csv", ("code", "name"), ((code, code) for code in former))
        folder.document("import_report.json", report.to_json())
    return report


def _is_current(currency: str) -> bool:
    return pycountry.currencies.get(alpha_3=currency) is not None


class _Row:
    """One row of the table, its rate read."""

    def __init__(self, line: int, cells: dict[str, str], law: Territory) -> None:
        self.line = line
        self.commodity = cells["commodity"]
        self.description = visible(cells["description"])
        # Until the reviews of trade remedies conclude, the former Union rate stays in force.
        former = cells.get(TRANSITION) == "True"
        self.text = cells["cet_duty_rate" if former else law.column]
        self.rate: RateExpression = parse_rate(self.text, "EUR" if former else law.currency)
        self.remedy = cells["trade_remedy_applies"] == "True"


def _rows(file: Path, report: ImportReport, law: Territory) -> Iterator[_Row]:
    """Give every row; where codes are wrong, all of them are told at the end, and nothing is made.

    Raises:
        InputUnusable: with the line of each code that is none or stands twice.
    """
    seen: dict[str, int] = {}
    wrong: dict[int, str] = {}
    for line, cells in read_records(file, COLUMNS):
        code = cells["commodity"]
        if not re.fullmatch(r"[0-9]{8}(?:[0-9]{2})?", code):
            wrong[line] = f"{code!r} is not a commodity code of 8 or 10 digits"
        elif code in seen:
            wrong[line] = f"{code} stands twice, first on line {seen[code]}"
        else:
            seen[code] = line
            row = _Row(line, cells, law)
            report.count("duty", line, code, [row.rate])
            yield row
    if wrong:
        raise InputUnusable(
            "\n".join(
                [f"rows that cannot be used: {len(wrong)}"]
                + [f"  line {line}: {what}" for line, what in wrong.items()]
            ),
            where=f"{file}:{next(iter(wrong))}",
            remedy="Correct them; nothing was imported.",
        )


def _lines(
    rows: Sequence[_Row], known: set[str], codes: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """Yield declarable ten-digit lines and their descriptions."""
    below: dict[str, dict[str, str]] = defaultdict(dict)
    for code, text in codes:
        below[code[:8]].setdefault(code, text)
    split = {code[:8] for code in known if len(code) == 10}
    for row in rows:
        if len(row.commodity) == 10:
            yield row.commodity, row.description
            continue
        if row.commodity not in split or f"{row.commodity}00" not in known:
            yield f"{row.commodity}00", row.description
        for code, text in below[row.commodity].items():
            if code not in known and not code.endswith("00"):
                yield code, text or row.description


def _taric_codes(file: Path | None) -> Iterator[tuple[str, str]]:
    if file is None:
        return
    with open_table(file) as rows:
        for cells in rows:
            if match := re.fullmatch(r"(\d{10}) 80", cells[0] if cells else ""):
                yield match.group(1), visible(cells[6]) if len(cells) > 6 else ""


def _no_text(codes: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((code, "") for code in sorted(codes) if re.fullmatch(r"\d{10}", code))


def _units(rows: Sequence[_Row], lines: Iterable[str]) -> dict[str, str]:
    """Return the supplementary unit of the lines that have one.

    The nomenclature's own unit; failing that the unit that the duty itself counts in, a volume
    in litres as the nomenclature counts volumes. Mass is declared in kilograms anyway.
    """
    counted: dict[str, str] = {}
    for row in rows:
        for part in row.rate.components:
            if part.unit in VOLUMES:
                counted[row.commodity] = "LTR"
            elif part.unit in COUNTS:
                counted.setdefault(row.commodity, part.unit)
    found = {}
    for code in lines:
        unit = SUPPLEMENTARY_UNITS.get(code[:4]) or counted.get(code) or counted.get(code[:8])
        if unit:
            found[code] = unit
    return found


def _measures(
    rows: Sequence[_Row], law: Territory, lines: Iterable[str]
) -> Iterator[tuple[str, ...]]:
    vat = "Value Added Tax Act 1994"
    for kind, _ in law.vat:
        yield "*", kind, "", "", VALID_FROM, "", "20%", vat
        for code, _, rate in VAT_CODES:
            yield "*", kind, "", code, VALID_FROM, "", rate, vat
    for row in rows:
        yield row.commodity, "103", "", "", VALID_FROM, "", row.text or "(empty)", law.basis
        if row.remedy:
            basis = "The Trade Remedies (Dumping and Subsidisation) Regulations 2019"
            yield row.commodity, "552", "", "", VALID_FROM, "", _REMEDY, basis
    headings = {code[:4] for code in lines}
    for duty in excise_duties():
        days = max(duty.valid_from, VALID_FROM), duty.valid_to
        for heading in duty.commodities.split():
            if heading in headings:
                code = duty.additional_code
                yield heading, "306", "", code, *days, duty.rate, duty.legal_source


def _write_lists(folder: PackFolder, rows: Sequence[_Row], law: Territory) -> None:
    excise = excise_duties()
    folder.sheet("measure_types.csv", ("code", "tax", "family", "name"), law.measure_types)
    folder.sheet(
        "preferences.csv", ("code", "name", "measure_types", "by_origin", "quota"), PREFERENCES
    )
    folder.sheet(
        "additional_codes.csv",
        ("code", "name"),
        [
            *((code, name) for code, name, _ in VAT_CODES),
            *NO_CHARGE_CODES,
            *{row.additional_code: row.name for row in excise if row.additional_code}.items(),
        ],
    )
    units = {part.unit for row in rows for part in row.rate.components if part.unit}
    units |= {"LTR", "HLT", "LPA", "ASV", "ASV.HLT", "EAS"}
    folder.sheet("code_lists/unit.csv", ("code", "name"), ((code, code) for code in sorted(units)))


def _head(law: Territory) -> str:
    exact = {"rounding": "down", "base_rounding": "down"}
    return toml(
        {
            "": {"format": 1},
            "pack": {
                "name": law.name,
                "title": law.title,
                "version": "2021",
                "country": "GB",
                "time_zone": "Europe/London",
                "languages": ["en"],
                "valid_from": VALID_FROM,
                "description": "Third-country duties as the United Kingdom publishes them",
                "licence": "Open Government Licence v3.0",
            },
            "currency": {"code": "GBP", "exponent": 2},
            "nomenclature": {"base": "none", "digits": 10, "all_origins": "1011"},
            "code_lists": {"extend": ["currency"]},
            "taxes": [{**tax, **exact} for tax in law.taxes],
            "valuation": {
                "cost_boundary": "CIF",
                "freight_by": "gross_mass",
                "insurance_by": "value",
                "charges_by": "value",
                "value_rounding": "nearest",
            },
            "valuation.charge_roles": CHARGE_ROLES,
            "valuation.incoterms": {
                code: {"freight": freight == "yes", "insurance": insurance == "yes"}
                for code, (freight, insurance) in INCOTERMS.items()
            },
            "valuation.methods": METHODS,
            "settings": law.settings,
        }
    )
