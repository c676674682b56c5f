"""Layer 3, identifiers that carry their own proof: check digits and forms. Numbers 34xx."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from clearway.kernel.decisions import Severity
from clearway.kernel.validation.case import Case, shown
from clearway.kernel.validation.rule import Layer, Place, Rule, at, rule
from clearway.vocabulary.identifiers import (
    check_air_waybill,
    check_container,
    check_lei,
    check_mrn,
    check_ship,
    check_tin,
    check_ucr,
    is_country,
)

_MRN_SHAPE = re.compile(r"[0-9]{2}[A-Z]{2}[0-9A-Z]{14}\Z")
FLIGHT = re.compile(r"[0-9A-Z]{2}[A-Z]?[0-9]{1,4}[A-Z]?(?:/[0-9]{1,2}[A-Z0-9]*)?\Z")
_DANGEROUS = re.compile(r"[0-9]{4}\Z")
_LEI_LENGTH = 20
_ANY_COUNTRY = "FR"  # stands in where only the national part is to be judged


def container_by_carrier(case: Case) -> Iterable[Place]:
    """The carrier that lodges its own container number has its check digit right."""
    return _containers(case) if _carrier_lodges(case) else ()


def container_copied(case: Case) -> Iterable[Place]:
    """A container number that others copy should have its check digit right."""
    return () if _carrier_lodges(case) else _containers(case)


def _carrier_lodges(case: Case) -> bool:
    carrier, declarant = case.lodgement.carrier, case.lodgement.declarant
    return bool(carrier and declarant and carrier.id and carrier.id == declarant.id)


def _containers(case: Case) -> Iterator[Place]:
    for n, number in enumerate(case.lodgement.containers, 1):
        verdict = check_container(number)
        if verdict is not None and verdict.reason == "check_digit":
            yield at("containers", 0, n, number=number, expected=verdict.expected)


def container_form(case: Case) -> Iterator[Place]:
    """A container number is four letters and seven digits; swap bodies have other marks."""
    for n, number in enumerate(case.lodgement.containers, 1):
        verdict = check_container(number)
        if verdict is not None and verdict.reason != "check_digit":
            yield at("containers", 0, n, number=shown(number))


def ship_number(case: Case) -> Iterator[Place]:
    """An IMO ship number has its check digit right."""
    for field, kind, number in _means(case):
        if kind == case.limits.ship_means and (verdict := check_ship(number)):
            yield at(field, number=shown(number), expected=verdict.expected)


def flight_number(case: Case) -> Iterator[Place]:
    """A flight number is an airline's designator and up to four digits."""
    for field, kind, number in _means(case):
        if kind == case.limits.flight_means and not FLIGHT.match(number.replace(" ", "")):
            yield at(field, number=shown(number))


def _means(case: Case) -> Iterator[tuple[str, str, str]]:
    lodgement = case.lodgement
    if lodgement.border_means_id:
        yield "border_means_id", lodgement.border_means_type, lodgement.border_means_id
    if lodgement.arrival_means_id:
        yield "arrival_means_id", lodgement.arrival_means_type, lodgement.arrival_means_id


def air_waybill(case: Case) -> Iterator[Place]:
    """An air waybill's serial ends in its first seven digits modulo 7."""
    codes = case.limits.air_waybills
    for i, n, row in case.previous_documents:
        if row.code in codes and (verdict := check_air_waybill(row.reference)):
            field = "items.previous_documents.reference" if i else "previous_documents.reference"
            yield at(field, i, n, number=shown(row.reference), expected=verdict.expected)
    for i, n, document in case.documents:
        number = document.reference if document.code[1:] in codes else ""
        if number and (verdict := check_air_waybill(number)):
            field = "items.documents.reference" if i else "documents.reference"
            yield at(field, i, n, number=shown(number), expected=verdict.expected)


def party_identifier(case: Case) -> Iterator[Place]:
    """A party's identifier is a TIN (country and national number) or an LEI."""
    if case.limits.party_scheme == "none":
        return
    for field, i, party in case.parties:
        if party.id and (expected := party_fault(party.id, case.limits.home)):
            yield at(f"{field}.id", i, number=shown(party.id), expected=expected)


def role_identifier(case: Case) -> Iterator[Place]:
    """The holder of a status or an authorisation is named by a TIN or an LEI."""
    if case.limits.party_scheme == "none":
        return
    lodgement = case.lodgement
    for field, pairs in (
        ("aeo_parties.id", lodgement.aeo_parties),
        ("duty_tax_parties.id", lodgement.duty_tax_parties),
        ("authorisations.id", lodgement.authorisations),
    ):
        for n, (number, _) in enumerate(pairs, 1):
            if number and (expected := party_fault(number, case.limits.home)):
                yield at(field, 0, n, number=shown(number), expected=expected)


@lru_cache(maxsize=16_384)
def party_fault(number: str, home: frozenset[str]) -> str:
    """Return the form that a party's identifier should have had, empty where it is right."""
    if number[:2] in home and number[:2].isalpha() and not is_country(number[:2]):
        # A home country that ISO 3166-1 does not list (a territory, the demo country) is known.
        number = f"{_ANY_COUNTRY}{number[2:]}"
    verdict = check_lei(number) if len(number) == _LEI_LENGTH else check_tin(number)
    return "" if verdict is None else verdict.expected


