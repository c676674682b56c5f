"""Every read of the room: capacities, today's plans, and what was said of a declaration's items."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import ClassVar, Final

from django.db.models import Max, QuerySet

from clearway.risk.scoring import plans
from clearway.risk.scoring.models import DayPlan, ItemScore, OfficeCapacity
from clearway.risk.scoring.plans import Plan

FRESH_FOR: Final = 2.0
"""Seconds for which a plan is believed without a look at the database."""


class _Memory:
    """The plans that this process knows, replaced as a whole, so that readers need no lock."""

    known: ClassVar[dict[tuple[str, int, int], Plan | None]] = {}
    believed_until: float = 0.0


def forget() -> None:
    """Look at the database again at the next question."""
    _Memory.known, _Memory.believed_until = {}, 0.0


def capacity(office: str) -> OfficeCapacity | None:
    """Return what an office can inspect on a day; None where nobody has said."""
    return OfficeCapacity.objects.filter(office=office).order_by("-id").first()


def capacities() -> QuerySet[OfficeCapacity]:
    """Return what each office can inspect, as it was set last."""
    newest = OfficeCapacity.objects.values("office").annotate(newest=Max("id")).values("newest")
    return OfficeCapacity.objects.filter(pk__in=newest).order_by("office")


def is_planned(office: str, model: int, day: int) -> bool:
    """Tell whether an office has its plan of a day for a model."""
    return DayPlan.objects.filter(office=office, model=model, day=day).exists()


def plan_of(office: str, model: int, day: int) -> Plan | None:
    """Return the newest plan of an office for a model that was made for a day or one before it.

    A day whose round has not come yet goes by the plan of the day before.
    """
    now = time.monotonic()
    if now >= _Memory.believed_until:
        _Memory.known, _Memory.believed_until = {}, now + FRESH_FOR
    known, key = _Memory.known, (office, model, day)
    if key not in known:
        rows = DayPlan.objects.filter(office=office, model=model, day__lte=day)
        newest = rows.order_by("-day").first()
        known[key] = None if newest is None else plans.decode(bytes(newest.plan))
    return known[key]


def newest_plans(model: int) -> list[tuple[DayPlan, Plan]]:
    """Return each office's newest plan for a model, by office."""
    newest = DayPlan.objects.filter(model=model).values("office").annotate(last=Max("day"))
    days = {row["office"]: row["last"] for row in newest}
    rows = DayPlan.objects.filter(model=model, day__in=set(days.values())).order_by("office")
    return [(row, plans.decode(bytes(row.plan))) for row in rows if days[row.office] == row.day]


def scores(assessments: Iterable[int]) -> QuerySet[ItemScore]:
    """Return what the model said of each item of some assessments."""
    return ItemScore.objects.filter(assessment__in=list(assessments)).order_by("assessment", "item")
