"""What direct pick-up saves: dwell from discharge to gate-out, and how many boxes go directly."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from clearway.cargo.models import Conveyance
from clearway.gate import queries
from clearway.gate.models import Booking


class Share(msgspec.Struct, frozen=True):
    """How many of a conveyance's containers went out without the yard."""

    direct: int
    containers: int

    @property
    def percent(self) -> int:
        """The share in whole per cent, rounded down; 0 of none.

        >>> Share(120, 400).percent
        30
        """
        return self.direct * 100 // self.containers if self.containers else 0


def dwell(booking: Booking) -> timedelta | None:
    """Return how long a unit stood between discharge and gate-out; None before it is out."""
    if booking.handled_at is None or booking.out_at is None:
        return None
    stood: timedelta = booking.out_at - booking.handled_at
    return max(stood, timedelta(0))


def share(conveyance: Conveyance) -> Share:
    """Return how many of a conveyance's containers were picked up directly."""
    direct = queries.direct_of(conveyance.pk)
    return Share(direct, queries.containers_on(conveyance.pk))
