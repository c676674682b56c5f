"""Who holds the ball after release: who has to act on an audit or an appeal, until when.

What is told is what the party may know: a ball of an audit that it was not told of is not shown
to it by whoever asks here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.clearance.standing import Ball, Holder, What
from clearway.declarations.models import Declaration
from clearway.declarations.rules import local_day
from clearway.post_clearance import access
from clearway.post_clearance.life_cycle import OPEN_APPEALS, OPEN_AUDITS
from clearway.post_clearance.models import Appeal, Audit, Claim, Correction
from clearway.reference.in_force import reference_at
from clearway.vocabulary.dates import date_of

_AUDIT: dict[str, tuple[Holder, What]] = {
    "selected": ("customs", "notify_audit"),
    "notified": ("customs", "begin_audit"),
    "field": ("customs", "draft_audit"),
    "draft": ("trader", "answer_audit"),
    "heard": ("customs", "decide_audit"),
}
_APPEAL: dict[str, tuple[Holder, What]] = {
    "lodged": ("customs", "admit_appeal"),
    "admitted": ("customs", "hear_appeal"),
    "heard": ("customs", "decide_appeal"),
}


def of_audit(row: Audit) -> Ball | None:
    """Return who has to do something about an audit; nobody once it is decided.

    What is owed by its decision stands with the declaration's debt.
    """
    if row.state not in _AUDIT:
        return None
    holder, what = _AUDIT[row.state]
    if row.state != "draft":
        since = {"selected": row.opened_at, "notified": row.notified_at, "field": row.field_at}
        return Ball(holder, what, row.office, since.get(row.state, row.heard_at))
    if row.hearing_until is not None and _today() > row.hearing_until:
        return Ball("customs", "close_hearing", row.office, _end_of(row.hearing_until))
    return Ball(holder, what, "", row.drafted_at, _end_of(row.hearing_until))


def of_correction(row: Correction) -> Ball | None:
    """Return who has to do something about a correction by customs."""
    if row.state != "proposed":
        return None
    return Ball("customs", "confirm_correction", row.declaration.office, row.proposed_at)


def of_appeal(row: Appeal) -> Ball | None:
    """Return who has to do something about an appeal, until the administration's last day."""
    if row.state not in _APPEAL:
        return None
    holder, what = _APPEAL[row.state]
    since = {"lodged": row.lodged_at, "admitted": row.admitted_at}.get(row.state, row.heard_at)
    due = row.admit_due if row.state == "lodged" else row.decide_due
    return Ball(holder, what, row.office, since, _end_of(due))


def of_claim(row: Claim) -> Ball | None:
    """Return who has to do something about a claim, until the administration's last day."""
    if row.state != "lodged":
        return None
    return Ball("customs", "decide_claim", row.office, row.lodged_at, _end_of(row.decide_due))


def balls(actor: Actor, declaration: Declaration) -> list[Ball]:
    """Return all that is to be done about a declaration after its release, as an actor may know."""
    return list(_balls(actor, declaration))


def _balls(actor: Actor, declaration: Declaration) -> Iterator[Ball]:
    audits = access.visible_audits(actor).filter(
        subjects__declaration=declaration, state__in=OPEN_AUDITS
    )
    yield from (ball for row in audits if (ball := of_audit(row)) is not None)
    corrections = access.visible_corrections(actor).filter(declaration=declaration)
    waiting = corrections.filter(state="proposed")
    yield from (ball for row in waiting if (ball := of_correction(row)) is not None)
    claims = access.visible_claims(actor).filter(declaration=declaration, state="lodged")
    yield from (ball for row in claims if (ball := of_claim(row)) is not None)
    appeals = access.visible_appeals(actor).filter(declaration=declaration, state__in=OPEN_APPEALS)
    yield from (ball for row in appeals if (ball := of_appeal(row)) is not None)


def _today() -> int:
    now = clock.now()
    return local_day(now, reference_at(now))


def _end_of(day: int | None) -> datetime | None:
    """Return the end of a day of the border, in UTC."""
    if day is None:
        return None
    zone = ZoneInfo(reference_at(clock.now()).time_zone)
    after = datetime.combine(date_of(day) + timedelta(days=1), time(), zone)
    return after.astimezone(UTC)
