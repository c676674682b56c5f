"""Every write: what an inspection showed, in the transaction that closes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from clearway.risk.outcomes.models import Outcome


class Shown(NamedTuple):
    """What looking at one item showed: whether it differs, and the taxes at stake (minor units)."""

    item: int
    differs: bool
    at_stake: int


def record(declaration: int, shown: Iterable[Shown], at: datetime) -> None:
    """Keep what an opening of a declaration showed.

    Rooms above call this within the act that closes the opening: what risk learns is there as soon
    as the result is, or neither is.

    Args:
        declaration: its row number.
        shown: one for each declared item that was to be looked at.
        at: when the opening was closed.
    """
    Outcome.objects.bulk_create(
        Outcome(
            declaration=declaration,
            item=one.item,
            differs=one.differs,
            at_stake=one.at_stake,
            at=at,
        )
        for one in shown
    )
