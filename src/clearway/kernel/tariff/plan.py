"""The order in which a pack charges its taxes, and what each one's base is made of."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from clearway.kernel.reference import Reference, TaxRule
from clearway.kernel.tariff.index import DUTY_FAMILIES

VALUE = "value"
ADDITIONS = "additions"


class TaxStage(msgspec.Struct, frozen=True):
    """One tax of the pack: its rule and the positions of the earlier taxes in its base.

    ``family`` is the rule's, with preferences, suspensions and quotas counted as duty.
    """

    rule: TaxRule
    position: int
    on_value: bool
    with_additions: bool
    on_taxes: tuple[int, ...]
    family: str


@lru_cache(maxsize=8)
def stages(reference: Reference) -> tuple[TaxStage, ...]:
    """Return the pack's taxes in order, with their bases resolved to positions."""
    found: list[TaxStage] = []
    for position, rule in enumerate(reference.taxes):
        earlier = tuple(
            stage.position
            for stage in found
            if stage.rule.code in rule.base or f"@{family_of(stage.rule.family)}" in rule.base
        )
        found.append(
            TaxStage(
                rule,
                position,
                VALUE in rule.base,
                ADDITIONS in rule.base,
                earlier,
                family_of(rule.family),
            )
        )
    return tuple(found)


def family_of(family: str) -> str:
    """Return the family that a base names: preferences, suspensions and quotas are duty."""
    return "duty" if family in DUTY_FAMILIES else family
