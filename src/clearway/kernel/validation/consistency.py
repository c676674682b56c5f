"""Layer 3, one datum against another: direction, countries, transport, price. Numbers 36xx."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clearway.kernel.decisions import Severity
from clearway.kernel.validation.case import Case
from clearway.kernel.validation.rule import Layer, Place, Rule, at, rule
from clearway.vocabulary.code_lists import WATERWAY_INCOTERMS

_WATERWAY_MODES = frozenset({"", "0", "1", "6", "8", "9"})
_CONTAINERS_YES = "1"
_CONTAINERS_NO = "0"


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


def origin_for_preference(case: Case) -> Iterator[Place]:
    """A claimed preference names the origin that it is claimed for."""
    for i, item in enumerate(case.lodgement.items, 1):
        if item.preference in case.limits.no_preference:
            continue
        granted = case.reference.preferences.get(item.preference)
        if granted is None:
            continue
        if granted.by_origin == "preferential" and not item.preferential_origin:
            yield at(
                "items.preferential_origin",
                i,
                rests_on=(("items.preference", i, 0),),
                preference=item.preference,
            )


def quota_named(case: Case) -> Iterator[Place]:
    """A preference within a quota names the quota's order number."""
    for i, item in enumerate(case.lodgement.items, 1):
        granted = case.reference.preferences.get(item.preference)
        if granted is not None and granted.quota and not item.quota_order:
            rests = (("items.preference", i, 0),)
            yield at("items.quota_order", i, preference=item.preference, rests_on=rests)


def quota_without_claim(case: Case) -> Iterator[Place]:
    """A quota's order number stands beside a preference that claims it."""
    for i, item in enumerate(case.lodgement.items, 1):
        if item.quota_order and item.preference in case.limits.no_preference:
            yield at("items.preference", i, order=item.quota_order)


def unit_of_tariff(case: Case) -> Iterator[Place]:
    """The tariff quantity is in the unit of its tariff line."""
    for i, item in enumerate(case.lodgement.items, 1):
        unit = _tariff_unit(case, i) if item.quantity_unit else ""
        if unit and item.quantity_unit != unit:
            yield at(
                "items.quantity_unit",
                i,
                rests_on=(("items.commodity", i, 0),),
                declared=item.quantity_unit,
                expected=unit,
            )


def quantity_of_tariff(case: Case) -> Iterator[Place]:
    """A tariff line with a unit has a quantity."""
    for i, item in enumerate(case.lodgement.items, 1):
        if item.quantity is None and (unit := _tariff_unit(case, i)):
            rests = (("items.commodity", i, 0),)
            yield at("items.quantity", i, unit=unit, commodity=item.commodity, rests_on=rests)


def _tariff_unit(case: Case, i: int) -> str:
    line = case.lines[i - 1]
    # Kilograms stand in the net mass already.
    return "" if line is None or not case.complete or line.unit == "KGM" else line.unit


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
    rule(
        3631,
        "preference without its origin",
        Layer.CONSISTENCY,
        "WTO Agreement on Rules of Origin, Annex II; WCO 164, 063",
        origin_for_preference,
        "items.preferential_origin",
    ),
    rule(
        3632,
        "quota claimed without its number",
        Layer.CONSISTENCY,
        "GATT Article XIII; WCO 401",
        quota_named,
        "items.quota_order",
    ),
    rule(
        3633,
        "quota number without a claim",
        Layer.CONSISTENCY,
        "GATT Article XIII; WCO 164",
        quota_without_claim,
        "items.preference",
    ),
    rule(
        3641,
        "unit other than the tariff's",
        Layer.CONSISTENCY,
        "HS Convention, Article 3; UN/CEFACT Recommendation 20; WCO 130",
        unit_of_tariff,
        "items.quantity_unit",
    ),
    rule(
        3642,
        "tariff quantity missing",
        Layer.CONSISTENCY,
        "HS Convention, Article 3; WCO 130",
        quantity_of_tariff,
        "items.quantity",
    ),
)
