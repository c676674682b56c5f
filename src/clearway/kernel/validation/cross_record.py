"""Layer 4, one record against another, as far as the kernel sees them. Numbers 4xxx.

What only a register knows (mandates, manifest lines, permits' balances) is checked where the
register is kept. What several declarations show together stands in ``batch``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache

from msgspec.structs import replace

from clearway.kernel.decisions import Severity
from clearway.kernel.lodgement import Item
from clearway.kernel.validation.case import Case, shown
from clearway.kernel.validation.rule import Layer, Place, Rule, at, rule
from clearway.kernel.validation.written import PARTY_ROLES
from clearway.vocabulary.names import name_key

_MILLION = 1_000_000
_MOST_DIGITS = 40
_PARTIES = frozenset(PARTY_ROLES)


def previous_document_needed(case: Case) -> Iterator[Place]:
    """A procedure that follows another names the document of what went before."""
    previous = case.lodgement.previous_documents
    own = {row.item for row in previous}
    for i, item in enumerate(case.lodgement.items, 1):
        if 0 in own or i in own or not _says(case.terms[i - 1], "requires_previous_document"):
            continue
        rests = (("items.procedure", i, 0),)
        yield at(
            "items.previous_documents.reference", i, 1, procedure=item.procedure, rests_on=rests
        )


def guarantee_needed(case: Case) -> Iterator[Place]:
    """A procedure under security names its guarantee."""
    if not case.lodgement.guarantees:
        yield from _once(case, "requires_guarantee", "guarantees.type", 1)


def warehouse_needed(case: Case) -> Iterator[Place]:
    """A warehousing procedure names the warehouse."""
    if not case.lodgement.warehouse:
        yield from _once(case, "requires_warehouse", "warehouse", 0)


def _once(case: Case, key: str, field: str, n: int) -> Iterator[Place]:
    for i, item in enumerate(case.lodgement.items, 1):
        if _says(case.terms[i - 1], key):
            rests = (("items.procedure", i, 0),)
            yield at(field, 0, n, procedure=item.procedure, item=str(i), rests_on=rests)
            return


def _says(terms: Mapping[str, str], key: str) -> bool:
    said = terms.get(key)
    return said is not None and said.lower() in {"yes", "true", "1"}


def authorisation_needed(case: Case) -> Iterator[Place]:
    """A procedure that needs an authorisation names one of the kinds."""
    held = {category for _, category in case.lodgement.authorisations}
    told: set[str] = set()
    for i, item in enumerate(case.lodgement.items, 1):
        kinds = case.terms[i - 1].get("requires_authorisation", "").split()
        if kinds and held.isdisjoint(kinds) and item.procedure not in told:
            told.add(item.procedure)
            yield at(
                "authorisations.category",
                0,
                len(case.lodgement.authorisations) + len(told),
                procedure=item.procedure,
                item=str(i),
                kinds=" ".join(kinds),
                rests_on=(("items.procedure", i, 0),),
            )


def container_twice(case: Case) -> Iterable[Place]:
    """A container is named once."""
    return _repeated("containers", case.lodgement.containers)


def seal_twice(case: Case) -> Iterable[Place]:
    """A seal is named once."""
    return _repeated("seals", case.lodgement.seals)


def _repeated(field: str, values: tuple[str, ...]) -> Iterable[Place]:
    if len(values) == len(set(values)):
        return ()
    first: dict[str, int] = {}
    return [
        at(field, 0, n, number=shown(value), first=str(first[value]))
        for n, value in enumerate(values, 1)
        if value and first.setdefault(value, n) != n
    ]


def document_twice(case: Case) -> Iterator[Place]:
    """A document is named once at its place."""
    seen = set()
    for i, n, row in case.documents:
        key = i, row.code, row.reference
        if row.reference and key in seen:
            field = "items.documents.reference" if i else "documents.reference"
            yield at(field, i, n, code=shown(row.code), reference=shown(row.reference))
        seen.add(key)


def previous_document_twice(case: Case) -> Iterator[Place]:
    """A line of a previous document is written off once at its place."""
    seen = set()
    for i, n, row in case.previous_documents:
        key = i, row.category, row.code, row.reference, row.line
        if row.reference and key in seen:
            start = "items.previous_documents" if i else "previous_documents"
            yield at(
                f"{start}.reference", i, n, code=shown(row.code), reference=shown(row.reference)
            )
        seen.add(key)


def identical_items(case: Case) -> Iterator[Place]:
    """No two items are the same in everything: one of them was entered twice."""
    items = case.lodgement.items
    seen: dict[tuple[object, ...], int] = {}
    for i, item in enumerate(items, 1):
        # Marks and packages tell apart what is otherwise alike; nameless goods prove nothing.
        key = (
            item.commodity,
            item.description,
            item.origin,
            item.item_amount,
            item.gross_mass,
            item.net_mass,
            item.packages,
            item.package_marks,
            item.containers,
        )
        first = seen.setdefault(key, i)
        if (
            first != i
            and item.item_amount
            and item.net_mass
            and items[first - 1] == _as(item, first)
        ):
            yield at("items.commodity", i, first=str(first))


def _as(item: Item, place: int) -> Item:
    """Return an item under another's number, for a comparison of everything else."""
    return replace(item, sequence=None if item.sequence is None else place)


