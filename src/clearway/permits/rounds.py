"""What falls due by the calendar: permits expire, unanswered cases lapse, silence approves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from django.db import transaction

from clearway.audit import clock
from clearway.audit.actor import system
from clearway.events.service import Act, act
from clearway.permits import clocks, deciding, events, life_cycle, printing, queries, telling
from clearway.permits.applying import locked
from clearway.permits.models import Case, Permit
from clearway.reference.in_force import reference_at
from clearway.vocabulary.clock import microseconds

_ME: Final = system("permits")
_LIVE: Final = ("valid", "used")
_MOST: Final = 500
"""Objects that one round settles; the next goes on."""


def go_round() -> int:
    """Do everything that is due; return how much was done. Bears being done twice at once."""
    now = clock.now()
    today = clocks.today(now, reference_at(now))
    return (
        _expire(today)
        + _due("info", now, _lapse)
        + _due("applied", now, deciding.by_silence, silent=True)
    )


def _expire(today: date) -> int:
    due = Permit.objects.filter(valid_to__lte=today, state__in=_LIVE)
    numbers = list(due.order_by("id").values_list("id", flat=True)[:_MOST])
    return sum(_expired(number) for number in numbers)


def _expired(number: int) -> bool:
    with transaction.atomic():
        row = Permit.objects.select_for_update().get(pk=number)
        if row.state not in _LIVE:  # another process was faster
            return False
        with act(_ME) as doing:
            row.state = "expired"
            row.save(update_fields=["state"])
            telling.of_permit(doing, row, events.EXPIRED, valid_to=row.valid_to.isoformat())
            printing.void(doing, row, "expired")
            if row.case is not None and not queries.live_permits(row.case).exists():
                Case.objects.filter(pk=row.case.pk, state="approved").update(state="expired")
    return True


def _due(state: str, now: datetime, settle: Callable[[Act, Case], object], **more: object) -> int:
    rows = Case.objects.filter(state=state, due_at__lte=microseconds(now), **more)
    numbers = list(rows.order_by("id").values_list("id", flat=True)[:_MOST])
    return sum(_settled(number, state, settle) for number in numbers)


def _settled(number: int, state: str, settle: Callable[[Act, Case], object]) -> bool:
    with transaction.atomic():
        case = locked(number)
        if case.state != state:  # another process was faster, or the agency or the trader
            return False
        with act(_ME) as doing:
            settle(doing, case)
    return True


def _lapse(doing: Act, case: Case) -> None:
    case.state = life_cycle.after(case.state, "lapse")
    case.due_at = case.left = None
    case.save(update_fields=["state", "due_at", "left"])
    telling.of_application(doing, case.application, events.LAPSED, [case.agency])
