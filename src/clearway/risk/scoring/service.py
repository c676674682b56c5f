"""Every write of the room: scores in the commit that accepts, plans, and capacities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.audit.bulk import insert
from clearway.events.service import act, subject_of
from clearway.risk.scoring import plans, queries
from clearway.risk.scoring.judging import Scored
from clearway.risk.scoring.models import DayPlan, OfficeCapacity
from clearway.risk.scoring.plans import Plan
from clearway.vocabulary.errors import DataRefused

CAPACITY_SET: Final = "capacity.set"
MOST_PER_DAY: Final = 1_000_000
_SCORE: Final = (
    "assessment, item, model, chance, stake, inspections, violations, points, share, "
    "propensity, day"
)
_WHOLE: Final = 100


def store_many(cursor: Any, scored: Iterable[tuple[int, Sequence[Scored]]]) -> None:
    """Write what was said of items, in the transaction that stores their assessments.

    Args:
        cursor: of the open transaction.
        scored: an assessment's row number, and what was said of each item.
    """
    rows = [(number, *msgspec.structs.astuple(one)) for number, own in scored for one in own]
    if rows:
        insert(cursor, "risk_itemscore", _SCORE, rows)


def carry_over(cursor: Any, before: int, after: int) -> None:
    """Let what the model said of a decision stand for the one by which it was made anew.

    Args:
        cursor: of the open transaction.
        before: the assessment on which the model was heard.
        after: the assessment that takes its place.
    """
    names = Scored.__struct_fields__
    rows = queries.scores([before])
    store_many(cursor, [(after, [Scored(**{n: getattr(row, n) for n in names}) for row in rows])])


def keep_plan(office: str, model: int, day: int, plan: Plan) -> None:
    """Keep an office's plan of a day; whoever planned it first is heard."""
    row = DayPlan(
        office=office, model=model, day=day, plan=plans.encode(plan), at=clock.now()
    )  # fmt: skip
    DayPlan.objects.bulk_create([row], ignore_conflicts=True)
    queries.forget()


class Shares(msgspec.Struct, frozen=True):
    """How a model spends what law, lists, profiles and the draw leave, in per cent."""

    chance: int = 65
    stake: int = 15
    new: int = 20


def set_capacity(
    actor: Actor, office: str, per_day: int, shares: Shares, reason: str, at: datetime
) -> OfficeCapacity:
    """Say what an office can inspect on a day. It counts from the next day's plan on.

    Args:
        actor: who may (``scoring.access``).
        office: its code.
        per_day: declarations, 0 to ``MOST_PER_DAY``.
        shares: of what others leave.
        reason: why; needed.
        at: when.

    Raises:
        DataRefused: a number or the reason cannot be.
    """
    faults = []
    if not 0 <= per_day <= MOST_PER_DAY:
        faults.append(("per_day", f"a whole number from 0 to {MOST_PER_DAY}"))
    parts = msgspec.structs.astuple(shares)
    if min(parts) < 0 or sum(parts) != _WHOLE:
        faults.append(("chance", "three whole numbers of per cent that add up to 100"))
    if not reason.strip():
        faults.append(("reason", "why"))
    if not office.strip() or len(office) > 17:
        faults.append(("office", "the code of a customs office"))
    if faults:
        raise DataRefused(
            "This cannot be the capacity of an office.",
            faults=faults,
            remedy="Mend what is named, and send it again.",
        )
    with act(actor, at=at) as doing:
        row = OfficeCapacity.objects.create(
            office=office, per_day=per_day, chance=shares.chance, stake=shares.stake,
            new=shares.new, reason=reason.strip()[:512], set_by=actor.name, at=at,
        )  # fmt: skip
        doing.announce(
            CAPACITY_SET,
            subject_of("capacity", office),
            {"office": office, "per_day": per_day, **msgspec.structs.asdict(shares)},
        )
    return row
