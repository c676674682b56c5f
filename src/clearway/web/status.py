"""The border at a glance: one page without sign-in, which renews itself where scripts run."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clearway.audit import clock
from clearway.intake import running
from clearway.kernel.decisions import Lane
from clearway.vocabulary.errors import StorageFails
from clearway.web import queries
from clearway.web.language import language_for
from clearway.web.latency import recent_quantiles, whole_quantiles
from clearway.web.words import words
from clearway.web.writing import instant, number

RENEWS_AFTER: Final = 10
"""Seconds after which the browser asks again."""
_HOLDS: Final = 1.0
"""Seconds for which one look at the record serves all who ask."""
MINUTES: Final = timedelta(minutes=15)
DAY: Final = timedelta(hours=24)
SHARES: Final = {"p50": 0.5, "p95": 0.95}


@dataclass(frozen=True)
class Glance:
    """What was seen of the border at an instant."""

    at: datetime
    lately: queries.Flow
    day: queries.Flow
    record: queries.Record
    answers: Mapping[str, Sequence[float | None]]
    """Quantiles of the answer times by span: ``lately`` and ``all``; see ``SHARES``."""
    queue: int | None
    capacity: int | None


_lock = threading.Lock()
_last: tuple[float, Glance | None] = (0.0, None)


@require_safe
def border(request: HttpRequest) -> HttpResponse:
    """Show the page."""
    language = language_for(request)
    seen = glance()
    context: dict[str, Any] = {
        "seen": seen,
        "at": instant(seen.at, language),
        "figures": _figures(seen, language),
        "flows": _flows(seen, language),
        "lanes": _lanes(seen, language),
        "line": _line(seen, language),
        "answers": _answers(seen, language),
        "record": _record(seen, language),
        "alarms": [
            {"kind": one.kind, "count": number(one.count, language), "since": one.first_at}
            for one in seen.record.alarms
        ],
        "renews": request.GET.get("renew") != "no",
        "renews_after": RENEWS_AFTER,
        "demo": settings.DEMO,
    }
    for alarm in context["alarms"]:
        alarm["since"] = instant(alarm["since"], language)
    return render(request, "web/status.html", context)


def glance() -> Glance:
    """Return what there is to see, looked up at most once a second."""
    global _last  # noqa: PLW0603 - one look for all who ask within a second
    with _lock:
        before, seen = _last
        if seen is None or time.monotonic() - before >= _HOLDS:
            seen = _look()
            _last = (time.monotonic(), seen)
        return seen


def forget() -> None:
    """Look anew at the next question."""
    global _last  # noqa: PLW0603 - see ``glance``
    _last = (0.0, None)


def _look() -> Glance:
    now = clock.now()
    queue, capacity = _queue()
    return Glance(
        at=now,
        lately=queries.flow(now, MINUTES),
        day=queries.flow(now, DAY),
        record=queries.record(now),
        answers={
            "lately": recent_quantiles(*SHARES.values()),
            "all": whole_quantiles(*SHARES.values()),
        },
        queue=queue,
        capacity=capacity,
    )


def _queue() -> tuple[int | None, int | None]:
    """Return how many lodgements wait in this process's line, of how many that may."""
    try:
        line = running.line()
    except StorageFails:  # it does not run
        return None, None
    return line.depth, line.capacity


def _figures(seen: Glance, language: str) -> list[tuple[str, str]]:
    told = words(language)
    flow = seen.lately
    names = (("lodged", flow.lodged), ("accepted", flow.accepted), ("rejected", flow.rejected))
    return [(told[name], number(count, language)) for name, count in names]


def _flows(seen: Glance, language: str) -> list[tuple[str, str, str]]:
    told = words(language)
    rows = (
        ("lodged", seen.lately.lodged, seen.day.lodged),
        ("accepted", seen.lately.accepted, seen.day.accepted),
        ("waiting_presentation", seen.lately.ahead, seen.day.ahead),
        ("rejected", seen.lately.rejected, seen.day.rejected),
    )
    return [(told[name], number(one, language), number(two, language)) for name, one, two in rows]


def _lanes(seen: Glance, language: str) -> list[dict[str, Any]]:
    told = words(language)
    return [
        {
            "name": lane.name,
            "words": told[f"lane_{lane.name}"],
            "lately": number(seen.lately.lanes.get(lane, 0), language),
            "day": number(seen.day.lanes.get(lane, 0), language),
        }
        for lane in Lane
    ]


def _line(seen: Glance, language: str) -> list[tuple[str, str]]:
    told = words(language)
    rows = []
    if seen.queue is not None and seen.capacity is not None:
        waiting, places = number(seen.queue, language), number(seen.capacity, language)
        rows.append((told["queue"], f"{waiting} {told['of_places']} {places}"))
    rows.append((told["set_aside"], number(seen.record.quarantined, language)))
    return rows


def _answers(seen: Glance, language: str) -> list[tuple[str, str, str]]:
    told = words(language)
    return [
        (told[name], _milliseconds(one, language), _milliseconds(two, language))
        for name, one, two in zip(SHARES, seen.answers["lately"], seen.answers["all"], strict=True)
    ]


def _milliseconds(value: float | None, language: str) -> str:
    told = words(language)
    if value is None:
        return str(told["not_yet"])
    return f"{number(round(value, 1), language)} {told['milliseconds']!s}"


def _record(seen: Glance, language: str) -> list[tuple[str, str]]:
    told = words(language)
    checkpoint, pack = seen.record.checkpoint, seen.record.pack
    log = told["not_yet"]
    if checkpoint is not None:
        entries = number(checkpoint.size, language)
        log = f"{entries} {told['entries']}, {instant(checkpoint.at, language)}"
    law = f"{pack.name} {pack.version} ({pack.hash[:12]})" if pack else told["not_yet"]
    return [
        (told["outbox"], number(seen.record.outbox, language)),
        (told["checkpoint"], log),
        (told["pack"], law),
    ]
