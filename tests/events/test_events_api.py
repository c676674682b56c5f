"""The room's operations, called as ninja calls them."""

from __future__ import annotations

import pytest
from ninja.testing import TestClient

from clearway.audit import sequencer
from clearway.audit.actor import Actor, Role, system
from clearway.audit.models import Leaf
from clearway.events.api import router
from clearway.events.models import ParkedEvent
from clearway.events.service import act
from clearway.vocabulary.errors import DataRefused, NotPermitted, NotThere

pytestmark = pytest.mark.django_db
TRADER = Actor(name="key:7", organisation=3, roles=frozenset({Role.TRADER}))
OTHER = Actor(name="key:8", organisation=4, roles=frozenset({Role.BROKER}))
OFFICER = Actor(name="user:1", organisation=1, roles=frozenset({Role.OFFICER}))
OPERATOR = Actor(name="user:3", organisation=1, roles=frozenset({Role.OPERATOR}))
HOOK = {"url": "https://example.com/in", "kinds": ["declaration."], "description": "ours"}


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


def test_a_webhook_from_making_to_removal(client):
    made = client.post("/webhooks", json=HOOK, actor=TRADER)
    assert made.status_code == 201
    told = made.json()
    assert told["secret"].startswith("whsec_")
    number = told["id"]
    assert client.get("/webhooks", actor=TRADER).json()["items"][0]["url"] == HOOK["url"]
    assert "secret" not in client.get(f"/webhooks/{number}", actor=TRADER).json()
    change = {"kinds": [], "state": "disabled"}
    changed = client.patch(f"/webhooks/{number}", json=change, actor=TRADER).json()
    assert (changed["kinds"], changed["state"]) == ([], "disabled")
    assert client.get(f"/webhooks/{number}/deliveries", actor=TRADER).json()["items"] == []
    client.patch(f"/webhooks/{number}", json={"state": "active"}, actor=TRADER)
    span = {"since": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"}
    again = client.post(f"/webhooks/{number}/replay", json=span, actor=TRADER)
    assert (again.status_code, again.json()) == (202, {"events": 0})
    assert client.delete(f"/webhooks/{number}", actor=TRADER).status_code == 204
    with pytest.raises(NotThere):
        client.get(f"/webhooks/{number}", actor=TRADER)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "", None),
        ("patch", "", {}),
        ("delete", "", None),
        ("get", "/deliveries", None),
        ("post", "/replay", {"delivery": 1}),
    ],
)
def test_anothers_webhook_answers_like_an_absent_one(client, method, path, body):
    number = client.post("/webhooks", json=HOOK, actor=TRADER).json()["id"]
    said = []
    for asked in (number, 10**6):
        with pytest.raises(NotThere) as refused:
            getattr(client, method)(f"/webhooks/{asked}{path}", json=body, actor=OTHER)
        said.append(refused.value.what)
    assert said[0] == said[1]
    assert Leaf.objects.filter(kind="refusal", actor="key:8").count() == 2


@pytest.mark.parametrize(
    "wrong",
    [{"delivery": 1, "since": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"}, {},
     {"since": "2026-01-01T00:00:00Z"}],
)  # fmt: skip
def test_a_replay_is_of_one_or_of_a_span(client, wrong):
    number = client.post("/webhooks", json=HOOK, actor=TRADER).json()["id"]
    with pytest.raises(DataRefused):
        client.post(f"/webhooks/{number}/replay", json=wrong, actor=TRADER)


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": ""}, {"url": "x" * 2001}, {"kinds": ["Declaration"]}, {"kinds": ["a"]},
        {"kinds": ["a."] * 11}, {"description": "x" * 201}, {"description": "a\0"}, {"more": 1},
    ],
)  # fmt: skip
def test_wrong_data_of_a_webhook(client, wrong):
    assert client.post("/webhooks", json={**HOOK, **wrong}, actor=TRADER).status_code == 422


def test_who_has_no_such_role(client):
    for method, path in (("get", "/webhooks"), ("post", "/webhooks")):
        with pytest.raises(NotPermitted):
            getattr(client, method)(path, json=HOOK, actor=OFFICER)
    with pytest.raises(NotPermitted):
        client.get("/events/parked", actor=TRADER)


def test_parked_events_are_shown_without_what_was_declared(client):
    happen(1)
    from clearway.events.models import Event

    event = Event.objects.first()
    from clearway.vocabulary.clock import SystemClock

    ParkedEvent.objects.create(
        consumer="c",
        event=event,
        attempts=6,
        error="ValueError: secret goods",
        parked_at=SystemClock().now(),
    )
    (told,) = client.get("/events/parked", actor=OPERATOR).json()["items"]
    assert (told["consumer"], told["error"]) == ("c", "ValueError")


def test_a_stream_does_not_go_on_after_what_is_no_event(client):
    with pytest.raises(DataRefused):
        client.get("/events/stream", headers={"Last-Event-ID": "x"}, actor=TRADER)
