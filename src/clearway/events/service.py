"""Acts: permission, change, audit and announcement in one transaction, or nothing at all.

::

    with act(actor) as doing:
        mandate.save()
        doing.announce("mandate.granted", f"mandate:{mandate.id}", {"procedure": "40"})

One act is one audit leaf, which commits to every event announced in it. The intake line, which
does many acts in one transaction, calls ``store_many`` with all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, transaction

from clearway.audit import clock, numbers
from clearway.audit.actor import Actor
from clearway.audit.service import LeafRow, commit_to, store_leaves
from clearway.vocabulary.clock import microseconds

_encode = msgspec.json.Encoder(order="sorted").encode


class Announcement(msgspec.Struct, frozen=True):
    """One fact to be announced. See ``events.models.Event`` for what each part means."""

    kind: str
    subject: str
    body: Mapping[str, Any]
    concerns: tuple[int, ...] = ()
    legal_time: datetime | None = None


class Done(msgspec.Struct, frozen=True):
    """One act with all it announces."""

    actor: Actor
    subject: str
    announcements: Sequence[Announcement]


class Act:
    """An act in progress."""

    def __init__(self, actor: Actor, at: datetime) -> None:
        self.actor = actor
        self.at = at
        self.announcements: list[Announcement] = []

    def announce(
        self,
        kind: str,
        subject: str,
        body: Mapping[str, Any],
        *,
        concerns: Sequence[int] = (),
        legal_time: datetime | None = None,
    ) -> None:
        """Announce a fact; it is written with the act, and told to nobody before its commit."""
        self.announcements.append(
            Announcement(kind, subject, body, tuple(concerns), legal_time or self.at)
        )


@contextmanager
def act(actor: Actor, *, at: datetime | None = None) -> Iterator[Act]:
    """Do something in one transaction that holds change, event, outbox row and audit leaf.

    Raises:
        DefectFound: nothing was announced: an act nobody can learn of is a defect.
    """
    doing = Act(actor, at or clock.now())
    with transaction.atomic():
        yield doing
        if doing.announcements:
            done = Done(actor, doing.announcements[0].subject, doing.announcements)
            with connection.cursor() as cursor:
                store_many(cursor, [done], doing.at)


def store_many(cursor: Any, acts: Sequence[Done], at: datetime) -> None:
    """Write the events, outbox rows and audit leaves of many acts within an open transaction.

    Args:
        cursor: of the transaction that holds the changes themselves.
        acts: in the order in which they were done.
        at: the system time of all of them.
    """
    system_time = microseconds(at)
    leaf_ids = numbers.take(cursor, "leaf", len(acts))
    event_ids = iter(numbers.take(cursor, "event", sum(len(one.announcements) for one in acts)))
    events: list[tuple[Any, ...]] = []
    leaves: list[LeafRow] = []
    for one, leaf_id in zip(acts, leaf_ids, strict=True):
        told: list[Any] = []
        for fact, event_id in zip(one.announcements, event_ids, strict=False):
            body = _encode(fact.body)
            legal = system_time if fact.legal_time is None else microseconds(fact.legal_time)
            concerns = f",{','.join(map(str, fact.concerns))}," if fact.concerns else ""
            row = (event_id, fact.kind, fact.subject, legal, system_time, one.actor.name)
            events.append((*row, concerns, body, leaf_id))
            told.append((*row, body))
        leaves.append(commit_to(leaf_id, "act", system_time, one.actor.name, one.subject, told))
    store_leaves(cursor, leaves)
    _insert(cursor, events)


def _insert(cursor: Any, events: Sequence[tuple[Any, ...]]) -> None:
    columns = "id, kind, subject, legal_time, system_time, actor, concerns, body, leaf"
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY events_event ({columns}) FROM STDIN") as copy:
            for row in events:
                copy.write_row(row)
        with cursor.copy("COPY events_outbox (event_id) FROM STDIN") as copy:
            for row in events:
                copy.write_row((row[0],))
        return
    marks = ", ".join(["%s"] * 9)
    cursor.executemany(f"INSERT INTO events_event ({columns}) VALUES ({marks})", events)  # noqa: S608 - constants only
    cursor.executemany(
        "INSERT INTO events_outbox (event_id) VALUES (%s)", [(row[0],) for row in events]
    )
