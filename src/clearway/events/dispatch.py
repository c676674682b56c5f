"""News to the rooms above: durable consumers that read the events in order and miss none.

Each consumer's place is kept in the same transaction as what its handler writes to our database,
so that such writes happen once; what a handler does outside may happen again after a crash, so a
handler must bear being told twice. An event that cannot be handled is tried again with growing
pauses, its consumer waiting; after the last attempt it is parked, an alarm is announced, and the
consumer goes on. Handlers are given by ``site.subscriptions``.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

import msgspec
from django.db import Error, InterfaceError, OperationalError, connection, transaction
from django.db.models import F

from clearway.audit import queries as audit
from clearway.audit import sequencer
from clearway.audit.actor import Actor, system
from clearway.events import events, queries
from clearway.events.models import Consumer, ParkedEvent
from clearway.events.queries import Place, Stand, Told
from clearway.events.service import act
from clearway.vocabulary.clock import SystemClock
from clearway.vocabulary.errors import NotThere, StateForbids

_log = logging.getLogger(__name__)
_ME = system("dispatch")
PAUSES = (1, 2, 4, 8, 16)
"""Seconds to wait after each failed attempt; one more failure and the event is parked."""
_MOST = 50
_PERSIST_AFTER = 5000
_wanted = threading.Event()
_LOOKS_AGAIN = 0.05
"""Seconds after which whoever waits for the consumers looks again, whatever he is told."""


class Subscription(msgspec.Struct, frozen=True):
    """A consumer: its name for ever, the kinds it wants, and what it does with an event.

    A kind that ends with a dot stands for all that begin so; no kinds at all are all. ``batch``
    is asked before the events of a step and may narrow them further.
    """

    name: str
    handle: Callable[[Told], object]
    kinds: tuple[str, ...] = ()
    choose: Callable[[Sequence[Told]], Sequence[Told]] | None = None

    def wanted(self, told: Sequence[Told]) -> Sequence[Told]:
        """Return those of some events that the consumer wants."""
        mine = [each for each in told if wants(self.kinds, each.kind)]
        return self.choose(mine) if self.choose and mine else mine


class _Unhandled(Exception):
    """A handler failed at one event of those it was given."""

    def __init__(self, place: int, event: Told, error: Exception) -> None:
        self.place, self.event, self.error = place, event, error
        super().__init__(str(error))


@lru_cache(maxsize=4096)
def wants(kinds: tuple[str, ...], kind: str) -> bool:
    """Tell whether a list of kinds, or of beginnings that end with a dot, holds a kind."""
    return not kinds or any(
        kind == each or (each.endswith(".") and kind.startswith(each)) for each in kinds
    )


class Dispatcher(threading.Thread):
    """A thread that tells every subscription its news, until it is stopped.

    Any number of processes may run one: a consumer's row is locked while it is told something.
    """

    def __init__(self, subscriptions: Sequence[Subscription], *, pause: float = 0.1) -> None:
        super().__init__(name="dispatcher", daemon=True)
        self.subscriptions = subscriptions
        self._pause = pause
        self._passed: dict[str, Place] = {}
        self._pages: dict[Place, tuple[list[Told], Place]] = {}
        self._stopping = threading.Event()

    def stop(self, timeout: float = 10.0) -> None:
        """End after the event in hand."""
        self._stopping.set()
        _wanted.set()
        if self.is_alive():
            self.join(timeout)

    def run(self) -> None:
        """Work until stopped. A database that fails is tried again, for as long as it takes."""
        _here.append(self)
        sequencer.when_placed(_wanted.set)
        try:
            while not self._stopping.is_set():
                try:
                    moved = self._go_through()
                except Error:
                    _log.exception("the dispatcher cannot work; it tries again")
                    connection.close()
                    self._stopping.wait(1.0)
                    continue
                _awaited.passed(any(moved))
                if (
                    max(moved, default=0) < _MOST
                ):  # nobody has more to be told than fits in one step
                    _wanted.wait(self._pause)
                    _wanted.clear()
        finally:
            sequencer.when_placed(_wanted.set, no_more=True)
            _here.remove(self)
            connection.close()

    def _go_through(self) -> list[int]:
        """Tell every consumer what is next; return what ``step`` says of each."""
        self._pages.clear()
        stands = queries.stands()
        try:
            return [self.step(each, stands) for each in self.subscriptions]
        finally:
            self._pages.clear()

    def behind(self) -> int:
        """Return how many acts the slowest consumer has not been told of."""
        newest = queries.newest().position
        places = [newest]
        stands = queries.stands()
        for each in self.subscriptions:
            place, _ = stands.get(each.name, queries.UNTOLD)
            places.append(max(place, self._passed.get(each.name, place)).position)
        return newest - min(places)

    def step(self, subscription: Subscription, stands: Mapping[str, Stand] | None = None) -> int:
        """Tell one consumer what is next; how many events it handled, or acts it passed over.

        Args:
            subscription: the consumer.
            stands: where the consumers stand, where that was just read.
        """
        if stands is None:
            self._pages.clear()
        known = queries.stands() if stands is None else stands
        stored, not_before = known.get(subscription.name, queries.UNTOLD)
        place = max(stored, self._passed.get(subscription.name, stored))
        if not_before > _wall():
            return 0
        told, reached = self._news(place)
        mine = subscription.wanted(told)
        if not mine:
            self._passed[subscription.name] = reached
            if reached.position - stored.position > _PERSIST_AFTER:
                _move(subscription.name, reached)
            return reached.position - place.position
        batch = mine[:_MOST]
        end = reached if len(batch) == len(mine) else batch[-1].place
        try:
            return _handle(subscription, batch, end)
        except _Unhandled as failed:
            if failed.place:
                return self._before(subscription, batch[: failed.place])
            _fail(subscription, failed)
            return 1

    def _news(self, after: Place) -> tuple[list[Told], Place]:
        """Return what is next, read once for all that stand at the same place."""
        page = self._pages.get(after)
        if page is None:
            page = self._pages[after] = queries.news(after)
        return page

    def _before(self, subscription: Subscription, batch: Sequence[Told]) -> int:
        """Handle the events before the one that failed; the next step meets it alone."""
        try:
            return _handle(subscription, batch, batch[-1].place)
        except _Unhandled:
            return 1


_here: list[Dispatcher] = []
"""The dispatchers that run in this process."""


class _Awaited:
    """Those who wait until every consumer has been told everything."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting = 0
        self.rounds = 0
        """How often a dispatcher has gone through its consumers."""

    def __enter__(self) -> None:
        with self._changed:
            self._waiting += 1

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._waiting -= 1

    def passed(self, moved: bool) -> None:  # noqa: FBT001 - what the dispatcher says of itself
        """Say that a dispatcher has gone through its consumers, and whether it told any."""
        with self._changed:
            if self._waiting and moved:
                sequencer.hurry()  # what they did may be news in its turn
            self.rounds += 1
            self._changed.notify_all()

    def look_again(self, after: int) -> None:
        """Wait until a dispatcher has gone through its consumers since then, or for a moment."""
        with self._changed:
            self._changed.wait_for(lambda: self.rounds != after, _LOOKS_AGAIN)