def rate_badly_written(case: Case) -> Iterator[Place]:
    """A declared rate of exchange is a positive decimal number."""
    for n, (currency, text) in enumerate(case.lodgement.exchange_rates, 1):
        if text and (_rate(text) or 0) <= 0:
            yield at("exchange_rates.rate", 0, n, currency=shown(currency), declared=shown(text))


def rate_differs(case: Case) -> Iterator[Place]:
    """A declared rate of exchange is the one published for the day."""
    if case.number is None:
        return
    limits = case.limits
    for n, (currency, text) in enumerate(case.lodgement.exchange_rates, 1):
        published = case.reference.exchange_rate(currency, case.number)
        if published is None:
            continue
        upright = limits.rate_form != "unit_per_local"
        parts = published.numerator, published.denominator
        over, under = parts if upright else parts[::-1]
        if not _agrees(text, over, under, limits.rate_tolerance_per_million):
            yield at(
                "exchange_rates.rate",
                0,
                n,
                currency=currency,
                declared=shown(text),
                published=_written(Fraction(over, under)),
                rests_on=(("exchange_rates.currency", 0, n),),
            )


@lru_cache(maxsize=4096)
def _agrees(text: str, over: int, under: int, tolerance_per_million: int) -> bool:
    """Tell whether a rate as written is the published one, or is no rate at all."""
    declared = _rate(text)
    if declared is None or declared <= 0:
        return True
    expected = Fraction(over, under)
    difference = abs(declared - expected)
    # A declaration shows a rate to as many decimals as it was written with.
    decimals = len(text.partition(".")[2])
    if difference <= Fraction(1, 2 * 10**decimals):
        return True
    return difference * _MILLION <= expected * tolerance_per_million


@lru_cache(maxsize=4096)
def _rate(text: str) -> Fraction | None:
    whole, point, part = text.partition(".")
    digits = whole + part
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS and whole):
        return None
    return None if point and not part else Fraction(int(digits), 10 ** len(part))


def _written(value: Fraction) -> str:
    places = 5
    scaled = round(value * 10**places)
    text = f"{scaled // 10**places}.{scaled % 10**places:0{places}d}"
    return text.rstrip("0").rstrip(".")


def status_without_party(case: Case) -> Iterator[Place]:
    """An AEO status is claimed by a party of the declaration, in the role that it claims."""
    lodgement = case.lodgement
    if not lodgement.aeo_parties:
        return
    known = {party.id for _, _, party in case.parties if party.id}
    for n, (number, role) in enumerate(lodgement.aeo_parties, 1):
        wanted = case.day.property_of("aeo_role", role, "party")
        party = getattr(lodgement, wanted) if wanted in _PARTIES else None
        missing = number not in known if party is None else party.id != number
        if number and missing:
            rests = (("aeo_parties.role", 0, n),)
            yield at("aeo_parties.id", 0, n, number=shown(number), role=shown(role), rests_on=rests)


def status_twice(case: Case) -> Iterator[Place]:
    """A status is claimed once for one party and role."""
    seen = set()
    for n, pair in enumerate(case.lodgement.aeo_parties, 1):
        if pair in seen:
            yield at("aeo_parties", 0, n, number=shown(pair[0]), role=shown(pair[1]))
        seen.add(pair)


def document_without_reference(case: Case) -> Iterator[Place]:
    """A document has a reference, or says why it is not there."""
    for i, n, row in case.documents:
        if row.code and not (row.reference or row.exemption_code or row.name):
            field = "items.documents.reference" if i else "documents.reference"
            yield at(field, i, n, code=shown(row.code))


def write_off_without_unit(case: Case) -> Iterator[Place]:
    """A quantity written off a permit has the permit's unit."""
    for i, n, row in case.documents:
        if row.write_off_quantity and not row.write_off_unit:
            field = "items.documents.write_off_unit" if i else "documents.write_off_unit"
            yield at(field, i, n, code=shown(row.code))


def name_of_one_identifier(case: Case) -> Iterator[Place]:
    """One identifier is one party: it does not stand under two names."""
    names: dict[str, str] = {}
    for field, i, party in case.parties:
        if not party.id or not party.name:
            continue
        first = names.setdefault(party.id, party.name)
        if first != party.name and name_key(first) != name_key(party.name):
            number = shown(party.id)
            yield at(f"{field}.name", i, number=number, name=shown(party.name), other=shown(first))


