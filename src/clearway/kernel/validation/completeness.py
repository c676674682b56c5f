"""Layer 3, what may not be missing from a complete declaration. Numbers 37xx."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from clearway.kernel.decisions import Severity
from clearway.kernel.lodgement import Item, Party
from clearway.kernel.validation.case import Case
from clearway.kernel.validation.rule import Layer, Place, Rule, at, rule

_EVERY = "RKC General Annex standard 3.11 (contents of the goods declaration)"


def declaration_needs(field: str) -> Callable[[Case], Iterable[Place]]:
    """Return the test that a complete declaration has this datum."""

    def check(case: Case) -> Iterable[Place]:
        if getattr(case.lodgement, field) or not case.whole:
            return ()
        return (at(field),)

    return check


def item_needs(field: str) -> Callable[[Case], Iterable[Place]]:
    """Return the test that every item of a complete declaration has this datum."""

    def check(case: Case) -> Iterable[Place]:
        if not case.complete:
            return ()
        return [
            at(f"items.{field}", i)
            for i, item in enumerate(case.lodgement.items, 1)
            if not getattr(item, field)
        ]

    return check


def _named(party: Party | None) -> bool:
    return party is not None and bool(party.id or party.name)


def declarant_missing(case: Case) -> Iterable[Place]:
    """Somebody declares, and answers for it."""
    lodgement = case.lodgement
    if not case.whole or _named(lodgement.declarant) or _named(lodgement.agent):
        return ()
    return (at("declarant.id"),)


def importer_missing(case: Case) -> Iterable[Place]:
    """An import has an importer."""
    lodgement = case.lodgement
    if not (case.complete and case.imports) or _named(lodgement.importer):
        return ()
    if _named(lodgement.consignee) or any(_named(item.consignee) for item in lodgement.items):
        return ()
    return (at("importer.id"),)


def exporter_missing(case: Case) -> Iterable[Place]:
    """An export has an exporter."""
    lodgement = case.lodgement
    if not (case.complete and case.exports) or _named(lodgement.exporter):
        return ()
    if _named(lodgement.consignor) or any(_named(item.consignor) for item in lodgement.items):
        return ()
    return (at("exporter.id"),)


def origin_missing(case: Case) -> Iterable[Place]:
    """An imported item has an origin; the rate depends on it."""
    if not (case.complete and case.imports):
        return ()
    return [
        at("items.origin", i)
        for i, item in enumerate(case.lodgement.items, 1)
        if not (item.origin or item.preferential_origin or _needs_no_origin(case, i, item))
    ]


def _needs_no_origin(case: Case, i: int, item: Item) -> bool:
    """Low-value consignments, and procedures that the pack says need none."""
    return (
        bool(case.lodgement.low_value_regime)
        or case.terms[i - 1].get("no_origin", "") == "yes"
        or any(
            case.day.property_of("additional_procedure", code, "no_origin") == "yes"
            for code in item.additional_procedures
        )
    )


def packages_missing(case: Case) -> Iterable[Place]:
    """A declaration with a total of packages says how many each item has."""
    if case.lodgement.total_packages is None or not case.whole:
        return ()
    items = case.lodgement.items
    if all(item.packages is None for item in items):
        return ()
    return [at("items.packages", i) for i, item in enumerate(items, 1) if item.packages is None]


def representation_status(case: Case) -> Iterable[Place]:
    """An agent says whether it acts in another's name or in its own."""
    lodgement = case.lodgement
    if not _named(lodgement.agent) or lodgement.agent_status:
        return ()
    return (at("agent_status"),)


RULES: tuple[Rule, ...] = (
    rule(
        3701,
        "reference missing",
        Layer.CONSISTENCY,
        f"{_EVERY}; WCO D026",
        declaration_needs("lrn"),
        "lrn",
    ),
    rule(
        3702,
        "type missing",
        Layer.CONSISTENCY,
        f"{_EVERY}; WCO D013",
        declaration_needs("type_code"),
        "type_code",
    ),
    rule(
        3703,
        "declarant missing",
        Layer.CONSISTENCY,
        "RKC General Annex standards 3.6 to 3.8",
        declarant_missing,
        "declarant.id",
    ),
    rule(
        3704,
        "importer missing",
        Layer.CONSISTENCY,
        f"{_EVERY}; WCO R038",
        importer_missing,
        "importer.id",
    ),
    rule(
        3705,
        "exporter missing",
        Layer.CONSISTENCY,
        f"{_EVERY}; WCO R032",
        exporter_missing,
        "exporter.id",
    ),
    rule(
        3706,
        "status of representation missing",
        Layer.CONSISTENCY,
        "RKC General Annex standard 8.1; WCO 102",
        representation_status,
        "agent_status",
        severity=Severity.WARNING,
    ),
    rule(
        3711,
        "commodity code missing",
        Layer.CONSISTENCY,
        f"{_EVERY}; HS Convention, Article 3",
        item_needs("commodity"),
        "items.commodity",
    ),
    rule(
        3712,
        "procedure missing",
        Layer.CONSISTENCY,
        f"{_EVERY}; WCO 166",
        item_needs("procedure"),
        "items.procedure",
    ),
    rule(
        3713,
        "origin missing",
        Layer.CONSISTENCY,
        "RKC Specific Annex K chapter 1; WCO 063",
        origin_missing,
        "items.origin",
    ),
    rule(
        3714,
        "number of packages missing",
        Layer.CONSISTENCY,
        f"{_EVERY}; WCO 144",
        packages_missing,
        "items.packages",
    ),
)
