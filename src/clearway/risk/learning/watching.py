"""The watch on what serves and on what is in the shadow: once a day, outside of every decision.

The record says all that a model was asked: so its chances are worked out again from what is stored,
in small portions, instead of being written while a declaration is decided. Nothing here has any
effect on a selection; what passes a threshold is announced, and stands on the model's page.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any, Final

import msgspec
import numpy as np
from django.db import IntegrityError, transaction

from clearway.audit import clock
from clearway.audit.actor import system
from clearway.declarations.models import Version
from clearway.events.service import act, subject_of
from clearway.risk.learning import cards, drift, events, queries, serving, working
from clearway.risk.learning.figures import Ranking
from clearway.risk.learning.gathering import Inspected, gather, judged
from clearway.risk.learning.goods_items import items_of
from clearway.risk.learning.models import ModelVersion, ModelWatch, ShadowChance
from clearway.risk.learning.serving import Serving
from clearway.risk.outcomes.models import Outcome
from clearway.vocabulary.dates import days_of

PORTION: Final = 200
"""Declarations that the shadow judges in one round."""
DECLARATIONS: Final = 1_000
"""Of the last week, the newest, by which drift is measured."""
WEEK: Final = timedelta(days=7)
INSPECTED: Final = 5_000
"""Inspected items, the newest, by which hits are held against what was promised."""
FOUR_WEEKS: Final = 28
BUDGET: Final = 0.10
_MILLION: Final = 1_000_000
_ME: Final = system("models")
_log = logging.getLogger("clearway.risk")


class Drift(msgspec.Struct, frozen=True):
    """How far a column, or the score, is from what it was at training; None: too few items."""

    column: str
    index: float | None


class Figures(msgspec.Struct, frozen=True):
    """How a model fared up to a day.

    ``declarations`` and ``items`` are of the last week, the newest; ``drift`` is by column.
    ``inspected`` items of four weeks, none of which it learnt from, held ``found`` violations
    where its chances add up to ``expected``; ``surprise`` is the difference in standard errors.
    ``compared`` items were judged by the shadow; ``agreement`` is the part of the shadow's best
    tenth that is in the serving model's best tenth too; of the ``selected`` items of that tenth
    ``selected_inspected`` were inspected and ``selected_found`` were violations. ``alarms`` are
    keys of what passed its threshold: ``drift``, ``score``, ``hits``.
    """

    declarations: int = 0
    items: int = 0
    drift: tuple[Drift, ...] = ()
    inspected: int = 0
    found: int = 0
    expected: float = 0.0
    surprise: float | None = None
    compared: int = 0
    agreement: float | None = None
    selected: int = 0
    selected_inspected: int = 0
    selected_found: int = 0
    alarms: tuple[str, ...] = ()


def go_round() -> None:
    """Let the shadow judge what is new, and look once a day at every model that is at work."""
    judge_in_shadow()
    day = days_of(clock.now().date())
    live = queries.serves()
    for row in [*([live] if live else []), *queries.watched()]:
        if not ModelWatch.objects.filter(model=row, day=day).exists():
            watch(row, day)


def judge_in_shadow(most: int = PORTION) -> int:
    """Keep what the models in the shadow say of the next declarations; return how many items.

    The oldest that one has not judged come first, so that a round that was missed is made up for.

    Args:
        most: declarations, shared out among the models.
    """
    rows = {row.number: row for row in queries.watched()}
    models = [one for one in serving.in_shadow() if one.number in rows]
    return sum(_judge(rows[one.number], one, max(1, most // len(models))) for one in models)


def _judge(row: ModelVersion, shadow: Serving, most: int) -> int:
    waiting = Version.objects.filter(id__gt=row.watched_to).order_by("id")
    numbers = list(waiting.values_list("id", flat=True)[:most])
    if not numbers:
        return 0
    kept = [(one, item, own) for one in judged(numbers) for item, own in enumerate(one.rows, 1)]
    beside = _beside()
    rows = [own for _, _, own in kept]
    chances = shadow.chances(rows)
    others = None if beside is None else beside.chances(rows)
    now = clock.now()
    said = [
        ShadowChance(
            model=row, declaration=one.declaration, version=one.version, item=item,
            chance=round(float(chances[place]) * _MILLION),
            beside=None if others is None else round(float(others[place]) * _MILLION), at=now,
        )
        for place, (one, item, _) in enumerate(kept)
    ]  # fmt: skip
    with transaction.atomic():
        moved = ModelVersion.objects.filter(pk=row.pk, watched_to=row.watched_to)
        if not moved.update(watched_to=numbers[-1]):  # another process was quicker
            return 0
        ShadowChance.objects.bulk_create(said)
    return len(said)


def _beside() -> Serving | None:
    try:
        return serving.live()
    except serving.ModelUnusable:  # the intake line has raised its alarm
        return None


def watch(row: ModelVersion, day: int) -> ModelWatch | None:
    """Look at a model on a day, keep what was seen, and announce what passed a threshold."""
    try:
        full = ModelVersion.objects.get(pk=row.pk)
        model = serving.opened(full.number, bytes(full.content), full.digest)
    except ValueError:
        return None  # whoever asks for it is told; there is nothing to watch
    figures = figures_of(row, model, day)
    alarm = bool(figures.alarms)
    kept = ModelWatch(model=row, day=day, figures=msgspec.json.encode(figures), alarm=alarm)
    try:
        if not alarm:
            kept.at = clock.now()
            with transaction.atomic():
                kept.save()
            return kept
        with act(_ME) as doing:
            kept.at = doing.at
            kept.save()
            body = {
                "model": row.number, "state": row.state, "digest": row.digest,
                "day": day, "alarms": list(figures.alarms),
            }  # fmt: skip
            doing.announce(events.DRIFTED, subject_of("model", str(row.number)), body)
    except IntegrityError:  # another process was quicker
        return None
    return kept


def figures_of(row: ModelVersion, model: Serving, day: int) -> Figures:
    """Return how a model fares: the drift of its inputs, its hits, and the shadow beside it."""
    found: dict[str, Any] = {"alarms": ()}
    found |= _drift(row, model)
    found |= _hits(row, model, day)
    found |= _shadow(row)
    alarms = []
    measured = {one.column: one.index for one in found["drift"] if one.index is not None}
    if any(value > drift.ALARM for name, value in measured.items() if name != drift.SCORE):
        alarms.append("drift")
    if measured.get(drift.SCORE, 0.0) > drift.ALARM:
        alarms.append("score")
    if found["surprise"] is not None and abs(found["surprise"]) > drift.SURE:
        alarms.append("hits")
    return Figures(**{**found, "alarms": tuple(alarms)})


def _drift(row: ModelVersion, model: Serving) -> dict[str, Any]:
    card = cards.opened(row.card)
    since = clock.now() - WEEK
    rows = working.newest_rows(DECLARATIONS, since)
    items = items_of(rows) if rows else None
    shares = () if card is None else card.shares
    if items is None:
        return {"drift": tuple(Drift(one.column, None) for one in shares)}
    chance = model.model.chances(items)
    known = Version.objects.filter(declaration__mrn__isnull=False, at__gte=since)
    return {
        "declarations": min(known.count(), DECLARATIONS),
        "items": len(items),
        "drift": tuple(Drift(one.column, drift.index(one, items, chance)) for one in shares),
    }


def _hits(row: ModelVersion, model: Serving, day: int) -> dict[str, Any]:
    """Hold what inspections found against what the chances promised, on what it never saw."""
    looked = gather(most=INSPECTED)
    fresh = None if looked is None else _fresh(looked, max(row.until, day - FOUR_WEEKS))
    if fresh is None or not len(fresh):
        return {"surprise": None}
    chance = model.model.chances(fresh.items)
    found, expected = int(fresh.violation.sum()), float(chance.sum())
    enough = len(fresh) >= drift.LEAST_INSPECTED
    spread = float((chance * (1 - chance)).sum()) if enough else 0.0
    return {
        "inspected": len(fresh),
        "found": found,
        "expected": expected,
        "surprise": drift.surprise(found, expected, spread),
    }


def _fresh(looked: Inspected, since: int) -> Inspected:
    return looked.take(looked.day >= since)


def _shadow(row: ModelVersion) -> dict[str, Any]:
    """Compare what the shadow would have looked at with what the serving model would have."""
    said = ShadowChance.objects.filter(model=row, at__gte=clock.now() - WEEK).order_by("-id")
    kept = list(said.values_list("chance", "beside", "declaration", "item")[:INSPECTED])
    if not kept:
        return {}
    chance = np.array([one[0] for one in kept], dtype=np.float64)
    best = np.zeros(len(kept), dtype=np.bool_)
    best[Ranking(chance).order[: max(1, int(BUDGET * len(kept)))]] = True
    agreement = None
    if all(one[1] is not None for one in kept):
        others = np.array([one[1] for one in kept], dtype=np.float64)
        theirs = np.zeros(len(kept), dtype=np.bool_)
        theirs[Ranking(others).order[: int(best.sum())]] = True
        agreement = float((best & theirs).sum() / best.sum())
    chosen = {(one[2], one[3]) for one, own in zip(kept, best, strict=True) if own}
    declarations = {one for one, _ in chosen}
    shown: dict[tuple[int, int], bool] = {}
    outcomes = Outcome.objects.filter(declaration__in=declarations)
    for declaration, item, differs in outcomes.values_list("declaration", "item", "differs"):
        key = (declaration, item)
        if key in chosen:
            shown[key] = shown.get(key, False) or differs
    return {
        "compared": len(kept),
        "agreement": agreement,
        "selected": int(best.sum()),
        "selected_inspected": len(shown),
        "selected_found": sum(shown.values()),
    }
