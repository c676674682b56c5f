"""Why the model said what it said: every contribution, for an officer's eyes alone.

The model that judged is asked again, not the one that serves now: it is kept with its evidence as
of its training, so that the same goods get the same reasons for as long as the record is kept.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import msgspec

from clearway.risk.learning import serving
from clearway.risk.learning.goods_items import Row, items_of
from clearway.risk.learning.models import ModelVersion
from clearway.risk.scoring import queries
from clearway.risk.scoring.models import ItemScore
from clearway.risk.scoring.naming import columns_of
from clearway.selectivity.generaliser import Generaliser

MOST: Final = 8
"""Reasons that are told one by one, the weightiest first."""
_PREFIX: Final = {"chapter": 2, "position": 3, "heading": 4, "subposition": 5, "subheading": 6}
_log = logging.getLogger("clearway.risk")


class Reason(msgspec.Struct, frozen=True):
    """One contribution. ``adds`` is in log-odds, above 0 where it speaks for a violation.

    ``kind`` is evidence, count, recent, recent_count, odd or value; ``columns`` what it is about,
    and ``declared`` what the item has of it, empty where that is a number made of several.
    """

    kind: str
    columns: tuple[str, ...]
    declared: str
    adds: float


class Said(msgspec.Struct, frozen=True):
    """What the model said of an item, with its reasons: they, ``rest`` and ``base`` add up.

    ``reasons`` is None where the model can no longer be read.
    """

    score: ItemScore
    reasons: tuple[Reason, ...] | None
    rest: float = 0.0
    base: float = 0.0


def said(assessment: int, rows: Sequence[Row]) -> list[Said]:
    """Return what the model in force said of each item when an assessment was made.

    Args:
        assessment: its row number.
        rows: the goods items as learning reads them.
    """
    scores = list(queries.scores([assessment]))
    if not scores:
        return []
    model = _model(scores[0].model)
    found = []
    for score in scores:
        if model is None or not 0 < score.item <= len(rows):
            found.append(Said(score, None))
            continue
        found.append(_said(score, model, rows[score.item - 1]))
    return found


def _said(score: ItemScore, model: Generaliser, row: Row) -> Said:
    added = model.contributions(items_of([row]))[0].tolist()
    reasons = [
        _reason(name, row, own) for name, own in zip(model.encoding.names, added[:-1], strict=True)
    ]
    reasons.sort(key=lambda one: -abs(one.adds))
    rest = sum(one.adds for one in reasons[MOST:])
    return Said(score, tuple(reasons[:MOST]), rest, added[-1])


def _reason(name: str, row: Row, adds: float) -> Reason:
    columns = columns_of(name)
    counted = name.endswith(", inspections")
    if name.startswith("recent evidence "):
        kind = "recent_count" if counted else "recent"
    elif name.startswith("evidence "):
        kind = "count" if counted else "evidence"
    else:
        kind = "odd" if name.startswith("oddness ") else "value"
    return Reason(kind, columns, " · ".join(filter(None, (_declared(one, row) for one in columns))),
                  adds)  # fmt: skip


def _declared(column: str, row: Row) -> str:
    if column in _PREFIX:
        return row.commodity[: _PREFIX[column]]
    value = getattr(row, column, None)
    return value if isinstance(value, str) else ""


@lru_cache(maxsize=4)
def _model(number: int) -> Generaliser | None:
    kept = ModelVersion.objects.filter(number=number).only("content", "digest").first()
    if kept is None:
        return None
    try:
        return serving.opened(number, bytes(kept.content), kept.digest).model
    except ValueError:
        _log.warning("model %d cannot be read any more", number)
        return None