_awaited = _Awaited()


def settled(within: float) -> int:
    """Wait until every consumer has been told everything; return the backlog that is left.

    Args:
        within: seconds after which it is given up.
    """
    until = time.monotonic() + within
    with _awaited:
        while True:
            # What is announced between the two counts of a look stands in neither: look twice.
            rounds, left = _awaited.rounds, backlog() or backlog()
            if not left or time.monotonic() >= until:
                return left
            _awaited.look_again(rounds)


def backlog() -> int:
    """Return how many acts are on record that some consumer has not been told of yet.

    Whoever asks waits for them: sequencer and dispatcher of this process go on at once.
    """
    waiting = audit.waiting() + max((each.behind() for each in list(_here)), default=0)
    if waiting:
        sequencer.hurry()
        _wanted.set()
    return waiting


def _wall() -> datetime:
    # Attempts are about our own machines, which live by real time in a demonstration too.
    return SystemClock().now()


def _locked(name: str) -> Consumer | None:
    """Return a consumer's row under lock; nothing where another process has it."""
    found: Consumer | None = (
        Consumer.objects.select_for_update(skip_locked=True).filter(name=name).first()
    )
    if found is None:
        Consumer.objects.bulk_create([Consumer(name=name)], ignore_conflicts=True)
        found = Consumer.objects.select_for_update(skip_locked=True).filter(name=name).first()
    return found


