"""Clients that lodge without a pause and never give up: each message under its key until answered.

What they were told is kept: an acknowledged lodgement that the record does not hold is lost.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from collections.abc import Sequence

import msgspec

from clearway.proving.synthetic_messages import AT
from clearway.site.server_process import HOST

PATH = "/api/v1/declarations"
_ACKNOWLEDGED = 201
_COME_AGAIN = frozenset({429, 503, 507})
_BEFORE_ANOTHER = 0.1
"""Seconds before a client tries again: knocking harder would only slow a start down."""


class Told:
    """What clients were told, all of them together.

    ``acknowledged`` is the MRN by the message's number, ``handed_in`` the numbers of messages in
    files that were taken, ``in_advance`` those of declarations ahead of their goods, of which
    ``amended`` and ``cancelled`` were acknowledged to be so. ``contradictions`` are answers that
    deny or change what was acknowledged, or refuse what should have been taken.
    """

    def __init__(self) -> None:
        self.acknowledged: dict[int, str] = {}
        self.handed_in: set[int] = set()
        self.in_advance: set[int] = set()
        self.amended: set[int] = set()
        self.cancelled: set[int] = set()
        self.statuses: Counter[int] = Counter()
        self.contradictions: list[str] = []
        self.cut_off = 0
        self._lock = threading.Lock()

    def acknowledge(self, number: int, mrn: str) -> None:
        """Note an acknowledgement; one that differs from an earlier one contradicts it."""
        with self._lock:
            self.statuses[_ACKNOWLEDGED] += 1
            known = self.acknowledged.setdefault(number, mrn)
            if known != mrn:
                self.contradictions.append(f"{number}: acknowledged as {known} and as {mrn}")

    def refuse(self, number: int, status: int, words: str) -> bool:
        """Note another answer, and tell whether it is the last word on the message."""
        with self._lock:
            self.statuses[status] += 1
            if status in _COME_AGAIN:
                return False
            self.contradictions.append(f"{number}: {status} {words}")
            return True

    def note_cut(self) -> None:
        """Note a request that had no answer."""
        with self._lock:
            self.cut_off += 1

    def contradict(self, words: str) -> None:
        """Note what should not have been."""
        with self._lock:
            self.contradictions.append(words)


class Numbers:
    """The numbers of messages, each given out once, whoever lodges them.

    Args:
        count: how many there are.
    """

    def __init__(self, count: int) -> None:
        self._next, self._count = 0, count
        self._lock = threading.Lock()

    def take(self, wanted: int = 1) -> range:
        """Return the next numbers; fewer, or none, at the end."""
        with self._lock:
            given = range(self._next, min(self._next + wanted, self._count))
            self._next = given.stop
        return given


class Lodgers:
    """Some clients together. They may be stopped; what is unanswered then stays unanswered.

    Args:
        port: of the server.
        key: of who lodges.
        bodies: the messages; number and local reference are known by their place.
        clients: how many lodge at once.
        told: what was told so far; it goes on.
        numbers: of the messages, where others lodge some of them; all by default.
    """

    def __init__(
        self,
        port: int,
        key: str,
        bodies: Sequence[bytes],
        clients: int,
        told: Told,
        numbers: Numbers | None = None,
    ) -> None:
        self.port, self.key, self.bodies, self.told = port, key, bodies, told
        self.numbers = numbers or Numbers(len(bodies))
        self._clients = clients
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()

    def start(self) -> None:
        """Begin to lodge."""
        for number in range(self._clients):
            thread = threading.Thread(target=self._work, name=f"lodger-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Let every client finish the message it is at, until it is answered."""
        self._stopping.set()
        self.join()

    def join(self, timeout: float = 150.0) -> None:
        """Wait until every client has finished."""
        for thread in self._threads:
            thread.join(timeout)
            if thread.is_alive():
                self.told.contradict("a lodgement was not answered in time")

    def _work(self) -> None:
        connection: http.client.HTTPConnection | None = None
        while not self._stopping.is_set():
            taken = self.numbers.take()
            if not taken:
                return
            (number,) = taken
            done, patience = False, time.monotonic() + 120
            while not done and time.monotonic() < patience:
                if connection is None:
                    connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
                try:
                    done = self._lodge(connection, number)
                except (OSError, http.client.HTTPException):
                    self.told.note_cut()
                    connection.close()
                    connection = None
                    time.sleep(_BEFORE_ANOTHER)
            if not done:
                self.told.contradict(f"{number}: not answered in two minutes")
        if connection is not None:
            connection.close()

    def _lodge(self, connection: http.client.HTTPConnection, number: int) -> bool:
        headers = {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"message-{number}",
            **AT,
        }
        connection.request("POST", PATH, self.bodies[number], headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status == _ACKNOWLEDGED:
            self.told.acknowledge(number, msgspec.json.decode(body)["mrn"])
            return True
        final = self.told.refuse(number, answer.status, body[:200].decode(errors="replace"))
        if not final:
            time.sleep(_BEFORE_ANOTHER)
        return final
