"""The parts of the platform that work in the background, in the order of their start."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from django.db import connection

from clearway.audit.sequencer import Sequencer
from clearway.events.courier import Courier
from clearway.events.dispatch import Dispatcher
from clearway.intake.running import BulkPart, FileDropPart, IntakePart
from clearway.site.checkpoints import Checkpoints
from clearway.site.counting import Counting
from clearway.site.jobs import Jobs
from clearway.site.rounds import Rounds
from clearway.site.subscriptions import SUBSCRIPTIONS

_log = logging.getLogger("clearway.parts")


class Part(Protocol):
    """Something that runs beside the answering of requests."""

    name: str

    def start(self) -> None:
        """Begin; return when it works."""

    def stop(self) -> None:
        """Finish what was begun, and end."""


class Parts:
    """All of them, which stop in the reverse order.

    So the line is drained while those that it needs are still there, and the last checkpoint is
    taken after the last write.
    """

    def __init__(self) -> None:
        self._running: list[Part] = []

    def start(self) -> None:
        """Start each; whatever a start raises leaves the earlier ones running until ``stop``."""
        parts: tuple[Callable[[], Part], ...] = (
            Checkpoints,
            Jobs,
            Rounds,
            Courier,
            lambda: Dispatcher(SUBSCRIPTIONS),
            Sequencer,
            IntakePart,
            BulkPart,
            FileDropPart,
            Counting,
        )
        for make in parts:
            part = make()
            part.start()
            self._running.append(part)
            _log.info("started", extra={"part": part.name})
        connection.close()  # this thread's: it may be stale when it is needed next

    def stop(self) -> None:
        """Stop each. One that fails does not keep the others from ending in order."""
        while self._running:
            part = self._running.pop()
            try:
                part.stop()
                connection.close()
            except Exception:  # noqa: BLE001 - the others must still end
                _log.exception("did not stop in order: %s", part.name)
            else:
                _log.info("stopped", extra={"part": part.name})
