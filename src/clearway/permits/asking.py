"""What do I need? The pack's answer, before anything is lodged: public to whoever is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from clearway.kernel.lodgement import Item, Lodgement
from clearway.kernel.permits import applicable
from clearway.kernel.reference import PermitRequirement, Reference
from clearway.permits import clocks
from clearway.reference.queries import tariff_line
from clearway.vocabulary.dates import days_of

USUAL_PROCEDURE: Mapping[str, str] = {"IM": "40", "EX": "10"}
"""The procedure that is meant where none is named: release for home use, outright export."""


class Question(msgspec.Struct, frozen=True):
    """What goods, from or to where, under which procedure, for what, and when.

    ``country`` is the country of origin of an import, of destination of an export; ``end_use`` an
    additional procedure.
    """

    commodity: str
    direction: str
    country: str
    day: date
    procedure: str = ""
    end_use: str = ""


class Requirement(msgspec.Struct, frozen=True):
    """One permit that is needed, by which law, of whom, and which documents show it.

    ``documents`` and ``exemptions`` pair a code with its name; ``days`` are the working days in
    which the agency decides, ``silent`` whether its silence approves.
    """

    code: str
    name: str
    legal_basis: str
    agency: str
    agency_name: str
    contact: str
    documents: tuple[tuple[str, str], ...]
    exemptions: tuple[tuple[str, str], ...]
    days: int
    silent: bool


def needed(question: Question, reference: Reference) -> tuple[Requirement, ...]:
    """Return what goods need on a day, in the pack's order.

    Raises:
        NotThere: the commodity is no line of the tariff on that day.
    """
    day = days_of(question.day)
    tariff_line(reference, question.commodity, day)
    return tuple(told(one, reference, day) for one in applying_to(question, reference))


def applying_to(question: Question, reference: Reference) -> tuple[PermitRequirement, ...]:
    """Return the requirements of the pack that goods fall under."""
    export = question.direction == "EX"
    item = Item(
        commodity=question.commodity,
        origin="" if export else question.country,
        destination_country=question.country if export else "",
        procedure=question.procedure or USUAL_PROCEDURE.get(question.direction, ""),
        additional_procedures=(question.end_use,) if question.end_use else (),
    )
    lodgement = Lodgement(
        direction=question.direction, legal_date=days_of(question.day), items=(item,)
    )
    return applicable(lodgement, item, reference)


def told(requirement: PermitRequirement, reference: Reference, day: int) -> Requirement:
    """Return a requirement of the pack with everything a trader wants to know of it."""
    agency = reference.code_lists["agency"].lookup(requirement.agency, day)
    properties = {} if agency is None else agency.properties
    return Requirement(
        code=requirement.code,
        name=requirement.name or requirement.code,
        legal_basis=requirement.legal_basis,
        agency=requirement.agency,
        agency_name=requirement.agency if agency is None else agency.name,
        contact=properties.get("contact", ""),
        documents=_named(requirement.documents, reference, day),
        exemptions=_named(requirement.exemptions, reference, day),
        days=clocks.term(reference, "decision_days"),
        silent=requirement.code in clocks.silent(reference),
    )


def _named(codes: tuple[str, ...], reference: Reference, day: int) -> tuple[tuple[str, str], ...]:
    known = reference.code_lists.get("document")
    found = []
    for code in codes:
        entry = None if known is None else known.lookup(code, day)
        found.append((code, code if entry is None else entry.name))
    return tuple(found)


def agency_name(reference: Reference, code: str, day: int) -> str:
    """Return an agency's name, its code where the pack does not know it."""
    entry = reference.code_lists["agency"].lookup(code, day) if code else None
    return code if entry is None else entry.name
