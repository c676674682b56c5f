"""Which day rules and in which states a declaration begins; the door to the pure helpers.

The intake line asks this file: kinds (``kinds.py``), refusals (``refusals.py``) and names
(``naming.py``) are offered here too.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from clearway.declarations.kinds import (
    EXPORT,
    days_setting,
    in_advance,
    is_simplified,
    is_supplementary,
    kind_of,
)
from clearway.declarations.life_cycle import (
    DEBT,
    DECLARATION,
    GOODS,
    NOTHING,
    lane_act,
    next_state,
)
from clearway.declarations.naming import (
    declarant_of,
    fingerprint,
    mrn_of,
    principal_of,
    supplemented,
    transport_document,
    transport_document_of,
)
from clearway.declarations.refusals import refusal_of
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference
from clearway.vocabulary.dates import days_of

__all__ = [
    "States",
    "declarant_of",
    "fingerprint",
    "first_states",
    "in_advance",
    "is_simplified",
    "is_supplementary",
    "kind_of",
    "local_day",
    "mrn_of",
    "principal_of",
    "refusal_of",
    "ruling_day",
    "supplementary_due",
    "supplemented",
    "transport_document",
    "transport_document_of",
]


@lru_cache(maxsize=16)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local_day(instant: datetime, reference: Reference) -> int:
    """Return the day of an instant where the country is, in days since 1970-01-01."""
    return days_of(instant.astimezone(_zone(reference.time_zone)).date())


def ruling_day(
    lodgement: Lodgement,
    reference: Reference,
    *,
    received_at: datetime,
    presented_at: datetime | None = None,
    supplemented_day: int | None = None,
) -> int:
    """Return the day whose law, rates and codes apply, in days since 1970-01-01.

    It is the day of acceptance: that of receipt, or of presentation for a declaration lodged in
    advance, where the pack does not name the day of lodgement. Until presentation the day of
    receipt serves as an estimate. A supplementary declaration has the day of its simplified one.
    """
    if supplemented_day is not None:
        return supplemented_day
    rules = reference.settings.get("declarations.ruling_date", "acceptance")
    if in_advance(lodgement) and presented_at is not None and rules != "lodgement":
        return local_day(presented_at, reference)
    return local_day(received_at, reference)


def supplementary_due(lodgement: Lodgement, reference: Reference, accepted: int) -> int | None:
    """Return the day by which the supplementary declaration is due, None where none is."""
    if not is_simplified(lodgement):
        return None
    return accepted + days_setting(reference, "declarations.supplementary_days", 10)


class States(NamedTuple):
    """The three states of a declaration."""

    state: str
    goods: str
    debt: str


def first_states(
    lodgement: Lodgement,
    *,
    accepted: bool,
    lane: int | None,
    payable: int | None,
    reported: bool,
) -> States:
    """Return the states in which a declaration begins.

    Args:
        lodgement: as lodged.
        accepted: no finding is an error.
        lane: the lane that the kernel selected, None where none is communicated yet.
        payable: the sum of charges in minor units, None where one cannot be computed.
        reported: whether its transport document is in the cargo report.
    """
    if not accepted:
        return States(next_state(DECLARATION, NOTHING, "reject"), "none", "none")
    debt = next_state(DEBT, NOTHING, "owe_nothing" if payable == 0 else "assess")
    goods = _first_goods(lodgement, reported=reported)
    if in_advance(lodgement) or lane is None:
        return States(next_state(DECLARATION, NOTHING, "receive"), goods, debt)
    return States(next_state(DECLARATION, NOTHING, "accept", lane_act(lane)), goods, debt)


def _first_goods(lodgement: Lodgement, *, reported: bool) -> str:
    if is_supplementary(lodgement):
        return next_state(GOODS, NOTHING, "leave_out")
    if lodgement.direction == EXPORT:
        act = "await_report" if in_advance(lodgement) else "present"
        return next_state(GOODS, NOTHING, act)
    return next_state(GOODS, NOTHING, "match" if reported else "await_report")
