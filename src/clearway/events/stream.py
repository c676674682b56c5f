"""News as they come: server-sent events, for any number of listeners.

One task of the server's event loop looks for news and keeps the latest at hand; a listener costs
memory and no thread. He who comes back with the place he had reached gets what he missed from the
tables. A stream ends after some minutes, so that a right that was withdrawn ends with it; browsers
come back by themselves.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from weakref import WeakKeyDictionary

from django.db import Error, connection

from clearway.audit.actor import Actor
from clearway.events import access, queries, telling
from clearway.events.queries import Place, Told
from clearway.vocabulary.errors import TooMuch

LOOK_EVERY = 0.2
BEAT_EVERY = 15.0
"""Seconds between two looks for news, and of silence before a heartbeat."""
MOST_OF_ONE = 10
MOST = 2000
"""Streams at once: of one actor, and in all."""
_AT_HAND = 2000
T = TypeVar("T")


class Hub:
    """The latest news, and those who wait for more. Lives in one event loop."""

    def __init__(self) -> None:
        self._readers = ThreadPoolExecutor(1, "news")
        self._news: list[Told] = []
        self._since = self._place = queries.START
        self._changed = asyncio.Event()
        self._ready = asyncio.Event()
        self._listeners = 0
        self._looking: asyncio.Task[None] | None = None

    async def follow(self, after: Place | None, seconds: float) -> AsyncIterator[list[Told]]:
        """Yield what happens after a place (or from now on); nothing where it is time to beat."""
        self._listeners += 1
        try:
            if self._looking is None:
                self._ready.clear()
                self._looking = asyncio.create_task(self._look())
            await self._ready.wait()
            place, until = self._place if after is None else after, time.monotonic() + seconds
            while (left := until - time.monotonic()) > 0:
                changed = self._changed
                if place < self._since:
                    told, reached = await self._read(lambda: queries.news(place))  # noqa: B023
                else:
                    told, reached = self._after(place), max(place, self._place)
                if reached > place:
                    place = reached
                    yield told
                    continue
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(changed.wait(), min(left, BEAT_EVERY))
                if not changed.is_set():
                    yield []
        finally:
            self._listeners -= 1

    def _after(self, place: Place) -> list[Told]:
        return self._news[bisect_right(self._news, place, key=lambda told: told.place) :]

    async def _look(self) -> None:
        """Fetch news while anybody listens."""
        try:
            while self._listeners:
                with contextlib.suppress(Error):  # the database is away; it comes back
                    if not self._ready.is_set():
                        self._since = self._place = await self._read(queries.newest)
                        self._news = []
                        self._ready.set()
                    told, reached = await self._read(lambda: queries.news(self._place))
                    if reached > self._place:
                        self._keep(told, reached)
                        continue
                await asyncio.sleep(LOOK_EVERY)
        finally:
            self._looking = None
            self._ready.set()
            await self._read(lambda: connection.close())  # noqa: PLW0108 - that thread's own

    def _keep(self, told: list[Told], reached: Place) -> None:
        self._news += told
        if len(self._news) > 2 * _AT_HAND:
            self._since = self._news[-_AT_HAND - 1].place
            self._news = self._news[-_AT_HAND:]
        self._place = reached
        self._changed.set()
        self._changed = asyncio.Event()

    async def _read(self, read: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, _closing, read)


def _closing(read: Callable[[], T]) -> T:
    """Read in the readers' thread; a connection that failed is not used again."""
    try:
        return read()
    except Error:
        connection.close()
        raise


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()
_open: Counter[str] = Counter()


def admit(actor: Actor) -> None:
    """Refuse one stream too many.

    Raises:
        TooMuch: the actor, or everybody together, listens often enough.
    """
    if _open[actor.name] >= MOST_OF_ONE or _open.total() >= MOST:
        raise TooMuch("Too many streams are open.", retry_after=30)


async def frames(
    actor: Actor,
    after: Place | None,
    seconds: float,
    form: Callable[..., bytes] = telling.frame_of,
) -> AsyncIterator[bytes]:
    """Yield the stream of what an actor may learn, as bytes on the wire.

    Args:
        actor: who listens.
        after: the place that he had reached; from now on without one.
        seconds: after which the stream ends.
        form: makes the frame of an event (``telling.frame_of``).
    """
    allowed, named = access.may_learn(actor), access.sees_all(actor)
    hub = _hubs.setdefault(asyncio.get_running_loop(), Hub())
    _open[actor.name] += 1
    try:
        yield b"retry: 2000\n\n"
        async for told in hub.follow(after, seconds):
            mine = [form(each, actor=named) for each in told if allowed(each)]
            if mine:
                yield b"".join(mine)
            elif not told:
                yield b": nothing new\n\n"
    finally:
        _open[actor.name] -= 1
        if not _open[actor.name]:
            del _open[actor.name]
