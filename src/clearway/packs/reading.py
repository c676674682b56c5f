"""Reading a pack's folder into rows, noting every value that is not what it should be."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from clearway.kernel.decisions import Lane
from clearway.kernel.measures import OPEN_END, RateExpression
from clearway.kernel.reference import (
    CodeEntry,
    CommodityLine,
    ExchangeRate,
    LowValueRegime,
    MeasureType,
    PermitRequirement,
    PreferenceRule,
    Profile,
    WorkingCalendar,
)
from clearway.packs import model
from clearway.packs.entries import Entry, read_document, read_sheet
from clearway.packs.head import read_head
from clearway.packs.rates import parse_rate
from clearway.packs.report import Notebook
from clearway.vocabulary.money import INT64_MAX, fits_int64

MEASURE_FAMILIES = (
    "duty", "preference", "suspension", "quota", "remedy", "excise", "vat", "fee",
)  # fmt: skip
_DATES = ("valid_from", "valid_to")
CODE_SHEETS: dict[str, tuple[str, tuple[str, ...]]] = {
    "additional_codes.csv": ("additional_code", ("!code", "name", *_DATES)),
    "quotas.csv": (
        "quota_order",
        ("!code", "name", "amount", "unit", "areas", "legal_basis", *_DATES),
    ),
    "offices.csv": (
        "office",
        ("!code", "name", "kind", "roles", "location", "supervised_by", "opens", "closes", *_DATES),
    ),
    "agencies.csv": ("agency", ("!code", "name", "subject", "contact", *_DATES)),
}
_LANES = {"": None, "green": Lane.GREEN, "blue": Lane.BLUE, "yellow": Lane.YELLOW, "red": Lane.RED}


def read_pack(folder: Path, notebook: Notebook) -> model.Pack:
    """Read every file of a pack. Problems go into the notebook; nothing raises for bad data."""
    pack = model.Pack(folder=folder)
    document = read_document(folder, "pack.toml", notebook, required=True)
    pack.headless = document is None
    if document is not None:
        read_head(pack, document)
    elif not (folder / "pack.toml").is_file():
        return pack  # this is no pack
    pack.lines = list(_lines(folder, notebook))
    pack.areas = list(_areas(folder, notebook))
    pack.types = list(_types(folder, notebook))
    pack.measures = list(_measures(folder, notebook, pack.head.currency))
    pack.preferences = list(_preferences(folder, notebook))
    pack.rates = list(_exchange_rates(folder, notebook))
    pack.codes = list(_codes(folder, notebook))
    pack.permits = list(_permits(folder, notebook))
    pack.profiles = list(_profiles(folder, notebook))
    pack.regimes = list(_regimes(folder, notebook, pack.head.exponent))
    pack.calendar = _calendar(folder, notebook)
    golden = folder / "golden"
    pack.golden = sorted(f"golden/{path.name}" for path in golden.glob("*.toml"))
    return pack


def _at(entry: Entry) -> model.Located:
    return model.Located(entry.file, entry.line)


def _lines(folder: Path, notebook: Notebook) -> Iterator[model.LineRow]:
    columns = ("!code", "description", "unit", *_DATES)
    for entry in read_sheet(folder, "nomenclature.csv", columns, notebook):
        code = entry.text("code", required=True)
        line = CommodityLine(code, entry.text("description"), entry.text("unit"), entry.period())
        yield model.LineRow(_at(entry), line)


def _areas(folder: Path, notebook: Notebook) -> Iterator[model.AreaRow]:
    columns = ("!area", "name", "!country", *_DATES)
    for entry in read_sheet(folder, "areas.csv", columns, notebook):
        yield model.AreaRow(
            _at(entry),
            entry.text("area", required=True),
            entry.text("name"),
            entry.text("country"),
            entry.period(),
        )


def _types(folder: Path, notebook: Notebook) -> Iterator[model.TypeRow]:
    columns = ("!code", "!tax", "!family", "name", "residual_code")
    for entry in read_sheet(folder, "measure_types.csv", columns, notebook, required=True):
        yield model.TypeRow(
            _at(entry),
            MeasureType(
                entry.text("code", required=True),
                entry.text("tax", required=True),
                entry.choice("family", MEASURE_FAMILIES),
                entry.text("name"),
                entry.text("residual_code"),
            ),
        )


def _measures(folder: Path, notebook: Notebook, currency: str) -> Iterator[model.MeasureRow]:
    columns = (
        "!commodity", "!type", "area", "additional_code", "quota_order", *_DATES, "!rate",
        "legal_basis",
    )  # fmt: skip
    rates: dict[str, RateExpression] = {}
    for entry in read_sheet(folder, "measures.csv", columns, notebook, required=True):
        text = entry.text("rate")
        if not text:
            entry.problem("PCK406", "the measure has no rate; write Free where none is due.")
            continue
        rate = rates.get(text)
        if rate is None:
            rate = rates[text] = parse_rate(text, currency)
        if not rate.supported:
            reason = rate.reason or "it refers to a rate that stands elsewhere"
            entry.problem("PCK405", f"rate {text!r} is unsupported: {reason}.")
        yield model.MeasureRow(
            _at(entry),
            "" if (commodity := entry.text("commodity")) == "*" else commodity,
            entry.text("type", required=True),
            entry.text("area"),
            entry.text("additional_code"),
            entry.text("quota_order"),
            entry.period(),
            rate,
            entry.text("legal_basis"),
        )


def _preferences(folder: Path, notebook: Notebook) -> Iterator[model.PreferenceRow]:
    columns = ("!code", "name", "!measure_types", "proof_documents", "by_origin", "quota")
    for entry in read_sheet(folder, "preferences.csv", columns, notebook):
        rule = PreferenceRule(
            entry.text("code", required=True),
            entry.codes("measure_types"),
            entry.codes("proof_documents"),
            entry.choice("by_origin", ("non_preferential", "preferential"), "non_preferential"),
            entry.flag("quota"),
        )
        yield model.PreferenceRow(_at(entry), rule, entry.text("name"))


def _exchange_rates(folder: Path, notebook: Notebook) -> Iterator[model.RateRow]:
    columns = ("!currency", "!foreign_units", "!local_units", *_DATES, "source")
    for entry in read_sheet(folder, "exchange_rates.csv", columns, notebook):
        currency, period = entry.text("currency", required=True), entry.period()
        foreign, local = entry.decimal("foreign_units"), entry.decimal("local_units")
        if foreign is None or local is None:
            entry.problem("PCK403", f"the rate of {currency} is missing.")
            continue
        if foreign <= 0 or local <= 0:
            entry.problem("PCK107", f"the rate of {currency} must be above zero.")
            continue
        exact = Fraction(local) / Fraction(foreign)
        if not (fits_int64(exact.numerator) and fits_int64(exact.denominator)):
            entry.problem("PCK107", f"the rate of {currency} has too many digits.")
            continue
        yield model.RateRow(
            _at(entry),
            ExchangeRate(
                currency, exact.numerator, exact.denominator, period, entry.text("source")
            ),
        )


def _codes(folder: Path, notebook: Notebook) -> Iterator[model.CodeRow]:
    for file, (name, columns) in CODE_SHEETS.items():
        yield from _code_rows(folder, file, name, columns, notebook)
    for path in sorted((folder / "code_lists").glob("*.csv")):
        yield from _code_rows(folder, f"code_lists/{path.name}", path.stem, None, notebook)


def _code_rows(
    folder: Path, file: str, name: str, columns: tuple[str, ...] | None, notebook: Notebook
) -> Iterator[model.CodeRow]:
    """Read one code list. A list of ``code_lists/`` defines its own properties by its columns."""
    if columns is None:
        columns = ("!code", "name", *_DATES, *_own_columns(folder / file))
    for entry in read_sheet(folder, file, columns, notebook):
        properties = {
            column: value
            for column in entry.cells
            if column not in {"code", "name", *_DATES} and (value := entry.text(column))
        }
        yield model.CodeRow(
            _at(entry),
            name,
            CodeEntry(
                entry.text("code", required=True),
                entry.text("name"),
                entry.period(),
                properties,
            ),
        )


def _own_columns(path: Path) -> tuple[str, ...]:
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        return tuple(name.strip() for name in stream.readline().split(",") if name.strip())


def _permits(folder: Path, notebook: Notebook) -> Iterator[model.PermitRow]:
    columns = (
        "!code", "!agency", "!direction", "!commodities", "countries", "procedures", "!documents",
        "exemptions", *_DATES, "!legal_basis", "name", "end_uses",
    )  # fmt: skip
    for entry in read_sheet(folder, "permits.csv", columns, notebook):
        permit = PermitRequirement(
            entry.text("code", required=True),
            entry.text("agency", required=True),
            entry.choice("direction", ("IM", "EX", "TR", "ANY")),
            entry.codes("commodities"),
            entry.codes("countries"),
            entry.codes("procedures"),
            entry.codes("documents"),
            entry.codes("exemptions"),
            entry.period(),
            entry.text("legal_basis", required=True),
            entry.text("name"),
            entry.codes("end_uses"),
        )
        yield model.PermitRow(_at(entry), permit)


def _profiles(folder: Path, notebook: Notebook) -> Iterator[model.ProfileRow]:
    document = read_document(folder, "profiles.toml", notebook)
    if document is None:
        return
    for entry in document.tables("profiles"):
        entry.expect(
            (
                "code", "version", "name", "condition", "lane", "weight", "channel", "trader_text",
                "owner", "author", "approver", *_DATES,
            )
        )  # fmt: skip
        lane = entry.choice("lane", tuple(_LANES)) if entry.text("lane") else ""
        period = entry.period()
        if period.valid_to == OPEN_END:
            entry.problem("PCK501", f"profile {entry.text('code')!r} has no valid_to.")
        profile = Profile(
            entry.text("code", required=True),
            entry.whole("version", 1),
            entry.text("condition", required=True),
            _LANES[lane],
            entry.whole("weight"),
            period,
            entry.text("name", required=True),
            entry.choice("channel", ("profile", "watchlist", "legal_stop"), "profile"),
            entry.text("trader_text"),
            entry.text("owner"),
        )
        yield model.ProfileRow(
            _at(entry),
            entry.line_of("condition"),
            profile,
            entry.text("author", required=True),
            entry.text("approver", required=True),
        )


def _regimes(folder: Path, notebook: Notebook, exponent: int) -> Iterator[model.RegimeRow]:
    document = read_document(folder, "low_value.toml", notebook)
    if document is None:
        return
    for entry in document.tables("regimes"):
        entry.expect(
            (
                "code", "name", "consignment_limit", "yearly_limit", "year_feature",
                "de_minimis_duty", "de_minimis_tax", "duty_factor", "tax_factor", "flat_rate",
                "flat_tax", "single_item_exception", "excluded_commodities", "beyond", *_DATES,
            )
        )  # fmt: skip
        flat = entry.text("flat_rate")
        regime = LowValueRegime(
            entry.text("code", required=True),
            entry.text("name", required=True),
            entry.period(),
            _limit(entry, "consignment_limit", exponent),
            _limit(entry, "yearly_limit", exponent),
            entry.text("year_feature"),
            _limit(entry, "de_minimis_duty", exponent),
            _limit(entry, "de_minimis_tax", exponent),
            entry.fraction("duty_factor", Fraction(1)),
            entry.fraction("tax_factor", Fraction(1)),
            entry.fraction("flat_rate", Fraction(0)) if flat else None,
            entry.text("flat_tax"),
            entry.flag("single_item_exception"),
            entry.codes("excluded_commodities"),
            entry.text("beyond") or "general",
        )
        yield model.RegimeRow(_at(entry), regime)


def _limit(entry: Entry, name: str, exponent: int) -> int | None:
    """Read an amount written in currency units, exact, into minor units."""
    amount = entry.decimal(name)
    if amount is None:
        return None
    minor = amount.scaleb(exponent)
    if minor != minor.to_integral_value() or not 0 <= minor <= INT64_MAX:
        entry.problem("PCK107", f"{name} must be zero or more, with {exponent} decimals.", name)
        return None
    return int(minor)


def _calendar(folder: Path, notebook: Notebook) -> WorkingCalendar:
    document = read_document(folder, "calendar.toml", notebook)
    if document is None:
        return WorkingCalendar()
    entry, standard = document.table(), WorkingCalendar()
    entry.expect(("weekdays", "opens", "closes", "rest_from", "rest_to", "holidays"))
    weekdays = entry.cells.get("weekdays", list(standard.weekdays))
    if not isinstance(weekdays, list) or not weekdays or any(map(_no_weekday, weekdays)):
        entry.problem("PCK108", "weekdays must be some of 1 (Monday) to 7 (Sunday).", "weekdays")
        weekdays = standard.weekdays
    holidays: dict[int, str] = {}
    for holiday in document.tables("holidays"):
        holiday.expect(("date", "name"))
        day = holiday.day("date", -1)
        if day < 0:
            holiday.problem("PCK104", "date is empty.")
        elif day in holidays:
            holiday.problem("PCK205", f"{holiday.text('date') or day} stands twice.", "date")
        else:
            holidays[day] = holiday.text("name", required=True)
    return WorkingCalendar(
        tuple(sorted(set(weekdays))),
        _minutes(entry, "opens", standard.opens),
        _minutes(entry, "closes", standard.closes),
        holidays,
        (_minutes(entry, "rest_from", 0), _minutes(entry, "rest_to", 0)),
    )


def _no_weekday(value: object) -> bool:
    return isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 7


def _minutes(entry: Entry, name: str, default: int) -> int:
    text = entry.text(name)
    if not text:
        return default
    hours, colon, minutes = text.partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and text.isascii()):
        entry.problem("PCK108", f"{name} is {text!r}; write it as 08:30.", name)
        return default
    total = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or total > 1_440:
        entry.problem("PCK108", f"{name} is {text!r}, which is no time of day.", name)
        return default
    return total
