"""Layer 2: every code stands in its list, on the day whose law applies. Numbers 2xxx.

A code that no list ever held, one that has run out and one that is valid only later are three
different findings: the first is a slip, the second an old form, the third a declaration that
came too early. Each rule of an unknown code speaks for one kind of datum; the other two speak
for all lists, with the list's name and the day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from clearway.kernel.decisions import Severity
from clearway.kernel.reference import Period
from clearway.kernel.validation.case import Case, shown
from clearway.kernel.validation.coded import (
    DECLARATION_CODES,
    DOCUMENT_CODES,
    ITEM_CODES,
    PREVIOUS_DOCUMENT_CODES,
)
from clearway.kernel.validation.law import well_formed
from clearway.kernel.validation.rule import Layer, Place, Rule, at
from clearway.kernel.validation.written import ITEM_PARTY_ROLES, PARTY_ROLES
from clearway.vocabulary.dates import iso_of

_COMMODITY_FIELDS = ("items.commodity",)


def unknown_in(*fields: str) -> Callable[[Case], Iterable[Place]]:
    """Return the test that the codes of these fields stand in their lists at all."""
    mine = frozenset(fields)

    def check(case: Case) -> Iterable[Place]:
        if not case.unfit:
            return ()
        return [
            at(hit.field, hit.i, hit.n, code=shown(hit.code))
            for hit in case.unfit
            if hit.standing == "unknown" and hit.field in mine
        ]

    return check


def expired(case: Case) -> Iterator[Place]:
    """A code whose last period had ended before the day."""
    return _out_of_time(case, "expired")


def not_yet_valid(case: Case) -> Iterator[Place]:
    """A code that comes into force only after the day."""
    return _out_of_time(case, "future")


def _out_of_time(case: Case, standing: str) -> Iterator[Place]:
    for hit in case.unfit:
        if hit.standing == standing:
            entries = case.reference.code_lists[hit.name].entries[hit.code]
            day = _turning_day([entry.period for entry in entries], case.number or 0, standing)
            yield at(hit.field, hit.i, hit.n, code=shown(hit.code), list=hit.name, day=iso_of(day))


def _turning_day(periods: list[Period], number: int, standing: str) -> int:
    if standing == "future":
        return min(period.valid_from for period in periods if period.valid_from > number)
    return max(period.valid_to for period in periods if period.valid_to <= number)


def commodity_form(case: Case) -> Iterator[Place]:
    """A commodity code of digits only, of a length that the tariff has, in a real chapter."""
    for i, item in enumerate(case.lodgement.items, 1):
        code = item.commodity
        if code and not well_formed(code, case.law.lengths):
            lengths = "/".join(map(str, sorted(case.law.lengths))) or "6-10"
            yield at("items.commodity", i, code=shown(code), lengths=lengths)


def commodity_unknown(case: Case) -> Iterator[Place]:
    """A commodity code that the national tariff never had."""
    return _commodities(case, "unknown")


def commodity_expired(case: Case) -> Iterator[Place]:
    """A commodity code that the tariff has given up before the day."""
    return _commodities(case, "expired")


def commodity_not_yet_valid(case: Case) -> Iterator[Place]:
    """A commodity code that the tariff brings only after the day."""
    return _commodities(case, "future")


def _commodities(case: Case, standing: str) -> Iterator[Place]:
    lines_of, number = case.reference.commodities, case.number
    if not lines_of or (number is not None and None not in case.lines):
        return
    for i, item in enumerate(case.lodgement.items, 1):
        code = item.commodity
        lines = lines_of.get(code)
        if lines:
            if number is None or case.lines[i - 1] is not None:
                continue
            periods = [line.period for line in lines]
            future = all(period.valid_from > number for period in periods)
            if standing == ("future" if future else "expired"):
                day = iso_of(_turning_day(periods, number, standing))
                yield at("items.commodity", i, code=shown(code), day=day)
        elif code and standing == "unknown":
            yield at("items.commodity", i, code=shown(code))


def _rule(number: int, name: str, basis: str, *fields: str) -> Rule:
    return Rule(
        number=number,
        name=name,
        layer=Layer.CODE_LISTS,
        severity=Severity.ERROR,
        fields=fields,
        legal_basis=basis,
        check=unknown_in(*fields),
        only_misfits=True,
    )


def _special(number: int, name: str, check: Callable[[Case], Iterable[Place]], basis: str) -> Rule:
    return Rule(
        number=number,
        name=name,
        layer=Layer.CODE_LISTS,
        severity=Severity.ERROR,
        fields=_COMMODITY_FIELDS,
        legal_basis=basis,
        check=check,
    )


def _time_rule(number: int, name: str, check: Callable[[Case], Iterable[Place]]) -> Rule:
    tables = (
        ("", DECLARATION_CODES),
        ("items.", ITEM_CODES),
        ("documents.", DOCUMENT_CODES),
        ("items.documents.", DOCUMENT_CODES),
        ("previous_documents.", PREVIOUS_DOCUMENT_CODES),
        ("items.previous_documents.", PREVIOUS_DOCUMENT_CODES),
    )
    return Rule(
        number=number,
        name=name,
        layer=Layer.CODE_LISTS,
        severity=Severity.ERROR,
        fields=tuple(start + coded.field for start, table in tables for coded in table),
        legal_basis="RKC General Annex chapter 4: the law of the day of acceptance",
        check=check,
        only_misfits=True,
    )


def _rows(*fields: str) -> tuple[str, ...]:
    return tuple(start + field for field in fields for start in ("", "items."))


_WCO = "WCO Data Model, coded data element"
_HS = "HS Convention, Article 3"

RULES: tuple[Rule, ...] = (
    _rule(2101, "declaration type unknown", f"{_WCO} D013", "type_code"),
    _rule(2102, "additional declaration type unknown", f"{_WCO} D013", "additional_type"),
    _rule(2103, "message function unknown", "UN/EDIFACT 1225; WCO 017", "function_code"),
    _rule(
        2104,
        "customs office unknown",
        "RKC General Annex standard 3.20; WCO 065, G005, G015, G012",
        "office",
        "exit_office",
        "presentation_office",
        "supervising_office",
    ),
    _rule(2105, "mode of transport unknown", "UN/CEFACT Recommendation 19", "border_mode"),
    _rule(
        2106,
        "means of transport type unknown",
        "UN/CEFACT Recommendation 28; WCO T018, T034",
        "border_means_type",
        "arrival_means_type",
    ),
    _rule(2107, "delivery term unknown", "Incoterms 2020 (UN/CEFACT Recommendation 5)", "incoterm"),
    _rule(
        2108,
        "nature of transaction unknown",
        "UN IMTS 2010, chapter II; WCO 103",
        *_rows("transaction_nature"),
    ),
    _rule(
        2109,
        "currency unknown",
        "ISO 4217 (UN/CEFACT Recommendation 9)",
        "invoice_currency",
        "freight_currency",
        "exchange_rates.currency",
        "items.item_currency",
        "items.customs_value_currency",
        "items.statistical_currency",
        "items.taxes.base_currency",
        "items.taxes.assessed_currency",
        *_rows("charges.currency", "documents.write_off_currency"),
    ),
    _rule(
        2110,
        "status of representation unknown",
        "RKC General Annex standard 8.1; WCO 102",
        "agent_status",
    ),
    _rule(2111, "AEO role unknown", "WCO SAFE Framework, pillar 2; WCO R005", "aeo_parties.role"),
    _rule(2112, "kind of authorisation unknown", f"{_WCO} R145", "authorisations.category"),
    _rule(
        2113,
        "kind of guarantee unknown",
        "RKC General Annex standard 5.1; WCO 101",
        "guarantees.type",
    ),
    _rule(
        2114,
        "place of loading unknown",
        "UN/LOCODE (UN/CEFACT Recommendation 16)",
        "loading_location",
    ),
    _rule(2115, "role of tax party unknown", f"{_WCO} R005", "duty_tax_parties.role"),
    _rule(2116, "statement code unknown", f"{_WCO} 226", *_rows("statements.code")),
    _rule(
        2120,
        "country of origin unknown",
        "ISO 3166-1; RKC Specific Annex K chapter 1",
        "items.origin",
    ),
    _rule(
        2121,
        "preferential origin unknown",
        "ISO 3166-1; WTO Agreement on Rules of Origin, Annex II",
        "items.preferential_origin",
    ),
    _rule(
        2122,
        "country of export unknown",
        "ISO 3166-1; WCO 062",
        *_rows("export_country"),
    ),
    _rule(
        2123,
        "country of destination unknown",
        "ISO 3166-1; WCO 465",
        *_rows("destination_country"),
    ),
    _rule(
        2124,
        "nationality of means of transport unknown",
        "ISO 3166-1; WCO T014",
        "border_nationality",
    ),
    _rule(2125, "country of routing unknown", "ISO 3166-1; WCO 064", "routing_countries"),
    _rule(
        2126,
        "country of address unknown",
        "ISO 3166-1; WCO 242",
        "goods_location_country",
        *(f"{role}.country" for role in PARTY_ROLES),
        *(f"items.{role}.country" for role in ITEM_PARTY_ROLES),
    ),
    _special(2130, "commodity code badly formed", commodity_form, _HS),
    _special(2131, "commodity code unknown", commodity_unknown, _HS),
    _special(2132, "commodity code expired", commodity_expired, _HS),
    _special(2133, "commodity code not yet valid", commodity_not_yet_valid, _HS),
    _rule(2134, "additional code unknown", f"{_WCO} 145", "items.additional_codes"),
    _rule(
        2135,
        "procedure unknown",
        "RKC Specific Annexes B to G; WCO 166",
        "items.procedure",
    ),
    _rule(
        2136,
        "previous procedure unknown",
        "RKC Specific Annexes B to G; WCO 161",
        "items.previous_procedure",
    ),
    _rule(2137, "additional procedure unknown", f"{_WCO} 166", "items.additional_procedures"),
    _rule(
        2138,
        "preference unknown",
        "WTO Agreement on Rules of Origin, Annex II; WCO 164",
        "items.preference",
    ),
    _rule(
        2139,
        "valuation method unknown",
        "WTO Valuation Agreement, Articles 1 to 7",
        "items.valuation_method",
    ),
    _rule(
        2140,
        "kind of charge unknown",
        "WTO Valuation Agreement, Article 8",
        *_rows("charges.type_code"),
    ),
    _rule(
        2141,
        "kind of package unknown",
        "UN/CEFACT Recommendation 21",
        "items.package_types",
    ),
    _rule(
        2142,
        "unit unknown",
        "UN/CEFACT Recommendation 20",
        "items.quantity_unit",
        "items.taxes.base_unit",
        *_rows("documents.write_off_unit"),
    ),
    _rule(
        2143,
        "document code unknown",
        "RKC General Annex standard 3.16; WCO D006",
        *_rows("documents.code"),
    ),
    _rule(
        2144,
        "document status unknown",
        f"{_WCO} 360",
        *_rows("documents.exemption_code"),
    ),
    _rule(
        2145,
        "kind of previous document unknown",
        f"{_WCO} D019",
        *_rows("previous_documents.code"),
    ),
    _rule(
        2146,
        "class of previous document unknown",
        f"{_WCO} D031",
        *_rows("previous_documents.category"),
    ),
    _rule(2147, "kind of tax unknown", f"{_WCO} 113", "items.taxes.type_code"),
    _rule(
        2148,
        "method of payment unknown",
        "RKC General Annex chapter 4; WCO 107",
        "items.taxes.payment_method",
    ),
    _rule(
        2149,
        "dangerous goods number unknown",
        "UN Model Regulations, Dangerous Goods List; WCO 506",
        "items.dangerous_goods",
    ),
    _rule(2150, "quota order number unknown", f"{_WCO} 401", "items.quota_order"),
    _time_rule(2901, "code expired", expired),
    _time_rule(2902, "code not yet valid", not_yet_valid),
)
