"""What falls due by the calendar: months closed, payers reminded, what is late, what is over.

Each job bears being done twice, and by two processes at once: what it marks, it marks by a
conditional statement, and only who marked announces.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from clearway.accounts.queries import active_identifiers
from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.declarations.kinds import days_setting
from clearway.events.service import act
from clearway.payments import events, notices, queries, stated, statements, using
from clearway.payments.models import Guarantee, Notice, Statement
from clearway.payments.terms import Terms, terms_at

AT_ONCE: Final = 500
REMINDER_DAYS: Final = 3


def go_round(actor: Actor, now: datetime) -> None:
    """Do everything that is due at an instant."""
    terms = terms_at(now)
    close_months(actor, terms)
    remind(actor, terms)
    mark_overdue(actor, terms)
    expire(actor, terms)


def close_months(actor: Actor, terms: Terms) -> int:
    """Make the statements of the months that are over, and return how many."""
    this_month = terms.today.replace(day=1)
    month = (this_month - timedelta(days=1)).replace(day=1)
    made = 0
    for account in queries.with_unstated(this_month, terms.reference.time_zone)[:AT_ONCE]:
        with transaction.atomic():
            Guarantee.objects.select_for_update().get(pk=account.guarantee_id)
            # Another process may have been here between the look and the lock.
            there = Statement.objects.filter(account=account, month=month).exists()
            if there or not statements.unstated(account, month, terms).exists():
                continue
            with act(actor) as doing:
                statements.close(doing, account, month, terms)
            made += 1
    return made


def remind(actor: Actor, terms: Terms) -> int:
    """Remind who must pay within the pack's days (code 15), once each, and return how many."""
    days = days_setting(terms.reference, "payments.reminder_days", REMINDER_DAYS)
    by = terms.today + timedelta(days=days)
    code = events.REMINDER_CODE
    count = 0
    for notice in list(queries.to_remind(by)[:AT_ONCE]):
        rows = Notice.objects.filter(pk=notice.pk, reminded_at=None)
        with transaction.atomic():
            if rows.update(reminded_at=clock.now()):
                _tell_notice(actor, notice, events.NOTICE_REMINDED, code=code)
                count += 1
    for statement in list(stated.to_remind(by)[:AT_ONCE]):
        owed = Statement.objects.filter(pk=statement.pk, reminded_at=None)
        with transaction.atomic():
            if owed.update(reminded_at=clock.now()):
                with act(actor) as doing:
                    statements.tell(doing, statement, events.STATEMENT_REMINDED, code=code)
                count += 1
    return count


def mark_overdue(actor: Actor, terms: Terms) -> int:
    """Mark what was due before today and is not paid, once each, and return how many."""
    count = 0
    for notice in list(queries.newly_overdue(terms.today)[:AT_ONCE]):
        rows = Notice.objects.filter(pk=notice.pk, overdue_at=None)
        with transaction.atomic():
            if rows.update(overdue_at=clock.now()):
                _tell_notice(actor, notice, events.NOTICE_OVERDUE)
                count += 1
    for statement in list(stated.overdue(terms.today)[:AT_ONCE]):
        owed = Statement.objects.filter(pk=statement.pk, state="due")
        with transaction.atomic():
            if owed.update(state="overdue"):
                with act(actor) as doing:
                    statements.block(statement.account)
                    statements.tell(doing, statement, events.STATEMENT_OVERDUE)
                count += 1
    return count


def _tell_notice(actor: Actor, notice: Notice, kind: str, **body: object) -> None:
    told = {"open": notice.open, "due": notice.due, **body}
    with act(actor) as doing:
        notices.tell(doing, notice, notice.declaration, kind, **told)


def expire(actor: Actor, terms: Terms) -> int:
    """Mark the guarantees whose last day is past, and return how many.

    What they cover stays covered: a guarantor answers for what arose while it was valid. What is
    asked of a guarantee goes by the day itself; the mark only tells both sides.
    """
    live = Guarantee.objects.filter(state__in=("open", "used"))
    count = 0
    for guarantee in list(live.filter(valid_to__lt=terms.today).order_by("id")[:AT_ONCE]):
        with transaction.atomic():
            if live.filter(pk=guarantee.pk).update(state="expired"):
                with act(actor) as doing:
                    holders = tuple(active_identifiers([guarantee.holder]).values())
                    body = {"number": guarantee.number, "valid_to": guarantee.valid_to}
                    named = using.subject_of(guarantee)
                    doing.announce(events.GUARANTEE_EXPIRED, named, body, concerns=holders)
                count += 1
    return count
