"""Every check of a pack that needs more than one value, in one explicit list."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Final, NamedTuple

from clearway.kernel.measures import Kind
from clearway.kernel.profiles.profile_set import check_text
from clearway.kernel.reference import CommodityLine, Period
from clearway.kernel.selection import TRADER_TEXTS
from clearway.packs.entries import date_text
from clearway.packs.lists import Entries, code_lists
from clearway.packs.model import Located, MeasureRow, Pack
from clearway.packs.nomenclature import base_of, declarable_lines, prefixes
from clearway.packs.report import Notebook
from clearway.packs.spreading import Spread, gaps, overlaps


class Known(NamedTuple):
    """What the checks look codes up in: computed once for all of them."""

    lists: Mapping[str, Entries]
    lines: Mapping[str, tuple[CommodityLine, ...]]
    codes: frozenset[str]


_QUOTA_AMOUNT: Final = re.compile(r"(?:[0-9]{1,12}(?:\.[0-9]{1,6})?)?")
"""What the record can keep in millionths of a unit; empty where the law names no amount."""


def check_pack(pack: Pack, notebook: Notebook) -> None:
    """Run every check on a pack that has been read; without a head, those that need none."""
    sound = [row for row in pack.lines if _sound_code(pack, row.line.code)]
    lines = declarable_lines(pack.head, sound)
    codes = frozenset(prefix for code in lines for prefix in prefixes(code))
    known = Known(code_lists(pack), lines, codes)
    for rule in HEADLESS_CHECKS if pack.headless else CHECKS:
        rule(pack, known, notebook)


def _note(notebook: Notebook, at: Located, code: str, text: str) -> None:
    notebook.note(at.file, at.line, code, text)


def _sound_code(pack: Pack, code: str) -> bool:
    """Tell whether a code of the nomenclature has the right form and stands in the base."""
    base = base_of(pack.head)
    return (
        code.isascii()
        and code.isdigit()
        and len(code) in {2, 4, 6, pack.head.digits}
        and not code.startswith("77")
        and (not base or code[:6] in base)
    )


def check_nomenclature(pack: Pack, _known: Known, notebook: Notebook) -> None:
    """PCK201 to PCK204: length, digits, chapter 77, six digits in the base."""
    digits, base = pack.head.digits, base_of(pack.head)
    for row in pack.lines:
        code = row.line.code
        if not (code.isascii() and code.isdigit()):
            _note(notebook, row.at, "PCK202", f"code {code!r} holds something else than digits.")
        elif len(code) not in {2, 4, 6, digits}:
            _note(
                notebook, row.at, "PCK201",
                f"code {code} has {len(code)} digits; a line has {digits}, a heading 2, 4 or 6.",
            )  # fmt: skip
        elif code.startswith("77"):
            _note(notebook, row.at, "PCK203", f"code {code} lies in chapter 77.")
        elif base and code[:6] not in base:
            _note(
                notebook, row.at, "PCK204", f"code {code}: {code[:6]} is not in {pack.head.base}."
            )


def check_lines_once(pack: Pack, _known: Known, notebook: Notebook) -> None:
    """PCK205 and PCK206 for lines, areas, lists, rates, types, preferences and profiles."""
    _once(notebook, "code", ((row.at, row.line.code, row.line.period) for row in pack.lines))
    _once(
        notebook, "country",
        ((row.at, f"{row.country} of area {row.area}", row.period) for row in pack.areas),
    )  # fmt: skip
    _once(
        notebook, "code",
        ((row.at, f"{row.entry.code} of list {row.list}", row.entry.period) for row in pack.codes),
    )  # fmt: skip
    _once(notebook, "rate of", ((row.at, row.rate.currency, row.rate.period) for row in pack.rates))
    always = Period()
    _once(notebook, "measure type", ((row.at, row.type.code, always) for row in pack.types))
    _once(notebook, "preference", ((row.at, row.rule.code, always) for row in pack.preferences))
    _once(
        notebook, "regime", ((row.at, row.regime.code, row.regime.period) for row in pack.regimes)
    )
    _once(
        notebook, "permit", ((row.at, row.permit.code, row.permit.period) for row in pack.permits)
    )
    _once(
        notebook, "profile",
        ((row.at, row.profile.code, row.profile.period) for row in pack.profiles),
    )  # fmt: skip


def check_measures_once(pack: Pack, _known: Known, notebook: Notebook) -> None:
    """PCK205 and PCK206 for measures of one key on one commodity, heading or chapter."""
    _once(
        notebook, "measure",
        ((row.at, (row.commodity, *row.key), row.period) for row in pack.measures),
        lambda key: f"{key[0] or '*'}, type {key[1]}, area {key[2] or 'all'}"
        + (f", additional code {key[3]}" if key[3] else "")
        + (f", quota {key[4]}" if key[4] else ""),
    )  # fmt: skip


def _once(
    notebook: Notebook,
    what: str,
    rows: Iterable[tuple[Located, Hashable, Period]],
    say: Callable[..., str] = str,
) -> None:
    """Note rows of one key whose periods share a day: twice the same, or overlapping."""
    groups: dict[Hashable, list[tuple[Located, Period]]] = defaultdict(list)
    for at, key, period in rows:
        groups[key].append((at, period))
    for key, group in groups.items():
        if len(group) == 1:
            continue
        for first, second in overlaps([period for _, period in group]):
            (at, mine), (other, theirs) = group[second], group[first]
            if mine == theirs:
                _note(
                    notebook, at, "PCK205",
                    f"{what} {say(key)} stands twice, first on line {other.line} of {other.file}.",
                )  # fmt: skip
                continue
            day = max(mine.valid_from, theirs.valid_from)
            _note(
                notebook, at, "PCK206",
                f"{what} {say(key)} is valid on {date_text(day)} here and on line "
                f"{other.line} of {other.file}.",
            )  # fmt: skip


def check_measure_codes(pack: Pack, known: Known, notebook: Notebook) -> None:
    """PCK301 to PCK304, PCK310 and PCK311: every code that a measure names is known."""
    areas = {row.area for row in pack.areas} | set(known.lists["country"]) | {""}
    areas.add(pack.head.all_origins)
    types = {row.type.code for row in pack.types}
    additional = set(known.lists.get("additional_code", {})) | {""}
    quotas = set(known.lists.get("quota_order", {})) | {""}
    for row in pack.measures:
        if row.commodity not in known.codes:
            code, text = _bad_commodity(pack, row.commodity)
            _note(notebook, row.at, code, text)
        for code, value, permitted, what in (
            ("PCK302", row.area, areas, "area"),
            ("PCK303", row.type, types, "measure type"),
            ("PCK310", row.additional_code, additional, "additional code"),
            ("PCK311", row.quota_order, quotas, "quota"),
        ):
            if value not in permitted:
                _note(notebook, row.at, code, f"{what} {value!r} is not known.")
        for component in row.rate.components:
            if component.currency and component.currency not in known.lists["currency"]:
                _note(
                    notebook, row.at, "PCK304",
                    f"currency {component.currency!r} in rate {row.rate.text!r} is not known.",
                )  # fmt: skip


def _bad_commodity(pack: Pack, commodity: str) -> tuple[str, str]:
    if not (commodity.isascii() and commodity.isdigit()):
        return "PCK202", f"commodity {commodity!r} holds something else than digits."
    if commodity.startswith("77"):
        return "PCK203", f"commodity {commodity} lies in chapter 77."
    if len(commodity) % 2 and len(commodity) != pack.head.digits:
        return "PCK201", f"commodity {commodity} has {len(commodity)} digits."
    return "PCK301", f"commodity {commodity}: no declarable line begins so."


def check_units(pack: Pack, known: Known, notebook: Notebook) -> None:
    """PCK305 and PCK107: units of lines and quotas are in the list unit, amounts are numbers."""
    units = set(known.lists.get("unit", {})) | {""}
    for row in pack.lines:
        if row.line.unit not in units:
            _note(notebook, row.at, "PCK305", f"unit {row.line.unit!r} is not known.")
    for code in pack.codes:
        if code.list != "quota_order":
            continue
        told = code.entry.properties
        if told.get("unit", "") not in units:
            _note(notebook, code.at, "PCK305", f"unit {told['unit']!r} is not known.")
        if not _QUOTA_AMOUNT.fullmatch(told.get("amount", "")):
            what = f"amount {told['amount']!r}: digits, then at most six after a point, are wanted."
            _note(notebook, code.at, "PCK107", what)


def check_countries_and_taxes(pack: Pack, known: Known, notebook: Notebook) -> None:
    """PCK304, PCK309 and PCK312: currencies of rates, taxes of types, countries of areas."""
    taxes = {tax.code for tax in pack.taxes}
    for type_row in pack.types:
        if type_row.type.tax not in taxes:
            _note(notebook, type_row.at, "PCK309", f"tax {type_row.type.tax!r} is not known.")
        residual = type_row.type.residual_code
        if residual and residual not in known.lists.get("additional_code", {}):
            _note(notebook, type_row.at, "PCK310", f"residual code {residual!r} is not known.")
    for area in pack.areas:
        if area.country and area.country not in known.lists["country"]:
            _note(notebook, area.at, "PCK312", f"country {area.country!r} is not known.")
    for rate in pack.rates:
        if rate.rate.currency not in known.lists["currency"]:
            _note(notebook, rate.at, "PCK304", f"currency {rate.rate.currency!r} is not known.")
    for regime in pack.regimes:
        for prefix in regime.regime.excluded_commodities:
            if prefix not in known.codes:
                _note(notebook, regime.at, "PCK301", f"commodity {prefix!r} is not known.")
        if regime.regime.flat_tax and regime.regime.flat_tax not in taxes:
            _note(notebook, regime.at, "PCK309", f"tax {regime.regime.flat_tax!r} is not known.")


def check_preferences(pack: Pack, known: Known, notebook: Notebook) -> None:
    """PCK303 and PCK306: types that grant a preference, documents that prove it."""
    types = {row.type.code for row in pack.types}
    documents = known.lists.get("document", {})
    for row in pack.preferences:
        for code in row.rule.measure_types:
            if code not in types:
                _note(notebook, row.at, "PCK303", f"measure type {code!r} is not known.")
        for code in row.rule.proof_documents:
            if code not in documents:
                _note(notebook, row.at, "PCK306", f"document {code!r} is not known.")


def check_permits(pack: Pack, known: Known, notebook: Notebook) -> None:
    """PCK301, PCK306, PCK308, PCK312 and PCK313: every code that a permit row names."""
    for row in pack.permits:
        permit = row.permit
        lookups = (
            ("PCK308", "agency", (permit.agency,), known.lists.get("agency", {})),
            ("PCK306", "document", permit.documents, known.lists.get("document", {})),
            ("PCK306", "exemption", permit.exemptions, known.lists.get("document", {})),
            ("PCK312", "country", permit.countries, known.lists["country"]),
            ("PCK313", "procedure", permit.procedures, known.lists.get("procedure", {})),
            ("PCK313", "end use", permit.end_uses, known.lists.get("additional_procedure", {})),
            ("PCK301", "commodity", permit.commodities, known.codes),
        )
        for code, what, values, permitted in lookups:
            for value in values:
                if value not in permitted:
                    _note(notebook, row.at, code, f"{what} {value!r} is not known.")


def check_valuation_codes(pack: Pack, known: Known, notebook: Notebook) -> None:
    """PCK306, PCK309 and PCK313: the codes of ``[valuation]`` are in their lists."""

    def note(place: str, code: str, text: str) -> None:
        notebook.note("pack.toml", pack.places.get(place, 0), code, text)

    rules = pack.valuation
    for table, values, name in (
        ("charge_roles", rules.charge_roles, "charge_type"),
        ("incoterms", rules.incoterms, "incoterm"),
    ):
        for value in values if name in known.lists else ():
            if value not in known.lists[name]:
                note(f"{table}.{value}", "PCK313", f"{value!r} is not in the list {name}.")
    taxes = {tax.code for tax in pack.taxes}
    for charge, role in rules.charge_roles.items():
        tax = role.removeprefix("tax_addition:")
        if tax != role and tax not in taxes:
            note(f"charge_roles.{charge}", "PCK309", f"tax {tax!r} is not known.")
    for method, documents in rules.evidence_documents.items():
        for value in documents:
            if value not in known.lists.get("document", {}):
                note(f"evidence_documents.{method}", "PCK306", f"document {value!r} is not known.")


def check_offices(pack: Pack, known: Known, notebook: Notebook) -> None:
    """PCK307: the office that supervises another one is known."""
    for row in pack.codes:
        office = row.entry.properties.get("supervised_by") if row.list == "office" else None
        if office and office not in known.lists["office"]:
            _note(notebook, row.at, "PCK307", f"office {office!r} is not known.")


def check_duty_every_day(pack: Pack, known: Known, notebook: Notebook) -> None:
    """PCK401: every line has a third-country duty on every day of the pack's period.

    Only types of the family ``duty`` without quota and additional code, for all origins, count.
    A line of the nomenclature is named at its row, one of the base at the file of measures.
    """
    duties = {row.type.code for row in pack.types if row.type.family == "duty"}
    if not duties:
        return
    everywhere = {"", pack.head.all_origins}
    rows = [
        row
        for row in pack.measures
        if row.type in duties
        and row.area in everywhere
        and not (row.additional_code or row.quota_order)
    ]
    places = {row.line.code: row.at for row in pack.lines}
    spread = Spread(rows)
    for code, lines in known.lines.items():
        periods = [period for _, period in spread.of_line(code)]
        for line in lines:
            start = max(line.period.valid_from, pack.head.period.valid_from)
            end = min(line.period.valid_to, pack.head.period.valid_to)
            holes = gaps(Period(start, end), periods) if start < end else []
            if holes:
                at = places.get(code, Located("measures.csv", 0))
                stretch = ", ".join(
                    f"{date_text(hole.valid_from)} to {date_text(hole.valid_to)}" for hole in holes
                )
                _note(notebook, at, "PCK401", f"{code} has no third-country duty: {stretch}.")


def check_exchange_rates(pack: Pack, _known: Known, notebook: Notebook) -> None:
    """PCK402 and PCK403: no hole in a currency's rates, none missing that is needed."""
    by_currency: dict[str, list[tuple[Period, Located]]] = defaultdict(list)
    for row in pack.rates:
        by_currency[row.rate.currency].append((row.rate.period, row.at))
    for currency, rows in by_currency.items():
        rows.sort(key=lambda row: row[0].valid_from)
        reached = rows[0][0].valid_to
        for period, at in rows[1:]:
            if period.valid_from > reached:
                _note(
                    notebook, at, "PCK402",
                    f"{currency} has no rate from {date_text(reached)} to "
                    f"{date_text(period.valid_from)}.",
                )  # fmt: skip
            reached = max(reached, period.valid_to)
    for currency in pack.head.required_currencies:
        rows = by_currency.get(currency, [])
        if gaps(pack.head.period, [period for period, _ in rows]):
            notebook.note(
                "exchange_rates.csv", 0, "PCK403",
                f"{currency} is required and has no rate on some day of the pack's period.",
            )  # fmt: skip
    needed: dict[str, MeasureRow] = {}
    for measure in pack.measures:
        for component in measure.rate.components:
            if component.currency and component.currency != pack.head.currency:
                needed.setdefault(component.currency, measure)
    for currency, measure in needed.items():
        if currency not in by_currency:
            text = f"rate {measure.rate.text!r} needs a rate of exchange for {currency}."
            _note(notebook, measure.at, "PCK403", text)


