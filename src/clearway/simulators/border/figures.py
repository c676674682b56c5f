"""What the demonstration shows of itself while it runs: counts and the times of answers."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from clearway.simulators.border.platform import Reply

_LAST = 500


class Figures:
    """Counts since the start; answer times of the last ``_LAST`` single lodgements."""

    def __init__(self) -> None:
        self.at: datetime | None = None
        self.counts: Counter[str] = Counter()
        self.lanes: Counter[str] = Counter()
        self.unexpected: Counter[str] = Counter()
        self.examples: dict[str, Any] = {}
        self.unmatched = 0
        self.alarms = 0
        self.backlog = 0
        self._times: deque[float] = deque(maxlen=_LAST)

    def lodged(self, reply: Reply) -> None:
        """Count the answer to a single lodgement."""
        self.counts["lodged"] += 1
        self.answered(reply.seconds)
        if reply.ok:
            self.counts["accepted"] += 1
            if lane := reply.body.get("lane"):
                self.lanes[lane] += 1
        elif reply.status == 422:
            self.counts["rejected"] += 1

    def bulk(self, job: Mapping[str, Any], count: int) -> None:
        """Count the rows of a file of parcels."""
        taken = int(job["accepted"])
        self.counts["parcels"] += count
        self.counts["lodged"] += count
        self.counts["accepted"] += taken
        self.counts["rejected"] += count - taken

    def see(self, stand: Mapping[str, Any]) -> None:
        """Take over what the platform says of its own line."""
        self.backlog = int(stand.get("backlog", 0))
        self.alarms = int(stand.get("open_alarms", 0))

    def note_unexpected(self, what: str, body: Any) -> None:
        """Note an answer that nobody expected, with the first one's words."""
        self.unexpected[what] += 1
        self.examples.setdefault(what, body)

    def answered(self, seconds: float) -> None:
        """Note how long an answer to a single lodgement took."""
        self._times.append(seconds)

    def milliseconds(self, share: float) -> float | None:
        """Return a quantile of the answer times in milliseconds; None before the first."""
        if not self._times:
            return None
        ordered = sorted(self._times)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]
