"""Every write of the room but the line's own: alarms, quarantine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from clearway.audit import clock
from clearway.audit.actor import Actor, system
from clearway.events.service import Announcement, Done, act, store_many
from clearway.intake import answering
from clearway.intake.models import Alarm, Quarantined
from clearway.intake.submission import Answer, Piece
from clearway.vocabulary.clock import microseconds
from clearway.vocabulary.errors import StateForbids

_ALARM = system("intake")
_SUBJECT = 96


def raise_alarms(cursor: Any, found: Mapping[tuple[str, str], int], at: datetime) -> list[Done]:
    """Raise alarms within an open transaction; one that is open already counts on.

    Args:
        cursor: of the transaction.
        found: how often each (kind, subject) happened.
        at: when.

    Returns:
        The acts that announce those that are new.
    """
    acts, instant = [], microseconds(at)
    for (kind, whole), count in sorted(found.items()):
        subject = whole[:_SUBJECT]
        cursor.execute(
            "UPDATE intake_alarm SET count = count + %s, last_at = %s "
            "WHERE kind = %s AND subject = %s AND acknowledged_at IS NULL",
            [count, instant, kind, subject],
        )
        if cursor.rowcount:
            continue
        cursor.execute(
            "INSERT INTO intake_alarm (kind, subject, count, first_at, last_at, acknowledged_by) "
            "VALUES (%s, %s, %s, %s, %s, '')",
            [kind, subject, count, instant, instant],
        )
        fact = Announcement("intake.alarm", f"alarm:{kind}", {"alarm": kind, "subject": subject})
        acts.append(Done(_ALARM, f"alarm:{kind}", [fact]))
    return acts


def quarantine(piece: Piece, step: str, failure: Exception) -> Answer:
    """Keep a lodgement that the line cannot process, tell operators, and return its answer.

    Of the failure only its kind is kept: what it says may hold trade data.
    """
    submission = piece.submission
    if submission.again:
        return answering.quarantined(submission.again)
    kind = type(failure).__name__[:80]
    with act(submission.actor) as doing:
        kept = Quarantined.objects.create(
            organisation=submission.actor.organisation,
            actor=submission.actor.name,
            identifier=submission.actor.identifier,
            roles=" ".join(sorted(submission.actor.roles)),
            door=submission.door,
            purpose=submission.purpose,
            target=submission.declaration,
            why=submission.reason,
            media_type=submission.media_type,
            idempotency_key=submission.idempotency_key,
            body=submission.body,
            size=len(submission.body),
            step=step,
            failure=kind,
            at=submission.received_at,
        )
        body = {"number": kept.pk, "step": step, "failure": kind, "door": submission.door}
        doing.announce("intake.quarantined", f"quarantine:{kept.pk}", body)
    alarm("quarantined", f"{step}: {kind}")
    return answering.quarantined(kept.pk)


def alarm(kind: str, subject: str) -> None:
    """Raise one alarm in a transaction of its own."""
    at = clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        acts: Sequence[Done] = raise_alarms(cursor, {(kind, subject): 1}, at)
        if acts:
            store_many(cursor, acts, at)


def acknowledge(actor: Actor, alarm: Alarm) -> Alarm:
    """Let an operator take note of an alarm.

    Raises:
        StateForbids: somebody has already.
    """
    with act(actor) as doing:
        found = Alarm.objects.select_for_update().get(pk=alarm.pk)
        if found.acknowledged_at is not None:
            raise StateForbids("The alarm was acknowledged before.")
        found.acknowledged_by, found.acknowledged_at = actor.name, doing.at
        found.save(update_fields=["acknowledged_by", "acknowledged_at"])
        body = {"alarm": found.kind, "subject": found.subject}
        doing.announce("intake.alarm_acknowledged", f"alarm:{found.kind}", body)
    return found
