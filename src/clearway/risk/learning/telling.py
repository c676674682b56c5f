"""Models as the API and the pages tell them."""

from __future__ import annotations

from typing import Any

import msgspec

from clearway.risk.learning import queries
from clearway.risk.learning.conditions import Condition, conditions
from clearway.risk.learning.models import ModelVersion, ModelWatch
from clearway.vocabulary.dates import date_of

_ACTS = (
    "number", "state", "digest", "work", "trouble", "made_by", "made_at", "trained_at",
    "tested_by", "tested_at", "asked_by", "asked_at", "asked_reason", "decided_by", "decided_at",
    "decision", "ended_by", "ended_at", "reason",
)  # fmt: skip


def told(row: ModelVersion, serving: int) -> dict[str, Any]:
    """Return a model as a list shows it.

    Args:
        row: the model.
        serving: the number of the one that serves, 0 for none.
    """
    card = queries.card_of(row)
    data = None if card is None else card.data
    beside = 0 if serving == row.number else serving
    test = None if card is None else card.back_test
    found = test.tracks[0].figures[0] if test is not None else None
    unmet = [one.key for one in conditions(card, beside) if not one.met]
    return {
        **{name: getattr(row, name) for name in _ACTS},
        "learnt_until": date_of(row.until) if row.until else None,
        "rows": 0 if data is None else data.rows,
        "violations": 0 if data is None else data.violations,
        "precision_10": None if found is None else found.precision_10.value,
        "area": None if found is None else found.area.value,
        "unmet": unmet,
    }


def listed() -> list[dict[str, Any]]:
    """Return every model, the newest first."""
    rows = list(queries.models())
    serving = next((row.number for row in rows if row.state in {"live", "retiring"}), 0)
    return [told(row, serving) for row in rows]


def whole(row: ModelVersion) -> dict[str, Any]:
    """Return a model with its card, its conditions and how it fared on its last days."""
    live = queries.serves()
    card = queries.card_of(row)
    return {
        **told(row, 0 if live is None else live.number),
        "card": None if card is None else _card(msgspec.to_builtins(card)),
        "conditions": [_condition(one) for one in queries.conditions_of(row)],
        "watches": [watch_told(one) for one in queries.watches(row)],
    }


def watch_told(row: ModelWatch) -> dict[str, Any]:
    """Return how a model fared on a day."""
    figures: dict[str, Any] = msgspec.json.decode(bytes(row.figures))
    return {"day": date_of(row.day), "alarm": row.alarm, "at": row.at, **figures}


def _condition(one: Condition) -> dict[str, Any]:
    return msgspec.to_builtins(one)  # type: ignore[no-any-return]


def _card(card: dict[str, Any]) -> dict[str, Any]:
    """Return a card with days in place of their counts."""
    for data in (card["data"], *_of_test(card.get("back_test"))):
        for name in ("since", "until"):
            data[name] = date_of(data[name])
    return card


def _of_test(test: dict[str, Any] | None) -> list[dict[str, Any]]:
    return [] if test is None else [test["trained"], test["window"]]
