"""Durable consumers: in order, nothing missed, poison parked."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from clearway.audit import sequencer
from clearway.audit.actor import Actor, Role, system
from clearway.audit.service import note
from clearway.events import dispatch, queries
from clearway.events.dispatch import Dispatcher, Subscription
from clearway.events.models import Consumer, Event, ParkedEvent
from clearway.events.queries import Place, news, parse_place
from clearway.events.service import act
from clearway.vocabulary.errors import InputUnusable, NotThere, StateForbids

ACTOR = system("test")
OPERATOR = Actor(name="user:3", organisation=1, roles=frozenset({Role.OPERATOR}))


def happen(*kinds, subject="thing:1"):
    with act(ACTOR) as doing:
        for kind in kinds:
            doing.announce(kind, subject, {"kind": kind})


def place_all():
    while sequencer.place():
        pass


class Teller:
    """A consumer that remembers what it was told, and fails where it is told to."""

    def __init__(self, *kinds, name="teller"):
        self.told, self.poison = [], set()
        self.subscription = Subscription(name, self.hear, kinds)
        self.dispatcher = Dispatcher([self.subscription])

    def hear(self, event):
        if event.kind in self.poison:
            happen("side.effect")
            raise ValueError(f"cannot bear {event.kind}")
        self.told.append(event.kind)

    def run(self):
        place_all()
        while self.dispatcher.step(self.subscription):
            pass


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(dispatch, "PAUSES", (0, 0))


def test_news_come_in_order_with_places_that_resume(both_databases):
    happen("a.one", "a.two")
    note("read", ACTOR, "thing:1")
    happen("b.one")
    assert news(queries.START) == ([], queries.START)
    place_all()
    told, reached = news(queries.START)
    assert [each.kind for each in told] == ["a.one", "a.two", "b.one"]
    assert reached == queries.newest()
    for at, each in enumerate(told):
        after = parse_place(str(each.place))
        assert [other.kind for other in news(after)[0]] == [other.kind for other in told[at + 1 :]]
    some, reached = news(queries.START, acts=2)
    assert len(some) == 2
    assert [each.kind for each in news(reached, acts=2)[0]] == ["b.one"]


@pytest.mark.parametrize(
    "written", ["", "1", "1.", ".1", "a.b", "-1.2", "1.2.3", "9" * 40 + ".1", "١.٢"]
)
def test_what_is_no_place_is_refused(written):
    with pytest.raises(InputUnusable):
        parse_place(written)


def test_a_consumer_hears_what_it_wants_once_and_in_order(both_databases):
    teller = Teller("a.", "b.two")
    happen("a.one", "b.one", "a.two")
    happen("b.two", "c.one")
    teller.run()
    assert teller.told == ["a.one", "a.two", "b.two"]
    happen("a.three")
    teller.run()
    again = Teller("a.", "b.two")
    again.run()
    assert teller.told == ["a.one", "a.two", "b.two", "a.three"]
    assert again.told == []


def test_many_events_are_handled_in_batches(both_databases):
    teller = Teller()
    for _ in range(40):
        happen("a.one", "a.two", "a.three")
    teller.run()
    assert teller.told == ["a.one", "a.two", "a.three"] * 40


def test_poison_is_tried_again_parked_and_told_and_nothing_of_it_is_kept(both_databases, quick):
    teller = Teller()
    teller.poison = {"a.bad"}
    happen("a.one", "a.bad", "a.two")
    teller.run()
    assert teller.told[:1] == ["a.one"]
    assert [kind for kind in teller.told if kind != "event.parked"].count("a.two") >= 1
    parked = ParkedEvent.objects.get()
    assert (parked.consumer, parked.event.kind, parked.attempts) == ("teller", "a.bad", 3)
    assert parked.error == "ValueError: cannot bear a.bad"
    assert Event.objects.filter(kind="event.parked").count() == 1
    assert not Event.objects.filter(kind="side.effect").exists()
    place_all()
    teller.run()
    assert teller.told[-1] == "event.parked"


def test_a_consumer_waits_at_a_failing_event_and_recovers(both_databases):
    teller = Teller()
    teller.poison = {"a.bad"}
    happen("a.bad")
    happen("a.two")
    teller.run()
    assert teller.told == []
    row = Consumer.objects.get(name="teller")
    assert row.attempts == 1
    assert row.error == "ValueError: cannot bear a.bad"
    teller.poison = set()
    teller.run()
    assert teller.told == []  # not before its time
    Consumer.objects.update(not_before=row.not_before - timedelta(seconds=60))
    teller.run()
    assert teller.told == ["a.bad", "a.two"]
    assert Consumer.objects.get(name="teller").attempts == 0


def test_an_operator_lets_a_parked_event_be_tried_again(both_databases, quick):
    teller = Teller("a.")
    teller.poison = {"a.bad"}
    happen("a.bad")
    teller.run()
    parked = ParkedEvent.objects.get()
    for consumers in ([teller.subscription], []):
        with pytest.raises(StateForbids):
            dispatch.retry(OPERATOR, parked.pk, consumers)
    parked.refresh_from_db()
    assert (parked.attempts, parked.error) == (4, "ValueError: cannot bear a.bad")
    assert not Event.objects.filter(kind="side.effect").exists()
    teller.poison = set()
    dispatch.retry(OPERATOR, parked.pk, [teller.subscription])
    assert teller.told == ["a.bad"]
    settled = Event.objects.get(kind="event.settled")
    assert (settled.actor, settled.subject) == (OPERATOR.name, f"event:{parked.event_id}")
    with pytest.raises(NotThere):
        dispatch.retry(OPERATOR, parked.pk, [teller.subscription])


def test_a_consumer_that_fails_at_the_alarm_too_comes_to_rest(both_databases, quick):
    teller = Teller()
    teller.poison = {"a.bad", "event.parked"}
    happen("a.bad")
    for _ in range(20):
        teller.run()
    assert Event.objects.filter(kind="event.parked").count() == 1
    assert ParkedEvent.objects.count() == 2


def test_two_dispatchers_tell_each_event_once(both_databases):
    told, lock = [], threading.Lock()

    def hear(event):
        with lock:
            told.append(event.id)

    subscription = Subscription("shared", hear)
    for _ in range(30):
        happen("a.one", "a.two")
    place_all()
    dispatchers = [Dispatcher([subscription], pause=0.01) for _ in range(3)]
    for each in dispatchers:
        each.start()
    for _ in range(1000):
        if queries.stand_of("shared").place >= queries.newest():
            break
        threading.Event().wait(0.01)
    for each in dispatchers:
        each.stop()
        assert not each.is_alive()
    assert told == sorted(set(told))
    assert len(told) == 60


def test_passing_over_is_free_of_writes(both_databases):
    teller = Teller("never.")
    for _ in range(10):
        happen("a.one")
    teller.run()
    assert not Consumer.objects.exists()
    assert connection.in_atomic_block is False


def test_place_ordering():
    assert Place(1, 5) < Place(1, 6) < Place(2, 0) < Place(2, queries.ALL)


def test_whoever_waits_is_told_when_everybody_has_heard_everything(both_databases):
    """What a consumer announces in its turn is waited for as well, not only the first news."""
    told = []

    def hear(event):
        told.append(event.kind)
        if event.kind == "a.one":
            happen("a.two")

    dispatcher = Dispatcher([Subscription("listener", hear, ("a.",))], pause=30.0)
    sequencing = sequencer.Sequencer(pause=30.0)
    happen("a.one")
    dispatcher.start()
    sequencing.start()
    try:
        assert dispatch.settled(20.0) == 0
        assert told == ["a.one", "a.two"]
        happen("a.three")
        assert dispatch.settled(20.0) == 0
        assert told[-1] == "a.three"
    finally:
        sequencing.stop()
        dispatcher.stop()


def test_whoever_waits_is_told_what_is_left(both_databases):
    happen("a.one")
    assert dispatch.settled(0.0) == 1  # nobody gives places here


def test_an_empty_look_at_the_news_is_the_same_queries_for_any_number_of_consumers(
    both_databases, django_assert_num_queries
):
    heard = [Subscription(f"c{n}", lambda _: None, ("z.",)) for n in range(12)]
    dispatcher = Dispatcher(heard)
    happen("a.one")
    place_all()
    dispatcher._go_through()
    with django_assert_num_queries(3):  # where they all stand, the acts after that, their events
        dispatcher._go_through()
