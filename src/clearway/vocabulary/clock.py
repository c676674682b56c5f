"""The one clock. Whoever acts asks it what time it is; nobody else reads the machine's time.

The platform is given its clock once, by its settings. A border that lives by simulated time, as
the demonstration does, has a ``SimulatedClock`` there, and nothing else about it differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HOUR = timedelta(hours=1)


class Clock(Protocol):
    """Tells the time, always with its zone."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)


def _nothing() -> None:
    """Do nothing."""


class SimulatedClock:
    """A clock that stands where it was last set. It never runs backwards.

    What happens within ``at(instant)`` happens at that instant, whatever other work is going on:
    so a request that carries its own simulated time is judged as of that time alone.
    """

    def __init__(self, start: datetime) -> None:
        self._latest = start.astimezone(UTC)
        self._here: ContextVar[datetime | None] = ContextVar("simulated_instant", default=None)
        self._hourly: Callable[[], object] = _nothing
        self._rung = self._latest
        self._ringing = Lock()

    def now(self) -> datetime:
        """Return the instant of the surrounding ``at``, else the latest that was set."""
        return self._here.get() or self._latest

    def advance(self, instant: datetime) -> None:
        """Move the clock forward; an earlier instant leaves it where it stands."""
        self._latest = max(self._latest, instant.astimezone(UTC))

    def each_hour(self, do: Callable[[], object]) -> None:
        """Say what is to be done when an hour has passed; ``ring`` does it."""
        self._hourly = do

    def ring(self) -> bool:
        """Do what is to be done each hour, where one has passed; tell whether it was.

        A clock that stands between two requests wakes nobody: whoever brings the time calls this
        where he may wait for it. However many hours have passed, it is done once.
        """
        with self._ringing:
            if self._latest - self._rung < _HOUR:
                return False
            self._rung = self._latest
            self._hourly()
        return True

    @contextmanager
    def at(self, instant: datetime) -> Iterator[None]:
        """Let the enclosed work happen at an instant."""
        self.advance(instant)
        token = self._here.set(instant.astimezone(UTC))
        try:
            yield
        finally:
            self._here.reset(token)


def microseconds(instant: datetime) -> int:
    """Return an instant as whole microseconds since 1970-01-01T00:00Z, as tables hold it.

    >>> microseconds(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000

    Raises:
        ValueError: the instant has no zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant without zone says nothing")
    return (instant - _EPOCH) // _MICROSECOND


def instant_of(count: int) -> datetime:
    """Return the instant of a count of microseconds since 1970-01-01T00:00Z.

    >>> instant_of(1000000).isoformat()
    '1970-01-01T00:00:01+00:00'
    """
    return _EPOCH + count * _MICROSECOND
