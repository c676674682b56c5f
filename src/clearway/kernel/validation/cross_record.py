"""Layer 4, one record against another, as far as the kernel sees them. Numbers 412x to 414x.

What only a register knows (mandates, manifest lines, permits' balances) is checked where the
register is kept. What several declarations show together stands in ``batch``; what a procedure
asks for in ``requirements``; what is said twice in ``repetitions``; rates in ``declared_rates``.
"""

from __future__ import annotations

from collections.abc import Iterator

from clearway.kernel.decisions import Severity
from clearway.kernel.validation.case import Case, shown
from clearway.kernel.validation.rule import Layer, Place, Rule, at, rule
from clearway.kernel.validation.written import PARTY_ROLES
from clearway.vocabulary.names import name_key

_PARTIES = frozenset(PARTY_ROLES)


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
