"""A client that lodges in advance, amends what it lodged, and cancels every second of it."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from clearway.proving.durability.asking import PATIENCE, Asker
from clearway.proving.durability.lodger import Numbers, Told

_LODGED, _IN_ADVANCE = b'"TypeCode":"IMA"', b'"TypeCode":"IMD"'
_NOT_NOW = 409
_SAID, _CORRECTED = b'"Description":"', b'"Description":"As corrected: '


class Changer:
    """One client. Of each declaration it tells what became of it, as far as it was answered.

    Args:
        port: of the server.
        key: of who lodges.
        bodies: the messages, by their number.
        numbers: where the numbers of the declarations are taken from.
        told: what was told so far; it goes on.
    """

    def __init__(
        self, port: int, key: str, bodies: Sequence[bytes], numbers: Numbers, told: Told
    ) -> None:
        self._bodies, self._numbers, self._told = bodies, numbers, told
        self._asker = Asker(port, key, told)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="changer", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Wait until the declaration under way is done with."""
        self._stopping.set()
        self._thread.join(3 * PATIENCE + 30)
        if self._thread.is_alive():
            self._told.contradict("an amendment or cancellation was not answered in time")
        self._asker.close()

    def _work(self) -> None:
        while not self._stopping.is_set():
            taken = self._numbers.take()
            if not taken:
                return
            (number,) = taken
            self._told.in_advance.add(number)
            self._live(number, cancels=number % 2 == 0)

    def _live(self, number: int, *, cancels: bool) -> None:
        body = self._bodies[number].replace(_LODGED, _IN_ADVANCE, 1)
        lodged = self._asker.ask("POST", "/declarations", body, key=f"message-{number}")
        if lodged is None:
            self._told.contradict(f"{number}: not lodged in advance")
            return
        mrn = lodged["mrn"]
        self._told.acknowledge(number, mrn)
        later = body.replace(_SAID, _CORRECTED, 1)
        path = f"/declarations/{mrn}/amendments?reason=As+corrected"
        amended = self._asker.ask("POST", path, later, key=f"amendment-{number}")
        if amended is None or amended.get("version") != 2:
            self._told.contradict(f"{number}: amended to {amended}")
            return
        self._told.amended.add(number)
        path, reason = f"/declarations/{mrn}/cancellation", b'{"reason": "No longer wanted"}'
        if cancels and self._asker.ask("POST", path, reason, done_before=_NOT_NOW) is not None:
            self._told.cancelled.add(number)
