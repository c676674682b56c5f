"""Every read of the event record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from django.db.models import Exists, OuterRef, Q, QuerySet

from clearway.audit import queries as audit
from clearway.audit.models import Leaf
from clearway.events.models import Consumer, Delivery, Event, ParkedEvent, Webhook
from clearway.vocabulary.clock import instant_of, microseconds
from clearway.vocabulary.errors import InputUnusable

ALL = 2**63 - 1


class Place(NamedTuple):
    """A place in the news: an act's position, and the last of its events that was passed.

    Written ``position.event``; whoever goes on from a place misses nothing and gets nothing twice.
    """

    position: int
    event: int

    def __str__(self) -> str:
        return f"{self.position}.{self.event}"


START = Place(-1, ALL)


class Told(msgspec.Struct, frozen=True):
    """An event as it is told: committed, and with its place in the news."""

    place: Place
    id: int
    kind: str
    subject: str
    legal_time: datetime
    system_time: datetime
    actor: str
    concerns: tuple[int, ...]
    body: bytes
    leaf: int

    @property
    def data(self) -> dict[str, Any]:
        """The body, read."""
        found: dict[str, Any] = msgspec.json.decode(self.body)
        return found


def parse_place(written: str) -> Place:
    """Return a place from its written form.

    Raises:
        InputUnusable: it is none.
    """
    position, dot, event = written.partition(".")
    digits = position + event
    if not (dot and digits.isascii() and digits.isdigit() and position and event):
        raise InputUnusable("This is no place in the news.", where=written[:60])
    place = Place(int(position), int(event))
    if max(place) > ALL:
        raise InputUnusable("This is no place in the news.", where=written[:60])
    return place


def newest() -> Place:
    """Return the place after everything that has been told."""
    return Place(audit.size() - 1, ALL)


def news(after: Place, acts: int = 500) -> tuple[list[Told], Place]:
    """Return what happened after a place, in order, and the place then reached.

    Args:
        after: where to go on.
        acts: how many acts and notes to look through; those that announced nothing are passed.
    """
    first = max(after.position, 0)
    entries = audit.entries_between(first, first + acts)
    if not entries:
        return [], after
    positions = {leaf: position for position, leaf in entries}
    rows = Event.objects.filter(leaf__in=list(positions)).values_list(*_COLUMNS)
    found = [_told(row, positions[row[8]]) for row in rows]
    found.sort(key=lambda told: told.place)
    return [told for told in found if told.place > after], max(after, Place(entries[-1][0], ALL))


def history(subject: str, after: Place, limit: int) -> list[Told]:
    """Return events of one subject after a place, the first of them."""
    rows = Event.objects.filter(
        Q(leaf__entry__position__gt=after.position)
        | Q(leaf__entry__position=after.position, id__gt=after.event),
        subject=subject,
    ).order_by(_POSITION, "id")
    return [_told(row, row[-1]) for row in rows.values_list(*_COLUMNS, _POSITION)[:limit]]


def concerning(organisation: int, most: int, look_through: int = 20_000) -> list[Told]:
    """Return the latest events that concern an organisation, the last first.

    Args:
        organisation: its id.
        most: how many at most.
        look_through: events of all that are looked through for them.
    """
    last = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
    rows = Event.objects.filter(
        id__gt=last - look_through,
        concerns__contains=f",{organisation},",
        leaf__entry__position__isnull=False,
    ).order_by("-id")
    return [_told(row, row[-1]) for row in rows.values_list(*_COLUMNS, _POSITION)[:most]]


def told(numbers: Iterable[int]) -> dict[int, Told]:
    """Return events by number, those that have their place."""
    rows = Event.objects.filter(id__in=list(numbers), leaf__entry__position__isnull=False)
    return {row[0]: _told(row, row[-1]) for row in rows.values_list(*_COLUMNS, _POSITION)}


_COLUMNS = (
    "id", "kind", "subject", "legal_time", "system_time", "actor", "concerns", "body", "leaf_id",
)  # fmt: skip
_POSITION = "leaf__entry__position"


def _told(row: Sequence[Any], position: int) -> Told:
    number, kind, subject, legal_time, system_time, actor, concerns, body, leaf = row[:9]
    organisations = tuple(int(each) for each in concerns.split(",") if each)
    place = Place(position, number)
    return Told(
        place, number, kind, subject, legal_time, system_time, actor, organisations, bytes(body),
        leaf,
    )  # fmt: skip


def _plain(rows: QuerySet[Event]) -> Iterable[Event]:
    return rows.iterator(chunk_size=2000)


def contents_of(leaves: Sequence[int]) -> dict[int, list[tuple[Any, ...]]]:
    """Return the rows of the events of acts, by leaf, as their leaves commit to them."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    rows = Event.objects.filter(leaf__in=list(leaves)).order_by("id")
    for row in _plain(rows):
        found.setdefault(row.leaf_id, []).append(
            (
                row.pk,
                row.kind,
                row.subject,
                microseconds(row.legal_time),
                microseconds(row.system_time),
                row.actor,
                row.concerns,
                bytes(row.body),
            )
        )
    return found


def strays() -> list[int]:
    """Return the numbers of events that no leaf witnesses: a hundred at most."""
    witnessed = Exists(Leaf.objects.filter(id=OuterRef("leaf_id")))
    return list(Event.objects.filter(~witnessed).order_by("id").values_list("id", flat=True)[:100])


class Stand(NamedTuple):
    """Where a consumer stands, and when it may try again."""

    place: Place
    not_before: datetime


UNTOLD = Stand(START, instant_of(0))
"""Where a consumer stands that was never told anything."""


def stands() -> dict[str, Stand]:
    """Return where every consumer stands that was told something, by name, in one query."""
    rows = Consumer.objects.values_list("name", "position", "within", "not_before")
    return {
        name: Stand(Place(position, within), not_before)
        for name, position, within, not_before in rows
    }


def stand_of(consumer: str) -> Stand:
    """Return where one consumer stands."""
    return stands().get(consumer, UNTOLD)


def parked() -> QuerySet[ParkedEvent]:
    """Return the events that a consumer could not handle and nobody has settled."""
    return ParkedEvent.objects.filter(settled_at=None).select_related("event")


def webhooks(organisation: int) -> QuerySet[Webhook]:
    """Return the webhooks of an organisation."""
    return Webhook.objects.filter(organisation=organisation).exclude(state="removed")


def active_webhooks() -> list[Webhook]:
    """Return every webhook that is to be sent something."""
    return list(Webhook.objects.filter(state="active"))


def deliveries(webhook: Webhook) -> QuerySet[Delivery]:
    """Return the delivery log of a webhook."""
    return Delivery.objects.filter(webhook=webhook).select_related("event")
