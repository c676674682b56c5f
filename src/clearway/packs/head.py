"""Reading ``pack.toml``: identity, taxes, valuation, selection and settings."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from clearway.kernel.reference import IncotermRule, SelectionRules, TaxRule, ValuationRules
from clearway.packs.entries import Document, Entry
from clearway.packs.model import Head, Pack
from clearway.vocabulary.money import Rounding

ROUNDINGS = tuple(rounding.value for rounding in Rounding)
TAX_FAMILIES = ("duty", "remedy", "excise", "vat", "fee")
METHODS = ("exclusive", "inclusive")
_SECTIONS = (
    "format", "pack", "nomenclature", "currency", "taxes", "valuation", "selection", "settings",
    "code_lists", "rates",
)  # fmt: skip
_HEAD = (
    "name", "title", "version", "country", "time_zone", "languages", "valid_from", "valid_to",
    "description", "licence",
)  # fmt: skip


def read_head(pack: Pack, document: Document) -> None:
    """Fill the pack's head, taxes, valuation, selection and settings from ``pack.toml``."""
    top = document.table()
    top.expect(_SECTIONS)
    if top.cells.get("format") != 1:
        top.problem("PCK108", f"format is {top.cells.get('format')!r}; permitted is 1.", "format")
    pack.head = _head(document)
    pack.taxes = tuple(_tax(entry) for entry in document.tables("taxes"))
    if not pack.taxes:
        top.problem("PCK104", "[[taxes]] is missing: a pack charges at least one tax.")
    _check_tax_order(pack.taxes, list(document.tables("taxes")))
    pack.valuation = _valuation(document, top)
    pack.places = {
        f"{table}.{name}": entry.line_of(name)
        for table in ("charge_roles", "incoterms", "methods", "evidence_documents")
        for entry in [document.table("valuation", table)]
        for name in entry.cells
    }
    pack.selection = _selection(document)
    pack.settings = dict(sorted(_flat("", document.table("settings").cells)))


