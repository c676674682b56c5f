"""Acts: permission, change, audit and announcement in one transaction, or nothing at all.

::

    with act(actor) as doing:
        mandate.save()
        doing.announce("mandate.granted", f"mandate:{mandate.id}", {"procedure": "40"})

One act is one audit leaf, which commits to every event announced in it, and one outbox row. An act
within an act is a savepoint with a leaf of its own: if the outer one fails, neither was done. The
intake line, which does many acts in one transaction, calls ``store_many`` with all of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from django.db import connection, transaction

from clearway.audit import clock, numbers
from clearway.audit.actor import Actor
from clearway.audit.bulk import insert
from clearway.audit.service import leaf_of_act, store_leaves
from clearway.vocabulary.clock import microseconds
from clearway.vocabulary.errors import DefectFound

_encode = msgspec.json.Encoder(order="sorted").encode
_EVENT = "id, kind, subject, legal_time, system_time, actor, concerns, body, leaf_id"
_SUBJECT = 96


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
        self._done = False

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
        if self._done:
            raise DefectFound(f"{kind} was announced after its act had ended.")
        self.announcements.append(
            Announcement(kind, subject, body, tuple(concerns), legal_time or self.at)
        )

    def finish(self) -> None:
        """Write what was announced. ``act`` calls it inside the transaction.

        Raises:
            DefectFound: nothing was announced.
        """
        self._done = True
        if not self.announcements:
            raise DefectFound(f"An act of {self.actor.name} announced nothing.")
        done = Done(self.actor, self.announcements[0].subject, self.announcements)
        with connection.cursor() as cursor:
            store_many(cursor, [done], self.at)


@contextmanager
def act(actor: Actor, *, at: datetime | None = None) -> Iterator[Act]:
    """Do something in one transaction that holds change, event, outbox row and audit leaf.

    Raises:
        DefectFound: nothing was announced: an act nobody can learn of is a defect, and undone.
    """
    doing = Act(actor, at or clock.now())
    with transaction.atomic():
        yield doing
        doing.finish()


def subject_of(kind: str, key: str) -> str:
    """Return the subject for a key of any length and content: a digest where it does not fit.

    >>> subject_of("declaration", "26XP0000000000000A1")
    'declaration:26XP0000000000000A1'
    """
    subject = f"{kind}:{key}"
    if len(subject) <= _SUBJECT and subject.isprintable():
        return subject
    return f"{kind}:~{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()}"


def store_many(cursor: Any, acts: Sequence[Done], at: datetime) -> None:
    """Write the events, outbox rows and audit leaves of many acts within an open transaction.

    Args:
        cursor: of the transaction that holds the changes themselves.
        acts: in the order in which they were done.
        at: the system time of all of them.

    Raises:
        DefectFound: an act announces nothing, or its subject does not fit (``subject_of``).
    """
    system_time = microseconds(at)
    facts = sum(len(one.announcements) for one in acts)
    leaf_ids, numbers_of_events = numbers.take_each(cursor, {"leaf": len(acts), "event": facts})
    event_ids = iter(numbers_of_events)
    events, leaves = [], []
    for one, leaf_id in zip(acts, leaf_ids, strict=True):
        told = []
        actor = one.actor.name
        for fact in one.announcements:
            subject, concerns = fact.subject, _listed(fact.concerns)
            if len(subject) > _SUBJECT or "\0" in subject:
                raise DefectFound(f"{fact.kind} has a subject that does not fit.")
            legal = system_time if fact.legal_time is None else microseconds(fact.legal_time)
            body = _encode(fact.body)
            row = (next(event_ids), fact.kind, subject, legal, system_time, actor, concerns, body)
            told.append(row)
            events.append((*row, leaf_id))
        if not told:
            raise DefectFound(f"An act of {actor} announced nothing.")
        leaves.append(leaf_of_act(leaf_id, system_time, actor, one.subject, told))
    store_leaves(cursor, leaves)
    insert(cursor, "events_event", _EVENT, events)


@lru_cache(maxsize=4096)
def _listed(organisations: tuple[int, ...]) -> str:
    return f",{','.join(map(str, organisations))}," if organisations else ""
