"""Every read of what inspections showed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from clearway.assessment.models import Assessment, Hit, ShadowHit
from clearway.kernel.decisions import Lane
from clearway.risk.outcomes.models import Outcome

_AT_ONCE: Final = 5_000
"""Numbers in one statement: SQLite takes 32,766 parameters at most."""


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
    table = ShadowHit if on_trial else Hit
    looked_at = Outcome.objects.filter(declaration=OuterRef("assessment__declaration"))
    fair = Q(assessment__drawn=True)
    if not on_trial:
        fair |= Q(lane=int(Lane.RED)) | Q(channel="legal_stop")
        fair |= Q(channel="watchlist", lane=None)
    rows = (
        table.objects.filter(fair)
        .filter(Exists(looked_at))
        .annotate(differs=Exists(looked_at.filter(differs=True)))
        .values("profile", "version")
        .annotate(
            inspected=Count("assessment__declaration", distinct=True),
            found=Count("assessment__declaration", distinct=True, filter=Q(differs=True)),
        )
    )
    return {(row["profile"], row["version"]): Worth(row["inspected"], row["found"]) for row in rows}


def worth_of_random() -> Worth:
    """Return what inspections showed of what the random draw chose: the base rate of all others."""
    drawn: QuerySet[Assessment] = Assessment.objects.filter(
        declaration=OuterRef("declaration"), drawn=True
    )
    told = Outcome.objects.filter(Exists(drawn)).aggregate(
        inspected=Count("declaration", distinct=True),
        found=Count("declaration", distinct=True, filter=Q(differs=True)),
        at_stake=Sum("at_stake", default=0),
    )
    return Worth(told["inspected"], told["found"], told["at_stake"])
