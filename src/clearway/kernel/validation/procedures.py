"""Layer 3, procedure and direction, and the countries they imply. Numbers 3601 to 3607."""

from __future__ import annotations

from collections.abc import Iterator

from clearway.kernel.decisions import Severity
from clearway.kernel.validation.case import Case
from clearway.kernel.validation.rule import Layer, Place, Rule, at, rule


def direction_of_procedure(case: Case) -> Iterator[Place]:
    """An import declares a procedure for imports, an export one for exports."""
    direction = case.lodgement.direction
    for i, item in enumerate(case.lodgement.items, 1):
        allowed = case.terms[i - 1].get("direction", "").split()
        if allowed and direction and direction not in allowed:
            yield at(
                "items.procedure",
                i,
                rests_on=(("type_code", 0, 0),),
                procedure=item.procedure,
                direction=direction,
                allowed=" ".join(allowed),
            )


def pair_of_procedures(case: Case) -> Iterator[Place]:
    """The previous procedure is one that the requested procedure can follow."""
    for i, item in enumerate(case.lodgement.items, 1):
        allowed = case.terms[i - 1].get("previous", "").split()
        if allowed and item.previous_procedure and item.previous_procedure not in allowed:
            yield at(
                "items.previous_procedure",
                i,
                rests_on=(("items.procedure", i, 0),),
                procedure=item.procedure,
                previous=item.previous_procedure,
                allowed=" ".join(allowed),
            )


def additional_procedure_fits(case: Case) -> Iterator[Place]:
    """An additional procedure stands beside one that it belongs to."""
    for i, item in enumerate(case.lodgement.items, 1):
        for n, code in enumerate(item.additional_procedures, 1):
            allowed = case.day.property_of("additional_procedure", code, "procedures").split()
            if allowed and item.procedure not in allowed:
                yield at(
                    "items.additional_procedures",
                    i,
                    n,
                    rests_on=(("items.procedure", i, 0),),
                    code=code,
                    procedure=item.procedure,
                    allowed=" ".join(allowed),
                )


def destined_elsewhere(case: Case) -> Iterator[Place]:
    """An import is destined for here."""
    if case.imports:
        yield from _countries(case, "destination_country", at_home=False)


def sent_from_here(case: Case) -> Iterator[Place]:
    """An import was not sent from here."""
    if case.imports:
        yield from _countries(case, "export_country", at_home=True)


def destined_here(case: Case) -> Iterator[Place]:
    """An export is not destined for here."""
    if case.exports:
        yield from _countries(case, "destination_country", at_home=True)


def sent_from_elsewhere(case: Case) -> Iterator[Place]:
    """An export is sent from here."""
    if case.exports:
        yield from _countries(case, "export_country", at_home=False)


def _countries(case: Case, field: str, *, at_home: bool) -> Iterator[Place]:
    home, rests = case.limits.home, (("type_code", 0, 0),)
    country = getattr(case.lodgement, field)
    if country and (country in home) is at_home:
        yield at(field, country=country, direction=case.lodgement.direction, rests_on=rests)
    for i, item in enumerate(case.lodgement.items, 1):
        country = getattr(item, field)
        if country and (country in home) is at_home:
            direction = case.lodgement.direction
            yield at(f"items.{field}", i, country=country, direction=direction, rests_on=rests)


_RKC_B = "RKC Specific Annexes B to G"

RULES: tuple[Rule, ...] = (
    rule(
        3601,
        "procedure of the other direction",
        Layer.CONSISTENCY,
        f"{_RKC_B}; property direction of the list procedure",
        direction_of_procedure,
        "items.procedure",
    ),
    rule(
        3602,
        "previous procedure does not fit",
        Layer.CONSISTENCY,
        f"{_RKC_B}; property previous of the list procedure",
        pair_of_procedures,
        "items.previous_procedure",
    ),
    rule(
        3603,
        "additional procedure does not fit",
        Layer.CONSISTENCY,
        f"{_RKC_B}; property procedures of the list additional_procedure",
        additional_procedure_fits,
        "items.additional_procedures",
    ),
    rule(
        3604,
        "import destined elsewhere",
        Layer.CONSISTENCY,
        "RKC Specific Annex B chapter 1; WCO 465",
        destined_elsewhere,
        "destination_country",
        "items.destination_country",
        severity=Severity.WARNING,
    ),
    rule(
        3605,
        "import sent from here",
        Layer.CONSISTENCY,
        "RKC Specific Annex B chapter 1; WCO 062",
        sent_from_here,
        "export_country",
        "items.export_country",
        severity=Severity.WARNING,
    ),
    rule(
        3606,
        "export destined for here",
        Layer.CONSISTENCY,
        "RKC Specific Annex C; WCO 465",
        destined_here,
        "destination_country",
        "items.destination_country",
    ),
    rule(
        3607,
        "export sent from elsewhere",
        Layer.CONSISTENCY,
        "RKC Specific Annex C; WCO 062",
        sent_from_elsewhere,
        "export_country",
        "items.export_country",
        severity=Severity.WARNING,
    ),
)
