"""Layer 3, term of delivery and transport against each other. Numbers 361x and 362x."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clearway.kernel.decisions import Severity
from clearway.kernel.validation.case import Case
from clearway.kernel.validation.rule import Layer, Place, Rule, at, rule
from clearway.vocabulary.code_lists import WATERWAY_INCOTERMS

_WATERWAY_MODES = frozenset({"", "0", "1", "6", "8", "9"})
_CONTAINERS_YES = "1"
_CONTAINERS_NO = "0"


def freight_under_term(case: Case) -> Iterable[Place]:
    """A price without freight needs the freight beside it where the boundary is CIF."""
    lodgement = case.lodgement
    valuation = case.reference.valuation
    if not case.imports or valuation.cost_boundary != "CIF" or lodgement.freight_amount:
        return ()
    term = valuation.incoterms.get(lodgement.incoterm)
    if term is None or term.freight_included:
        return ()
    charges = [*lodgement.charges, *(charge for item in lodgement.items for charge in item.charges)]
    roles = valuation.charge_roles
    if any(roles.get(charge.type_code) == "freight" and charge.amount for charge in charges):
        return ()
    # Methods 2 to 7 do not start from the price, and say themselves what they hold.
    if not any(item.valuation_method in {"", "1"} for item in lodgement.items):
        return ()
    return (at("freight_amount", incoterm=lodgement.incoterm, rests_on=(("incoterm", 0, 0),)),)


def term_of_waterways(case: Case) -> Iterable[Place]:
    """FAS, FOB, CFR and CIF are terms for sea and inland waterway."""
    lodgement = case.lodgement
    if lodgement.incoterm not in WATERWAY_INCOTERMS or lodgement.border_mode in _WATERWAY_MODES:
        return ()
    return (
        at(
            "incoterm",
            incoterm=lodgement.incoterm,
            mode=lodgement.border_mode,
            rests_on=(("border_mode", 0, 0),),
        ),
    )


def place_of_term(case: Case) -> Iterable[Place]:
    """A delivery term names its place."""
    lodgement = case.lodgement
    if not lodgement.incoterm or lodgement.incoterm_place.strip():
        return ()
    return (at("incoterm_place", incoterm=lodgement.incoterm),)


def containers_announced(case: Case) -> Iterable[Place]:
    """Goods said to be in containers name a container."""
    lodgement = case.lodgement
    if lodgement.container_indicator != _CONTAINERS_YES or lodgement.containers:
        return ()
    if any(item.containers for item in lodgement.items):
        return ()
    return (at("containers", 0, 1),)


def containers_denied(case: Case) -> Iterable[Place]:
    """Goods said not to be in containers name none."""
    lodgement = case.lodgement
    if lodgement.container_indicator != _CONTAINERS_NO or not lodgement.containers:
        return ()
    return (at("container_indicator", counted=str(len(lodgement.containers))),)


def item_container_listed(case: Case) -> Iterator[Place]:
    """The container of an item is one of the declaration's."""
    listed = frozenset(case.lodgement.containers)
    if not listed:
        return
    for i, item in enumerate(case.lodgement.items, 1):
        for n, number in enumerate(item.containers, 1):
            if number and number not in listed:
                yield at("items.containers", i, n, number=number)


def seals_without_container(case: Case) -> Iterable[Place]:
    """A seal closes something that the declaration names."""
    lodgement = case.lodgement
    if not lodgement.seals or lodgement.containers:
        return ()
    return (at("seals", 0, 1, seal=lodgement.seals[0]),)


def means_and_mode(case: Case) -> Iterable[Place]:
    """The kind of means of transport belongs to the mode: the first digit is the mode's."""
    lodgement = case.lodgement
    kind, mode = lodgement.border_means_type, lodgement.border_mode
    if len(kind) != 2 or not kind.isdecimal() or not mode or kind[0] == mode:
        return ()
    # Mail, multimodal and fixed installations have no means of their own in the list.
    if mode not in {"1", "2", "3", "4", "8"}:
        return ()
    return (at("border_means_type", kind=kind, mode=mode, rests_on=(("border_mode", 0, 0),)),)


RULES: tuple[Rule, ...] = (
    rule(
        3611,
        "price without freight and no freight",
        Layer.CONSISTENCY,
        "WTO Valuation Agreement, Article 8.2; Incoterms 2020",
        freight_under_term,
        "freight_amount",
    ),
    rule(
        3612,
        "waterway term for another mode",
        Layer.CONSISTENCY,
        "Incoterms 2020, rules for sea and inland waterway transport",
        term_of_waterways,
        "incoterm",
        severity=Severity.WARNING,
    ),
    rule(
        3613,
        "delivery term without place",
        Layer.CONSISTENCY,
        "Incoterms 2020 (UN/CEFACT Recommendation 5)",
        place_of_term,
        "incoterm_place",
        severity=Severity.WARNING,
    ),
    rule(
        3621,
        "container announced and not named",
        Layer.CONSISTENCY,
        "WCO Data Model 096, 159",
        containers_announced,
        "containers",
    ),
    rule(
        3622,
        "container denied and named",
        Layer.CONSISTENCY,
        "WCO Data Model 096, 159",
        containers_denied,
        "container_indicator",
    ),
    rule(
        3623,
        "item in a container not listed",
        Layer.CONSISTENCY,
        "WCO Data Model 31B",
        item_container_listed,
        "items.containers",
    ),
    rule(
        3624,
        "seal without container",
        Layer.CONSISTENCY,
        "ISO 17712; WCO 165",
        seals_without_container,
        "seals",
        severity=Severity.WARNING,
    ),
    rule(
        3625,
        "means of transport of another mode",
        Layer.CONSISTENCY,
        "UN/CEFACT Recommendations 19 and 28",
        means_and_mode,
        "border_means_type",
        severity=Severity.WARNING,
    ),
)