def own_mrn(case: Case) -> Iterable[Place]:
    """A number that has the form of an MRN has the check character of one."""
    number = case.lodgement.id
    if not number or not _MRN_SHAPE.match(number):
        return ()
    verdict = check_mrn(number)
    return (at("id", number=number, expected=verdict.expected),) if verdict else ()


def previous_mrn(case: Case) -> Iterator[Place]:
    """A previous declaration is named by an MRN with the right check character."""
    for i, n, row in case.previous_documents:
        if row.code in case.limits.mrn_documents and (verdict := check_mrn(row.reference)):
            field = "items.previous_documents.reference" if i else "previous_documents.reference"
            yield at(field, i, n, number=shown(row.reference), expected=verdict.expected)


def consignment_reference(case: Case) -> Iterator[Place]:
    """A UCR is a year's digit, a country and the trader's own part."""
    lodgement = case.lodgement
    if lodgement.ucr and (verdict := check_ucr(lodgement.ucr)):
        yield at("ucr", number=shown(lodgement.ucr), expected=verdict.expected)
    for i, item in enumerate(lodgement.items, 1):
        if item.ucr and (verdict := check_ucr(item.ucr)):
            yield at("items.ucr", i, number=shown(item.ucr), expected=verdict.expected)


def dangerous_goods_number(case: Case) -> Iterator[Place]:
    """A UN number of dangerous goods has four digits."""
    for i, item in enumerate(case.lodgement.items, 1):
        for n, number in enumerate(item.dangerous_goods, 1):
            if number and not _DANGEROUS.match(number):
                yield at("items.dangerous_goods", i, n, number=shown(number))


_ROLES = (
    *("declarant", "agent", "importer", "exporter", "consignor", "consignee", "seller", "buyer"),
    *("carrier", "items.consignor", "items.consignee", "items.seller", "items.buyer"),
)

RULES: tuple[Rule, ...] = (
    rule(
        3401,
        "check digit of the carrier's own container number",
        Layer.CONSISTENCY,
        "ISO 6346; RKC Specific Annex A chapter 1",
        container_by_carrier,
        "containers",
    ),
    rule(
        3402,
        "check digit of a container number",
        Layer.CONSISTENCY,
        "ISO 6346",
        container_copied,
        "containers",
        severity=Severity.WARNING,
    ),
    rule(
        3403,
        "container number of another form",
        Layer.CONSISTENCY,
        "ISO 6346; WCO 159",
        container_form,
        "containers",
        severity=Severity.NOTE,
    ),
    rule(
        3404,
        "check digit of an IMO ship number",
        Layer.CONSISTENCY,
        "IMO Resolution A.1117(30); WCO T006",
        ship_number,
        "border_means_id",
        "arrival_means_id",
        severity=Severity.WARNING,
    ),
    rule(
        3405,
        "flight number of another form",
        Layer.CONSISTENCY,
        "IATA Standard Schedules Information Manual; WCO T006",
        flight_number,
        "border_means_id",
        "arrival_means_id",
        severity=Severity.WARNING,
    ),
    rule(
        3406,
        "check digit of an air waybill",
        Layer.CONSISTENCY,
        "IATA Resolution 600a",
        air_waybill,
        "previous_documents.reference",
        "items.previous_documents.reference",
        "documents.reference",
        "items.documents.reference",
        severity=Severity.WARNING,
    ),
    rule(
        3407,
        "party identifier badly formed",
        Layer.CONSISTENCY,
        "WCO guidelines on the trader identification number; ISO 17442",
        party_identifier,
        *(f"{role}.id" for role in _ROLES),
    ),
    rule(
        3408,
        "holder's identifier badly formed",
        Layer.CONSISTENCY,
        "WCO guidelines on the trader identification number; WCO R143, R119, R144",
        role_identifier,
        "aeo_parties.id",
        "duty_tax_parties.id",
        "authorisations.id",
    ),
    rule(
        3409,
        "check character of the MRN",
        Layer.CONSISTENCY,
        "WCO Data Model D014; ISO 6346 sum",
        own_mrn,
        "id",
        severity=Severity.WARNING,
    ),
    rule(
        3410,
        "previous MRN badly formed",
        Layer.CONSISTENCY,
        "WCO Data Model D018; ISO 6346 sum",
        previous_mrn,
        "previous_documents.reference",
        "items.previous_documents.reference",
        severity=Severity.WARNING,
    ),
    rule(
        3411,
        "consignment reference badly formed",
        Layer.CONSISTENCY,
        "WCO Recommendation on the UCR; ISO 15459",
        consignment_reference,
        "ucr",
        "items.ucr",
        severity=Severity.WARNING,
    ),
    rule(
        3412,
        "dangerous goods number badly formed",
        Layer.CONSISTENCY,
        "UN Model Regulations; WCO 506",
        dangerous_goods_number,
        "items.dangerous_goods",
    ),
)