def _flat(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield settings as texts: tables joined by a dot, lists by a semicolon."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(f"{prefix}{name}.", value)
        elif isinstance(value, list):
            yield f"{prefix}{name}", ";".join(str(part) for part in value)
        else:
            yield f"{prefix}{name}", str(value).lower() if isinstance(value, bool) else str(value)


def _head(document: Document) -> Head:
    pack, money = document.table("pack"), document.table("currency")
    nomenclature, rates = document.table("nomenclature"), document.table("rates")
    lists = document.table("code_lists")
    for entry, known in (
        (pack, _HEAD),
        (money, ("code", "exponent", "required")),
        (nomenclature, ("base", "digits", "all_origins")),
        (rates, ("ceiling",)),
        (lists, ("extend",)),
    ):
        entry.expect(known)
    name = pack.text("name", required=True)
    if name and not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        pack.problem("PCK108", f"name {name!r} must be lower-case letters, digits, -.", "name")
    ceiling = rates.fraction("ceiling", Fraction(Head().rate_ceiling, 100_000_000))
    return Head(
        name=name or "unnamed",
        title=pack.text("title", required=True),
        version=pack.text("version", required=True),
        country=pack.text("country", required=True),
        currency=money.text("code", required=True),
        exponent=money.whole("exponent", 2),
        time_zone=_time_zone(pack),
        languages=pack.codes("languages") or ("en",),
        period=pack.period(),
        digits=nomenclature.whole("digits", 8),
        base=nomenclature.choice("base", ("hs2022", "none"), "hs2022"),
        all_origins=nomenclature.text("all_origins") or "1011",
        rate_ceiling=int(ceiling * 100_000_000),
        required_currencies=money.codes("required"),
        extended_lists=lists.codes("extend"),
    )


def _time_zone(entry: Entry) -> str:
    name = entry.text("time_zone", required=True) or "UTC"
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        entry.problem("PCK108", f"time_zone {name!r} is not in the tz database.", "time_zone")
        return "UTC"
    return name


def _tax(entry: Entry) -> TaxRule:
    entry.expect(
        ("code", "family", "name", "base", "method", "rounding", "base_rounding", "round_base")
    )
    return TaxRule(
        code=entry.text("code", required=True),
        family=entry.choice("family", TAX_FAMILIES),
        name=entry.text("name", required=True),
        base=entry.codes("base") or ("value",),
        method=entry.choice("method", METHODS, "exclusive"),
        rounding=Rounding(entry.choice("rounding", ROUNDINGS, "nearest")),
        base_rounding=Rounding(entry.choice("base_rounding", ROUNDINGS, "nearest")),
        round_base=entry.flag("round_base", default=True),
    )


def _check_tax_order(taxes: Sequence[TaxRule], entries: Sequence[Entry]) -> None:
    """A base may name the value, the additions, and only what is charged before it."""
    known = {"value", "additions"}
    for tax, entry in zip(taxes, entries, strict=True):
        if tax.code in known:
            entry.problem("PCK205", f"tax {tax.code!r} stands twice.", "code")
        for name in tax.base:
            if name not in known:
                entry.problem("PCK309", f"base {name!r} is not charged before {tax.code}.", "base")
        known |= {tax.code, f"@{tax.family}"}


def _valuation(document: Document, top: Entry) -> ValuationRules:
    entry = document.table("valuation")
    entry.expect(
        (
            "cost_boundary", "freight_by", "insurance_by", "charges_by", "value_rounding",
            "charge_roles", "incoterms", "methods", "evidence_documents",
        )
    )  # fmt: skip
    if not entry.cells:
        top.problem("PCK104", "[valuation] is missing.")
    roles = document.table("valuation", "charge_roles")
    for name in roles.cells:
        role = roles.text(name)
        if role not in {"freight", "insurance", "addition", "deduction", "none"} and not (
            role.startswith("tax_addition:")
        ):
            roles.problem("PCK108", f"role {role!r} of charge {name} is not known.", name)
    keys = ("gross_mass", "value")
    evidence = document.table("valuation", "evidence_documents")
    return ValuationRules(
        cost_boundary=entry.choice("cost_boundary", ("CIF", "FOB")),
        freight_by=entry.choice("freight_by", keys, "gross_mass"),
        insurance_by=entry.choice("insurance_by", keys, "value"),
        charges_by=entry.choice("charges_by", keys, "value"),
        charge_roles={name: roles.text(name) for name in sorted(roles.cells)},
        incoterms=_incoterms(document),
        value_rounding=Rounding(entry.choice("value_rounding", ROUNDINGS, "nearest")),
        methods={
            name: str(text)
            for name, text in sorted(document.table("valuation", "methods").cells.items())
        },
        evidence_documents={name: evidence.codes(name) for name in sorted(evidence.cells)},
    )


def _incoterms(document: Document) -> dict[str, IncotermRule]:
    rules = {}
    for code in sorted(document.table("valuation", "incoterms").cells):
        entry = document.table("valuation", "incoterms", code)
        entry.expect(("freight", "insurance"))
        rules[code] = IncotermRule(code, entry.flag("freight"), entry.flag("insurance"))
    return rules


def _selection(document: Document) -> SelectionRules:
    entry, standard = document.table("selection"), SelectionRules()
    entry.expect(
        (
            "yellow_from", "red_from", "random_rate", "aeo_factor", "aeo_feature",
            "default_draw_key", "draw_keys", "post_clearance_audit_lane",
        )
    )  # fmt: skip
    keys = document.table("selection", "draw_keys")
    rate = entry.fraction("random_rate", Fraction(0)) * 10_000
    if rate.denominator != 1 or rate > 10_000:
        entry.problem("PCK107", "random_rate must be 0 to 100 % in steps of 0.01 %.", "random_rate")
    yellow = entry.whole("yellow_from", standard.yellow_from)
    red = entry.whole("red_from", standard.red_from)
    if yellow > red:
        entry.problem("PCK108", "yellow_from is above red_from.", "yellow_from")
    return SelectionRules(
        yellow_from=yellow,
        red_from=red,
        random_rate=int(rate),
        aeo_factor=entry.fraction("aeo_factor", standard.aeo_factor),
        aeo_feature=entry.text("aeo_feature") or standard.aeo_feature,
        draw_keys={keys.key_day(date): keys.text(date) for date in sorted(keys.cells)},
        default_draw_key=entry.text("default_draw_key"),
        post_clearance_audit_lane=entry.flag("post_clearance_audit_lane"),
    )