def check_ceiling(pack: Pack, _known: Known, notebook: Notebook) -> None:
    """PCK404: no ad valorem rate above the pack's ceiling (900 % unless the pack says so)."""
    ceiling = pack.head.rate_ceiling
    for row in pack.measures:
        for component in row.rate.components:
            if component.kind is Kind.AD_VALOREM and component.rate > ceiling:
                _note(
                    notebook, row.at, "PCK404",
                    f"rate {row.rate.text!r} is above {ceiling / 1_000_000:g} %.",
                )  # fmt: skip


def check_profiles(pack: Pack, _known: Known, notebook: Notebook) -> None:
    """PCK313 and PCK502 and PCK503: a text for the trader, a second person, a sound condition."""
    for row in pack.profiles:
        text = row.profile.trader_text
        if text and text not in TRADER_TEXTS:
            _note(
                notebook,
                row.at,
                "PCK313",
                f"trader_text {text!r} is not one of {', '.join(sorted(TRADER_TEXTS))}.",
            )
        for problem in check_text(row.profile.condition) if row.profile.condition else ():
            at = Located(row.at.file, row.condition_line)
            _note(notebook, at, "PCK503", f"profile {row.profile.code}: {problem}")
        if row.author and row.author.casefold() == row.approver.casefold():
            _note(
                notebook, row.at, "PCK502",
                f"profile {row.profile.code} is approved by its author {row.author!r}.",
            )  # fmt: skip


CHECKS: tuple[Callable[[Pack, Known, Notebook], None], ...] = (
    check_nomenclature,
    check_lines_once,
    check_measures_once,
    check_measure_codes,
    check_units,
    check_countries_and_taxes,
    check_preferences,
    check_permits,
    check_valuation_codes,
    check_offices,
    check_duty_every_day,
    check_exchange_rates,
    check_ceiling,
    check_profiles,
)
HEADLESS_CHECKS = (check_lines_once, check_measures_once, check_profiles)
