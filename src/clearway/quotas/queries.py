"""What is asked of the room: how each quota stands on a day."""

from __future__ import annotations

from typing import NamedTuple

from clearway.kernel.reference import Reference
from clearway.quotas.drawing import left
from clearway.quotas.rules import CRITICAL, Quota, quota_of, quotas
from clearway.vocabulary.errors import NotThere


class Standing(NamedTuple):
    """A quota and what is left of it, in millionths of its unit."""

    quota: Quota
    left: int

    @property
    def drawn(self) -> int:
        """What is drawn of it; at most its amount, whatever was drawn when it was larger."""
        return self.quota.amount - self.left

    @property
    def state(self) -> str:
        """``open``; ``critical``, where little is left; ``exhausted``, where nothing is."""
        if not self.left:
            return "exhausted"
        return "critical" if self.left < self.quota.amount * CRITICAL else "open"


def standings(reference: Reference, day: int) -> list[Standing]:
    """Return every quota that is open on a day, by its order number."""
    of_day = sorted(one for one in quotas(reference) if one.opens <= day < one.closes)
    rest = left(of_day)
    return [Standing(one, rest[one.key]) for one in of_day]


def standing(reference: Reference, order: str, day: int) -> Standing:
    """Return how a quota stands on a day.

    Raises:
        NotThere: no quota of that order number is open on the day, or none is kept here.
    """
    found = quota_of(reference, order, day)
    if found is None:
        raise no_such(order)
    return Standing(found, left([found])[found.key])


def no_such(order: str) -> NotThere:
    """Return the refusal of an order number that no quota has, on the day or at all."""
    return NotThere(
        "No tariff quota of this order number is kept here for that day.",
        where=order,
        remedy="Take an order number of the list of tariff quotas, or another day.",
    )
