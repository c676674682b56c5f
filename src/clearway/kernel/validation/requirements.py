"""Layer 4, what a procedure asks for beside the goods item. Numbers 4101 to 4104."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clearway.kernel.validation.case import Case
from clearway.kernel.validation.rule import Layer, Place, Rule, at, rule


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
)
