"""The threads that answer Django's requests: each keeps its connection to the database.

A thread and a connection of its own for every request cost more than most requests do: on SQLite a
new connection reads the whole schema before its first row. So a request borrows a thread when
it first needs one, and gives it back; the one that was used last is lent first, so that there are
as many threads as requests met at once, and at most so many rest.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

from django.db import connection, connections


class Hands:
    """Idle threads. Used by one event loop."""

    def __init__(self, most: int) -> None:
        """Begin with none; ``most`` may rest, and those beyond end when they are given back."""
        self._most = most
        self._idle: list[ThreadPoolExecutor] = []

    def __len__(self) -> int:
        return len(self._idle)

    def borrow(self) -> ThreadPoolExecutor:
        """Return the thread that rests since the shortest time, or a new one."""
        return self._idle.pop() if self._idle else ThreadPoolExecutor(1, "request")

    def give_back(self, thread: ThreadPoolExecutor) -> None:
        """Let a thread rest, or end where enough of them do."""
        if len(self._idle) < self._most:
            self._idle.append(thread)
        else:
            thread.submit(connections.close_all)
            thread.shutdown(wait=False)


def keep_connection() -> None:
    """Let this thread's connection outlive the request, after which Django would close it.

    One that failed is closed all the same, and on PostgreSQL each request first sees whether it
    still answers (``CONN_HEALTH_CHECKS``).
    """
    connection.close_at = None


class Hand(Executor):
    """The thread of one request: borrowed when something is to be done, until ``rest``."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands
        self._thread: ThreadPoolExecutor | None = None

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Let the request's thread do something, one thing after another."""
        if self._thread is None:
            self._thread = self._hands.borrow()
        return self._thread.submit(fn, *args, **kwargs)

    def rest(self) -> None:
        """Give the thread back; what comes later borrows one again."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._hands.give_back(thread)
