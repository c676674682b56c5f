"""How much one actor may ask at once: a bucket of tokens each, in this process's memory.

A bucket gains ``CLEARWAY_RATE`` tokens a second and holds four times as many; a request costs one.
It is there so that one program's mistake does not become everybody's, not to be exact across
processes: with N processes an actor may have up to N times as much.

Buckets go by the machine's own steady time, not by the platform's clock: they are about load, and
a simulated day must not change them.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from clearway.vocabulary.errors import TooMuch

LODGING_RATE: Final = 5000
"""For lodging, whose queue says earlier and by measure when it is too much."""
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

    def __init__(self, per_second: int, burst: int) -> None:
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


_RATE: Final[int] = settings.ENVIRONMENT["CLEARWAY_RATE"]
ACTORS: Final = Buckets(_RATE, 4 * _RATE)
LODGERS: Final = Buckets(LODGING_RATE, 2 * LODGING_RATE)
STRANGERS: Final = Buckets(max(1, _RATE // 20), _RATE)
"""By network address: of those who come without a key that is in force."""