def _move(name: str, place: Place) -> None:
    with transaction.atomic():
        row = _locked(name)
        if row is not None and Place(row.position, row.within) < place:
            row.position, row.within = place
            row.attempts, row.error = 0, ""
            row.save()


def _handle(subscription: Subscription, batch: Sequence[Told], end: Place) -> int:
    """Let the consumer handle some events and move it to their end, in one transaction."""
    with transaction.atomic():
        row = _locked(subscription.name)
        if row is None or Place(row.position, row.within) >= batch[0].place:
            return 0  # another process is at it, or was
        for place, event in enumerate(batch):
            try:
                subscription.handle(event)
            except Exception as error:  # whatever a handler raises is its failure
                raise _Unhandled(place, event, error) from error
        row.position, row.within = end
        row.attempts, row.error = 0, ""
        row.save()
    return len(batch)


def _fail(subscription: Subscription, failed: _Unhandled) -> None:
    """Note that a consumer failed at the event it stands at; park the event in the end."""
    event, error = failed.event, _words(failed.error)
    with transaction.atomic():
        row = _locked(subscription.name)
        if row is None or Place(row.position, row.within) >= event.place:
            return
        row.attempts += 1
        row.error = error
        if row.attempts <= len(PAUSES):
            row.not_before = _wall() + timedelta(seconds=PAUSES[row.attempts - 1])
            row.save()
            return
        park(row.name, event, row.attempts, row.error)
        row.position, row.within = event.place
        row.attempts, row.error = 0, ""
        row.save()
    _log.error("%s could not handle event %d, which is parked", subscription.name, event.id)


def _words(error: Exception) -> str:
    told = f"{type(error).__name__}: {error}"[:2000]
    return told.replace("\0", "\N{REPLACEMENT CHARACTER}")


def park(consumer: str, event: Told, attempts: int, error: str) -> None:
    """Set aside, for operators, an event that a consumer could not handle."""
    ParkedEvent.objects.create(
        consumer=consumer, event_id=event.id, attempts=attempts, error=error, parked_at=_wall()
    )
    if event.kind != events.PARKED:  # else a consumer that fails at this too would never rest
        with act(_ME) as doing:
            doing.announce(
                events.PARKED,
                f"event:{event.id}",
                {"consumer": consumer, "kind": event.kind, "attempts": attempts},
            )


def consumers() -> list[Subscription]:
    """Return the consumers that this process tells the news."""
    return [each for dispatcher in list(_here) for each in dispatcher.subscriptions]


def retry(actor: Actor, parked: int, subscriptions: Sequence[Subscription]) -> ParkedEvent:
    """Let a consumer try a parked event once more, at an operator's word.

    Raises:
        NotThere: no such event is parked.
        StateForbids: its consumer is no more, or failed again, which its row then tells.
    """
    try:
        with act(actor) as doing:
            row = queries.parked().select_for_update(of=("self",)).filter(pk=parked).first()
            if row is None:
                raise NotThere("No such event is parked.", where=f"parked:{parked}")
            found = [each for each in subscriptions if each.name == row.consumer]
            event = queries.told([row.event_id]).get(row.event_id)
            if not found or event is None:
                raise StateForbids(f"There is no consumer {row.consumer} here any more.")
            try:
                found[0].handle(event)
            except Exception as error:  # whatever a handler raises is its failure
                raise _Unhandled(0, event, error) from error
            row.settled_at = _wall()
            row.save(update_fields=["settled_at"])
            body = {"consumer": row.consumer, "kind": event.kind}
            doing.announce(events.SETTLED, f"event:{event.id}", body)
    except _Unhandled as failed:
        if isinstance(failed.error, OperationalError | InterfaceError):
            raise failed.error from None  # the database fails, not the consumer
        rows = ParkedEvent.objects.filter(pk=parked, settled_at=None)
        rows.update(attempts=F("attempts") + 1, error=_words(failed.error))
        raise StateForbids(
            "The consumer failed again.", remedy="Mend what its error says, then try once more."
        ) from failed
    return row
