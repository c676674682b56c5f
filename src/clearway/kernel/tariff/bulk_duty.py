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
from clearway.kernel.tariff.bulk_columns import EncodedItems, Flags, Places
from clearway.kernel.tariff.bulk_index import CODED_BLOCK, BulkIndex, Trials
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


def duty_rows(
    index: BulkIndex, items: EncodedItems, types: Sequence[int], rare: Flags
) -> tuple[Places, Flags]:
    """Return each item's duty row and rate (-1 = rare), and whether its claim gave it."""
    ordinary = [kind for kind in types if index.small.types[kind].family == "duty"]
    trials = index.trials(ordinary)
    pair = _opening(trials, items.origin, items.day)
    claimed = np.zeros(len(items), np.bool_)
    plans: list[tuple[Places, ClaimPlan]] = []
    claims = items.preference
    claiming = np.flatnonzero(claims)
    occurring = (np.flatnonzero(np.bincount(claims[claiming] + 1)) - 1).tolist()
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
            pair[at] = _opening(index.trials([kind]), origin[at], items.day[at])
            claimed[at] = True
            plans.append((at, plan))
    row = _attempt(index, items, pair, rare)
    _go_on(index, items, ordinary, row, plans, claimed, rare)
    rare[row < 0] = True
    return row, claimed


def _admitted(items: EncodedItems, plan: ClaimPlan, at: Places, rare: Flags) -> Places:
    """Return the claims that carry origin and proof; the others are findings, so rare."""
    if plan.preferential and items.preferential_origin.min() < 0:
        rare[at[items.preferential_origin[at] < 0]] = True
    if plan.proof and not items.proved.all():
        rare[at[~items.proved[at]]] = True
    return at[~rare[at]] if rare.any() else at


def _opening(trials: Trials, origin: Places, day: Places) -> Places | int:
    """Return the first pair to try: one for all where every country has the same."""
    if trials.constant is not None:
        return trials.constant
    country = np.maximum(origin, 0)
    pair = trials.pair[:, 0].take(country)
    if trials.since is not None and trials.until is not None:
        member = (trials.since[:, 0].take(country) <= day) & (
            day < trials.until[:, 0].take(country)
        )
        pair = np.where(member, pair, -1)
    return pair


def _attempt(index: BulkIndex, items: EncodedItems, pair: Places | int, rare: Flags) -> Places:
    """Return the rows of everybody's first attempt, -1 where it finds nothing."""
    if not rare.any() and (pair >= 0 if isinstance(pair, int) else int(pair.min(initial=0)) >= 0):
        return rows_of_pair(index, items.commodity, pair, items.day, None, rare)
    usable = ~rare if isinstance(pair, int) and pair >= 0 else ~rare & (np.asarray(pair) >= 0)
    at = np.flatnonzero(usable)
    row = np.full(len(items), -1, np.intp)
    part = pair[at] if isinstance(pair, np.ndarray) else pair
    row[at] = rows_of_pair(index, items.commodity[at], part, items.day[at], at, rare)
    return row


def _go_on(
    index: BulkIndex,
    items: EncodedItems,
    ordinary: Sequence[int],
    row: Places,
    plans: Sequence[tuple[Places, ClaimPlan]],
    claimed: Flags,
    rare: Flags,
) -> None:
    """Try the further areas and types for those whose first attempt found nothing."""
    if int(row.min(initial=0)) >= 0:
        return
    waiting = np.flatnonzero((row < 0) & ~rare & ~claimed)
    row[waiting] = first_rows(index, items, ordinary, waiting, items.origin, rare)
    for at, plan in plans:
        waiting = at[(row[at] < 0) & ~rare[at]]
        for kind, preferential in plan.types:
            if not len(waiting):
                break
            origin = items.preferential_origin if preferential else items.origin
            row[waiting] = first_rows(index, items, [kind], waiting, origin, rare)
            waiting = waiting[row[waiting] < 0]


def first_rows(
    index: BulkIndex,
    items: EncodedItems,
    types: Sequence[int],
    at: Places,
    origin: Places,
    rare: Flags,
) -> Places:
    """Return the first row of the types, in order of trial, for the items at ``at``."""
    trials = index.trials(types)
    commodity, day, country = items.commodity[at], items.day[at], np.maximum(origin[at], 0)
    found = np.full(len(at), -1, np.intp)
    waiting = np.arange(len(at))
    for turn in range(trials.pair.shape[1]):
        pair = trials.pair[country[waiting], turn]
        ok = pair >= 0
        if trials.since is not None and trials.until is not None:
            ok &= trials.since[country[waiting], turn] <= day[waiting]
            ok &= day[waiting] < trials.until[country[waiting], turn]
        trying = waiting[ok]
        if len(trying):
            found[trying] = rows_of_pair(
                index, commodity[trying], pair[ok], day[trying], at[trying], rare
            )
        waiting = waiting[found[waiting] < 0]
        if not len(waiting):
            break
    return found


def first_rows_of_all(index: BulkIndex, items: EncodedItems, kind: int, rare: Flags) -> Places:
    """Return the rows of a type that every commodity has for all origins."""
    return _attempt(index, items, _opening(index.trials([kind]), items.origin, items.day), rare)


def rows_of_pair(
    index: BulkIndex,
    commodity: Places,
    pair: Places | int,
    day: Places,
    at: Places | None,
    rare: Flags,
) -> Places:
    """Return the rows in force of one pair each; histories with codes make their items rare."""
    first, last, record = index.blocks(commodity, pair)
    if int(first.min(initial=0)) >= 0:
        return index.rows_on(first, last, record, day)
    if index.any_coded:
        coded = np.flatnonzero(first == CODED_BLOCK)
        rare[coded if at is None else at[coded]] = True
    row = np.full(len(commodity), -1, np.intp)
    there = np.flatnonzero(first >= 0)
    row[there] = index.rows_on(first[there], last[there], record[there], day[there])
    return row
