"""What is late: supplementary declarations that are due, pre-lodged ones never presented.

A periodic job calls ``chase``; doing it again, or in two processes at once, changes nothing.
"""

from __future__ import annotations

from datetime import timedelta

import msgspec
from django.db import transaction

from clearway.audit import clock
from clearway.audit.actor import system
from clearway.declarations import events, queries
from clearway.declarations.kinds import days_setting
from clearway.declarations.rules import local_day
from clearway.declarations.service import announce, invalidate
from clearway.events.service import act
from clearway.kernel.reference import Reference
from clearway.vocabulary.dates import iso_of

AT_ONCE = 500
"""Declarations that one call looks at: the job comes again."""


class Chased(msgspec.Struct, frozen=True):
    """How many were found late, and how many lapsed."""

    overdue: int
    lapsed: int


def chase(reference: Reference) -> Chased:
    """Announce each late supplementary declaration once, and let what never arrived lapse.

    Args:
        reference: the pack in force, whose time zone and settings count the days.
    """
    return Chased(_overdue(reference), _lapsed(reference))


def _overdue(reference: Reference) -> int:
    today = local_day(clock.now(), reference)
    late = list(queries.overdue(today).values_list("pk", flat=True)[:AT_ONCE])
    count = 0
    for number in late:
        with transaction.atomic():
            declaration = queries.locked(number)
            # Another process may have been here between the look and the lock.
            if not queries.overdue(today).filter(pk=number).exists():
                continue
            with act(system("chasing")) as doing:
                declaration.overdue_at = doing.at
                declaration.save(update_fields=["overdue_at"])
                due = declaration.supplementary_due
                announce(
                    doing,
                    declaration,
                    events.SUPPLEMENTARY_OVERDUE,
                    due="" if due is None else iso_of(due),
                )
            count += 1
    return count


def _lapsed(reference: Reference) -> int:
    days = days_setting(reference, "declarations.prelodged_days", 30)
    limit = clock.now() - timedelta(days=days)
    count = 0
    for number in list(queries.never_presented(limit).values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            declaration = queries.locked(number)
            if declaration.state != "received":
                continue
            with act(system("chasing")) as doing:
                reason = f"Not presented within {days} days."
                invalidate(doing, declaration, reason, by_officer=True, act_name="lapse")
            count += 1
    return count
