"""The one line of this process: made with the platform's settings, started and stopped by it."""

from __future__ import annotations

import threading

from django.conf import settings

from clearway.intake.bulk import Bulk
from clearway.intake.file_drop import FileDrop
from clearway.intake.helper import Helper, has_second_processor
from clearway.intake.line import Line
from clearway.intake.memory import settle_memory
from clearway.intake.purposes import PURPOSES
from clearway.reference.in_force import folder_of
from clearway.risk.profiles.in_force import reference_at
from clearway.vocabulary.errors import StorageFails

_lock = threading.Lock()
_running: Line | None = None


def line() -> Line:
    """Return the process's line.

    Raises:
        StorageFails: it is not running.
    """
    if _running is None:
        raise StorageFails("The intake line is not running.", remedy="Try again shortly.")
    return _running


def start() -> Line:
    """Start the process's line; one that runs already stays."""
    global _running  # noqa: PLW0603 - one line a process, held under the lock
    with _lock:
        if _running is None:
            made = Line(
                reference_at,
                capacity=settings.ENVIRONMENT["CLEARWAY_QUEUE"],
                purposes=PURPOSES,
                helper=Helper(folder_of) if has_second_processor() else None,
            )
            made.start()
            _running = made
        return _running


def stop(timeout: float = 30.0) -> None:
    """Take nothing more, finish what waits, and end the line."""
    global _running  # noqa: PLW0603 - see ``start``
    with _lock:
        if _running is not None:
            _running.stop(timeout)
            _running = None


class IntakePart:
    """The line as a part of the platform that ``site`` starts and stops."""

    name = "intake line"

    def start(self) -> None:
        """Start the line; it takes lodgements when this returns."""
        start()
        settle_memory()

    def stop(self) -> None:
        """Take nothing more and finish what waits."""
        stop()


class BulkPart:
    """The bulk files as a part of the platform; they need the line, and stop before it."""

    name = "bulk files"

    def __init__(self) -> None:
        self._bulk: Bulk | None = None

    def start(self) -> None:
        """Start; jobs left by an earlier process go on."""
        self._bulk = Bulk(line())
        self._bulk.start()

    def stop(self) -> None:
        """End after the chunk on its way; the job goes on at the next start."""
        if self._bulk is not None:
            self._bulk.stop()


class FileDropPart:
    """The file drop as a part of the platform; it needs the line, and stops before it."""

    name = "file drop"

    def __init__(self) -> None:
        self._drop: FileDrop | None = None

    def start(self) -> None:
        """Start looking into the folder."""
        self._drop = FileDrop(line())
        self._drop.start()

    def stop(self) -> None:
        """End after the file on its way."""
        if self._drop is not None:
            self._drop.stop()
