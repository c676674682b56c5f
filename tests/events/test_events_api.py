"""The room's operations, called as ninja calls them."""

from __future__ import annotations

import pytest
from ninja.testing import TestClient

from clearway.audit import sequencer
from clearway.audit.actor import Actor, Role, system
from clearway.audit.models import Leaf
from clearway.events import dispatch, queries
from clearway.events.api import router
from clearway.events.service import act
from clearway.vocabulary.errors import DataRefused, NotPermitted, NotThere

pytestmark = pytest.mark.django_db
TRADER = Actor(name="key:7", organisation=3, roles=frozenset({Role.TRADER}))
OTHER = Actor(name="key:8", organisation=4, roles=frozenset({Role.BROKER}))
OFFICER = Actor(name="user:1", organisation=1, roles=frozenset({Role.OFFICER}))
OPERATOR = Actor(name="user:3", organisation=1, roles=frozenset({Role.OPERATOR}))


@pytest.fixture
def client():
    return TestClient(router)


def happen(count=1, subject="declaration:1", concerns=(3,)):
    for _ in range(count):
        with act(system("test")) as doing:
            doing.announce("declaration.received", subject, {}, concerns=concerns)
            doing.announce("declaration.accepted", subject, {}, concerns=concerns)
    while sequencer.place():
        pass


def pages(client, actor, **asked):
    """Return all items of the list, page by page, and the number of pages."""
    found, cursor, count = [], "", 0
    while cursor is not None:
        query = "&".join(f"{k}={v}" for k, v in {**asked, "cursor": cursor}.items())
        told = client.get(f"/events?{query}", actor=actor).json()
        assert len(told["items"]) <= asked["limit"]
        found += told["items"]
        cursor = told["next"]
        count += 1
    return found, count


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 200])
@pytest.mark.parametrize("subject", ["", "declaration:1"])
def test_pages_hold_each_event_once(client, limit, subject):
    happen(4)
    happen(5, subject="declaration:2", concerns=(4,))
    happen(3)
    found, _ = pages(client, TRADER, limit=limit, subject=subject)
    assert len(found) == len({each["id"] for each in found}) == 14
    found, _ = pages(client, OFFICER, limit=limit, subject=subject)
    assert len(found) == len({each["id"] for each in found}) == (14 if subject else 24)
    found, _ = pages(client, OTHER, limit=limit, subject=subject)
    assert len(found) == (0 if subject else 10)


def test_a_rare_event_is_found_over_many_acts(client, monkeypatch):
    monkeypatch.setattr("clearway.events.api._LOOK_THROUGH", 20)
    happen(60, concerns=(4,))
    happen(1)
    found, count = pages(client, TRADER, limit=2)
    assert len(found) == 2
    assert 2 <= count < 10


def test_reads_of_officials_are_logged_and_those_of_the_concerned_are_not(client):
    happen(2)
    client.get("/events", actor=TRADER)
    assert not Leaf.objects.filter(kind="read").exists()
    client.get("/events?subject=declaration:1", actor=OFFICER)
    (leaf,) = Leaf.objects.filter(kind="read")
    assert (leaf.actor, leaf.subject) == ("user:1", "declaration:1")


@pytest.mark.parametrize("cursor", ["x", "WzFd", "WyJ4Il0", "WyIxLiJd"])
def test_what_is_no_cursor_is_refused(client, cursor):
    with pytest.raises(DataRefused):
        client.get(f"/events?cursor={cursor}", actor=TRADER)


def test_a_subject_with_nul_has_no_events(client):
    assert client.get("/events?subject=a%00b", actor=TRADER).json() == {"items": [], "next": None}


def test_only_an_operator_has_parked_events(client):
    for method, path in (("get", "/events/parked"), ("post", "/events/parked/1/retry")):
        with pytest.raises(NotPermitted):
            getattr(client, method)(path, actor=TRADER)


def parked(consumer):
    happen(1)
    event = queries.news(queries.START)[0][0]
    dispatch.park(consumer, event, 6, "ValueError: secret goods")
    return event


def test_parked_events_are_shown_without_what_was_declared(client):
    parked("c")
    (told,) = client.get("/events/parked", actor=OPERATOR).json()["items"]
    assert (told["consumer"], told["error"], told["settled_at"]) == ("c", "ValueError", None)


def test_an_operator_lets_a_consumer_try_again(client, monkeypatch):
    told = []
    consumer = dispatch.Subscription("c", told.append)
    monkeypatch.setattr(dispatch, "_here", [dispatch.Dispatcher([consumer])])
    event = parked("c")
    (row,) = client.get("/events/parked", actor=OPERATOR).json()["items"]
    path = f"/events/parked/{row['id']}/retry"
    settled = client.post(path, actor=OPERATOR).json()
    assert told == [event]
    assert settled["settled_at"] is not None
    assert client.get("/events/parked", actor=OPERATOR).json()["items"] == []
    for gone in (path, "/events/parked/999999/retry"):
        with pytest.raises(NotThere):
            client.post(gone, actor=OPERATOR)
    assert Leaf.objects.filter(kind="refusal", actor=OPERATOR.name).count() == 2


def test_a_stream_does_not_go_on_after_what_is_no_event(client):
    with pytest.raises(DataRefused):
        client.get("/events/stream", headers={"Last-Event-ID": "x"}, actor=TRADER)
