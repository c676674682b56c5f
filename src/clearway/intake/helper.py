"""The line's second process, seen from the first: large batches are read and decided beside it.

The interpreter runs one thread at a time; what is pure, reading and deciding, needs half of a
lodgement's processor time and goes to another process where there is a second processor. Nothing
depends on it: what it cannot do, or not in time, the line does itself, with the same result.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue

import msgspec

from clearway.intake import helping
from clearway.intake.helping import AllRead, Decide, Decided, Failed, ReadAll, Reply
from clearway.intake.reading import Read
from clearway.kernel.decisions import Decision
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference

WORTH_IT = 64
"""Lodgements from which on asking is cheaper than doing; about what waits in a busy second."""
_PATIENCE = 30.0
"""Seconds after which a request that should take a fifth of one is given up."""
_FAREWELL = 5.0
"""Seconds that it has to end."""
_REST = 10.0
"""Seconds before a process that was lost is started again."""
_log = logging.getLogger("clearway.intake")


class HelperLost(Exception):
    """The second process cannot do it now."""


class Helper:
    """The second process of a line; started when first it is wanted.

    Args:
        folder_of: where the snapshot of a reference lies.
    """

    def __init__(self, folder_of: Callable[[Reference], Path]) -> None:
        self._folder_of = folder_of
        self._asked: SimpleQueue[tuple[bytes, Future[Reply]] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._not_before = 0.0
        self._ready = False

    @property
    def ready(self) -> bool:
        """Whether it answers at once."""
        return self._ready

    def wake(self) -> None:
        """See that it runs, or will soon; returns at once. For who has much to be done."""
        with self._lock:
            if self._process is None and time.monotonic() >= self._not_before:
                self._process = _launched()
                threading.Thread(
                    target=self._work, args=(self._process,), name="intake-helper", daemon=True
                ).start()

    def stop(self) -> None:
        """End it; what is asked and not answered is lost to whoever waits."""
        with self._lock:
            process, self._not_before = self._process, float("inf")
        if process is not None:
            self._asked.put(None)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(2 * _FAREWELL)

    def read(self, bodies: Sequence[bytes]) -> Future[Reply]:
        """Ask for the lodgements of JSON messages (``messages_of`` waits for them)."""
        return self._ask(ReadAll(list(bodies)))

    def decide(self, lodgements: Sequence[Lodgement], reference: Reference) -> Future[Reply]:
        """Ask for the kernel's decisions (``decisions_of`` waits for them)."""
        folder = str(self._folder_of(reference))
        return self._ask(Decide(folder, list(lodgements), helping.profiles_of(reference)))

    def messages_of(self, asked: Future[Reply]) -> list[Read | None]:
        """Wait for what was read; None for a message that the caller reads himself.

        Raises:
            HelperLost: nothing was read.
        """
        reply = self._wait(asked)
        if not isinstance(reply, AllRead):
            raise HelperLost
        return reply.messages

    def decisions_of(self, asked: Future[Reply]) -> list[Decision]:
        """Wait for the decisions.

        Raises:
            HelperLost: nothing was decided.
        """
        reply = self._wait(asked)
        if not isinstance(reply, Decided):
            raise HelperLost
        return reply.decisions

    def _ask(self, request: helping.Request) -> Future[Reply]:
        future: Future[Reply] = Future()
        try:
            frame = helping.encode(request)
        except (OverflowError, UnicodeEncodeError):
            # A number or a sign that no frame can carry. The line knows what to say of it.
            future.set_result(Failed("it cannot be sent"))
            return future
        if self._ready:
            self._asked.put((frame, future))
        else:
            future.set_result(Failed("it does not run"))
        return future

    def _wait(self, asked: Future[Reply]) -> Reply:
        try:
            return asked.result(_PATIENCE)
        except TimeoutError:
            _log.error("the line's second process does not answer: it is ended")
            with self._lock:
                if self._process is not None:
                    self._process.kill()
            return Failed("it does not answer")

    # -- the thread that talks to it -----------------------------------------------------------

    def _work(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        asked: tuple[bytes, Future[Reply]] | None = None
        try:
            _talk(process, helping.encode(ReadAll([])))
            self._ready = True
            while (asked := self._asked.get()) is not None:
                asked[1].set_result(_talk(process, asked[0]))
        except (OSError, EOFError, msgspec.MsgspecError) as failure:
            _log.warning("the line's second process was lost: %s", type(failure).__name__)
        finally:
            self._part_from(process, asked)

    def _part_from(
        self, process: subprocess.Popen[bytes], asked: tuple[bytes, Future[Reply]] | None
    ) -> None:
        """Leave nobody waiting, and the process's ends closed: it ends with its input."""
        with self._lock:
            self._ready, self._process = False, None
            self._not_before = max(self._not_before, time.monotonic() + _REST)
        while True:
            if asked is not None and not asked[1].done():
                asked[1].set_result(Failed("it was lost"))
            if self._asked.empty():
                break
            asked = self._asked.get()
        _end(process)


def _launched() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "clearway.intake.helping"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603


def _talk(process: subprocess.Popen[bytes], frame: bytes) -> Reply:
    assert process.stdin is not None
    assert process.stdout is not None
    helping.put(process.stdin, frame)
    reply = helping.take(process.stdout)
    if not reply:
        raise EOFError
    return helping.decode_reply(reply)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Close the process's ends: it ends with its input, or it is ended."""
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):  # what was still to be written has no reader any more
            if pipe is not None:
                pipe.close()
    try:
        process.wait(_FAREWELL)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def has_second_processor() -> bool:
    """Tell whether two processes can run at the same time here."""
    return len(os.sched_getaffinity(0)) > 1 if hasattr(os, "sched_getaffinity") else True
