"""Each office's plan of the day: by which cuts its budget of inspections is spent.

The plan is set from what came to the office lately, judged by the model that serves today. It is
data for the kernel, made before the declarations come: a declaration's lane never depends on who
comes beside it (design §3).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
from django.db import connection
from django.db.models import Count as Number
from django.db.models import Max, Min

from clearway.assessment.models import Assessment
from clearway.assessment.queries import selection
from clearway.audit import clock
from clearway.declarations.models import Declaration, Version
from clearway.declarations.queries import decoded
from clearway.kernel.decisions import Channel, Lane
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference, SelectionRules
from clearway.reference.in_force import reference_at
from clearway.reference.queries import day_at
from clearway.risk.learning import serving
from clearway.risk.learning.gathering import judged
from clearway.risk.learning.serving import ModelUnusable, Serving
from clearway.risk.scoring import queries, service
from clearway.risk.scoring.appraising import Appraised, Case, alike_before, appraise
from clearway.risk.scoring.plans import Plan
from clearway.risk.scoring.thresholds import thresholds_of
from clearway.selectivity.allocator import Shares
from clearway.selectivity.cuts import Sample, cuts

WINDOW: Final = timedelta(days=28)
MOST: Final = 500
"""Declarations of an office on which its cuts are set, the newest of the window."""
LEAST: Final = 30
"""Below so many there is nothing to set a cut by: the model only adds nothing yet."""
USUAL_PART: Final = 0.10
"""The part that is inspected where nobody has said what an office can do."""
AGAIN: Final = timedelta(hours=1)
"""After which an office that had too little before is looked at once more on the same day."""
_log = logging.getLogger("clearway.risk")


class _Looked:
    """For which day and model this process has planned, and when."""

    at: tuple[int, int] = (0, 0)
    when: datetime = datetime.min.replace(tzinfo=UTC)


def forget() -> None:
    """Look at every office again with the next round."""
    _Looked.at = (0, 0)


def go_round() -> None:
    """Plan today for every office that has no plan yet for the model that serves."""
    reference = reference_at(clock.now())
    day = day_at(clock.now(), reference)
    try:
        live = serving.live()
    except ModelUnusable:
        return  # every declaration asks for documents as it is: ``judging``
    number = live.number if live else 0
    if _Looked.at == (day, number) and clock.now() - _Looked.when < AGAIN:
        return
    _Looked.at, _Looked.when = (day, number), clock.now()
    since = clock.now() - WINDOW
    for office in _offices(since):
        if queries.is_planned(office, number, day):
            continue
        try:
            made = plan(office, live, reference, since, day)
        except Exception as error:  # noqa: BLE001 - one office's fault keeps no other from its plan
            _log.warning("no plan for an office: %s", type(error).__name__)
            continue
        if made is not None:
            service.keep_plan(office, number, day, made)


def plan(
    office: str, live: Serving | None, reference: Reference, since: datetime, day: int
) -> Plan | None:
    """Return an office's plan; None where too little came to plan by.

    Args:
        office: its code.
        live: the model that serves, if one does.
        reference: the law in force, for thresholds and currency.
        since: from when on what came counts.
        day: the day that is planned, in days since 1970-01-01.
    """
    came = Declaration.objects.filter(office=office, received_at__gte=since)
    came = came.exclude(state="rejected")
    told = came.aggregate(count=Number("id"), first=Min("received_at"), last=Max("received_at"))
    if told["count"] < LEAST:
        return None
    days = max(1.0, (told["last"] - told["first"]) / timedelta(days=1))
    per_day = told["count"] / days
    capacity = queries.capacity(office)
    part = USUAL_PART if capacity is None else min(1.0, capacity.per_day / per_day)
    newest = came.order_by("-received_at").values_list("id", "version")[:MOST]
    with connection.cursor() as cursor:
        alike = alike_before(cursor, day)
        sample = _sample(cursor, list(newest), live, reference, day, alike)
    if len(sample) < LEAST:
        return None
    shares = _shares(capacity)
    if live is None and capacity is None:
        # Nobody has set a limit, and no model wants any of it.
        return None
    return Plan(
        cuts=cuts(sample, part, shares, thresholds_of(reference.selection)),
        alike=alike,
        part=part,
        per_day=per_day,
        capacity=None if capacity is None else capacity.per_day,
        sampled=len(sample),
        others=int(sample.others.sum()),
    )


def _shares(capacity: Any) -> Shares:
    parts = service.Shares() if capacity is None else capacity
    return Shares(
        chance=parts.chance / 100, stake=parts.stake / 100, random=0.0, new=parts.new / 100
    )  # fmt: skip


def _offices(since: datetime) -> list[str]:
    rows = Declaration.objects.filter(received_at__gte=since).exclude(office="")
    return sorted(rows.values_list("office", flat=True).distinct())


def _sample(
    cursor: Any, newest: Sequence[tuple[int, int]], live: Serving | None, reference: Reference,
    day: int, alike: float,
) -> Sample:  # fmt: skip
    """Return declarations as they came, judged by today's model and memory."""
    numbers = dict(newest)
    kept = Version.objects.filter(declaration__in=numbers)
    versions = {
        pk: decoded(lodgement)
        for pk, declaration, number, lodgement in kept.values_list(
            "id", "declaration_id", "number", "lodgement"
        )
        if numbers[declaration] == number
    }
    rows = {one.version: one.rows for one in judged(versions)}
    said: dict[int, Assessment] = {}
    for one in Assessment.objects.filter(declaration__in=numbers, accepted=True).order_by("id"):
        said[one.version] = one
    known = [pk for pk in versions if pk in rows and pk in said]
    cases = [Case(versions[pk], rows[pk]) for pk in known]
    told: list[list[Appraised]] = (
        [[] for _ in cases] if live is None else appraise(cursor, cases, live, day, alike)
    )
    weighed = [_weighed(said[pk], versions[pk], reference.selection) for pk in known]
    unit = 10**reference.exponent
    return Sample(
        chance=np.array([max((a.chance for a in each), default=0.0) for each in told]),
        stake=np.array(
            [max((a.chance * (a.stake or 0) * unit for a in each), default=0.0) for each in told]
        ),
        new=np.array([any(a.new for a in each) for each in told], dtype=np.bool_),
        others=np.array([each[0] for each in weighed], dtype=np.bool_),
        weights=np.array([each[1] for each in weighed], dtype=np.float64),
        factor=np.array([each[2] for each in weighed], dtype=np.float64),
    )


def _weighed(
    found: Assessment, lodgement: Lodgement, rules: SelectionRules
) -> tuple[bool, int, float]:
    """Return whether something beside the score asked for red, profiles' points, and the factor."""
    told = selection(found)
    if told is None:
        return False, 0, 1.0
    others = any(
        result.lane is Lane.RED and result.channel is not Channel.SCORE for result in told.channels
    )
    points = sum(
        int(dict(step.parameters)["weight"])
        for result in told.channels
        if result.channel is Channel.SCORE
        for step in result.reasons
        if step.key == "selection.contribution"
    )
    aeo = lodgement.features.get(rules.aeo_feature) is True
    return others, points, float(rules.aeo_factor) if aeo else 1.0
