"""Layer 3, what an item claims of the tariff: preference, quota, unit. Numbers 363x and 364x."""

from __future__ import annotations

from collections.abc import Iterator

from clearway.kernel.validation.case import Case
from clearway.kernel.validation.rule import Layer, Place, Rule, at, rule


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


RULES: tuple[Rule, ...] = (
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
