"""Takes the line's own counts into the metrics, once a second and whenever they are asked for."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from django.db import Error, connection

from clearway.audit import queries as audit
from clearway.audit.models import Entry
from clearway.events import queries as events
from clearway.intake import running
from clearway.intake.counters import Counters
from clearway.site import metrics
from clearway.site.subscriptions import SUBSCRIPTIONS
from clearway.vocabulary.errors import StorageFails
from clearway.web import latency

EVERY = 1.0

_lock = threading.Lock()
_taken: dict[Any, float] = {}


def take() -> None:
    """Take what the line has counted since the last time."""
    try:
        line = running.line()
    except StorageFails:
        metrics.queue.set(0)
        return
    with _lock:
        _take(line.counters)
    metrics.queue.set(line.depth)


def _take(counters: Counters) -> None:
    _add_each(metrics.answers, counters.answers)
    _add_each(metrics.steps, counters.seconds)
    _add_each(metrics.lanes, counters.lanes)
    _add(metrics.kernel, "kernel", counters.seconds["assess"])
    _add(metrics.batches, "batches", counters.batches)
    _add(metrics.pieces, "pieces", counters.pieces)
    _add(metrics.turned_away, "turned away", counters.turned_away)
    _add(metrics.lost, "lost", counters.lost)
    _add(metrics.alarms, "alarms", counters.alarms)


def _add_each(counter: Any, counts: Mapping[str, float]) -> None:
    for label, count in dict(counts).items():
        _add(counter.labels(label), (counter, label), count)


def _add(counter: Any, key: Any, count: float) -> None:
    grown = count - _taken.get(key, 0.0)
    if grown > 0:
        counter.inc(grown)
    _taken[key] = count


def outbox_backlog() -> int:
    """Return how many acts are committed and not yet told to the slowest consumer."""
    waiting = Entry.objects.filter(position=None).count()
    end = audit.size()
    stands = events.stands()
    places = [stands.get(each.name, events.UNTOLD).place.position for each in SUBSCRIPTIONS]
    return waiting + max((end - 1 - place for place in places), default=0)


class Counting:
    """Keeps the metrics of this process fresh for the others that may be asked."""

    name = "counting"

    def __init__(self) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)

    def start(self) -> None:
        """Begin."""
        latency.note()
        with _lock:
            _taken.clear()
        self._thread.start()

    def stop(self) -> None:
        """Count a last time and end."""
        self._over.set()
        self._thread.join(10)

    def _run(self) -> None:
        while not self._over.wait(EVERY):
            take()
            latency.note()
            try:
                metrics.backlog.set(outbox_backlog())
            except Error:  # told by those who write
                connection.close()
        take()
        connection.close()
