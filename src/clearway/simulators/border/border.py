"""What all simulated actors share: the platform, the schedule, the figures, the calendar."""

from __future__ import annotations

import time
from datetime import datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from clearway.simulators.border.figures import Figures
from clearway.simulators.border.firms import OPERATOR
from clearway.simulators.border.platform import Gone, Platform, Reply
from clearway.simulators.border.schedule import Schedule

_SETTLES_WITHIN = 120.0
_EACH_WAIT = 10
"""Seconds for which the platform itself waits at one request."""


class Border:
    """The common ground. ``seed`` makes every draw repeatable."""

    def __init__(self, platform: Platform, zone: ZoneInfo, seed: int) -> None:
        self.platform = platform
        self.schedule = Schedule()
        self.figures = Figures()
        self.zone = zone
        self.seed = seed
        self._unsettled = False
        self._hour: datetime | None = None

    def draw(self, *about: str) -> Random:
        """Return the dice of one question about one thing: others' answers do not move them."""
        return Random(":".join((str(self.seed), *about)))

    def send(
        self,
        who: str,
        method: str,
        path: str,
        at: datetime,
        *,
        expected: tuple[int, ...] = (),
        **how: Any,
    ) -> Reply:
        """Ask the platform for something, and note an answer that nobody expected.

        Args:
            who: the actor.
            method: of HTTP.
            path: below ``/api/v1``.
            at: simulated time.
            expected: refusals that belong to the act, as HTTP status.
            how: see ``Platform.ask``.
        """
        reply = self.platform.ask(who, method, path, at, **how)
        if not reply.ok and reply.status not in expected:
            kind = _route(path)
            self.figures.note_unexpected(f"{method} {kind}: {reply.status}", reply.body)
        return reply

    def unsettle(self) -> None:
        """Note that an act sets off others, which the next one may depend on."""
        self._unsettled = True

    def settle(self, at: datetime) -> None:
        """Wait until what former acts set off has happened: the outbox's readers have caught up.

        So do what falls due by the calendar, which the platform looks for with each hour.

        Raises:
            Gone: they do not catch up.
        """
        hour = at.replace(minute=0, second=0, microsecond=0)
        if not self._unsettled and hour == self._hour:
            return
        self._hour = hour
        until = time.monotonic() + _SETTLES_WITHIN
        while time.monotonic() < until:
            self.figures.see(self.platform.line(OPERATOR, at, wait=_EACH_WAIT))
            if self.figures.backlog == 0:
                self._unsettled = False
                return
        raise Gone("what the events set off does not come to an end")


def _route(path: str) -> str:
    """Return a path without the numbers of things, as it is counted."""
    parts = path.strip("/").split("/")
    return "/" + "/".join(part if place % 2 == 0 else "…" for place, part in enumerate(parts))
