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
from collections.abc import Iterator, Sequence
from pathlib import Path

import pycountry

from clearway.kernel.tariff.measures import RateExpression
from clearway.packs.importers.exchange_rates import (
    HEADER,
    pack_rows,
    read_exchange_rates,
    unbroken,
)
from clearway.packs.importers.report import ImportReport
from clearway.packs.importers.writing import PackFolder, open_table, read_records, toml, visible
from clearway.packs.rates import parse_rate
from clearway.vocabulary.errors import InputUnusable

COLUMNS = ("commodity", "description", "cet_duty_rate", "ukgt_duty_rate", "trade_remedy_applies")
TRANSITION = "cet_applies_until_trade_remedy_transition_reviews_concluded"
VALID_FROM = "2021-01-01"
_BASIS = "The Customs Tariff (Establishment) (EU Exit) Regulations 2020"
_REMEDY = "a trade remedy applies; its rate stands in a notice"

TAXES: tuple[dict[str, object], ...] = (
    {"code": "A00", "family": "duty", "name": "Customs duty", "base": ["value"]},
    {"code": "A30", "family": "remedy", "name": "Anti-dumping duty", "base": ["value"]},
    {
        "code": "B00",
        "family": "vat",
        "name": "Value-added tax",
        "base": ["value", "@duty", "@remedy", "additions"],
    },
)
MEASURE_TYPES = (
    ("103", "A00", "duty", "Third-country duty"),
    ("112", "A00", "suspension", "Autonomous tariff suspension"),
    ("117", "A00", "suspension", "Suspension for goods of certain ships, boats and platforms"),
    ("122", "A00", "quota", "Non-preferential tariff quota"),
    ("142", "A00", "preference", "Tariff preference"),
    ("143", "A00", "quota", "Preferential tariff quota"),
    ("552", "A30", "remedy", "Definitive anti-dumping duty"),
    ("305", "B00", "vat", "Value-added tax"),
)
PREFERENCES = (
    ("100", "No preference claimed", "103", "non_preferential", "no"),
    ("110", "Autonomous tariff suspension", "112", "non_preferential", "no"),
    ("115", "Suspension for airworthiness", "117", "non_preferential", "no"),
    ("120", "Non-preferential tariff quota", "122", "non_preferential", "yes"),
    ("300", "Tariff preference", "142", "preferential", "no"),
    ("320", "Preferential tariff quota", "143", "preferential", "yes"),
)
VAT_CODES = (("VATZ", "Zero rate", "0%"), ("VATR", "Reduced rate", "5%"), ("VATE", "Exempt", "0%"))
NO_CHARGE_CODES = (
    ("X399", "Below the alcoholic strength at which excise begins"),
    ("X640", "Electronic device, no excise product"),
)
"""National additional codes which say that no excise is due. The others name an excise whose
rate this table does not hold, so they are left unknown."""
CHARGE_ROLES = {
    # Union Customs Code, Annex B, data element 4/9: additions (A.) and deductions (B.)
    "AB": "addition", "AD": "addition", "AE": "addition", "AF": "addition", "AG": "addition",
    "AH": "addition", "AI": "addition", "AJ": "addition", "AK": "addition", "AL": "addition",
    "AN": "addition", "BA": "deduction", "BB": "deduction", "BC": "deduction", "BD": "deduction",
    "BE": "deduction", "BF": "deduction", "BG": "deduction",
    # national codes
    "AP": "freight", "AQ": "freight", "AV": "tax_addition:B00", "AW": "insurance",
    "BT": "deduction",
}  # fmt: skip
INCOTERMS = {
    **dict.fromkeys(("EXW", "FCA", "FAS", "FOB"), ("no", "no")),
    **dict.fromkeys(("CFR", "CPT"), ("yes", "no")),
    **dict.fromkeys(("CIF", "CIP", "DAP", "DPU", "DAT", "DDP"), ("yes", "yes")),
}
SETTINGS = {
    # Northern Ireland: goods at risk of moving into the Union pay the Union's tariff (A50), goods
    # that are not (NIREM) pay the United Kingdom's.
    "other_tariff_statements": "NIIMP NIDOM",
    "home_tariff_statements": "NIREM",
    "other_tariff_duties": "A50",
    "other_tariff_vat": "B05",
    "ordinary_procedures": "4000",
    "ordinary_additional_procedures": "000",
}
METHODS = {
    # national code: the number of the article of the WTO Valuation Agreement
    "1": "1", "2": "2", "3": "3", "4": "5", "5": "6", "6": "7",
}  # fmt: skip


