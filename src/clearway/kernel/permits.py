"""Licences, permits and certificates (LPCO): which apply to an item, and what was declared.

A requirement is a row of the pack: commodity, direction, country, procedure, end use, day →
agency, documents, exemptions, legal reference. Whether a permit's balance covers a consignment
only its agency knows; the kernel asks a ``Question`` and goes on. A missing LPCO is the agency's
hold, not a lane and not by itself a refused declaration, so its severity is a warning; a pack may
set ``severity.CLW8101`` otherwise.

Findings, numbers 8xxx:

=======  ========  =======================================================================
8101     warning   a document that the requirement asks for is not declared, nor lifted
8102     warning   the quantity written off is less than the item's own in that unit
8103     note      an exemption is claimed; its agency is told
=======  ========  =======================================================================
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from clearway.kernel.decisions import Finding, Question, Severity
from clearway.kernel.lodgement import DocumentRow, Item, Lodgement
from clearway.kernel.pointers import pointer
from clearway.kernel.reference import PermitRequirement, Reference
from clearway.kernel.validation.amounts import written_quantity
from clearway.kernel.validation.case import shown
from clearway.kernel.validation.engine import severity_of
from clearway.kernel.validation.law import law_of


class PermitRule(NamedTuple):
    """A public number of this room, as ``clearway.kernel.validation.Rule`` tells its own."""

    code: str
    name: str
    severity: Severity
    fields: tuple[str, ...]
    legal_basis: str


MISSING: Final = PermitRule(
    "CLW8101",
    "LPCO missing",
    Severity.WARNING,
    ("items.documents.code",),
    "RKC General Annex standard 3.16; UN/CEFACT Recommendation 33; the requirement's own basis",
)
SHORT: Final = PermitRule(
    "CLW8102",
    "LPCO covers less than declared",
    Severity.WARNING,
    ("items.documents.write_off_quantity", "documents.write_off_quantity"),
    "UN/CEFACT Recommendation 33; WCO 502",
)
EXEMPTED: Final = PermitRule(
    "CLW8103",
    "LPCO exemption claimed",
    Severity.NOTE,
    ("items.documents.exemption_code", "documents.exemption_code"),
    "WCO Data Model 360; the requirement's own basis",
)
RULES: Final = (MISSING, SHORT, EXEMPTED)


class _Declared(NamedTuple):
    """A declared document with its place: goods item (0 = declaration) and position."""

    i: int
    n: int
    row: DocumentRow


class _Index(NamedTuple):
    """The requirements by commodity prefix; those for every commodity under the empty one."""

    by_prefix: Mapping[str, Sequence[PermitRequirement]]
    lengths: tuple[int, ...]


@lru_cache(maxsize=16)
def _index(reference: Reference) -> _Index:
    by_prefix: dict[str, list[PermitRequirement]] = {}
    for requirement in reference.permits:
        for prefix in requirement.commodities or ("",):
            by_prefix.setdefault(prefix, []).append(requirement)
    return _Index(by_prefix, tuple(sorted({len(prefix) for prefix in by_prefix})))


@lru_cache(maxsize=16_384)
def _by_commodity(reference: Reference, commodity: str) -> tuple[PermitRequirement, ...]:
    """Return the requirements whose commodities hold a code, whatever else they ask."""
    index = _index(reference)
    return tuple(
        requirement
        for length in index.lengths
        if length <= len(commodity)
        for requirement in index.by_prefix.get(commodity[:length], ())
    )


def applicable(
    lodgement: Lodgement, item: Item, reference: Reference
) -> tuple[PermitRequirement, ...]:
    """Return the requirements that an item falls under on the day, each once, in pack order.

    An import is looked at by its origin and by the country it was sent from, an export by its
    destination.
    """
    day = lodgement.observed_on if lodgement.legal_date is None else lodgement.legal_date
    if day is None or not reference.permits:
        return ()
    found: dict[str, PermitRequirement] = {}
    for requirement in _by_commodity(reference, item.commodity):
        if requirement.period.covers(day) and _concerns(requirement, lodgement, item, reference):
            found.setdefault(requirement.code, requirement)
    if len(found) < 2:
        return tuple(found.values())
    return tuple(requirement for requirement in reference.permits if requirement in found.values())


def _concerns(
    requirement: PermitRequirement, lodgement: Lodgement, item: Item, reference: Reference
) -> bool:
    limits = law_of(reference).limits
    imports, exports = lodgement.direction in limits.imports, lodgement.direction in limits.exports
    directions = requirement.direction.split()
    if directions and lodgement.direction not in directions:
        meant = (imports and "IM" in directions) or (exports and "EX" in directions)
        if not meant:
            return False
    if requirement.procedures and item.procedure not in requirement.procedures:
        return False
    if requirement.end_uses and set(item.additional_procedures).isdisjoint(requirement.end_uses):
        return False
    if not requirement.countries:
        return True
    if exports:
        concerned = {item.destination_country or lodgement.destination_country}
    else:
        concerned = {item.origin, item.export_country or lodgement.export_country}
    return not concerned.isdisjoint(requirement.countries)


def requirements(
    lodgement: Lodgement, reference: Reference
) -> tuple[list[Finding], list[Question]]:
    """Return what is missing or worth telling about LPCOs, and what the agencies must answer.

    Args:
        lodgement: the declaration as lodged.
        reference: the country's law, its permits as of ``legal_date``, failing that
            ``observed_on``; without a day nothing is required, which validation tells.
    """
    findings: list[Finding] = []
    questions: list[Question] = []
    if not reference.permits:
        return findings, questions
    documents: dict[int, list[_Declared]] | None = None
    for i, item in enumerate(lodgement.items, 1):
        for requirement in applicable(lodgement, item, reference):
            if documents is None:
                documents = _declared(lodgement)
            held = [*documents.get(i, ()), *documents.get(0, ())]
            for rule, where, parameters, asked in _judge(requirement, i, item, held):
                if rule is not None:
                    severity = severity_of(rule.code, rule.severity, reference)
                    if severity is not None:
                        findings.append(Finding(rule.code, severity, where, i, parameters))
                if asked is not None:
                    questions.append(asked)
    return findings, questions


_Judgement = tuple[PermitRule | None, str, tuple[tuple[str, str], ...], Question | None]


def _judge(
    requirement: PermitRequirement, i: int, item: Item, held: Sequence[_Declared]
) -> Iterator[_Judgement]:
    about = (
        ("item", str(i)),
        ("permit", requirement.code),
        ("name", requirement.name or requirement.code),
        ("agency", requirement.agency),
        ("legal_basis", requirement.legal_basis),
    )
    documents = [each for each in held if each.row.code in requirement.documents]
    lifted = [
        each
        for each in held
        if each.row.exemption_code in requirement.exemptions
        or each.row.code in requirement.exemptions
    ]
    others = {*item.additional_codes, *item.additional_procedures}
    if lifted:
        first = lifted[0]
        lifting = first.row.exemption_code or first.row.code
        start = "items.documents" if first.i else "documents"
        where = pointer(f"{start}.exemption_code", first.i, first.n)
        yield EXEMPTED, where, (*about, ("exemption", shown(lifting))), None
    elif documents:
        yield from _covered(requirement, i, item, documents, about)
    elif others.isdisjoint(requirement.exemptions):
        following = 1 + sum(each.i == i for each in held)
        wanted = (*about, ("documents", " / ".join(requirement.documents)))
        where = pointer("items.documents.code", i, following)
        yield MISSING, where, wanted, _question(requirement, i, None)


def _covered(
    requirement: PermitRequirement,
    i: int,
    item: Item,
    documents: Sequence[_Declared],
    about: tuple[tuple[str, str], ...],
) -> Iterator[_Judgement]:
    """Ask for every balance that is drawn on, and tell where too little of it is drawn."""
    drawn = [each for each in documents if each.row.write_off_quantity is not None]
    for each in drawn:
        yield None, "", (), _question(requirement, i, each.row)
    units = {each.row.write_off_unit for each in drawn}
    if len(units) != 1:
        return
    unit = units.pop()
    own = item.net_mass if unit == "KGM" else item.quantity if unit == item.quantity_unit else None
    total = sum(each.row.write_off_quantity or 0 for each in drawn)
    # A document of the whole declaration may be drawn on by several items at once.
    if own is None or not 0 < total < own or any(each.i == 0 for each in documents):
        return
    where = pointer("items.documents.write_off_quantity", i, drawn[0].n)
    amounts = (
        ("drawn", written_quantity(total)),
        ("declared", written_quantity(own)),
        ("unit", unit),
    )
    yield SHORT, where, (*about, *amounts), None


def _question(requirement: PermitRequirement, i: int, row: DocumentRow | None) -> Question:
    return Question(
        item=i,
        kind="permit",
        code=requirement.code,
        agency=requirement.agency,
        quantity=None if row is None else row.write_off_quantity,
        unit="" if row is None else row.write_off_unit,
        legal_basis=requirement.legal_basis,
    )


def _declared(lodgement: Lodgement) -> dict[int, list[_Declared]]:
    documents: dict[int, list[_Declared]] = {}
    for row in lodgement.documents:
        rows = documents.setdefault(row.item, [])
        rows.append(_Declared(row.item, len(rows) + 1, row))
    return documents