def name_in_two_writings(case: Case) -> Iterator[Place]:
    """One party's name is written one way: width, composition and script variants agree."""
    names: dict[str, str] = {}
    for field, i, party in case.parties:
        if not party.id or not party.name:
            continue
        first = names.setdefault(party.id, party.name)
        if first != party.name and name_key(first) == name_key(party.name):
            number = shown(party.id)
            yield at(f"{field}.name", i, number=number, name=shown(party.name), other=shown(first))


_RKC = "RKC General Annex standard 3.16"

RULES: tuple[Rule, ...] = (
    rule(
        4101,
        "previous document missing",
        Layer.CROSS_RECORD,
        f"{_RKC}; property requires_previous_document of the list procedure",
        previous_document_needed,
        "items.previous_documents.reference",
    ),
    rule(
        4102,
        "authorisation missing",
        Layer.CROSS_RECORD,
        "RKC Specific Annexes D, F and G; property requires_authorisation of the list procedure",
        authorisation_needed,
        "authorisations.category",
    ),
    rule(
        4103,
        "guarantee missing",
        Layer.CROSS_RECORD,
        "RKC General Annex chapter 5; property requires_guarantee of the list procedure",
        guarantee_needed,
        "guarantees.type",
    ),
    rule(
        4104,
        "warehouse missing",
        Layer.CROSS_RECORD,
        "RKC Specific Annex D chapter 1; property requires_warehouse of the list procedure",
        warehouse_needed,
        "warehouse",
    ),
    rule(
        4105,
        "container named twice",
        Layer.CROSS_RECORD,
        "WCO Data Model 31B",
        container_twice,
        "containers",
    ),
    rule(
        4106,
        "seal named twice",
        Layer.CROSS_RECORD,
        "ISO 17712; WCO 165",
        seal_twice,
        "seals",
        severity=Severity.WARNING,
    ),
    rule(
        4107,
        "document named twice",
        Layer.CROSS_RECORD,
        f"{_RKC}; WCO D005",
        document_twice,
        "items.documents.reference",
        "documents.reference",
        severity=Severity.WARNING,
    ),
    rule(
        4108,
        "previous document named twice",
        Layer.CROSS_RECORD,
        "RKC Specific Annex A chapter 2; WCO D018",
        previous_document_twice,
        "items.previous_documents.reference",
        "previous_documents.reference",
        severity=Severity.WARNING,
    ),
    rule(
        4109,
        "item entered twice",
        Layer.CROSS_RECORD,
        "RKC General Annex standard 3.11; WCO 68A",
        identical_items,
        "items.commodity",
        severity=Severity.DOUBT,
    ),
    rule(
        4111,
        "rate of exchange is no number",
        Layer.CROSS_RECORD,
        "WCO Data Model 118",
        rate_badly_written,
        "exchange_rates.rate",
    ),
    rule(
        4112,
        "rate of exchange is not the published one",
        Layer.CROSS_RECORD,
        "WTO Valuation Agreement, Article 9; pack settings validation.rate_form and "
        "validation.rate_tolerance_per_million",
        rate_differs,
        "exchange_rates.rate",
    ),
    rule(
        4121,
        "AEO status without its party",
        Layer.CROSS_RECORD,
        "WCO SAFE Framework, mutual recognition; WCO R143, R005",
        status_without_party,
        "aeo_parties.id",
        severity=Severity.WARNING,
    ),
    rule(
        4122,
        "AEO status claimed twice",
        Layer.CROSS_RECORD,
        "WCO SAFE Framework, mutual recognition; WCO R143",
        status_twice,
        "aeo_parties",
        severity=Severity.NOTE,
    ),
    rule(
        4131,
        "document without reference",
        Layer.CROSS_RECORD,
        f"{_RKC}; WCO D005",
        document_without_reference,
        "items.documents.reference",
        "documents.reference",
    ),
    rule(
        4132,
        "write-off without unit",
        Layer.CROSS_RECORD,
        "UN/CEFACT Recommendation 33; WCO 502",
        write_off_without_unit,
        "items.documents.write_off_unit",
        "documents.write_off_unit",
        severity=Severity.WARNING,
    ),
    rule(
        4141,
        "one identifier under two names",
        Layer.CROSS_RECORD,
        "WCO guidelines on the trader identification number",
        name_of_one_identifier,
        *(f"{role}.name" for role in sorted(_PARTIES)),
        *(f"items.{role}.name" for role in ("consignor", "consignee", "seller", "buyer")),
        severity=Severity.DOUBT,
    ),
    rule(
        4142,
        "one name written in two ways",
        Layer.CROSS_RECORD,
        "Unicode Standard Annex 15; Unihan, simplified and traditional variants",
        name_in_two_writings,
        *(f"{role}.name" for role in sorted(_PARTIES)),
        *(f"items.{role}.name" for role in ("consignor", "consignee", "seller", "buyer")),
        severity=Severity.NOTE,
    ),
)