def import_uk_tariff(
    file: Path,
    out: Path,
    *,
    exchange_rates: Sequence[Path] = (),
    nomenclature: Path | None = None,
) -> ImportReport:
    """Write a pack from the UK table.

    Args:
        file: the published table, CSV, plain or gzip.
        out: the folder to make; it must not exist or be empty.
        exchange_rates: files or folders of monthly rates of exchange.
        nomenclature: a TARIC nomenclature export; its ten-digit codes become declarable lines
            below the table's eight-digit rows. Without it such a row has one line, ending in 00.

    Raises:
        InputUnusable: a file is not in its published form, or ``out`` holds something already.
    """
    report = ImportReport("uk-tariff", file.name, out)
    rows = list(_rows(file, report))
    if not rows:
        raise InputUnusable("the table has no rows", where=str(file), remedy="Supply it whole.")
    known = {row.commodity for row in rows}
    lines = dict(_lines(rows, known, nomenclature))
    rates, holes = unbroken(read_exchange_rates(exchange_rates))
    report.notes += holes
    if not rates:
        report.notes.append("No rates of exchange: amounts in other currencies have no value.")
    with PackFolder(out) as folder:
        folder.document("pack.toml", _head())
        report.lines = folder.sheet(
            "nomenclature.csv", ("code", "description"), sorted(lines.items())
        )
        report.measures = folder.sheet(
            "measures.csv",
            ("commodity", "type", "area", "additional_code", "valid_from", "rate", "legal_basis"),
            _measures(rows),
        )
        _write_lists(folder, rows)
        folder.sheet("exchange_rates.csv", HEADER, pack_rows(rates))
        former = sorted({rate.currency for rate in rates if not _is_current(rate.currency)})
        folder.sheet("code_lists/currency.csv", ("code", "name"), ((code, code) for code in former))
        folder.document("import_report.json", report.to_json())
    return report


def _is_current(currency: str) -> bool:
    return pycountry.currencies.get(alpha_3=currency) is not None


class _Row:
    """One row of the table, its rate read."""

    def __init__(self, line: int, cells: dict[str, str]) -> None:
        self.line = line
        self.commodity = cells["commodity"]
        self.description = visible(cells["description"])
        # Until the reviews of trade remedies conclude, the former Union rate stays in force.
        self.former = cells.get(TRANSITION) == "True"
        self.text = cells["cet_duty_rate" if self.former else "ukgt_duty_rate"]
        self.rate: RateExpression = parse_rate(self.text, "EUR" if self.former else "GBP")
        self.remedy = cells["trade_remedy_applies"] == "True"


def _rows(file: Path, report: ImportReport) -> Iterator[_Row]:
    seen: set[str] = set()
    for line, cells in read_records(file, COLUMNS):
        code = cells["commodity"]
        if not re.fullmatch(r"\d{8}(\d{2})?", code) or code in seen:
            raise InputUnusable(
                f"{code!r} is not a commodity code of 8 or 10 digits, or stands twice",
                where=f"{file}:{line}",
                remedy="Correct the row; nothing was imported.",
            )
        seen.add(code)
        row = _Row(line, cells)
        report.count("duty", line, code, [row.rate])
        yield row


def _lines(
    rows: Sequence[_Row], known: set[str], nomenclature: Path | None
) -> Iterator[tuple[str, str]]:
    """Yield declarable ten-digit lines and their descriptions."""
    below = defaultdict(list)
    for code, text in _taric_codes(nomenclature):
        below[code[:8]].append((code, text))
    split = {code[:8] for code in known if len(code) == 10}
    for row in rows:
        if len(row.commodity) == 10:
            yield row.commodity, row.description
            continue
        if row.commodity not in split or f"{row.commodity}00" not in known:
            yield f"{row.commodity}00", row.description
        for code, text in below[row.commodity]:
            if code not in known and not code.endswith("00"):
                yield code, text or row.description


def _taric_codes(file: Path | None) -> Iterator[tuple[str, str]]:
    if file is None:
        return
    with open_table(file) as rows:
        for cells in rows:
            if match := re.fullmatch(r"(\d{10}) 80", cells[0] if cells else ""):
                yield match.group(1), visible(cells[6]) if len(cells) > 6 else ""


def _measures(rows: Sequence[_Row]) -> Iterator[tuple[str, ...]]:
    vat = "Value Added Tax Act 1994"
    yield "*", "305", "", "", VALID_FROM, "20%", vat
    for code, _, rate in VAT_CODES:
        yield "*", "305", "", code, VALID_FROM, rate, vat
    for row in rows:
        yield row.commodity, "103", "", "", VALID_FROM, row.text or "(empty)", _BASIS
        if row.remedy:
            basis = "The Trade Remedies (Dumping and Subsidisation) Regulations 2019"
            yield row.commodity, "552", "", "", VALID_FROM, _REMEDY, basis


def _write_lists(folder: PackFolder, rows: Sequence[_Row]) -> None:
    folder.sheet("measure_types.csv", ("code", "tax", "family", "name"), MEASURE_TYPES)
    folder.sheet(
        "preferences.csv", ("code", "name", "measure_types", "by_origin", "quota"), PREFERENCES
    )
    folder.sheet(
        "additional_codes.csv",
        ("code", "name"),
        [*((code, name) for code, name, _ in VAT_CODES), *NO_CHARGE_CODES],
    )
    units = {part.unit for row in rows for part in row.rate.components if part.unit}
    folder.sheet("code_lists/unit.csv", ("code", "name"), ((code, code) for code in sorted(units)))


def _head() -> str:
    exact = {"rounding": "down", "base_rounding": "down"}
    return toml(
        {
            "": {"format": 1},
            "pack": {
                "name": "uk",
                "title": "United Kingdom",
                "version": "2021",
                "country": "GB",
                "time_zone": "Europe/London",
                "languages": ["en"],
                "valid_from": VALID_FROM,
                "description": "Third-country duties of the United Kingdom as published",
                "licence": "Open Government Licence v3.0",
            },
            "currency": {"code": "GBP", "exponent": 2},
            "nomenclature": {"base": "none", "digits": 10, "all_origins": "1011"},
            "code_lists": {"extend": ["currency"]},
            "taxes": [{**tax, **exact} for tax in TAXES],
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
            "settings": SETTINGS,
        }
    )
