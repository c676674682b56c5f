"""Collection that waits: reminders, marks of lateness and calls on guarantees pause, then resume.

A room above asks for it (an appeal, where that was granted), names itself as the subject, and ends
it. What waits is what was asked for since a decision; what was owed before it is collected on. A
deferred account's statement asks for what waits no longer, until it goes on.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from clearway.declarations.models import Declaration
from clearway.declarations.rules import local_day
from clearway.events.service import Act
from clearway.payments import events, notices, queries, stated, statements
from clearway.payments.decision_models import Stay
from clearway.payments.models import Notice
from clearway.payments.terms import terms_at


def stay(doing: Act, declaration: Declaration, subject: str, issued_from: datetime) -> None:
    """Let the collection of what was asked for since an instant wait, within an act.

    Args:
        doing: the act.
        declaration: locked.
        subject: what it waits for, with its kind before a colon (``appeal:7``).
        issued_from: notices issued before it are collected on.
    """
    _, new = Stay.objects.get_or_create(
        declaration=declaration,
        subject=subject,
        ended_at=None,
        defaults={"issued_from": issued_from, "since": doing.at},
    )
    if new:
        for notice in queries.open_notices(declaration.pk):
            if notice.issued_at >= issued_from:
                body = {"open": notice.open, "until": subject}
                notices.tell(doing, notice, declaration, events.NOTICE_STAYED, **body)
        for statement in stated.waiting_with(declaration.pk):
            statements.wait(doing, statement, terms_at(doing.at).today)


def resume(doing: Act, declaration: Declaration, subject: str) -> None:
    """Let the collection go on, within an act: each term is longer by the days that it waited.

    Nothing is done where nothing waits for the subject.

    Args:
        doing: the act.
        declaration: locked.
        subject: as ``stay`` was given it.
    """
    found = Stay.objects.filter(declaration=declaration, subject=subject, ended_at=None).first()
    if found is None:
        return
    waited_on = stated.waiting_with(declaration.pk)
    Stay.objects.filter(pk=found.pk).update(ended_at=doing.at)
    reference = terms_at(doing.at).reference
    began, today = local_day(found.since, reference), local_day(doing.at, reference)
    for notice in queries.collectable(declaration.pk):
        if notice.issued_at < found.issued_from:
            continue
        waited = today - max(began, local_day(notice.issued_at, reference))
        notice.due += timedelta(days=max(0, waited))
        late = notice.overdue_at if notice.due < terms_at(doing.at).today else None
        Notice.objects.filter(pk=notice.pk).update(
            due=notice.due, reminded_at=None, overdue_at=late
        )
        body = {"open": notice.open, "due": notice.due}
        notices.tell(doing, notice, declaration, events.NOTICE_RESUMED, **body)
    for statement in waited_on:
        statements.go_on(doing, statement)
