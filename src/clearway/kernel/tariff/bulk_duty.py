"""Which duty applies, for a whole batch: the preference claimed where it holds, else the ordinary.

Every item makes its first attempt in one common pass: the narrowest area of the first measure
type that its claim names, or the ordinary duty. Only those whose first attempt finds nothing go
on to the next area and the next type.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from clearway.kernel.reference import PreferenceRule
from clearway.kernel.tariff.bulk_columns import EncodedItems, Flags, Ints, Places
from clearway.kernel.tariff.bulk_history import CODED_ENTRY, NO_ENTRY, Moments
from clearway.kernel.tariff.bulk_index import BulkIndex, Trials
from clearway.kernel.tariff.index import DUTY_FAMILIES


class ClaimPlan(msgspec.Struct, frozen=True):
    """How a claimed preference is resolved: measure types in order, by which origin each.

    ``small`` sends all its items to the small path (quotas); ``ordinary`` means that the claim
    only names the ordinary duty and so claims nothing.
    """

    types: tuple[tuple[int, bool], ...] = ()
    preferential: bool = False
    proof: bool = False
    small: bool = False
    ordinary: bool = False


def claim_plan(index: BulkIndex, rule: PreferenceRule, types: Sequence[int]) -> ClaimPlan:
    """Return how the rule's claims are resolved among the measure types of one tax."""
    known = {index.small.types[kind].code: kind for kind in types}
    family = {code: index.small.types[kind].family for code, kind in known.items()}
    families = [family.get(code, "") for code in rule.measure_types]
    if families == ["duty"]:
        alone = list(family.values()).count("duty") == 1
        return ClaimPlan(ordinary=True) if alone else ClaimPlan(small=True)
    if rule.quota or "quota" in families or not set(families) <= DUTY_FAMILIES | {""}:
        return ClaimPlan(small=True)
    preferential = rule.by_origin == "preferential"
    return ClaimPlan(
        tuple(
            (known[code], preferential and family[code] != "duty")
            for code in rule.measure_types
            if code in known
        ),
        preferential,
        bool(rule.proof_documents),
    )


class Asked(msgspec.Struct, frozen=True, eq=False):
    """A batch being priced: who asks, at which moments, and who has become rare on the way."""

    index: BulkIndex
    items: EncodedItems
    moment: Moments
    rare: Flags


def duty_rows(asked: Asked, types: Sequence[int]) -> tuple[Ints, Flags]:
    """Return each item's duty entry (negative = rare), and whether its claim gave it."""
    index, items, rare = asked.index, asked.items, asked.rare
    ordinary = [kind for kind in types if index.small.types[kind].family == "duty"]
    pair = _opening(index.trials(ordinary), items.origin, items.day)
    claimed = np.zeros(len(items), np.bool_)
    plans: list[tuple[Places, ClaimPlan]] = []
    claims = items.preference
    claiming = np.flatnonzero(claims)
    occurring = _occurring(claims[claiming])
    if occurring and not isinstance(pair, np.ndarray):
        pair = np.full(len(items), pair, np.int64)
    for claim in occurring:
        at = claiming if len(occurring) == 1 else np.flatnonzero(claims == claim)
        plan = claim_plan(index, index.preferences[claim - 1], types) if claim > 0 else None
        if plan is None or plan.small or (not plan.types and not plan.ordinary):
            rare[at] = True
        elif not plan.ordinary and isinstance(pair, np.ndarray):
            at = _admitted(items, plan, at, rare)
            kind, preferential = plan.types[0]
            origin = items.preferential_origin if preferential else items.origin
            pair[at] = _opening(index.trials([kind]), origin[at], items.day, at)
            claimed[at] = True
            plans.append((at, plan))
    found = _attempt(asked, pair)
    _go_on(asked, ordinary, found, plans, claimed)
    return found, claimed


def _occurring(claims: Places) -> list[int]:
    """Return the different claims, in order."""
    if not len(claims):
        return []
    least, most = int(claims.min()), int(claims.max())
    if least == most:
        return [least]
    return (np.flatnonzero(np.bincount(claims - least)) + least).tolist()


def _admitted(items: EncodedItems, plan: ClaimPlan, at: Places, rare: Flags) -> Places:
    """Return the claims that carry origin and proof; the others are findings, so rare."""
    if plan.preferential and items.preferential_origin.min() < 0:
        rare[at[items.preferential_origin[at] < 0]] = True
    if plan.proof and not items.proved.all():
        rare[at[~items.proved[at]]] = True
    return at[~rare[at]] if rare.any() else at


def _opening(trials: Trials, origin: Places, day: Places, at: Places | None = None) -> Places | int:
    """Return the first pair to try: one for all where every country has the same."""
    if trials.constant is not None:
        return trials.constant
    country = np.maximum(origin, 0)
    pair = trials.first.take(country)
    if trials.since is not None and trials.until is not None:
        when = day if at is None else day[at]
        since, until = trials.since[:, 0].take(country), trials.until[:, 0].take(country)
        pair = np.where((since <= when) & (when < until), pair, -1)
    return pair


def _attempt(asked: Asked, pair: Places | int) -> Ints:
    """Return the entries of everybody's first attempt; histories that cannot tell: rare."""
    found = asked.index.entries(asked.items.commodity, pair, asked.moment)
    if int(found.min(initial=0)) < NO_ENTRY:
        asked.rare[found == CODED_ENTRY] = True
    return found


def _go_on(
    asked: Asked,
    ordinary: Sequence[int],
    found: Ints,
    plans: Sequence[tuple[Places, ClaimPlan]],
    claimed: Flags,
) -> None:
    """Try the further areas and types for those whose first attempt found nothing."""
    if int(found.min(initial=0)) >= 0:
        return
    items, rare = asked.items, asked.rare
    waiting = np.flatnonzero((found < 0) & ~rare & ~claimed)
    found[waiting] = first_rows(asked, ordinary, waiting, items.origin)
    for at, plan in plans:
        waiting = at[(found[at] < 0) & ~rare[at]]
        for kind, preferential in plan.types:
            if not len(waiting):
                break
            origin = items.preferential_origin if preferential else items.origin
            found[waiting] = first_rows(asked, [kind], waiting, origin)
            waiting = waiting[found[waiting] < 0]


def first_rows(asked: Asked, types: Sequence[int], at: Places, origin: Places) -> Ints:
    """Return the first entry of the types, in order of trial, for the items at ``at``."""
    index, items = asked.index, asked.items
    trials = index.trials(types)
    commodity, day, country = items.commodity[at], items.day[at], np.maximum(origin[at], 0)
    moment = asked.moment[at]
    found = np.full(len(at), NO_ENTRY, np.int64)
    waiting = np.arange(len(at))
    for turn in range(trials.pair.shape[1]):
        if not len(waiting):
            break
        pair = trials.pair[country[waiting], turn]
        if trials.since is not None and trials.until is not None:
            ok = trials.since[country[waiting], turn] <= day[waiting]
            ok &= day[waiting] < trials.until[country[waiting], turn]
            pair = np.where(ok, pair, -1)
        tried = index.entries(commodity[waiting], pair, moment[waiting])
        asked.rare[at[waiting[tried == CODED_ENTRY]]] = True
        found[waiting] = np.maximum(tried, NO_ENTRY)
        waiting = waiting[tried < 0]
    return found


def first_rows_of_all(asked: Asked, kind: int) -> Ints:
    """Return the entries of a type that every commodity has for all origins."""
    items = asked.items
    return _attempt(asked, _opening(asked.index.trials([kind]), items.origin, items.day))
