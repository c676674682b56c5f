"""Every read of what inspections showed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from clearway.assessment.models import Assessment, Hit, ShadowHit
from clearway.kernel.decisions import Lane
from clearway.risk.outcomes.models import Outcome, ProfileWorth, WorthUntil

_AT_ONCE: Final = 5_000
"""Numbers in one statement: SQLite takes 32,766 parameters at most."""


RANDOM: Final = ""
"""Stands for a profile where the random draw is meant."""
Key = tuple[str, int, bool]
"""A profile, its version, and whether it is counted where something was found, or everywhere."""


class Worth(msgspec.Struct, frozen=True):
    """What inspections showed of some declarations.

    How many were opened, in how many something was found, and the taxes at stake (minor units).
    """

    inspected: int = 0
    found: int = 0
    at_stake: int = 0


def worth_of(declarations: Sequence[int]) -> Worth:
    """Return what inspections showed of some declarations, by their row numbers."""
    inspected = found = at_stake = 0
    for first in range(0, len(declarations), _AT_ONCE):
        told = Outcome.objects.filter(
            declaration__in=declarations[first : first + _AT_ONCE]
        ).aggregate(
            inspected=Count("declaration", distinct=True),
            found=Count("declaration", distinct=True, filter=Q(differs=True)),
            at_stake=Sum("at_stake", default=0),
        )
        inspected += told["inspected"]
        found += told["found"]
        at_stake += told["at_stake"]
    return Worth(inspected, found, at_stake)


def looked_at(declarations: Sequence[int]) -> dict[int, bool]:
    """Return which of some declarations were inspected, each with whether anything was found."""
    found: dict[int, bool] = {}
    for first in range(0, len(declarations), _AT_ONCE):
        rows = Outcome.objects.filter(declaration__in=declarations[first : first + _AT_ONCE])
        for number, differs in rows.values_list("declaration", "differs"):
            found[number] = found.get(number, False) or differs
    return found


def worth_by_profile(*, on_trial: bool = False) -> dict[tuple[str, int], Worth]:
    """Return what inspections showed of what each profile hit, by code and version.

    Only looks that say what its hits are like: those for which it asked itself, and those that the
    random draw chose. A profile of the yellow lane, one that adds to the score, or one on trial is
    not judged by what others chose of its hits, which would tell what the others are worth.

    Args:
        on_trial: of the hits of profiles on trial, rather than of those that select.
    """
    summed, until = _summed(on_trial=on_trial)
    again = _again(until)
    if not until or len(again) > _AT_ONCE:
        found = Counter(_by_profile(Q(), on_trial=on_trial))
    else:
        found = Counter(summed)
        if again:  # who was looked at again was counted before: that is taken off
            found.update(_by_profile(Q(), on_trial=on_trial, only=again))
            found.subtract(_by_profile(Q(pk__lte=until), on_trial=on_trial, only=again))
    return {
        (profile, version): Worth(found[profile, version, False], found[profile, version, True])
        for profile, version, hit in found
        if not hit and found[profile, version, hit]
    }


def by_profile(until: int, *, on_trial: bool) -> dict[Key, int]:
    """Return how many declarations of each profile's hits were looked at, up to an outcome.

    The last part of a key tells in which of them something was found.
    """
    return _by_profile(Q(pk__lte=until), on_trial=on_trial)


def _summed(*, on_trial: bool) -> tuple[dict[Key, int], int]:
    """Return the sums of the last round, and up to which outcome they are; 0 for none."""
    until = WorthUntil.objects.first()
    if until is None:
        return {}, 0
    found: dict[Key, int] = {}
    for row in ProfileWorth.objects.filter(on_trial=on_trial).exclude(profile=RANDOM):
        found[row.profile, row.version, False] = row.inspected
        found[row.profile, row.version, True] = row.found
    return found, until.outcome


def _by_profile(
    which: Q, *, on_trial: bool, only: Sequence[int] | None = None
) -> dict[Key, int]:  # fmt: skip
    """Count what some outcomes showed of what each profile hit; of some declarations ``only``."""
    table = ShadowHit if on_trial else Hit
    looked_at = Outcome.objects.filter(which, declaration=OuterRef("assessment__declaration"))
    fair = Q(assessment__drawn=True)
    if not on_trial:
        fair |= Q(lane=int(Lane.RED)) | Q(channel="legal_stop")
        fair |= Q(channel="watchlist", lane=None)
    hits = table.objects.filter(fair)
    if only is not None:
        hits = hits.filter(assessment__declaration__in=only)
    rows = (
        hits.filter(Exists(looked_at))
        .annotate(differs=Exists(looked_at.filter(differs=True)))
        .values("profile", "version")
        .annotate(
            inspected=Count("assessment__declaration", distinct=True),
            found=Count("assessment__declaration", distinct=True, filter=Q(differs=True)),
        )
    )
    told: dict[Key, int] = {}
    for row in rows:
        told[row["profile"], row["version"], False] = row["inspected"]
        told[row["profile"], row["version"], True] = row["found"]
    return told


def worth_of_random() -> Worth:
    """Return what inspections showed of what the random draw chose: the base rate of all others."""
    until = WorthUntil.objects.first()
    again = _again(0 if until is None else until.outcome)
    kept = ProfileWorth.objects.filter(on_trial=False, profile=RANDOM).first()
    if until is None or kept is None or len(again) > _AT_ONCE:
        return _drawn(Q())
    more, less = Worth(), Worth()
    if again:
        more = _drawn(Q(declaration__in=again))
        less = _drawn(Q(declaration__in=again, pk__lte=until.outcome))
    return Worth(
        kept.inspected + more.inspected - less.inspected,
        kept.found + more.found - less.found,
        kept.at_stake + more.at_stake - less.at_stake,
    )


def drawn_until(until: int) -> Worth:
    """Return what inspections showed of what the random draw chose, up to an outcome."""
    return _drawn(Q(pk__lte=until))


def _again(until: int) -> list[int]:
    """Return the declarations that were looked at after an outcome, as far as one can look."""
    newer = Outcome.objects.filter(pk__gt=until).order_by().values_list("declaration", flat=True)
    return list(newer.distinct()[: _AT_ONCE + 1]) if until else []


def _drawn(which: Q) -> Worth:
    drawn: QuerySet[Assessment] = Assessment.objects.filter(
        declaration=OuterRef("declaration"), drawn=True
    )
    told = (
        Outcome.objects.filter(which)
        .filter(Exists(drawn))
        .aggregate(
            inspected=Count("declaration", distinct=True),
            found=Count("declaration", distinct=True, filter=Q(differs=True)),
            at_stake=Sum("at_stake", default=0),
        )
    )
    return Worth(told["inspected"], told["found"], told["at_stake"])
