"""What falls due by the calendar: permits expire, unanswered cases lapse, silence approves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from clearway.audit import clock
from clearway.audit.actor import system
from clearway.events.service import act
from clearway.permits import clocks, deciding, events, life_cycle, printing, telling
from clearway.permits.applying import locked
from clearway.permits.models import Case, Permit
from clearway.reference.in_force import reference_at
from clearway.vocabulary.clock import microseconds

_ME: Final = system("permits")
_MOST: Final = 500
"""Objects that one round settles; the next goes on."""


def go_round() -> int:
    """Do everything that is due; return how much was done. Bears being done twice at once."""
    now = clock.now()
    today = clocks.today(now, reference_at(now))
    return _expire(today) + _due("info", now, _lapse) + _due("applied", now, _approve, silent=True)


def _expire(today: date) -> int:
    due = Permit.objects.filter(valid_to__lte=today, state__in=("valid", "used"))
    count = 0
    for number in list(due.order_by("id").values_list("id", flat=True)[:_MOST]):
        permit = Permit.objects.get(pk=number)
        with act(_ME) as doing:
            row = Permit.objects.select_for_update().get(pk=number)
            row.state = "expired"
            row.save(update_fields=["state"])
            telling.of_permit(doing, row, events.EXPIRED, valid_to=row.valid_to.isoformat())
            printing.void(doing, row, "expired")
            _end(permit.case_id)
            count += 1
    return count


def _end(case: int | None) -> None:
    """Let a case end with the last of its permits."""
    live = Permit.objects.filter(case=case, state__in=("valid", "used"))
    if case is not None and not live.exists():
        Case.objects.filter(pk=case, state="approved").update(state="expired")


def _due(state: str, now: datetime, settle: Callable[[int, datetime], bool], **more: object) -> int:
    rows = Case.objects.filter(state=state, due_at__lte=microseconds(now), **more)
    numbers = list(rows.order_by("id").values_list("id", flat=True)[:_MOST])
    return sum(settle(number, now) for number in numbers)


def _lapse(number: int, now: datetime) -> bool:
    with act(_ME) as doing:
        case = locked(number)
        case.state = life_cycle.after(case.state, "lapse")
        case.due_at = case.left = None
        case.save(update_fields=["state", "due_at", "left"])
        telling.of_application(doing, case.application, events.LAPSED, agency=case.agency)
    del now
    return True


def _approve(number: int, now: datetime) -> bool:
    with act(_ME) as doing:
        deciding.by_silence(doing, locked(number))
    del now
    return True
