"""How much one actor may ask at once: a bucket of tokens each, in this process's memory.

A bucket holds ``BURST`` tokens and gains ``PER_SECOND``; a request costs one. It is there so that
one program's mistake does not become everybody's, not to be exact across processes: with N
processes an actor may have up to N times as much.

Buckets go by the machine's own steady time, not by the platform's clock: they are about load, and
a simulated day must not change them.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from clearway.vocabulary.errors import TooMuch

PER_SECOND: Final = 100
BURST: Final = 400
LODGING_PER_SECOND: Final = 5000
LODGING_BURST: Final = 10_000
"""For lodging, whose queue says earlier and by measure when it is too much."""
STRANGER_PER_SECOND: Final = 5
"""For a network address from which requests without a valid key or session come."""
STRANGER_BURST: Final = 100
_MOST_BUCKETS: Final = 20_000


@dataclass(frozen=True)
class Allowance:
    """What is left to an actor after a request."""

    burst: int
    per_second: int
    left: int

    def headers(self) -> dict[str, str]:
        """Return it as the header fields RateLimit-Policy and RateLimit (IETF httpapi draft)."""
        window = -(-self.burst // self.per_second)
        until_full = -(-(self.burst - self.left) // self.per_second)
        return {
            "RateLimit-Policy": f'"actor";q={self.burst};w={window}',
            "RateLimit": f'"actor";r={self.left};t={until_full}',
        }


class Buckets:
    """The buckets of all who lately asked; those longest unused are forgotten first."""

    def __init__(self, per_second: int = PER_SECOND, burst: int = BURST) -> None:
        self._per_second = per_second
        self._burst = burst
        self._lock = threading.Lock()
        self._filled: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, name: str, *, now: float | None = None) -> Allowance:
        """Take one token of an actor and return what is left.

        Args:
            name: of the actor.
            now: steady seconds; the machine's by default.

        Raises:
            TooMuch: the bucket is empty.
        """
        at = time.monotonic() if now is None else now
        with self._lock:
            tokens, since = self._filled.pop(name, (float(self._burst), at))
            tokens = min(float(self._burst), tokens + (at - since) * self._per_second)
            enough = tokens >= 1
            self._filled[name] = (tokens - 1 if enough else tokens, at)
            if len(self._filled) > _MOST_BUCKETS:
                self._filled.popitem(last=False)
        if not enough:
            raise TooMuch(
                f"More than {self._per_second} requests a second and {self._burst} at once.",
                retry_after=1,
                remedy="Spread them, or lodge in bulk.",
            )
        return Allowance(self._burst, self._per_second, int(tokens - 1))


ACTORS: Final = Buckets()
LODGERS: Final = Buckets(LODGING_PER_SECOND, LODGING_BURST)
STRANGERS: Final = Buckets(STRANGER_PER_SECOND, STRANGER_BURST)
